"""A morning at the desk, in Chromium against real processes: a job is filled, and nobody is left unanswered.

Eight people were interviewed: one has the offer, one has no address, one has an address that the mail server
refuses at once, one has an address from which the letter comes back later, one was told "not decided yet",
one has withdrawn, one is written to tomorrow. A ninth was never interviewed.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from forms import SHAPES
from forms.candidates import service as candidates
from forms.candidates.models import Candidacy, InterviewKind, Outcome, Stage
from forms.follow_up import answering, ledger
from forms.jobs import clients
from forms.jobs import service as jobs
from forms.links import Purpose, mint
from forms.recruiters import RECRUITERS, Recruiter
from forms.store.opening import open_store
from forms.store.protocol import Store
from tests.browser.conftest import PostOffice
from tests.browser.installation import PATIENCE, Installation
from tests.forms.outbox.postfix import REASON

pytestmark = pytest.mark.browser

PASSWORD = "quiet river under bridge"
DAY = dt.timedelta(days=1)
PLACED, LONG, PHONE, BOUNCED, EXTENDED, WITHDREW, LATER, REFUSED = (
    "Amal Placed", "Bea Longway", "Cal Phoneonly", "Dee Movedaway",
    "Eli Extended", "Fay Withdrew", "Gus Tomorrow", "Hal Mistyped",
)  # fmt: skip
NEVER = "Ida Neverseen"
INTERVIEWED = {PLACED, LONG, PHONE, BOUNCED, EXTENDED, WITHDREW, LATER, REFUSED}
MAILED = {PLACED, LONG, BOUNCED, EXTENDED}
TOLD = {PLACED: "The job is yours", WITHDREW: "You withdrew from this role"}
FILLED = "The job has been filled by someone else"


@dataclass
class Office:
    """What has happened before this morning. `pages`: each candidate's private page, by name."""

    store: Store
    recruiter: Recruiter
    origin: str
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    pages: dict[str, str] = field(default_factory=dict)

    def open_the_job(self) -> str:
        client = clients.add_client(
            self.store, name="Northwind Secret plc", alias="a bank in Leeds", notes="", now=self.now
        )
        job = jobs.add_job(
            self.store, client.id, title="Platform Engineer", location="Leeds", confidential=True,
            promise_days=None, notes="", by=self.recruiter.id, now=self.now,
        )  # fmt: skip
        return job.id

    def put_forward(self, job_id: str, name: str, *, rounds: int) -> Candidacy:
        first = name.split()[0].lower()
        person = candidates.add_candidate(
            self.store, name=name, email=None if name == PHONE else f"{first}@example.org",
            phone="+442079460123", profile_url=None, notes="", by=self.recruiter.id, now=self.now,
        )  # fmt: skip
        candidacy = candidates.open_candidacy(
            self.store, person.id, job_id, stage=Stage.SUBMITTED, by=self.recruiter.id, now=self.now
        )
        for number in range(rounds):
            ledger.record_interview(
                self.store, candidacy.id, on=self.now.date() - (12 - number) * DAY,
                kind=InterviewKind.VIDEO, notes="", default_promise=5, by=self.recruiter.id, now=self.now,
            )  # fmt: skip
        token, _ = mint(self.store, Purpose.STATUS, person.id, now=self.now, lifetime=30 * DAY)
        self.pages[name] = f"{self.origin}/status/{token}/"
        return candidacy


def the_days_before(office: Office) -> str:
    """Eight interviews, an offer, a withdrawal, and a "not decided yet"; gives the job's id."""
    job_id, by = office.open_the_job(), office.recruiter.id
    office.put_forward(job_id, NEVER, rounds=0)
    made = {
        name: office.put_forward(job_id, name, rounds=3 if name == LONG else 1)
        for name in sorted(INTERVIEWED)
    }
    candidates.move_stage(office.store, made[PLACED].id, Stage.OFFERED, by=by, now=office.now)
    candidates.decide(
        office.store, made[WITHDREW].id, Outcome.WITHDREW, reason="", private_reason="", by=by, now=office.now
    )
    answering.log_call(
        office.store, made[EXTENDED].id, said="Not yet.", new_date=office.now.date() + 7 * DAY,
        by=office.recruiter, now=office.now,
    )  # fmt: skip
    return job_id


