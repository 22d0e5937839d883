"""A referral of each kind on a phone, at the speed of a hand, and a personal link that somebody completes.

How long it takes a person is counted, not measured: so many keys a second, and a second for each choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.installation import Installation

pytestmark = pytest.mark.browser

PHONE, SMALL = {"width": 360, "height": 740}, {"width": 320, "height": 640}
KEYS_A_SECOND = 3.2
"""38 words of five letters a minute, with two thumbs on a phone, spaces among them (Palin and others, "How do
People Type on Mobile Devices?", MobileHCI 2019)."""
SECONDS_A_CHOICE = 1.0
MOST_SECONDS = 60.0
QUICKEST_MS = 3_000
"""Who fills a form in less is taken for a machine."""


@dataclass
class Hand:
    """Somebody on a phone, whose seconds are counted."""

    page: Page
    seconds: float = 0.0

    def type(self, field: Locator, text: str) -> None:
        """Touch a field, and type into it key by key."""
        self.choose(field)
        field.press_sequentially(text)
        self.seconds += len(text) / KEYS_A_SECOND

    def choose(self, what: Locator) -> None:
        """Touch it."""
        what.click()
        self.seconds += SECONDS_A_CHOICE

    def pick(self, field: Locator, label: str) -> None:
        """Open a list and touch one of its entries."""
        field.select_option(label=label)
        self.seconds += 2 * SECONDS_A_CHOICE

    def press(self, name: str) -> None:
        self.page.wait_for_timeout(QUICKEST_MS)
        self.choose(self.page.get_by_role("button", name=name, exact=True))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """`build.py serve --demo`."""
    made = Installation(tmp_path_factory.mktemp("referring"), demo=True)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A candidate's phone."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.mark.parametrize("kind", ["Someone looking for a new role", "Someone who is hiring"])
def test_a_referral_of_each_kind_takes_a_hand_at_most_a_minute(
    phone: BrowserContext, demo: Installation, kind: str
) -> None:
    hiring = kind == "Someone who is hiring"
    name = "Hiro Managed" if hiring else "Ines Invented"
    hand = Hand(phone.new_page())
    page = hand.page
    page.goto(demo.private_pages[2])
    hand.choose(page.get_by_role("link", name=kind))
    hand.type(page.get_by_label("Their name"), name)
    hand.pick(page.get_by_label("How do you know them?"), "We work together")
    hand.type(page.get_by_role("textbox", name="E-mail"), f"{name.split()[0].lower()}.invented@example.org")
    if hiring:
        hand.type(page.get_by_label("Their company"), "Madeup Machines Ltd")
        hand.choose(page.get_by_role("group", name="Do they need someone?").get_by_label("Now", exact=True))
        hand.choose(page.get_by_label("Just contact them"))
    hand.type(page.get_by_label("Why them?"), "She finds the fault before it costs a night's sleep.")
    hand.choose(page.get_by_role("group", name="Do they know").get_by_label("Yes", exact=True))
    hand.choose(page.get_by_role("group", name="May I say").get_by_label("Yes", exact=True))
    hand.choose(page.get_by_role("checkbox", name="What I say here"))
    hand.press("Send the name")
    expect(page.get_by_role("heading", name=f"Thank you for naming {name}")).to_be_visible()
    assert hand.seconds <= MOST_SECONDS
    assert phone.cookies() == []


def test_a_personal_link_is_forwarded_and_completed_by_another(
    browser: Browser, phone: BrowserContext, demo: Installation
) -> None:
    """Without script, without a cookie, on a small screen; the candidate sees that somebody came, not who."""
    phone.grant_permissions(["clipboard-read", "clipboard-write"])
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    hand = Hand(phone.new_page())
    page = hand.page
    page.goto(demo.private_pages[0])
    hand.choose(page.get_by_role("link", name="Send it yourself"))
    hand.choose(page.get_by_role("button", name="Make my link"))
    expect(page.get_by_role("img", name="QR code of the link above")).to_be_visible()
    hand.choose(page.get_by_role("button", name="Copy the message"))
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    message = str(page.evaluate("navigator.clipboard.readText()"))
    assert hand.seconds <= MOST_SECONDS
    link = message.split()[-1]
    assert link.startswith(f"{demo.origin}/r/")
    assert set(asked) == {urlsplit(demo.origin).netloc}
    assert phone.cookies() == []

    complete(browser, link)

    page.goto(demo.private_pages[0])
    expect(page.get_by_role("rowheader", name="Somebody through your link")).to_be_visible()
    assert "Lena" not in page.content()
    the_desk_knows_who_sent_them(browser, demo)
    assert link.rstrip("/").rpartition("/")[2] not in demo.output


def complete(browser: Browser, link: str) -> None:
    """Somebody else, on their own phone."""
    theirs = browser.new_context(viewport=SMALL, java_script_enabled=False)  # type: ignore[arg-type]
    hand = Hand(theirs.new_page())
    page = hand.page
    page.goto(link)
    hand.choose(page.get_by_label("I am hiring"))
    hand.type(page.get_by_label("Your name"), "Lena Leads")
    hand.type(page.get_by_role("textbox", name="E-mail"), "lena.leads@example.org")
    hand.type(page.get_by_label("Your company"), "Leads and Sons")
    hand.type(page.get_by_label("What are you looking for?"), "A platform lead, from spring on.")
    hand.choose(page.get_by_role("checkbox", name="I am speaking for myself"))
    hand.press("Introduce myself")
    expect(page.get_by_role("heading", name="Thank you for introducing yourself")).to_be_visible()
    assert hand.seconds <= MOST_SECONDS
    assert theirs.cookies() == []
    theirs.close()


def the_desk_knows_who_sent_them(browser: Browser, demo: Installation) -> None:
    context = browser.new_context()
    page = context.new_page()
    address, password = demo.login
    page.goto(f"{demo.origin}/desk/login/?next=/desk/referrals/")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Lena Leads").click()
    expect(page.get_by_role("region", name="Who is credited")).to_contain_text(
        "Confirmed through the personal link"
    )
    expect(page.get_by_text("A platform lead, from spring on.")).to_be_visible()
    context.close()
