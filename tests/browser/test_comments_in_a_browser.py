"""A comment sent from a page on another origin, in a real browser, with a script and without one."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect
from werkzeug.serving import make_server

from core.clock import ManualClock
from core.settings import STATIC
from forms import SHAPES, create_app
from forms.comments.models import COMMENTS, Comment
from forms.comments.trap import LEAST
from forms.store.memory import MemoryStore
from tests.forms.comments.conftest import ARTICLE, SLUG
from tests.forms.comments.test_comment_views import ATTACKS
from tests.forms.conftest import NOW, SITE_TOML
from tests.forms.conftest import content as content
from tests.ports import free_port

pytestmark = pytest.mark.browser

FORM = """\
<!doctype html><html lang="en"><meta charset="utf-8"><title>An article</title>
<main><h1>An article</h1>
<form method="post" action="{endpoint}/comments/{slug}/">
<p class="field"><label for="name">Name</label><input id="name" name="name" required></p>
<p class="field"><label for="email">E-mail</label><input id="email" name="email" type="email" required></p>
<p class="field"><label for="website">Website</label><input id="website" name="website" type="url"></p>
<p class="field"><label for="comment">Comment</label><textarea id="comment" name="comment"></textarea></p>
<p><label><input type="checkbox" name="notify" value="y"> Tell me of replies</label></p>
<p hidden><input name="homepage_url" tabindex="-1"></p>
<input type="hidden" name="parent" value="">
<button type="submit">Send</button>
</form></main>
<script src="/js/comments.js" defer></script>
</html>
"""


class Quiet(SimpleHTTPRequestHandler):
    """The static site: tells browsers, as ours does, to keep its addresses to itself."""

    def end_headers(self) -> None:
        self.send_header("Referrer-Policy", "same-origin")
        super().end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@dataclass
class TwoOrigins:
    """The static site on one origin, the endpoint on another."""

    article: str
    endpoint: str
    store: MemoryStore
    clock: ManualClock

    def kept(self) -> list[Comment]:
        with self.store.read() as reader:
            return COMMENTS.find(reader, order="created")


@pytest.fixture
def two(tmp_path: Path, content: Path) -> Iterator[TwoOrigins]:
    (content / "articles").mkdir()
    (content / "articles" / f"{SLUG}.md").write_text(ARTICLE, encoding="utf-8")
    static = tmp_path / "static"
    (static / "js").mkdir(parents=True)
    (static / "js" / "comments.js").write_bytes((STATIC / "js" / "comments.js").read_bytes())
    site = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(static)))
    origin = f"http://127.0.0.1:{site.server_port}"
    store, clock = MemoryStore(SHAPES), ManualClock(NOW)
    settings = SITE_TOML.replace("https://letters.example", origin)
    (content / "site.toml").write_text(settings, encoding="utf-8")
    port = free_port()
    environ = {
        "FOLLOWUP_SECRET_KEY": "a key for tests, not for use",
        "FOLLOWUP_BASE_URL": f"http://127.0.0.1:{port}",
    }
    app = create_app(environ, store=store, clock=clock, content=content, root=tmp_path)
    server = make_server("127.0.0.1", port, app, threaded=True)
    endpoint = f"http://127.0.0.1:{server.server_port}"
    (static / "article.html").write_text(FORM.format(endpoint=endpoint, slug=SLUG), encoding="utf-8")
    threads = [threading.Thread(target=each.serve_forever) for each in (site, server)]
    for thread in threads:
        thread.start()
    yield TwoOrigins(f"{origin}/article.html", endpoint, store, clock)
    site.shutdown()
    server.shutdown()
    for thread in threads:
        thread.join()
    site.server_close()
    server.server_close()


def fill(page: Page, comment: str, *, name: str = "Rita Reader", email: str = "rita@readers.example") -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").first.fill(email)
    page.locator("[name=comment]").fill(comment)


def test_with_a_script_the_form_answers_in_place(two: TwoOrigins, browser: Browser) -> None:
    page = browser.new_page()
    with page.expect_response(f"{two.endpoint}/**"):
        page.goto(two.article)
        page.get_by_label("Name").focus()
    fill(page, "What a good letter.", email="rita")
    two.clock.advance(LEAST)
    page.locator("form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#email-wrong")).to_contain_text("Enter an e-mail address")
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("Comment")).to_have_value("What a good letter.")
    assert two.kept() == []
    page.get_by_label("E-mail").fill("rita@readers.example")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("waits to be read")
    assert page.url == two.article
    assert [comment.text for comment in two.kept()] == ["What a good letter."]
    page.get_by_role("link", name="See it, or erase it").click()
    expect(page.get_by_role("heading", name="Thank you for your comment")).to_be_visible()
    assert page.context.cookies() == []
    page.close()


def test_a_script_whose_endpoint_is_gone_keeps_the_text(two: TwoOrigins, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(two.article)
    page.route(f"{two.endpoint}/**", lambda route: route.abort())
    fill(page, "What a good letter.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    expect(page.get_by_label("Comment")).to_have_value("What a good letter.")
    page.close()


def test_without_a_script_the_form_is_looked_at_first(two: TwoOrigins, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(two.article)
    fill(page, "What a good letter.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="This is how your comment will look")).to_be_visible()
    two.clock.advance(LEAST)
    page.get_by_role("button", name="Send the comment").first.click()
    expect(page.get_by_role("heading", name="Thank you for your comment")).to_be_visible()
    assert [comment.text for comment in two.kept()] == ["What a good letter."]
    page.get_by_label("Yes, erase my comment for good").check()
    page.get_by_role("button", name="Erase my comment").click()
    expect(page.get_by_role("heading", name="Your comment is erased")).to_be_visible()
    assert two.kept() == []
    assert context.cookies() == []
    context.close()


def test_no_attack_runs_on_a_page_of_the_endpoint(two: TwoOrigins, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=True)
    page = context.new_page()
    ran: list[str] = []

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    for number, attack in enumerate(ATTACKS):
        page.goto(f"{two.endpoint}/comments/{SLUG}/")
        fill(page, attack, name=attack[:60], email=f"a{number}@b.example")
        page.get_by_role("button", name="See how it looks").click()
        expect(page.get_by_role("heading", name="This is how your comment will look")).to_be_visible()
        two.clock.advance(LEAST)
        page.get_by_role("button", name="Send the comment").first.click()
        expect(page.get_by_role("heading", name="Thank you for your comment")).to_be_visible()
        assert page.locator("main img, main svg:not(.postmark svg), main script").count() == 0
    assert ran == []
    assert len(two.kept()) == len(ATTACKS)
    context.close()