def test_a_morning_at_the_desk(browser: Browser, installation: Installation, post_office: PostOffice) -> None:
    """Fill, send, see the results, be refused the close, put right what is left, close.

    Before and after each step, every candidate's page is read: an outcome is on it once its answer went out.
    """
    post_office.unknown.add("hal@example.org")
    desk, letter = browser.new_page(), browser.new_page()
    set_up_the_desk(desk, installation)
    office = open_office(installation)
    job = f"{installation.origin}/desk/jobs/{the_days_before(office)}/"

    def they_know() -> set[str]:
        return {name for name in office.pages if knows(letter, office, name)}

    fill_the_job(desk, job)
    assert they_know() == set(), "nobody reads of it before anything was sent"
    desk.get_by_role("button", name="Fill the job and send 6 answers").click()
    expect(progress(desk)).to_have_text("Answered: 4 of 7")
    expect(row(desk, REFUSED)).to_contain_text("550 5.1.1 hal@example.org: no such mailbox")
    expect(row(desk, PHONE)).to_contain_text("To be called")
    expect(row(desk, LATER)).to_contain_text("Waits until")
    assert recipients(post_office) == MAILED
    assert they_know() == MAILED

    a_letter_comes_back(desk, installation, post_office)
    expect_the_bounce_on(letter, office)
    assert they_know() == MAILED - {BOUNCED}, "what came back has told nobody anything"

    is_refused_the_close(desk, job)
    send_what_waits(desk, job)
    assert they_know() == MAILED - {BOUNCED} | {LATER}
    note_the_call(desk, job, PHONE)
    see_why_it_came_back(desk, installation)
    note_the_call(desk, job, BOUNCED)
    assert they_know() == MAILED | {LATER, PHONE}
    put_the_address_right(desk, job)
    answer_who_withdrew(desk, job)
    wait_for(lambda: close(desk, job), "the job to be closed")

    assert they_know() == INTERVIEWED
    assert "gone to someone else" in text_to(post_office, REFUSED)
    assert "you went a long way in this" in text_to(post_office, LONG)
    assert "Northwind" not in "".join(each.get_content() for each in post_office.letters)
    assert recipients(post_office) == INTERVIEWED - {PHONE}
    assert len(post_office.letters) == len(INTERVIEWED) - 1, "one letter each, but for who was called"
    office.store.close()


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


def open_office(installation: Installation) -> Office:
    """Beside the running installation, on the same store."""
    store = open_store(installation.store, SHAPES, installation.folder)
    with store.read() as reader:
        (recruiter,) = RECRUITERS.find(reader)
    return Office(store, recruiter, installation.origin)


def fill_the_job(page: Page, job: str) -> None:
    """Up to the last look, without pressing the button."""
    page.goto(job)
    page.get_by_role("link", name="It is filled").click()
    expect(page.get_by_text(WITHDREW)).to_be_visible()
    expect(page.get_by_label(NEVER)).to_be_checked()
    page.get_by_label(PLACED).check()
    page.get_by_role("button", name="Go on to the answers").click()
    page.get_by_label("The reason").fill("You were the one they wanted.")
    go_on(page, PLACED)
    for name in (LONG, PHONE, BOUNCED, EXTENDED, LATER, REFUSED):
        page.get_by_label("The reason").fill("They chose somebody who has run the same system.")
        if name != PHONE:
            page.get_by_label("One specific observation").fill(f"{name}, you drew the failure first.")
            page.get_by_label("On the next business morning" if name == LATER else "Now").check()
        go_on(page, name)
    expect(page.get_by_role("heading", name="Confirm")).to_be_visible()


