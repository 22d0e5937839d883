"""Every kind of page in Chromium: axe finds nothing, nothing is cut off at 320 px, the keyboard reaches it.

The demonstration is served once for all tests, and one page is reused: only its address changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyotp
import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.installation import Installation
from tests.generator.publication import FIGURES

pytestmark = pytest.mark.browser

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
# Not Axe.run, which injects its half a megabyte for each look and brings home all that is right as well.
RUN_AXE = """checks => axe.run({...checks, resultTypes: ["violations"]})
    .then(({violations}) => ({violations}))"""
CHECKS = {
    "light": {"rules": {"target-size": {"enabled": True}}},
    # The scheme changes colours and nothing else.
    "dark": {"runOnly": ["color-contrast"]},
}
LATE, PHONE, UNTOLD, UNREACHED = "Amara Osei", "Rhys Cadwallader", "Jonas Weidmann", "Priya Raman"
COLLEAGUE = "Marek Halloran"
FILLED, UNFILLED = "Data engineer", "Platform engineer"
"""The job that is filled in the end, and one for which not everything is ready."""
TALKED_ABOUT = "a-ten-minute-morning"
"""The article that has comments."""
_SAID = {"posted": "2026-11-13T12:00:00+00:00", "by_author": False, "website": None, "parent": None}
_WORDS = (
    "I was one of the other seven. Nobody wrote.\n\nhttps://example.org/" + "a-long-address-without-end" * 4
)
COMMENTS = {
    "format": 1,
    "article": TALKED_ABOUT,
    "comments": [
        _SAID | {"id": "one", "name": "Bea Longway", "website": "https://bea.example", "text": _WORDS},
        _SAID | {"id": "two", "name": "The author", "by_author": True, "parent": "one", "text": "Thank you."},
        _SAID | {"id": "three", "name": "Carl" * 20, "text": "Supercalifragilistic" * 9},
    ],
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """`build.py serve --demo`, as a person starts it; its site has figures of the promise and comments."""
    made = Installation(tmp_path_factory.mktemp("demo"), demo=True)
    (made.content / "figures.json").write_text(json.dumps(FIGURES), encoding="utf-8")
    (made.content / "comments").mkdir()
    (made.content / f"comments/{TALKED_ABOUT}.json").write_text(json.dumps(COMMENTS), encoding="utf-8")
    made.start()
    yield made
    made.kill()


@dataclass
class Reader:
    """One page of a browser in which the desk is logged in; remembers what its console complained of."""

    page: Page
    demo: Installation
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.demo.origin + path)

    def follow(self, name: str) -> None:
        """Open what a link of the page leads to."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("link", name=name, exact=True).first.click()

    def enter(self, selector: str) -> None:
        """Open what the first such link leads to."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def press(self, name: str) -> None:
        """Send a form, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def note(self, message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is what some tests ask for; the browser notes that as well.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"{self.page.url}: {message.text}")


@pytest.fixture(scope="module")
def reader(browser: Browser, demo: Installation) -> Iterator[Reader]:
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    made = Reader(context.new_page(), demo)
    made.page.on("console", made.note)
    made.page.on("pageerror", lambda error: made.complaints.append(f"{made.page.url}: {error}"))
    log_in(made)
    yield made
    context.close()


def log_in(reader: Reader) -> None:
    reader.open("/desk/login/")
    address, password = reader.demo.login
    reader.page.get_by_label("E-mail address").fill(address)
    reader.page.get_by_label("Password").fill(password)
    reader.press("Log in")
    expect(reader.page.get_by_role("heading", name="Today", exact=True)).to_be_visible()


def first_article(reader: Reader) -> None:
    reader.open("/")
    reader.enter("main a[href^='/articles/']")


def first_tag(reader: Reader) -> None:
    reader.open("/tags/")
    reader.enter("main a[href^='/tags/']")


def withdraw(reader: Reader) -> None:
    reader.open(f"{reader.demo.private_pages[0]}data/")
    reader.enter("main a[href*='/withdraw/']")


