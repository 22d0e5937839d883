"""Today in Chromium, by its keys: from row to row, and to what a row asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.installation import Installation

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("demo"), demo=True)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def today(browser: Browser, demo: Installation) -> Iterator[Page]:
    """Today, with nothing in focus."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{demo.origin}/desk/login/")
    address, password = demo.login
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()
    page.goto(f"{demo.origin}/desk/")
    yield page
    context.close()


def row_in_focus(page: Page) -> int:
    """The number of the row that has the focus, counted from 0; -1 for none."""
    return int(
        page.evaluate(
            "[...document.querySelectorAll('tr[data-row]')].indexOf(document.activeElement.closest('tr'))"
        )
    )


def test_j_and_k_go_from_row_to_row_and_stop_at_the_ends(today: Page) -> None:
    seen = []
    for key in ("j", "j", "j", "k", "k", "k"):
        today.keyboard.press(key)
        seen.append(row_in_focus(today))
    assert seen == [0, 1, 2, 1, 0, 0]
    count = today.locator("tr[data-row]").count()
    for _ in range(count + 2):
        today.keyboard.press("j")
    assert row_in_focus(today) == count - 1


@pytest.mark.parametrize("key", ["a", "Enter"])
def test_one_key_does_what_the_row_asks_for(today: Page, key: str) -> None:
    wanted = today.locator("tr[data-row] [data-act]").first.get_attribute("href")
    today.keyboard.press("j")
    with today.expect_navigation():
        today.keyboard.press(key)
    assert today.url.endswith(str(wanted))


def test_the_keys_are_told_and_can_be_turned_off_for_good(today: Page) -> None:
    expect(today.get_by_text("next row")).to_be_visible()
    today.get_by_role("button", name="Turn the keys off").click()
    expect(today.get_by_text("next row")).to_be_hidden()
    today.reload()
    today.keyboard.press("j")
    assert row_in_focus(today) == -1
    today.get_by_role("button", name="Turn the keys on").click()
    today.keyboard.press("j")
    assert row_in_focus(today) == 0


def test_a_key_with_a_modifier_is_the_browsers(today: Page) -> None:
    today.keyboard.press("Control+j")
    today.keyboard.press("Alt+j")
    assert row_in_focus(today) == -1


def test_who_types_is_not_interrupted(today: Page) -> None:
    """There is no field on Today; one that comes to it later keeps its keys."""
    today.evaluate("document.querySelector('main').append(document.createElement('input'))")
    field = today.locator("main > input")
    field.focus()
    today.keyboard.type("jkaj")
    assert field.input_value() == "jkaj"
