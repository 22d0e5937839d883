"""Two people at one desk, in Chromium: a colleague is added, and the owner logs in in two steps."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.installation import Installation

pytestmark = pytest.mark.browser

PASSWORD, BENS = "quiet river under bridge", "seven paper boats drift"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Installation]:
    """An installation that nobody has set up."""
    made = Installation(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def owner(browser: Browser, fresh: Installation) -> Iterator[Page]:
    """Anna, who has just set the desk up."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(fresh.setup_link)
    page.get_by_label("Your name").fill("Anna Headhunter")
    page.get_by_label("E-mail address").fill("anna@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open the desk").click()
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    yield page
    context.close()


def test_a_colleague_is_added_and_may_what_their_role_says(
    browser: Browser, fresh: Installation, owner: Page
) -> None:
    owner.get_by_role("link", name="Users").click()
    owner.get_by_role("link", name="New colleague").click()
    owner.get_by_label("Name", exact=True).fill("Ben Colleague")
    owner.get_by_label("E-mail address").fill("ben@example.org")
    owner.get_by_label("Read-only").check()
    owner.get_by_role("button", name="Add them").click()
    link = owner.get_by_label("The link").input_value()

    telephone = browser.new_context(viewport={"width": 360, "height": 740})
    ben = telephone.new_page()
    ben.goto(link)
    ben.get_by_label("Password").fill(BENS)
    ben.get_by_role("button", name="Open the desk").click()
    expect(ben.get_by_text("Welcome, Ben Colleague.")).to_be_visible()
    expect(ben.get_by_text("You may look at everything here, and change nothing.")).to_be_visible()
    expect(ben.get_by_role("link", name="Users")).to_have_count(0)
    ben.goto(f"{fresh.origin}/desk/clients/new/")
    expect(ben.get_by_role("heading", name="This page is not open to you")).to_be_visible()

    owner.get_by_role("link", name="Done").click()
    owner.get_by_role("link", name="Ben Colleague").click()
    owner.get_by_label("Role").select_option("Recruiter")
    owner.get_by_role("button", name="Change the role").click()
    ben.goto(f"{fresh.origin}/desk/clients/new/")
    expect(ben.get_by_role("button", name="Save")).to_be_visible()
    owner.get_by_role("button", name="They have left").click()
    ben.goto(f"{fresh.origin}/desk/")
    expect(ben.get_by_role("button", name="Log in")).to_be_visible()
    telephone.close()


def test_the_second_step_is_set_up_and_asked_for(fresh: Installation, owner: Page) -> None:
    owner.get_by_role("link", name="Anna Headhunter").click()
    owner.get_by_role("button", name="Set it up").click()
    expect(owner.get_by_role("img", name="QR code")).to_be_visible()
    shown = re.search(r"[A-Z2-7 ]{39}", owner.locator("main strong").inner_text())
    assert shown
    app = pyotp.TOTP(shown[0].replace(" ", ""))
    first = app.now()
    owner.get_by_label("Code").fill(first)
    owner.get_by_role("button", name="Switch it on").click()
    recovery = owner.locator(".codes li").first.inner_text()
    owner.get_by_role("link", name="I have them").click()
    owner.get_by_role("button", name="Log out", exact=True).click()

    log_in(owner)
    owner.get_by_label("Code").fill(first)
    owner.get_by_role("button", name="Log in").click()
    expect(owner.get_by_role("alert")).to_contain_text("That code is not right, or was used before.")
    # The app's next code counts already: nobody need wait for it.
    owner.get_by_label("Code").fill(app.at(int(time.time()) + 30))
    owner.get_by_role("button", name="Log in").click()
    expect(owner.get_by_role("heading", name="Today", exact=True)).to_be_visible()

    owner.get_by_role("button", name="Log out", exact=True).click()
    log_in(owner)
    owner.get_by_label("Code").fill(recovery)
    owner.get_by_role("button", name="Log in").click()
    owner.get_by_role("link", name="Anna Headhunter").click()
    expect(owner.get_by_text("9 recovery codes left")).to_be_visible()


def log_in(page: Page) -> None:
    """The first step."""
    page.get_by_label("E-mail address").fill("anna@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Enter a code")).to_be_visible()