def status(number: int) -> Callable[[Reader], None]:
    return lambda reader: reader.open(reader.demo.private_pages[number])


def referral(kind: str) -> Callable[[Reader], None]:
    return lambda reader: reader.open(f"{reader.demo.private_pages[0]}refer/?kind={kind}")


def my_link(reader: Reader) -> None:
    """The candidate's page with their personal link, which is made when there is none."""
    reader.open(f"{reader.demo.private_pages[0]}refer/send/")
    if reader.page.get_by_role("button", name="Make my link").count():
        reader.press("Make my link")


def behind_my_link(reader: Reader) -> None:
    my_link(reader)
    reader.open(reader.page.get_by_label("The link alone").input_value())


def introduction_with_errors(reader: Reader) -> None:
    behind_my_link(reader)
    reader.page.get_by_label("I am hiring").check()
    reader.press("Introduce myself")


def introduced(reader: Reader) -> None:
    behind_my_link(reader)
    reader.open(reader.page.url + "thanks/")


def referral_with_errors(reader: Reader) -> None:
    referral("client")(reader)
    reader.page.get_by_role("textbox", name="E-mail").fill("nonsense")
    reader.press("Send the name")


def thanks(reader: Reader) -> None:
    referral("candidate")(reader)
    name_somebody(reader.page, "Bea Invented")
    expect(reader.page.get_by_role("heading", name="Thank you for naming Bea Invented")).to_be_visible()


def name_somebody(page: Page, name: str) -> None:
    """Fill in the form for somebody who is looking, and send it."""
    page.get_by_label("Their name").fill(name)
    page.get_by_label("How do you know them?").select_option(label="We work together")
    page.get_by_role("textbox", name="E-mail").fill(f"{name.split()[0].lower()}@example.org")
    page.get_by_role("group", name="Do they know").get_by_label("Yes", exact=True).check()
    page.get_by_role("group", name="May I say").get_by_label("No", exact=True).check()
    page.get_by_role("checkbox", name="What I say here").check()
    page.wait_for_timeout(3_000)  # who fills a form in less is taken for a machine
    page.get_by_role("button", name="Send the name").click()


def lost_with_errors(reader: Reader) -> None:
    reader.open("/status/lost/")
    reader.press("Send the link")


def kept(reader: Reader) -> None:
    """The page that keeps what was typed, here because the form's token is gone."""
    reader.open("/status/lost/")
    reader.page.get_by_label("Your e-mail address").fill("cara@example.org")
    reader.page.eval_on_selector("[name=csrf_token]", "field => { field.value = 'old' }")
    reader.press("Send the link")


def login_with_errors(reader: Reader) -> None:
    reader.open("/desk/login/")
    reader.press("Log in")


def desk(path: str, *links: str) -> Callable[[Reader], None]:
    """A page of the desk, and from there on by links."""

    def lead(reader: Reader) -> None:
        reader.open(f"/desk/{path}")
        for name in links:
            reader.follow(name)

    return lead


def notice(reader: Reader) -> None:
    reader.open("/desk/data/")
    reader.enter("main a[href*='/notices/']")


def desk_form_with_errors(path: str, button: str, *links: str) -> Callable[[Reader], None]:
    def lead(reader: Reader) -> None:
        desk(path, *links)(reader)
        reader.press(button)

    return lead


def link_to_copy(reader: Reader) -> None:
    desk("candidates/", LATE)(reader)
    reader.press("Make a link to copy")


def users_link(reader: Reader) -> None:
    desk("users/", COLLEAGUE)(reader)
    reader.press("Make a link")


def app_for_second_step(reader: Reader) -> None:
    desk("account/")(reader)
    reader.press("Set it up")


def recovery_codes(reader: Reader) -> None:
    """With the second step on from here: whoever is logged in stays so."""
    app_for_second_step(reader)
    secret = reader.page.locator("main strong").inner_text().replace(" ", "")
    reader.page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    reader.press("Switch it on")


