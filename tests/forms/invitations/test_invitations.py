"""The invitation to refer someone, from the answer it follows to the click that ends all of them."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from core.settings import ROOT
from forms import SHAPES, history, suppressions
from forms.candidates.models import CANDIDACIES, CANDIDATES, Candidacy, Candidate, Outcome
from forms.follow_up import answering, asking, undo
from forms.follow_up.asking import PREFIX, REFUSED, Asking
from forms.follow_up.asking_desk import asking_of
from forms.follow_up.letter import Wording
from forms.follow_up.models import Answer
from forms.outbox import queue
from forms.outbox.delivery import deliver_due
from forms.outbox.failures import Refused
from forms.outbox.models import Mail, MailState
from forms.outbox.room import EXTENSION, MailRoom
from forms.outbox.transport import MemoryTransport
from forms.store.collection import use_case
from forms.store.memory import MemoryStore
from forms.store.protocol import Transaction
from forms.suppressions import BY_THEMSELVES, SUPPRESSIONS
from forms.web import logs
from forms.web.context import EXTENSION as CONTEXT
from tests.contracts.engines import ENGINES, Engine
from tests.forms.acting import DeskActions, token_in
from tests.forms.people import Scene
from tests.forms.reading import dump, words
from tests.postgres_ledgers import close_opened

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Practice:
    """A headhunter's whole mail, over the application's own mail room."""

    def __init__(self, app: Flask, store: MemoryStore, clock: ManualClock) -> None:
        self.app, self.scene = app, Scene(store, clock)
        self.transport = MemoryTransport()
        self.asking: Asking = asking_of(app.extensions[CONTEXT])

    @property
    def room(self) -> MailRoom:
        room: MailRoom = self.app.extensions[EXTENSION]
        return replace(room, transport=self.transport)

    def answer(self, candidacy: Candidacy) -> Answer:
        """Answer by mail, and have the invitation follow."""
        return _answer(self.scene.store, self, candidacy)

    def deliver(self) -> None:
        deliver_due(self.room)

    def sent(self) -> list[str]:
        return [str(message["Subject"]) for message in self.transport.sent]

    def ask(self, answer: Answer) -> Mail:
        with self.scene.store.read() as reader:
            return queue.mail_of(reader, PREFIX + answer.id)[0]

    def asks(self, answer: Answer) -> int:
        with self.scene.store.read() as reader:
            return len(queue.mail_of(reader, PREFIX + answer.id))

    def candidate(self, candidacy: Candidacy) -> Candidate:
        with self.scene.store.read() as reader:
            return CANDIDATES.require(reader, candidacy.candidate_id)

    def history(self, candidacy: Candidacy) -> str:
        with self.scene.store.read() as reader:
            return "\n".join(event.text for event in history.history_of(reader, candidacy.id))

    def invited(self, name: str = "Ada Ashworth", email: str = "ada@people.example") -> EmailMessage:
        """Somebody answered, and invited a week later: the invitation as it went out."""
        self.answer(self.scene.declined(name, email))
        self.deliver()
        self.scene.later(days=7)
        self.deliver()
        return self.transport.sent[-1]


@use_case
def _answer(tx: Transaction, practice: Practice, candidacy: Candidacy) -> Answer:
    now, by = practice.scene.clock.now(), practice.scene.recruiter
    wording = Wording("About the job", "The client chose otherwise.")
    answer = answering.send(tx, candidacy.id, wording, by=by, mail_domain="letters.example", now=now)
    asking.follow(tx, answer, practice.asking, domain="letters.example", now=now)
    return answer


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore]:
    """An empty store, on each engine."""
    engine: Engine = request.param
    if engine.needs:
        request.getfixturevalue(engine.needs)
    made = engine.open(tmp_path, SHAPES)
    yield cast(MemoryStore, made)
    made.close()
    close_opened()


@pytest.fixture
def content() -> Path:
    """What the product ships with."""
    return ROOT / "content"


@pytest.fixture
def practice(app: Flask, store: MemoryStore, clock: ManualClock) -> Practice:
    return Practice(app, store, clock)


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A mail provider: no cookie, no origin."""
    return app.test_client()


def address_in(message: EmailMessage) -> str:
    """The path that switches invitations off."""
    found = re.match(r"<http://localhost(/mail/unsubscribe/[^/>]{43}/)>", str(message["List-Unsubscribe"]))
    assert found
    return found[1]


