// Comfort only: <button type="button" data-share="#id" hidden>Share …</button> hands the text of #id to the
// programs of this device, where the browser can.
"use strict";

for (const button of document.querySelectorAll("[data-share]")) {
  const source = document.querySelector(button.dataset.share);
  if (!source || !navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    // Who closes the list of programs has changed their mind: that is no error.
    navigator.share({ text: source.value }).catch(() => {});
  });
}