def filling(reader: Reader, job: str) -> None:
    """Step 1 of filling a job, with nobody chosen."""
    desk("jobs/", job, "It is filled")(reader)


def first_answer(reader: Reader) -> None:
    """Step 2, for the first person, with the first of step 1 placed."""
    filling(reader, FILLED)
    reader.page.get_by_role("radio").first.check()
    reader.press("Go on to the answers")


def answer_with_errors(reader: Reader) -> None:
    first_answer(reader)
    reader.press("Go on")


def second_answer(reader: Reader) -> None:
    """The other letter: of who was placed."""
    first_answer(reader)
    write_in_full(reader)


def answer_by_phone(reader: Reader) -> None:
    """Somebody whose address is struck out first; reached from the preview, where not all is ready."""
    unready_preview(reader)
    reader.page.get_by_role("link", name=f"Put it right for {UNREACHED}").click()
    expect(reader.page.get_by_text("There is no e-mail address, so this is a call")).to_be_visible()


def unready_preview(reader: Reader) -> None:
    desk("candidates/", UNREACHED, "Edit")(reader)
    reader.page.get_by_label("E-mail").fill("")
    reader.press("Save")
    filling(reader, UNFILLED)
    reader.follow("Look and confirm")


def write_in_full(reader: Reader) -> None:
    """A reason, an observation where the letter has a place for one, and on to the next page."""
    reader.page.get_by_label("The reason").fill("They chose somebody who has run the same system.")
    observation = reader.page.get_by_label("One specific observation")
    if observation.count():
        observation.fill("You drew the failure first.")
    reader.press("Go on")


def preview(reader: Reader) -> None:
    """Step 3, with every letter written; nothing has gone out."""
    first_answer(reader)
    while reader.page.get_by_label("The reason").count():
        write_in_full(reader)
    expect(reader.page.get_by_role("heading", name="Confirm")).to_be_visible()


def on_its_way(reader: Reader) -> None:
    preview(reader)
    reader.press("Fill the job and send 2 answers")
    expect(reader.page.get_by_role("button", name="Undo: call back all that wait")).to_be_visible()


def comment_with_errors(reader: Reader) -> None:
    reader.open(f"/comments/{TALKED_ABOUT}/")
    reader.press("See how it looks")


def comment_preview(reader: Reader) -> None:
    reader.open(f"/comments/{TALKED_ABOUT}/")
    reader.page.get_by_label("Name").fill("Nia Invented")
    reader.page.get_by_label("E-mail").first.fill("nia@example.org")
    reader.page.get_by_label("Website").fill("readers.example")
    reader.page.get_by_role("textbox", name="Comment").fill("A good letter.\n\nSee https://a.example/.")
    reader.press("See how it looks")
    expect(reader.page.get_by_role("heading", name="This is how your comment will look")).to_be_visible()


def comment_thanks(reader: Reader) -> None:
    """The reader's own page; the same comment again makes no second one."""
    comment_preview(reader)
    reader.page.wait_for_timeout(3_000)  # who sends a form in less is taken for a machine
    reader.press("Send the comment")


def a_comment_waits(reader: Reader) -> None:
    reader.open("/desk/comments/")
    if not reader.page.locator("[data-row]").count():
        comment_thanks(reader)
        reader.open("/desk/comments/")
    expect(reader.page.locator("[data-row]").first).to_contain_text("Nia Invented")


def comment_at_the_desk(reader: Reader) -> None:
    a_comment_waits(reader)
    reader.enter("[data-row] a[data-key=e]")


def bans(reader: Reader) -> None:
    reader.open("/desk/comments/bans/")
    if not reader.page.get_by_role("button", name="Lift").count():
        reader.page.get_by_label("What", exact=True).select_option(label="Links to")
        reader.page.get_by_label("Which").fill("spam.example")
        reader.press("Ban")