def test_it_goes_out_a_week_after_the_answer_did(practice: Practice) -> None:
    answer = practice.answer(practice.scene.declined())
    practice.scene.later(days=2)  # nothing is sent for two days
    practice.deliver()
    assert practice.sent() == ["About the job"]
    practice.scene.later(days=6, hours=23)
    practice.deliver()
    assert practice.ask(answer).state is MailState.QUEUED
    practice.scene.later(hours=1)
    practice.deliver()
    assert practice.sent() == ["About the job", "After Payroll engineer: do you know someone?"]
    assert "Invited by mail" in practice.history(practice.scene.read(_candidacy(practice, answer)))


def test_it_says_what_is_asked_and_how_to_end_it(practice: Practice) -> None:
    message = practice.invited()
    text = message.get_content().replace(" \n", " ")
    assert "Dear Ada Ashworth" in text
    assert "http://localhost/status/" in text
    assert f"http://localhost{address_in(message)}" in text
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Northwind" not in text


def test_an_answer_that_is_called_back_takes_it_along(practice: Practice) -> None:
    candidacy = practice.scene.declined()
    answer = practice.answer(candidacy)
    undo.call_back(practice.scene.store, candidacy.id, now=practice.scene.clock.now())
    assert practice.ask(answer).state is MailState.CANCELLED
    assert practice.ask(answer).last_error == "The answer was called back."
    practice.scene.later(days=30)
    practice.deliver()
    assert practice.sent() == []
    second = practice.answer(candidacy)
    assert practice.ask(second).state is MailState.QUEUED


def test_an_answer_that_bounces_takes_it_along(practice: Practice) -> None:
    answer = practice.answer(practice.scene.declined())
    practice.deliver()
    _bounce(practice.scene.store, practice, answer)
    assert practice.ask(answer).last_error == "The answer came back."
    assert practice.ask(answer).state is MailState.CANCELLED


@use_case
def _bounce(tx: Transaction, practice: Practice, answer: Answer) -> None:
    queue._change(
        tx,
        practice.scene.mail(answer).id,
        lambda mail: mail.came_back("no such user", practice.scene.clock.now()),
        practice.room.listeners,
    )


def test_while_the_answer_failed_it_waits_and_goes_a_week_after_the_second_try(practice: Practice) -> None:
    answer = practice.answer(practice.scene.declined())
    practice.transport.answers = [Refused("550 no")]
    practice.deliver()
    practice.scene.later(days=8)
    practice.deliver()
    assert practice.sent() == []
    assert practice.ask(answer).state is MailState.QUEUED
    listeners = practice.room.listeners
    mail = practice.scene.mail(answer)
    queue.retry(practice.scene.store, mail.id, practice.scene.clock.now(), listeners)
    practice.deliver()
    practice.scene.later(days=6)
    practice.deliver()
    assert practice.sent() == ["About the job"]
    practice.scene.later(days=1)
    practice.deliver()
    assert len(practice.sent()) == 2


def test_nobody_is_asked_after_the_decision_was_taken_back(practice: Practice) -> None:
    candidacy = practice.scene.declined()
    answer = practice.answer(candidacy)
    practice.deliver()
    practice.scene.reopen(candidacy)
    practice.scene.later(days=8)
    practice.deliver()
    assert practice.sent() == ["About the job"]
    assert practice.ask(answer).state is MailState.CANCELLED


def test_two_answers_in_a_season_bring_one_invitation(practice: Practice) -> None:
    person = practice.scene.candidate()
    first, second = (practice.scene.candidacy(person, job=practice.scene.another_job(each)) for each in "AB")
    for candidacy in (first, second):
        practice.scene.decide(candidacy, Outcome.CLIENT_DECLINED)
        practice.answer(candidacy)
    assert "under way to them already" in practice.history(second)
    practice.deliver()
    practice.scene.later(days=7)
    practice.deliver()
    assert len([each for each in practice.sent() if each.startswith("After")]) == 1
    now = practice.scene.clock.now()
    with practice.scene.store.read() as reader:
        assert "They were invited on" in practice.asking.why_not(reader, person, now)


def test_one_click_without_cookie_token_or_origin_ends_invitations(
    practice: Practice, stranger: FlaskClient
) -> None:
    address = address_in(practice.invited())
    for _ in range(2):
        page = stranger.post(address, data=ONE_CLICK)
        assert page.status_code == 200
        assert "Invitations are off" in page.text
        assert "Set-Cookie" not in page.headers
    with practice.scene.store.read() as reader:
        (kept,) = SUPPRESSIONS.find(reader)
    assert kept.by == BY_THEMSELVES
    assert "ada@people.example" not in repr(kept)


