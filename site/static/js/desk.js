// Keys for lists at the desk: j and k go from row to row, Enter or a does what the row asks for, and a button or
// link with data-key has a key of its own. Nothing needs them.
"use strict";

const rows = [...document.querySelectorAll("[data-row]")];
const help = document.querySelector("[data-keys]");
const toggle = document.querySelector("[data-keys-toggle]");
const KEPT = "desk-keys";

// A key without a modifier can hit somebody who speaks to the computer: it can be turned off (WCAG 2.1.4).
function areOn() {
  try { return localStorage.getItem(KEPT) !== "off"; } catch { return true; }
}

function turn(on) {
  try { localStorage.setItem(KEPT, on ? "on" : "off"); } catch { /* they stay as they are */ }
  show();
}

function show() {
  const on = areOn();
  help.hidden = false;
  help.querySelector("[data-keys-words]").hidden = !on;
  toggle.textContent = on ? "Turn the keys off" : "Turn the keys on";
}

const actionOf = (row) => row.querySelector("[data-act]") || row.querySelector("a");

function step(by) {
  const here = rows.indexOf(document.activeElement.closest("[data-row]"));
  const next = here < 0 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1);
  const action = actionOf(rows[next]);
  action.focus({ preventScroll: true });
  action.scrollIntoView({ block: "nearest" });
}

function act() {
  const row = document.activeElement.closest("[data-row]");
  if (row) actionOf(row).click();
}

// What a key does in the row at hand (in the first one, while none is), or anywhere on the page.
function own(key) {
  if (!/^[a-z]$/.test(key)) return null;
  const row = document.activeElement.closest("[data-row]") || rows[0];
  const button = row.querySelector(`[data-key="${key}"]`) || document.querySelector(`[data-key-anywhere="${key}"]`);
  return button && (() => button.click());
}

const KEYS = { j: () => step(1), k: () => step(-1), a: act };

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const chord = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (typing || chord || event.defaultPrevented || !areOn() || !rows.length) return;
  const action = own(event.key) || (Object.hasOwn(KEYS, event.key) && KEYS[event.key]);
  if (!action) return;
  event.preventDefault();
  action();
});

if (help && rows.length) {
  toggle.addEventListener("click", () => turn(!areOn()));
  show();
}
