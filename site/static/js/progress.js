// Follows the answers of a job as they go out. Without this file the page is reloaded, or asked for again.
"use strict";

(() => {
  const pause = 3000;
  const place = () => document.getElementById("progress-of-answers");

  async function look() {
    const old = place();
    if (!old || !("follow" in old.dataset)) return;
    // Nothing is moved away under the hand of somebody who is about to press a button.
    if (document.hidden || old.contains(document.activeElement)) return wait();
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("progress-of-answers");
      if (!answer.ok || !fresh) return;
      tell(old, fresh);
      old.replaceWith(document.importNode(fresh, true));
    } catch {
      // The server may be back in a moment.
    }
    wait();
  }

  function tell(old, fresh) {
    const words = (part) => part.querySelector("label[for=progress]")?.textContent || "";
    if (words(old) !== words(fresh)) document.getElementById("progress-said").textContent = words(fresh);
  }

  function wait() { setTimeout(look, pause); }

  wait();
})();