def test_a_mail_provider_may_post_it_as_a_multipart_form(practice: Practice, stranger: FlaskClient) -> None:
    address = address_in(practice.invited())
    page = stranger.post(address, data=ONE_CLICK, content_type="multipart/form-data")
    assert "Invitations are off" in page.text


def test_opening_the_link_changes_nothing_and_its_button_does(
    practice: Practice, client: FlaskClient
) -> None:
    address = address_in(practice.invited())
    before = dump(practice.scene.store)
    page = client.get(address)
    assert dump(practice.scene.store) == before
    assert 'name="List-Unsubscribe" value="One-Click"' in page.text
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert client.post(address, data={}).status_code == 200
    assert dump(practice.scene.store) == before
    client.post(address, data=ONE_CLICK)
    assert "Invitations are off" in client.get(address).text


def test_a_wrong_token_and_a_link_for_something_else_open_the_neutral_page(
    practice: Practice, client: FlaskClient
) -> None:
    status = re.search(r"/status/([^/\s]{43})/", practice.invited().get_content())
    assert status
    for token in ("x" * 43, status[1]):
        for page in (client.get(f"/mail/unsubscribe/{token}/"),
                     client.post(f"/mail/unsubscribe/{token}/", data=ONE_CLICK)):  # fmt: skip
            assert page.status_code == 404
            assert "This link does not open a page" in page.text
    unsubscribe = address_in(practice.transport.sent[-1]).split("/")[3]
    assert client.get(f"/status/{unsubscribe}/").status_code == 404


def test_an_answer_still_goes_out_after_unsubscribing_and_no_invitation_follows(
    practice: Practice, stranger: FlaskClient
) -> None:
    stranger.post(address_in(practice.invited()), data=ONE_CLICK)
    person = practice.candidate(_newest(practice))
    candidacy = practice.scene.candidacy(person, job=practice.scene.another_job("Second job"))
    practice.scene.decide(candidacy, Outcome.CLIENT_DECLINED)
    answer = practice.answer(candidacy)
    practice.deliver()
    assert practice.sent()[-1] == "About the job"
    assert practice.scene.mail(answer).state is MailState.SENT
    assert practice.asks(answer) == 0
    assert f"No invitation to refer someone follows: {REFUSED}" in practice.history(candidacy)


def test_unsubscribing_cancels_the_invitation_that_waits_and_leaves_the_answer(practice: Practice) -> None:
    candidacy = practice.scene.declined()
    answer = practice.answer(candidacy)
    asking.switch_off(
        practice.scene.store, candidacy.candidate_id, by=BY_THEMSELVES, now=practice.scene.clock.now()
    )
    assert practice.ask(answer).state is MailState.CANCELLED
    assert practice.ask(answer).last_error == REFUSED
    assert practice.scene.mail(answer).state is MailState.QUEUED
    practice.deliver()
    assert practice.sent() == ["About the job"]


def test_a_refusal_holds_for_the_person_and_for_the_address(practice: Practice) -> None:
    ada = practice.candidate(practice.scene.declined())
    store, now = practice.scene.store, practice.scene.clock.now()
    asking.switch_off(store, ada.id, by=BY_THEMSELVES, now=now)
    with store.read() as reader:
        assert asking.refusal(reader, replace(ada, email="new@people.example"))
        assert asking.refusal(reader, replace(ada, id="another record"))
        assert not asking.refusal(reader, replace(ada, id="other", email="other@people.example"))
    asking.switch_on(store, ada.id)
    with store.read() as reader:
        assert asking.refusal(reader, ada) is None
        assert suppressions.SUPPRESSIONS.find(reader) == []


def test_candidates_switch_them_off_and_on_on_their_own_page(practice: Practice, client: FlaskClient) -> None:
    candidacy = practice.scene.declined()
    token, _link = practice.scene.link(candidacy.candidate_id)
    page = client.get(f"/status/{token}/")
    assert "Switch such invitations off" in page.text
    for way, said in (
        ("off", "Invitations by mail to name someone are off."),
        ("on", "I may ask you by mail"),
    ):
        done = client.post(f"/status/{token}/invitations/{way}/", data={"csrf_token": token_in(page)})
        assert (done.status_code, done.headers["Location"]) == (303, f"/status/{token}/#invitations")
        page = client.get(f"/status/{token}/")
        assert said in words(page.text)
    refused = client.post(f"/status/{token}/invitations/off/")
    assert refused.status_code == 403


