"""A comment in Chromium against real processes: from the article's page to the desk, and back onto the page.

Also what is tried with comments, approved in spite of it, and looked for wherever a comment is shown.
"""

from __future__ import annotations

import functools
import http.client
import json
import re
import threading
import time
import unicodedata
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import html5lib
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, ViewportSize, expect

from core.plain_text import clean
from core.settings import STATIC
from forms.comments.models import LONGEST_TEXT
from tests.browser.comment_attacks import REFUSED_WEBSITES, TAKEN_WEBSITES, VECTORS
from tests.browser.conftest import PostOffice
from tests.browser.installation import PATIENCE, Installation
from tests.browser.test_comments_in_a_browser import FORM
from tests.browser.test_the_loop_in_a_browser import set_up_the_desk, wait_for

pytestmark = pytest.mark.browser

SLUG = "why-follow-up"
ARTICLE = f"/articles/{SLUG}/"
ENDPOINT = f"/comments/{SLUG}/"
ATOM = "{http://www.w3.org/2005/Atom}"
NARROW: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1280, "height": 900}
TRAP = 3.2
"""Seconds before a form is taken for a person's."""
CLOSE_LOOK = 8
"""The comments whose own pages are opened: the long vectors, and all others in few comments."""
ON_A_PAGE = 50
"""Comments that the desk lists."""


class Elsewhere(SimpleHTTPRequestHandler):
    """Another site, whose browsers say where they come from."""

    def log_message(self, *_arguments: object) -> None:
        pass


@dataclass(frozen=True)
class Site:
    """Another site with an article and the form below it."""

    origin: str
    folder: Path

    def offer(self, endpoint: str) -> str:
        """Put the form there that sends to an endpoint; gives the page's address."""
        page = self.folder / "article.html"
        page.write_text(FORM.format(endpoint=endpoint, slug=SLUG), encoding="utf-8")
        (self.folder / "js").mkdir()
        (self.folder / "js" / "comments.js").write_bytes((STATIC / "js" / "comments.js").read_bytes())
        return f"{self.origin}/article.html"


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    """Two sites on other ports than the installation's."""
    made, servers, threads = [], [], []
    for name in ("friend", "stranger"):
        folder = tmp_path / name
        folder.mkdir()
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Elsewhere, directory=str(folder)))
        servers.append(server)
        threads.append(threading.Thread(target=server.serve_forever))
        threads[-1].start()
        made.append(Site(f"http://127.0.0.1:{server.server_port}", folder))
    yield made[0], made[1]
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def running(tmp_path: Path, post_office: PostOffice, sites: tuple[Site, Site]) -> Iterator[Installation]:
    """An installation that takes comments from the first of the other sites, too."""
    friend, _stranger = sites
    settings = {"FOLLOWUP_COMMENT_ORIGINS": friend.origin}
    made = Installation(tmp_path, post_office.port, settings=settings)
    made.start()
    yield made
    made.kill()


def test_a_comment_travels_from_the_page_over_the_desk_onto_the_page_and_into_the_feed(
    browser: Browser, running: Installation, post_office: PostOffice
) -> None:
    """With a script and without one; answered by the author, and deleted in the end."""
    with_script, without = browser.new_context(), browser.new_context(java_script_enabled=False)
    never_reload(with_script)
    leave_in_place(with_script.new_page(), running, "Rita Reader", "What a good letter.")
    leave_by_pages(without.new_page(), running, "Noel Noscript", "No script was harmed.")
    page = with_script.new_page()
    page.goto(running.origin + ARTICLE)
    expect(page.locator(".comment")).to_have_count(0)

    desk = browser.new_page()
    set_up_the_desk(desk, running)
    approve_by_key(desk, running, "Rita Reader", "Noel Noscript")
    shown = wait_for_page(page, running, "What a good letter.", "No script was harmed.")
    assert "Rita Reader" in shown
    assert "rita@readers.example" not in page.content()
    assert feed_has(running, "What a good letter.")

    reply_as_author(desk, "Rita Reader", "Thank you, Rita.")
    shown = wait_for_page(page, running, "Thank you, Rita.")
    expect(page.locator(".comment-replies .comment")).to_contain_text("wrote this letter")
    assert feed_has(running, "Thank you, Rita.")

    delete_by_key(desk, running, "Noel Noscript")
    wait_for(lambda: "No script was harmed." not in comments_of(page, running), "the page without it")
    wait_for(lambda: not feed_has(running, "No script was harmed."), "the feed without it")
    assert "What a good letter." in comments_of(page, running)
    assert with_script.cookies() == without.cookies() == []
    for context in (with_script, without, desk.context):
        context.close()