def go_on(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    page.get_by_role("button", name="Go on", exact=True).click()
    page.wait_for_load_state()


def knows(page: Page, office: Office, name: str) -> bool:
    """Whether the candidate's page tells the outcome; nobody else's name, nor the client's, is on it."""
    page.goto(office.pages[name])
    expect(page.get_by_role("heading", name=f"Dear {name}")).to_be_visible()
    text = page.locator("main").inner_text()
    assert "Northwind" not in text
    assert not any(other in text for other in office.pages if other != name)
    return TOLD.get(name, FILLED) in text


def progress(page: Page) -> Locator:
    """What the page says of how far it has come; it follows by itself."""
    return page.locator("label[for=progress]")


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def recipients(office: PostOffice) -> set[str]:
    """To whom the mail server has taken letters."""
    return {each["To"].addresses[0].display_name for each in office.letters}


def a_letter_comes_back(page: Page, installation: Installation, post_office: PostOffice) -> None:
    """Taken with 250, then returned: nothing at the desk says so before the bounces are read."""
    page.goto(f"{installation.origin}/desk/")
    expect(owed_row(page, LATER)).to_be_visible()
    expect(owed_row(page, BOUNCED)).to_have_count(0)
    post_office.send_back("dee@example.org", installation.bounces)
    read = installation.command("read-bounces")
    assert read.returncode == 0, read.stderr
    assert read.stdout.startswith("1 came back, 0 delayed"), read.stdout


def expect_the_bounce_on(page: Page, office: Office) -> None:
    """Their page tells that it did not reach them, and no more."""
    page.goto(office.pages[BOUNCED])
    expect(page.get_by_text("That mail came back to us: it has not reached you.")).to_be_visible()


def see_why_it_came_back(page: Page, installation: Installation) -> None:
    """From Today to the person who is owed again, and to the mail server's reason."""
    page.goto(f"{installation.origin}/desk/")
    owed_row(page, BOUNCED).get_by_role("link", name=BOUNCED, exact=True).click()
    expect(page.get_by_text("The mail came back; an answer is owed again")).to_be_visible()
    page.goto(f"{installation.origin}/desk/")
    page.get_by_role("link", name=f"Open the mail to {BOUNCED}").click()
    expect(page.get_by_text(REASON)).to_be_visible()


def owed_row(page: Page, name: str) -> Locator:
    """The row of somebody who is owed an answer, on Today."""
    return page.locator(".debts").get_by_role("row").filter(has_text=name)


def is_refused_the_close(page: Page, job: str) -> None:
    page.goto(job)
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("This job cannot be closed: 5 interviewed people are still owed")).to_be_visible()
    in_the_way = page.get_by_role("region", name="State: Filled")
    for name in INTERVIEWED - MAILED | {BOUNCED}:
        expect(in_the_way.get_by_role("link", name=name, exact=True)).to_be_visible()


def send_what_waits(page: Page, job: str) -> None:
    page.goto(f"{job}progress/")
    page.get_by_role("button", name=f"Send now to {LATER}").click()
    expect(progress(page)).to_have_text("Answered: 4 of 7")


def note_the_call(page: Page, job: str, name: str) -> None:
    page.goto(job)
    page.get_by_role("link", name=name, exact=True).first.click()
    page.get_by_role("link", name=re.compile("^(Call with the answer|Note a call)$")).first.click()
    page.get_by_label("What you said").fill("It went to somebody else, and why.")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_text("The call is noted.")).to_be_visible()


def put_the_address_right(page: Page, job: str) -> None:
    """The words of the failed letter are there again; it goes to the address that was meant."""
    page.goto(job)
    page.get_by_role("link", name=REFUSED, exact=True).first.click()
    page.get_by_role("link", name="The candidate").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("E-mail").fill("hal.mistyped@example.org")
    page.get_by_role("button", name="Save").click()
    page.goto(job)
    page.get_by_role("link", name=REFUSED, exact=True).first.click()
    page.get_by_role("link", name="Write the answer").click()
    expect(page.get_by_label("Letter")).to_have_value(re.compile("drew the failure first"))
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("is on its way")).to_be_visible()


def answer_who_withdrew(page: Page, job: str) -> None:
    page.goto(job)
    page.get_by_role("link", name=WITHDREW, exact=True).first.click()
    page.get_by_role("link", name="Write the answer").click()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("is on its way")).to_be_visible()


def close(page: Page, job: str) -> bool:
    page.goto(job)
    button = page.get_by_role("button", name="Close it")
    if button.count():
        button.click()
    return page.get_by_role("heading", name="State: Closed").count() > 0


def text_to(office: PostOffice, name: str) -> str:
    return next(
        " ".join(each.get_content().split())
        for each in office.letters
        if each["To"].addresses[0].display_name == name
    )


def wait_for(what: Callable[[], object], name: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, f"waited in vain for {name}"
        time.sleep(0.5)
