"""The candidate's page over real requests: what it tells, when, to whom, and that looking changes nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from core.settings import ROOT
from forms.candidates.models import CANDIDATES, Outcome, Stage
from forms.outbox.chores import EXTENSION as CHORES
from forms.outbox.chores import Chore, see_to
from forms.outbox.delivery import deliver_due
from forms.outbox.models import OUTBOX, Mail
from forms.outbox.room import EXTENSION, MailRoom
from forms.outbox.transport import MemoryTransport
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions, browser
from tests.forms.people import PRIVATE_REASON, REAL_NAME, REASON, SECRETS, Scene, someone, someone_hiring
from tests.forms.reading import ESCAPED, SCRIPT, assert_refused, dump, hidden, value

LOST = "/status/lost/"


@pytest.fixture
def content() -> Path:
    """The messages that the product ships with."""
    return ROOT / "content"


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return browser(app)


def letter_of(visitor: FlaskClient, address: str) -> str:
    """The page, but for the token of its form, which is another one each time."""
    page = visitor.get(address)
    assert page.status_code == 200
    return re.sub(r'<input[^>]* name="csrf_token"[^>]*>', "", page.text)


def mails(app: Flask, store: MemoryStore) -> list[Mail]:
    """The outbox, once the chores were seen to."""
    see_to(cast(Sequence[Chore], app.extensions[CHORES]))
    with store.read() as reader:
        return OUTBOX.find(reader, order="created")


@pytest.mark.parametrize("outcome", Outcome)
def test_a_decision_shows_nothing_before_it_is_told_and_all_of_it_after(
    app: Flask, desk: DeskActions, scene: Scene, visitor: FlaskClient, clock: ManualClock, outcome: Outcome
) -> None:
    """Decided, drafted, on its way: the page stays the same to the last letter. Then the mail goes out."""
    candidacy = scene.candidacy(at=Stage.OFFERED)
    token, _ = scene.link(candidacy.candidate_id)
    address, page = f"/status/{token}/", f"/desk/candidacies/{candidacy.id}/"
    before = letter_of(visitor, address)
    desk.post(
        page + "outcome/",
        {"outcome": outcome.value, "reason": REASON, "private_reason": PRIVATE_REASON},
        page=page,
    )
    assert letter_of(visitor, address) == before
    answer = desk.get(page + "answer/")
    body = value(answer, "body")
    typed = {
        "subject": value(answer, "subject"),
        "body": body,
        "observation": "You drew the failure first." if "{{ observation }}" in body else "",
    }
    assert desk.send(page + "answer/", {**typed, "action": "draft"}).status_code == 303
    assert letter_of(visitor, address) == before
    assert desk.send(page + "answer/", {**typed, "action": "send"}).status_code == 303
    assert letter_of(visitor, address) == before
    transport = MemoryTransport()
    deliver_due(replace(cast(MailRoom, app.extensions[EXTENSION]), transport=transport, clock=clock))
    after = letter_of(visitor, address)
    assert after != before
    assert "Dear Ada Ashworth" in after
    assert "Answered" in after
    assert len(transport.sent) == 1
    for text in (before, after):
        assert not [secret for secret in SECRETS if secret in text]


def test_a_letter_keeps_the_lines_of_its_signature_on_the_page(
    app: Flask, desk: DeskActions, scene: Scene, visitor: FlaskClient
) -> None:
    candidacy = scene.declined()
    token, _ = scene.link(candidacy.candidate_id)
    body = "Dear Ada,\n\nno.\n\nAnna Headhunter\n+44 20 7946 0123"
    typed = {"subject": "The outcome", "body": body, "action": "send"}
    desk.send(f"/desk/candidacies/{candidacy.id}/answer/", typed)
    deliver_due(replace(cast(MailRoom, app.extensions[EXTENSION]), transport=MemoryTransport()))
    assert "<p>Anna Headhunter<br>+44 20 7946 0123</p>" in letter_of(visitor, f"/status/{token}/")


def test_the_ways_to_reach_the_headhunter_are_readable_and_work(scene: Scene, visitor: FlaskClient) -> None:
    token, _ = scene.link(scene.candidate().id)
    page = letter_of(visitor, f"/status/{token}/")
    assert '<a href="tel:+442079460123">+44 20 7946 0123</a>' in page
    assert '<a href="mailto:anna@letters.example">' in page
    assert "+44 20 7946 0999" in page  # what is held about the candidate
    assert "Nothing is open between us at the moment." in page


def test_no_public_page_names_a_confidential_client(
    app: Flask, desk: DeskActions, scene: Scene, visitor: FlaskClient, store: MemoryStore
) -> None:
    """Neither the page, nor the referral's, nor any letter."""
    candidacy = scene.declined()
    token, _ = scene.link(candidacy.candidate_id)
    address = f"/status/{token}/"
    referral = scene.refer(scene.candidate("Otto Other", None), someone())
    pages = [address, address + "refer/", f"{address}refer/thanks/{referral.id}/", LOST, "/status/x/"]
    assert not [page for page in pages if REAL_NAME in visitor.get(page).text]
    answer = desk.get(f"/desk/candidacies/{candidacy.id}/answer/")
    assert REAL_NAME not in value(answer, "body") + value(answer, "subject")
    page = f"/desk/candidates/{candidacy.candidate_id}/"
    desk.post(page + "links/mail/", page=page)
    assert mails(app, store)
    assert not [mail for mail in mails(app, store) if REAL_NAME in mail.subject + mail.body]


