// The comment form answers in place. Without this file it is sent as it is, and a page answers.
"use strict";

const JSON_ONLY = { headers: { Accept: "application/json" }, credentials: "omit" };
const LATER = "This could not be sent just now. Nothing is lost: please press the button again in a moment.";

for (const form of document.querySelectorAll('form[action*="/comments/"]')) {
  let mark = "";
  let busy = false;

  const make = (tag, name, text) => {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = text;
    return made;
  };

  const ask = async (options = {}) => {
    const answer = await fetch(form.action, { ...JSON_ONLY, ...options });
    return [answer.status, await answer.json()];
  };

  // The endpoint takes a form only some seconds after it gave out a mark for it: ask while it is filled in.
  form.addEventListener("focusin", () => {
    ask().then(([status, said]) => { if (status === 200) mark = said.mark; }).catch(() => {});
  }, { once: true });

  const clear = () => {
    for (const old of form.querySelectorAll(".field-error")) old.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      if (field.dataset.described === undefined) continue;
      if (field.dataset.described) field.setAttribute("aria-describedby", field.dataset.described);
      else field.removeAttribute("aria-describedby");
    }
  };

  const refuse = (errors) => {
    let first;
    for (const [name, messages] of Object.entries(errors)) {
      const field = name ? form.elements[name] : null;
      const said = make("p", "field-error", messages.join(" "));
      if (!field) {
        said.tabIndex = -1;
        said.setAttribute("role", "alert");
        form.prepend(said);
        first = said;
        continue;
      }
      said.id = `${name}-wrong`;
      field.dataset.described ??= field.getAttribute("aria-describedby") || "";
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", `${said.id} ${field.dataset.described}`.trim());
      field.before(said);
      if (!first || field.compareDocumentPosition(first) & 4) first = field;
    }
    if (first) first.focus();
  };

  const thank = (said) => {
    const box = make("div", "comment-thanks", "");
    box.tabIndex = -1;
    box.setAttribute("role", "status");
    box.append(make("p", "lead", said.message));
    if (said.link) {
      const link = make("a", "link", "See it, or erase it: keep this link");
      link.href = said.link;
      box.append(link);
    }
    form.replaceWith(box);
    box.focus();
  };

  const send = async (tries) => {
    const body = new URLSearchParams(new FormData(form));
    body.set("mark", mark);
    const [status, said] = await ask({ method: "POST", body });
    if (status === 409 && tries) {
      mark = said.mark;
      await new Promise((done) => setTimeout(done, said.wait * 1000 + 200));
      return send(tries - 1);
    }
    if (status === 201) return thank(said);
    return refuse(said.errors || { "": [said.message || LATER] });
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (busy) return;
    busy = true;
    form.setAttribute("aria-busy", "true");
    clear();
    await send(2).catch(() => refuse({ "": [LATER] }));
    form.removeAttribute("aria-busy");
    busy = false;
  });

  // <a data-reply="ID" href="…?parent=ID">Reply</a> fills in which comment is answered.
  for (const link of document.querySelectorAll("a[data-reply]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      form.elements.parent.value = link.dataset.reply;
      form.elements.comment.focus();
    });
  }
}