def test_a_comment_comes_from_another_site_that_is_named_and_from_no_other(
    browser: Browser, running: Installation, sites: tuple[Site, Site]
) -> None:
    friend, stranger = sites
    with_script, without = browser.new_context(), browser.new_context(java_script_enabled=False)
    known, unknown = friend.offer(running.origin), stranger.offer(running.origin)
    page, bare = with_script.new_page(), without.new_page()

    page.goto(known)
    fill(page, "Frieda Friend", "Greetings from another site.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("waits to be read")
    assert page.url == known
    bare.goto(known)
    fill(bare, "Fred Friend", "Greetings without a script.")
    bare.get_by_role("button", name="Send").click()
    expect(bare.get_by_role("heading", name="This is how your comment will look")).to_be_visible()

    page.goto(unknown)
    fill(page, "Sven Stranger", "Greetings from nowhere.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    expect(page.locator("[name=comment]")).to_have_value("Greetings from nowhere.")
    bare.goto(unknown)
    fill(bare, "Sven Stranger", "Greetings from nowhere.")
    with bare.expect_navigation() as refused:
        bare.get_by_role("button", name="Send").click()
    assert refused.value is not None
    assert refused.value.status == 403

    desk = browser.new_page()
    set_up_the_desk(desk, running)
    desk.goto(running.origin + "/desk/comments/")
    expect(desk.locator("[data-row]")).to_have_count(1)
    expect(desk.locator("[data-row]")).to_contain_text("Frieda Friend")
    for context in (with_script, without, desk.context):
        context.close()


def test_no_attack_on_any_page_that_shows_a_comment_runs(browser: Browser, running: Installation) -> None:
    """Every vector as name and as text, and addresses as website: approved, and looked for in the browser.

    All stand on the article's page and in the desk's queue; on the pages of one comment stand the long ones,
    and all others together as one text.
    """
    written = [*VECTORS, *bundles()]
    links = send_all(running, written)
    context = browser.new_context(viewport=NARROW)
    never_reload(context)
    watch = Watch(context)
    page = context.new_page()

    for address in REFUSED_WEBSITES:
        refuse_website(page, running, address)
        watch.look(page)
    for link in links[-CLOSE_LOOK:]:
        page.goto(link)
        watch.look(page)

    set_up_the_desk(page, running)
    for state in ("held", "spam"):
        approve_all(page, running, state, watch)
    page.goto(running.origin + "/desk/comments/?state=approved")
    expect(page.locator("[data-row]")).to_have_count(min(len(links), ON_A_PAGE))
    watch.look(page)
    newest = page.locator("[data-row] a[data-key=e]").evaluate_all("all => all.map(each => each.href)")
    for address in newest[:CLOSE_LOOK]:
        page.goto(address)
        watch.look(page)

    wait_for(lambda: count_comments(page, running) == len(links), "every comment on the page")
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        watch.look(page)
    texts = page.locator(".comment").evaluate_all(SAID)
    assert sorted(map(words, texts)) == sorted(words(clean(text)) for text in written)
    sites = page.locator(".comment-name a").evaluate_all("all => all.map(a => [a.href, a.rel])")
    assert len(sites) == len(TAKEN_WEBSITES)
    assert all(re.match("https?://", href) and rel == "nofollow ugc" for href, rel in sites)
    assert_feed_is_harmless(running)
    assert watch.alarms == []
    context.close()


SAID = """all => all.map(each => each.querySelector("[data-said]").textContent)"""

FOUND = """() => {
  const found = window.__alarms.slice();
  const never = ["style", "iframe", "frame", "object", "embed", "base", "math", "video", "audio", "marquee",
    "template", "noscript", "applet"];
  const theirs = ["ol", "li", "article", "div", "p", "strong", "a", "span", "time", "b", "br"];
  const protocols = ["http:", "https:", "mailto:", "tel:"];
  for (const each of document.querySelectorAll("*")) {
    const tag = each.localName, isData = tag === "script" && each.type === "application/ld+json";
    if (isData) JSON.parse(each.textContent);
    else if (tag === "script" && !each.src.startsWith(location.origin)) found.push("an inline script");
    if (never.includes(tag) || each.matches("main :is(script, link, meta)")) found.push(`<${tag}>`);
    if (each.closest(".comment, .queued, .prose[aria-label]") && !theirs.includes(tag))
      found.push(`their ${tag}`);
    for (const { name, value } of each.attributes) {
      if (/^(on.*|style|srcdoc|autofocus|formaction|xlink:.*)$/.test(name)) found.push(`${tag}[${name}]`);
      if (/^(href|src|action|data|poster)$/.test(name)
          && !protocols.includes(new URL(value, location.href).protocol)) found.push(`${tag}[${value}]`);
    }
  }
  const cut = document.documentElement.scrollWidth - innerWidth;
  return cut > 0 ? [...found, `${cut} px are cut off`] : found;
}"""

BEFORE = """
window.__alarms = [];
window.ran = () => window.__alarms.push("a script ran");
addEventListener("securitypolicyviolation", (event) => window.__alarms.push(
  `policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


class Watch:
    """Looks for what an attack leaves: scripts that ran, elements and attributes, dialogs, complaints."""

    def __init__(self, context: BrowserContext) -> None:
        self.alarms: list[str] = []
        context.add_init_script(BEFORE)
        context.on("dialog", self._dialog)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.alarms.append(f"error: {error.error}"))
        context.on("request", lambda request: self._request(request.url))

    def look(self, page: Page) -> None:
        """What stands on the page now; nothing in it is so long that it is cut off."""
        found = page.evaluate(FOUND)
        assert not found, f"{page.url}: {found}"

    def _dialog(self, dialog: Dialog) -> None:
        self.alarms.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.alarms.append(f"console: {message.text}")

    def _request(self, url: str) -> None:
        if not url.startswith("http://127.0.0.1:"):
            self.alarms.append(f"request: {url}")


def never_reload(context: BrowserContext) -> None:
    """Without the preview's script: a page that is made anew is opened by the test, at its own time."""
    context.route(
        "**/_preview/reload.js", lambda route: route.fulfill(content_type="text/javascript", body="")
    )


def fill(page: Page, name: str, comment: str, *, website: str = "") -> None:
    """By the labels that a person reads."""
    form = page.locator("form:has([name=comment])")
    form.get_by_label("Name").fill(name)
    form.get_by_label("E-mail").first.fill(f"{name.split()[0].lower()}@readers.example")
    form.get_by_label("Website").fill(website)
    form.get_by_label("Comment").fill(comment)


def leave_in_place(page: Page, running: Installation, name: str, comment: str) -> None:
    """Below the article, where the form answers."""
    page.goto(running.origin + ARTICLE)
    fill(page, name, comment)
    page.get_by_role("button", name="Send the comment").click()
    expect(page.get_by_role("status")).to_contain_text("waits to be read")
    assert page.url == running.origin + ARTICLE


def leave_by_pages(page: Page, running: Installation, name: str, comment: str) -> None:
    """Below the article without a script: the endpoint shows it first, and takes it then."""
    page.goto(running.origin + ARTICLE)
    fill(page, name, comment)
    page.get_by_role("button", name="Send the comment").click()
    expect(page.get_by_role("heading", name="This is how your comment will look")).to_be_visible()
    page.wait_for_timeout(TRAP * 1_000)
    page.get_by_role("button", name="Send the comment").click()
    expect(page.get_by_role("heading", name="Thank you for your comment")).to_be_visible()


def approve_by_key(page: Page, running: Installation, *names: str) -> None:
    """The queue, oldest first, one `a` each."""
    page.goto(running.origin + "/desk/comments/")
    for name in names:
        expect(page.locator("[data-row]").first).to_contain_text(name)
        with page.expect_navigation():
            page.keyboard.press("a")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()


def reply_as_author(page: Page, name: str, text: str) -> None:
    page.get_by_role("link", name="Published").click()
    page.get_by_role("link", name=f"Reply to {name}").click()
    page.get_by_label("Text").first.fill(text)
    page.get_by_role("button", name="Publish the reply").click()
    expect(page.get_by_text("Your reply is published.")).to_be_visible()


def delete_by_key(page: Page, running: Installation, name: str) -> None:
    page.goto(running.origin + "/desk/comments/?state=approved")
    page.get_by_role("link", name=f"Edit the comment of {name}").focus()
    with page.expect_navigation():
        page.keyboard.press("d")
    expect(page.get_by_role("status")).to_contain_text(f"{name}: deleted")


def comments_of(page: Page, running: Installation) -> str:
    """What stands in the comments below the article now."""
    page.goto(running.origin + ARTICLE)
    return " ".join(page.locator(".comment").all_inner_texts())


def wait_for_page(page: Page, running: Installation, *texts: str) -> str:
    """Until the page that was made anew by itself has the texts."""
    wait_for(lambda: all(text in comments_of(page, running) for text in texts), f"{texts} on the page")
    return comments_of(page, running)


def count_comments(page: Page, running: Installation) -> int:
    page.goto(running.origin + ARTICLE)
    return page.locator(".comment").count()


def feed(running: Installation) -> ElementTree.Element:
    with urllib.request.urlopen(running.origin + "/comments.xml", timeout=PATIENCE) as answer:
        return ElementTree.fromstring(answer.read())


def feed_has(running: Installation, text: str) -> bool:
    return any(text in (each.text or "") for each in feed(running).iter(f"{ATOM}content"))


def assert_feed_is_harmless(running: Installation) -> None:
    """Whoever reads it as HTML finds paragraphs and links."""
    contents = [each.text or "" for each in feed(running).iter(f"{ATOM}content")]
    assert contents
    for content in contents:
        tree = html5lib.parseFragment(content, namespaceHTMLElements=False)
        assert {each.tag for each in tree.iter()} <= {"DOCUMENT_FRAGMENT", "p", "br", "a"}


def refuse_website(page: Page, running: Installation, address: str) -> None:
    """The form comes back with what was typed, and no comment."""
    page.goto(running.origin + ENDPOINT)
    fill(page, "Wanda Website", VECTORS[0], website=address)
    page.get_by_role("button", name="See how it looks").click()
    expect(page.get_by_role("link", name="Enter a web address")).to_be_visible()


def bundles() -> list[str]:
    """All vectors that are not long once more, in as few comments as take them."""
    made = [""]
    for vector in VECTORS:
        if len(vector) > 500:
            continue
        if len(f"{made[-1]}\n\n{vector}".encode()) > LONGEST_TEXT:
            made.append("")
        made[-1] += f"\n\n{vector}"
    return made


def send_all(running: Installation, texts: list[str]) -> list[str]:
    """Comments, as the script of the form sends them; gives the readers' private links."""
    marks = [ask(running, 1, None)["mark"] for _ in texts]
    time.sleep(TRAP)
    links = []
    for number, (text, website, mark) in enumerate(zip_longest(texts, TAKEN_WEBSITES, marks, fillvalue="")):
        typed = {"name": text.strip()[:60], "website": website, "comment": text, "mark": mark}
        typed["email"] = f"reader{number}@readers.example"
        # From several networks: one alone may send twenty a day.
        answer = ask(running, 2 + number // 15, typed)
        assert answer.get("state") == "held", (text, answer)
        links.append(answer["link"])
    return links


def ask(running: Installation, network: int, typed: dict[str, str] | None) -> dict[str, str]:
    """What the endpoint answers to a script on this loopback address."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", running.port, timeout=PATIENCE, source_address=(f"127.0.0.{network}", 0)
    )
    headers = {"Accept": "application/json", "Origin": running.origin}
    if typed is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(
        "GET" if typed is None else "POST", ENDPOINT, urlencode(typed) if typed else None, headers
    )
    found = json.loads(connection.getresponse().read())
    connection.close()
    assert isinstance(found, dict)
    return found


def approve_all(page: Page, running: Installation, state: str, watch: Watch) -> None:
    """All on the queue's pages, each by sending the form of its own button."""
    while True:
        page.goto(f"{running.origin}/desk/comments/?state={state}")
        watch.look(page)
        sent = page.evaluate(
            """async () => {
              const forms = [...document.querySelectorAll("form[action*='/approve/']")];
              for (const form of forms) await fetch(form.action, {method: "POST", body: new FormData(form)});
              return forms.length;
            }"""
        )
        if not sent:
            return


def words(text: str) -> str:
    """A text without spaces, which paragraphs divide otherwise, and composed, as a site's texts are."""
    return unicodedata.normalize("NFC", "".join(text.split()))