def test_what_was_typed_is_never_markup(
    app: Flask, desk: DeskActions, scene: Scene, visitor: FlaskClient
) -> None:
    """A name, a job, an alias, a letter: on the page they are text."""
    job = scene.another_job(SCRIPT)
    candidacy = scene.candidacy(scene.candidate(SCRIPT), at=Stage.INTERVIEWING, job=job)
    scene.decide(candidacy, Outcome.CLIENT_DECLINED)
    desk.send(f"/desk/clients/{scene.client_id}/edit/", {"name": SCRIPT, "alias": SCRIPT})
    token, _ = scene.link(candidacy.candidate_id)
    typed = {"subject": SCRIPT, "body": f"Dear {SCRIPT},\n\n{SCRIPT}", "action": "send"}
    desk.send(f"/desk/candidacies/{candidacy.id}/answer/", typed)
    deliver_due(replace(cast(MailRoom, app.extensions[EXTENSION]), transport=MemoryTransport()))
    for address in (f"/status/{token}/", f"/status/{token}/refer/"):
        assert SCRIPT not in letter_of(visitor, address)
    assert letter_of(visitor, f"/status/{token}/").count(ESCAPED) >= 4


def test_links_that_open_nothing_look_alike(
    scene: Scene, visitor: FlaskClient, desk: DeskActions, clock: ManualClock
) -> None:
    """Wrong, revoked and expired: one page, one status; nobody learns that a link was ever good."""
    candidate = scene.candidate()
    revoked, link = scene.link(candidate.id)
    page = f"/desk/candidates/{candidate.id}/"
    desk.post(f"{page}links/{link.id}/revoke/", page=page)
    expired, _ = scene.link(candidate.id)
    clock.advance(dt.timedelta(days=180))
    tokens = ("x" * 43, revoked, expired, "short", "%00", "../../desk")
    answers = [visitor.get(f"/status/{token}/") for token in tokens[:4]]
    assert {each.status_code for each in answers} == {404}
    assert len({each.text for each in answers}) == 1
    assert LOST in answers[0].text
    for token in tokens[4:]:
        assert visitor.get(f"/status/{token}/").status_code in (302, 303, 404)


def test_a_lost_link_is_mailed_to_the_address_on_file_and_the_answer_is_the_same_for_all(
    app: Flask, scene: Scene, visitor: FlaskClient, store: MemoryStore
) -> None:
    scene.candidate()
    form = hidden(visitor.get(LOST))
    answers = [
        visitor.post(LOST, data={**form, "email": email}, follow_redirects=True)
        for email in ("ADA@people.example", "nobody@people.example")
    ]
    assert answers[0].text == answers[1].text
    assert "If that address is on file, a fresh link is on its way to it." in answers[0].text
    (mail,) = mails(app, store)
    assert mail.recipient == "ada@people.example"
    assert mail.body.rstrip().endswith("Anna Headhunter\n+44 20 7946 0123")


