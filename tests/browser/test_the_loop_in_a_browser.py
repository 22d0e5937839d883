"""The loop in Chromium against real processes: nothing in between is pretended."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PostOffice
from tests.browser.installation import PATIENCE, Installation

pytestmark = pytest.mark.browser

PASSWORD = "quiet river under bridge"
INTERVIEW = dt.date.today() - dt.timedelta(days=1)  # noqa: DTZ011  # typed into a form, as a person would


def test_the_loop(browser: Browser, installation: Installation, post_office: PostOffice) -> None:
    """Article, desk, link, referrals, outcome, answer, mail, restart."""
    reader = browser.new_page()
    read_an_article(reader, installation)

    desk = browser.new_page()
    set_up_the_desk(desk, installation)
    enter_an_interviewed_candidate(desk)
    link = make_a_link(desk)

    visitor = browser.new_context(viewport={"width": 360, "height": 740})
    letter = visitor.new_page()
    open_the_letter(letter, link)
    refer(letter, link, "Someone who is hiring", "Hiro Managed", "hiro@example.org")
    refer(letter, link, "Someone looking for a new role", "Ines Invented", "ines@example.org")
    assert_no_cookie(visitor)
    find_both_referrals(desk)

    record_the_outcome(desk)
    letter.goto(link)
    expect(letter.get_by_text("filled")).to_have_count(0)
    send_the_answer(desk)
    mail = wait_for(lambda: outcome_mail(post_office), "the answer by mail")
    assert "You drew the failure" in mail.get_content()
    assert mail["To"].addresses[0].addr_spec == "cara@example.org"
    wait_for(lambda: told(letter, link), "the outcome on the page")
    open_the_fresh_link(visitor, mail)

    assert installation.stop() == 0
    installation.start()
    assert told(letter, link)
    desk.goto(installation.origin + "/desk/referrals/")
    expect(desk.get_by_role("link", name="Hiro Managed")).to_be_visible()
    expect(desk.get_by_role("link", name="Ines Invented")).to_be_visible()
    assert_no_token_in_the_log(installation, link)


def read_an_article(page: Page, installation: Installation) -> None:
    page.goto(installation.origin + "/")
    page.locator("main a[href^='/articles/']").first.click()
    expect(page.locator("article h1")).to_be_visible()


def set_up_the_desk(page: Page, installation: Installation) -> None:
    page.goto(installation.setup_link)
    page.get_by_label("Your name").fill("Anna Headhunter")
    page.get_by_label("E-mail").fill("anna@example.org")
    page.get_by_label("Telephone").fill("+44 20 7946 0123")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    if "/login/" in page.url:
        page.get_by_label("E-mail").fill("anna@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()


def enter_an_interviewed_candidate(page: Page) -> None:
    page.get_by_role("link", name="Clients", exact=True).click()
    page.get_by_role("link", name="New client").click()
    page.get_by_label("Company").fill("Northwind Secret plc")
    page.get_by_label("Alias").fill("a bank in Leeds")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="New job").click()
    page.get_by_label("Title").fill("Platform Engineer")
    page.get_by_label("Confidential").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="New candidate").click()
    page.get_by_label("Name", exact=True).fill("Cara Madeup")
    page.get_by_label("E-mail").fill("cara@example.org")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Put them forward").click()
    expect(page.get_by_role("heading", name="Cara Madeup")).to_be_visible()
    page.get_by_label("Date", exact=True).fill(INTERVIEW.isoformat())
    page.get_by_role("button", name="Record the interview").click()
    expect(page.get_by_text("an answer is owed")).to_be_visible()


def make_a_link(page: Page) -> str:
    page.get_by_role("link", name="The candidate").click()
    page.get_by_role("button", name="Make a link to copy").click()
    link = page.get_by_label("The link").input_value()
    assert re.search(r"/status/[\w-]{43}/$", link)
    return link


def open_the_letter(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", name="Dear Cara Madeup")).to_be_visible()
    expect(page.get_by_text("a bank in Leeds").first).to_be_visible()
    assert "Northwind" not in page.content()


def refer(page: Page, link: str, choice: str, name: str, address: str) -> None:
    page.goto(link)
    page.get_by_role("link", name=choice).click()
    expect(page.get_by_role("radio", name=choice)).to_be_checked()
    page.get_by_label("Their name").fill(name)
    page.get_by_label("How do you know them?").select_option(label="We work together")
    page.get_by_role("textbox", name="E-mail").fill(address)
    if choice == "Someone who is hiring":
        page.get_by_label("Their company").fill("Madeup Ltd")
        page.get_by_role("group", name="Do they need someone?").get_by_label("Now", exact=True).check()
        page.get_by_label("Just contact them").check()
    page.get_by_role("group", name="Do they know").get_by_label("Yes", exact=True).check()
    page.get_by_role("group", name="May I say").get_by_label("No", exact=True).check()
    page.get_by_role("checkbox", name="What I say here").check()
    page.wait_for_timeout(3_000)  # who fills a form in less is taken for a machine
    page.get_by_role("button", name="Send the name").click()
    expect(page.get_by_role("heading", name=f"Thank you for naming {name}")).to_be_visible()


def assert_no_cookie(context: BrowserContext) -> None:
    assert context.cookies() == []


def find_both_referrals(page: Page) -> None:
    page.get_by_role("link", name="Referrals", exact=True).click()
    page.get_by_role("link", name="Hiro Managed").click()
    page.get_by_role("button", name="Make this a client contact").click()
    expect(page.get_by_role("heading", name="Madeup Ltd")).to_be_visible()
    page.get_by_role("link", name="Referrals", exact=True).click()
    page.get_by_role("link", name="Ines Invented").click()
    page.get_by_role("button", name="Make this a candidate").click()
    expect(page.get_by_role("heading", name="Ines Invented")).to_be_visible()


def record_the_outcome(page: Page) -> None:
    page.get_by_role("link", name="Today", exact=True).click()
    page.get_by_role("rowheader", name="Cara Madeup").get_by_role("link").click()
    page.get_by_label("Outcome", exact=True).select_option(label="The job was filled by someone else")
    page.get_by_label("The reason, as the candidate will read it").fill("They chose an inside candidate.")
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_role("heading", name="The job was filled by someone else")).to_be_visible()


def send_the_answer(page: Page) -> None:
    page.get_by_label("One specific observation").fill("You drew the failure before you named it.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("is on its way")).to_be_visible()


def outcome_mail(office: PostOffice) -> EmailMessage | None:
    return next((each for each in office.letters if "outcome" in str(each["Subject"])), None)


def told(page: Page, link: str) -> bool:
    page.goto(link)
    return page.get_by_text("The job has been filled by someone else").count() > 0


def open_the_fresh_link(context: BrowserContext, mail: EmailMessage) -> None:
    found = re.search(r"http://\S+/status/\S+/", mail.get_content())
    assert found
    page = context.new_page()
    page.goto(found[0])
    expect(page.get_by_role("heading", name="Dear Cara Madeup")).to_be_visible()


def assert_no_token_in_the_log(installation: Installation, link: str) -> None:
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in installation.output


def wait_for(what: Callable[[], object], name: str) -> EmailMessage:
    deadline = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < deadline, f"waited in vain for {name}"
        time.sleep(0.2)
    return found  # type: ignore[return-value]
