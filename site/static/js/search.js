// Looks words up in the index that the build made; nothing leaves the browser but requests for parts of it.
const MOST = 20;
const form = document.getElementById("search");
const field = document.getElementById("q");
const said = document.getElementById("found");
const list = document.getElementById("results");
const blank = document.getElementById("result");
let index = null;
let asked = 0;

// The excerpt comes as HTML with the words marked: only its text and its marks are taken over.
function fill(place, excerpt) {
  const read = new DOMParser().parseFromString(excerpt, "text/html").body;
  for (const node of read.childNodes) {
    const text = document.createTextNode(node.textContent);
    if (node.nodeName !== "MARK") { place.append(text); continue; }
    const mark = document.createElement("mark");
    mark.append(text);
    place.append(mark);
  }
}

function row(found) {
  const item = blank.content.cloneNode(true);
  const link = item.querySelector("a");
  link.href = found.url;
  link.textContent = found.meta.title;
  fill(item.querySelector("p"), found.excerpt);
  return item;
}

function words(count, shown) {
  if (count === 0) return "No letter has these words. Try fewer, or other ones.";
  const all = count === 1 ? "One letter" : `${count} letters`;
  return count > shown ? `${all}; these ${shown} fit best.` : `${all}.`;
}

async function search(query) {
  const turn = ++asked;
  if (!query) { said.textContent = ""; list.replaceChildren(); return; }
  try {
    index ??= await import(form.dataset.index);
    const { results } = await index.search(query);
    const rows = await Promise.all(results.slice(0, MOST).map((each) => each.data()));
    if (turn !== asked) return; // a later search was faster
    list.replaceChildren(...rows.map(row));
    said.textContent = words(results.length, rows.length);
  } catch {
    index = null;
    list.replaceChildren();
    said.textContent = "The search cannot be reached. The archive and the topics have every letter.";
  }
}

function fromAddress() {
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  search(field.value.trim());
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.pushState(null, "", `?${new URLSearchParams({ q: field.value.trim() })}`);
  search(field.value.trim());
});
addEventListener("popstate", fromAddress);
fromAddress();