PAGES: dict[str, Callable[[Reader], None]] = {
    "home": lambda reader: reader.open("/"),
    "article": first_article,
    "article with comments": lambda reader: reader.open(f"/articles/{TALKED_ABOUT}/#comment-one"),
    "comment with errors": comment_with_errors,
    "comment, preview": comment_preview,
    "comment, sent": comment_thanks,
    "comment, sent before": lambda reader: reader.open(f"/comments/{TALKED_ABOUT}/?sent=1"),
    "page": lambda reader: reader.open("/about/"),
    "promise": lambda reader: reader.open("/promise/"),
    "archive": lambda reader: reader.open("/archive/"),
    "tag": first_tag,
    "search": lambda reader: reader.open("/search/"),
    "not found": lambda reader: reader.open("/nowhere/"),
    "status, waiting": status(0),
    "status, decided and not told": status(1),
    "status, answered": status(2),
    "referral": referral("candidate"),
    "referral, no kind": referral("nonsense"),
    "referral with errors": referral_with_errors,
    "thanks": thanks,
    "send it yourself, no link yet": lambda reader: reader.open(f"{reader.demo.private_pages[1]}refer/send/"),
    "send it yourself": my_link,
    "introduction": behind_my_link,
    "introduction with errors": introduction_with_errors,
    "introduced": introduced,
    "personal link that opens nothing": lambda reader: reader.open("/r/none/"),
    "your data": lambda reader: reader.open(f"{reader.demo.private_pages[0]}data/"),
    "correct your details": lambda reader: reader.open(f"{reader.demo.private_pages[0]}data/correct/"),
    "withdraw": withdraw,
    "no more contact": lambda reader: reader.open(f"{reader.demo.private_pages[0]}data/object/"),
    "erase everything": lambda reader: reader.open(f"{reader.demo.private_pages[0]}data/erase/?sent=1"),
    "erased": lambda reader: reader.open("/erased/"),
    "neutral": lambda reader: reader.open(f"/status/{'x' * 43}/"),
    "lost": lambda reader: reader.open("/status/lost/"),
    "lost with errors": lost_with_errors,
    "lost and sent": lambda reader: reader.open("/status/lost/?sent=1"),
    "kept": kept,
    "login": lambda reader: reader.open("/desk/login/"),
    "login with errors": login_with_errors,
    "today": desk(""),
    "people's data": desk("data/"),
    "notice": notice,
    "jobs": desk("jobs/"),
    "no job closed": desk("jobs/?show=closed"),
    "job": desk("jobs/", "Data engineer"),
    "job form": desk("jobs/", "Data engineer", "Edit"),
    "clients": desk("clients/"),
    "client": desk("clients/", "Ternfield Energy"),
    "client form with errors": desk_form_with_errors("clients/new/", "Save"),
    "contact form": desk("clients/", "Ternfield Energy", "Ailsa Munro"),
    "candidates": desk("candidates/"),
    "nobody found": desk("candidates/?q=nobody"),
    "candidate": desk("candidates/", LATE),
    "candidate with errors": desk_form_with_errors("candidates/", "Put them forward", LATE),
    "candidate form": desk("candidates/new/"),
    "link to copy": link_to_copy,
    "candidacy": desk("", LATE),
    "candidacy with errors": desk_form_with_errors("", "Record the outcome", LATE),
    "candidacy, decided": desk("", UNTOLD),
    "interview": desk("", LATE, "Correct round 1"),
    "interview with errors": desk_form_with_errors("", "Correct the interview", LATE, "Correct round 1"),
    "answer": desk("", UNTOLD, "Write the answer"),
    "not decided": desk("", LATE, "Tell them so"),
    "call": desk("", PHONE, "Call with the answer"),
    "referrals": desk("referrals/"),
    "referral, looking": desk("referrals/", "Milan Novák"),
    "referral, hiring": desk("referrals/", "Carys Bowen"),
    "comments": a_comment_waits,
    "comment at the desk": comment_at_the_desk,
    "comments, none of them": desk("comments/?state=deleted"),
    "bans": bans,
    "mail": desk("mail/"),
    "figures": desk("figures/"),
    "figures, all time": desk("figures/all/"),
    "figures, a month without any": desk("figures/2020-02/"),
    "failed mail": desk("mail/", "Lucía Ferrer"),
    "no such record": desk("jobs/none/"),
    "hand over": desk("candidates/", LATE, "Hand over"),
    "users": desk("users/"),
    "user": desk("users/", COLLEAGUE),
    "user form with errors": desk_form_with_errors("users/new/", "Add them"),
    "user's link": users_link,
    "who did what": desk("audit/"),
    "who saw a candidate": desk("candidates/", LATE, "Who saw this"),
    "account": desk("account/"),
    "app for the second step": app_for_second_step,
    "recovery codes": recovery_codes,
    "second step, off": desk("account/", "Switch it off"),
    "fill: who": lambda reader: filling(reader, FILLED),
    "cancel: who": desk("jobs/", FILLED, "It is cancelled"),
    "fill: answer": first_answer,
    "fill: answer with errors": answer_with_errors,
    "fill: another answer": second_answer,
    "fill: not ready": unready_preview,
    "fill: answer by phone": answer_by_phone,
    "fill: preview": preview,
    "fill: progress": on_its_way,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_well_in_light_and_dark_wide_and_narrow(reader: Reader, name: str) -> None:
    """Without an error on the console: the security policy refuses nothing that the page needs."""
    page = reader.page
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    PAGES[name](reader)
    page.evaluate(AXE_SCRIPT)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert overflow(page) <= 0, f"{overflow(page)} px are cut off at {size['width']}: {page.url}"
        for scheme, checks in CHECKS.items():
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = AxeResults(page.evaluate(RUN_AXE, checks))
            assert not found.violations_count, f"{name}, {size['width']}, {scheme}\n{found.generate_report()}"
    assert reader.complaints == []


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return int(wider)


@pytest.mark.parametrize("lead", [referral_with_errors, lost_with_errors, login_with_errors])
def test_errors_take_the_focus_and_lead_to_their_field(
    reader: Reader, lead: Callable[[Reader], None]
) -> None:
    lead(reader)
    summary = reader.page.locator(".error-summary")
    expect(summary).to_be_focused()
    link = summary.get_by_role("link").first
    target = link.get_attribute("href")
    link.click()
    expect(reader.page.locator(str(target))).to_be_focused()


def test_the_keyboard_reaches_every_row_of_today_in_order(reader: Reader) -> None:
    """And wherever it is, a ring around it shows it."""
    reader.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    desk("")(reader)
    expected = reader.page.eval_on_selector_all(
        "main a, main button", "all => all.map(each => each.textContent.trim())"
    )
    reached: list[str] = []
    reader.page.locator("#main").focus()
    for _ in expected:
        reader.page.keyboard.press("Tab")
        text, ring = reader.page.evaluate(
            """() => {
              const style = getComputedStyle(document.activeElement);
              const shown = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
              return [document.activeElement.textContent.trim(), shown];
            }"""
        )
        reached.append(text)
        assert ring >= 2, f"no ring around “{text}”"
    assert reached == expected
    assert len(reached) > 15


def test_a_referral_is_made_without_script(browser: Browser, demo: Installation) -> None:
    """From the private page to the thanks, by way of a form that was not right at first."""
    context = browser.new_context(viewport=NARROW, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(demo.private_pages[2])
    page.get_by_role("link", name="Someone looking for a new role").click()
    page.get_by_label("Why them?").fill("He asks before he builds.")
    page.get_by_role("button", name="Send the name").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter their name.")
    expect(page.get_by_label("Why them?")).to_have_value("He asks before he builds.")
    name_somebody(page, "Jo Invented")
    expect(page.get_by_role("heading", name="Thank you for naming Jo Invented")).to_be_visible()
    page.get_by_role("link", name="Back to your page").click()
    expect(page.get_by_role("rowheader", name="Jo Invented")).to_be_visible()
    assert context.cookies() == []
    context.close()