def test_lost_links_are_capped_without_a_word(
    app: Flask, scene: Scene, visitor: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    """Three an hour for an address, ten for a visitor; whoever asks too often reads the same page."""
    scene.candidate()
    texts = set()
    for _ in range(5):
        form = hidden(visitor.get(LOST))
        sent = visitor.post(LOST, data={**form, "email": "ada@people.example"}, follow_redirects=True)
        texts.add((sent.status_code, sent.text))
    assert len(texts) == 1
    assert len(mails(app, store)) == 3
    clock.advance(dt.timedelta(hours=1, seconds=1))
    visitor.post(LOST, data={**hidden(visitor.get(LOST)), "email": "ada@people.example"})
    assert len(mails(app, store)) == 4


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter your e-mail address."),
        ("  ", "Enter your e-mail address."),
        ("ada at people", "Enter an e-mail address such as name@example.org."),
        (SCRIPT, "Enter an e-mail address such as name@example.org."),
    ],
)
def test_what_is_no_address_is_said_to_be_none(
    visitor: FlaskClient, store: MemoryStore, typed: str, message: str
) -> None:
    before = dump(store)
    page = visitor.post(LOST, data={**hidden(visitor.get(LOST)), "email": typed})
    assert_refused(page, "email", message, typed)
    assert SCRIPT not in page.text
    assert dump(store) == before


def test_looking_at_every_page_changes_nothing(
    app: Flask, desk: DeskActions, scene: Scene, visitor: FlaskClient, store: MemoryStore
) -> None:
    """A mail scanner follows every link, and a person looks twice. Compared: all records there are."""
    candidacy = scene.declined()
    waiting = scene.interviewed("Otto Other", "otto@people.example")
    ada = candidacy.candidate_id
    with store.read() as reader:
        person = CANDIDATES.require(reader, ada)
    looking, hiring = scene.refer(person, someone()), scene.refer(person, someone_hiring())
    scene.send(candidacy)
    mail = mails(app, store)[0]
    token, _ = scene.link(ada)
    status = f"/status/{token}/"
    public = [status, status + "refer/", status + "refer/?kind=client", LOST, LOST + "?sent=1", "/healthz"]
    public += [f"{status}refer/thanks/{looking.id}/", "/status/wrong/", "/status/wrong/refer/"]
    private = ["", "jobs/", "jobs/?show=closed", "clients/", "clients/new/", "candidates/", "candidates/?q=a"]
    private += ["candidates/new/", "referrals/", "mail/", f"mail/{mail.id}/", "login/"]
    private += [f"referrals/{looking.id}/", f"referrals/{hiring.id}/", f"jobs/{scene.job.id}/"]
    private += [f"jobs/{scene.job.id}/edit/", f"clients/{scene.client_id}/", f"candidates/{ada}/"]
    private += [f"clients/{scene.client_id}/{page}/" for page in ("edit", "jobs/new", "contacts/new")]
    private += [f"candidates/{ada}/edit/", f"candidates/{ada}/?job={scene.job.id}"]
    for each in (candidacy, waiting):
        private += [f"candidacies/{each.id}/{page}" for page in ("", "answer/", "answer/call/")]
        private.append(f"candidacies/{each.id}/answer/not-decided/")
    before = dump(store)
    for ask in (visitor.get, visitor.head):
        assert {ask(address).status_code for address in public} <= {200, 404}
    for address in private:
        assert desk.get(f"/desk/{address}").status_code == 200, address
    assert dump(store) == before


def test_public_pages_set_no_cookie_and_say_what_may_be_kept(scene: Scene, visitor: FlaskClient) -> None:
    token, _ = scene.link(scene.interviewed().candidate_id)
    status = f"/status/{token}/"
    answers = [visitor.get(each) for each in (status, status + "refer/", LOST, "/status/wrong/")]
    answers.append(visitor.post(LOST, data={**hidden(visitor.get(LOST)), "email": "ada@people.example"}))
    answers.append(visitor.post(status + "refer/", data=hidden(visitor.get(status + "refer/"))))
    for page in answers:
        assert "Set-Cookie" not in page.headers
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert not re.search(r'(src|<link[^>]* href)="(https?:)?//', page.text)  # nothing from elsewhere
        assert "style=" not in page.text
        assert not re.search(r"<script(?![^>]* src=)", page.text)


@pytest.mark.parametrize("token", ["", "nonsense", None])
def test_a_form_without_its_token_is_refused_and_kept(
    visitor: FlaskClient, store: MemoryStore, token: str | None
) -> None:
    before = dump(store)
    data = {"email": "ada@people.example"} | ({} if token is None else {"csrf_token": token})
    page = visitor.post(LOST, data=data)
    assert page.status_code == 403
    assert "ada@people.example" in page.text
    foreign = visitor.post(
        LOST, data={**hidden(visitor.get(LOST)), **data}, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403
    assert dump(store) == before
