"""Somebody searches the published site: under its own content policy, by keyboard, and without JavaScript."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from core.settings import ROOT
from forms import create_app
from generator.publish import publish


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The shipped site, with its index, served as the endpoint serves it."""
    folder = tmp_path_factory.mktemp("search")
    publish(ROOT / "content", folder / "site", now=dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    environ = {
        "FOLLOWUP_STORE": "memory:",
        "FOLLOWUP_SECRET_KEY": "k" * 40,
        "FOLLOWUP_SERVE_SITE": "yes",
        "FOLLOWUP_SITE_DIR": str(folder / "site"),
    }
    server = make_server("127.0.0.1", 0, create_app(environ, root=ROOT), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a phone, on which nothing may go wrong unseen."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield made
    context.close()
    assert wrong == []


def test_words_lead_to_the_letters_that_have_them(page: Page, origin: str) -> None:
    page.goto(f"{origin}/search/")
    page.get_by_label("Words").fill("referral")
    page.keyboard.press("Enter")
    first = page.locator("#results li").first
    expect(first).to_be_visible()
    expect(page.locator("#found")).to_contain_text("letters")
    expect(first.locator("mark").first).to_be_visible()
    first.locator("a").click()
    expect(page.locator("article h1")).to_be_visible()


def test_a_search_has_an_address_and_the_way_back_leads_to_it(page: Page, origin: str) -> None:
    page.goto(f"{origin}/search/?q=referral")
    expect(page.locator("#results li").first).to_be_visible()
    page.get_by_label("Words").fill("morning")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(f"{origin}/search/?q=morning")
    page.go_back()
    expect(page.get_by_label("Words")).to_have_value("referral")


def test_words_that_no_letter_has_are_answered_with_what_to_try(page: Page, origin: str) -> None:
    page.goto(f"{origin}/search/?q=zzyzx")
    expect(page.locator("#found")).to_have_text("No letter has these words. Try fewer, or other ones.")


def test_lists_and_menus_are_not_among_what_is_found(page: Page, origin: str) -> None:
    page.goto(f"{origin}/search/?q=disclosure")
    expect(page.locator("#found")).not_to_be_empty()
    for link in page.locator("#results a").all():
        address = link.get_attribute("href") or ""
        assert not address.startswith(("/tags/", "/page/", "/archive/", "/search/")), address


def test_what_a_query_holds_is_never_taken_for_html(page: Page, origin: str) -> None:
    page.goto(f"{origin}/search/?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(page.locator("#found")).not_to_be_empty()
    assert page.locator("#results img").count() == 0


def test_without_javascript_the_page_says_where_every_letter_is(browser: Browser, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/search/?q=referral")
    expect(page.get_by_role("link", name="archive")).to_be_visible()
    context.close()


def test_the_search_page_weighs_little_until_somebody_searches(page: Page, origin: str) -> None:
    """The look allows a page 10 kB of our own JavaScript; the index is fetched with the first word."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{origin}/search/")
    page.wait_for_load_state("networkidle")
    assert not any("/pagefind/" in url for url in asked)
    assert (Path(ROOT) / "site/static/js/search.js").stat().st_size < 10_000