def test_one_candidates_form_does_not_switch_anothers(practice: Practice, client: FlaskClient) -> None:
    ada, bea = practice.scene.declined(), practice.scene.declined("Bea", "bea@people.example")
    mine, theirs = (practice.scene.link(each.candidate_id)[0] for each in (ada, bea))
    token = token_in(client.get(f"/status/{mine}/"))
    assert client.post(f"/status/{theirs}/invitations/off/", data={"csrf_token": token}).status_code == 403


def test_the_desk_sees_it_and_can_switch_off_for_who_said_so(practice: Practice, desk: DeskActions) -> None:
    candidacy = practice.scene.declined()
    address = f"/desk/candidates/{candidacy.candidate_id}/"
    desk.post(f"{address}invitations/off/", page=address)
    assert "Switched off at the desk" in desk.get(address).text
    with practice.scene.store.read() as reader:
        assert asking.refusal(reader, practice.candidate(candidacy))
    page = desk.get(f"/desk/candidacies/{candidacy.id}/answer/")
    assert "they have switched invitations off" in page.text
    assert 'name="invite"' not in page.text


def test_the_choice_at_the_desk_decides_whether_one_follows(practice: Practice, desk: DeskActions) -> None:
    ada, bea = practice.scene.declined(), practice.scene.declined("Bea", "bea@people.example")
    page = desk.get(f"/desk/candidacies/{ada.id}/answer/")
    assert re.search(r'<input[^>]* checked[^>]* name="invite"', page.text)
    typed = {"subject": "About", "body": "They chose otherwise.", "action": "send"}
    desk.send(f"/desk/candidacies/{ada.id}/answer/", {**typed, "invite": "y"})
    desk.send(f"/desk/candidacies/{bea.id}/answer/", typed)
    with practice.scene.store.read() as reader:
        asks = [mail.recipient for mail in queue.waiting(reader) if mail.invitation]
    assert asks == ["ada@people.example"]
    assert "An invitation to refer someone" in desk.get(f"/desk/candidacies/{ada.id}/").text


def test_the_choice_is_kept_with_the_draft(practice: Practice, desk: DeskActions) -> None:
    address = f"/desk/candidacies/{practice.scene.declined().id}/answer/"
    desk.send(address, {"subject": "About", "body": "Dear Ada,", "action": "draft"})
    (box,) = re.findall(r'<input[^>]*name="invite"[^>]*>', desk.get(address).text)
    assert "checked" not in box
    desk.send(address, {"subject": "About", "body": "Dear Ada,", "action": "draft", "invite": "y"})
    (box,) = re.findall(r'<input[^>]*name="invite"[^>]*>', desk.get(address).text)
    assert "checked" in box


def test_it_is_not_proposed_for_somebody_who_did_not_come(practice: Practice, desk: DeskActions) -> None:
    candidacy = practice.scene.decide(practice.scene.interviewed(), Outcome.NO_SHOW)
    page = desk.get(f"/desk/candidacies/{candidacy.id}/answer/")
    (box,) = re.findall(r'<input[^>]*name="invite"[^>]*>', page.text)
    assert "checked" not in box


@pytest.mark.parametrize("days", [0, -1])
def test_zero_days_means_never(practice: Practice, days: int) -> None:
    practice.asking = replace(practice.asking, days=days)
    answer = practice.answer(practice.scene.declined())
    assert practice.asks(answer) == 0


def test_no_token_reaches_the_log_or_the_store(practice: Practice, stranger: FlaskClient) -> None:
    logs.install()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        address = address_in(practice.invited())
        stranger.post(address, data=ONE_CLICK)
        logging.getLogger("gunicorn.access").error("POST %s 200", address)
    finally:
        logging.getLogger().removeHandler(handler)
    token = address.split("/")[3]
    assert "/mail/unsubscribe/[private]/" in stream.getvalue()
    assert token not in stream.getvalue()
    assert token not in repr(dump(practice.scene.store))


def _newest(practice: Practice) -> Candidacy:
    with practice.scene.store.read() as reader:
        return CANDIDACIES.find(reader)[0]


def _candidacy(practice: Practice, answer: Answer) -> Candidacy:
    with practice.scene.store.read() as reader:
        return CANDIDACIES.require(reader, answer.candidacy_id)
