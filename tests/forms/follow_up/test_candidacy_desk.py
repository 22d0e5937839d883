"""A candidacy at the desk, over real requests: stages, interviews, the decision, taking it back."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from core.settings import ROOT
from forms.candidates.models import CANDIDACIES, INTERVIEWS, Candidacy, Outcome, Stage
from forms.outbox.failures import Refused
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import PRIVATE_REASON, REAL_NAME, REASON, Scene
from tests.forms.reading import ESCAPED, SCRIPT, assert_refused, dump, hidden, summary, value

INTERVIEW = {"on": "2026-11-10", "kind": "video", "notes": "Calm under questions."}


@pytest.fixture
def content() -> Path:
    """The messages that the product ships with."""
    return ROOT / "content"


def page_of(candidacy: Candidacy) -> str:
    return f"/desk/candidacies/{candidacy.id}/"


def test_the_page_names_the_client_and_marks_it_confidential(desk: DeskActions, scene: Scene) -> None:
    page = desk.get(page_of(scene.interviewed())).text
    assert REAL_NAME in page
    assert "Confidential" in page


def test_an_interview_is_recorded_and_an_answer_is_owed(desk: DeskActions, scene: Scene) -> None:
    page = page_of(scene.candidacy())
    assert "Nothing is owed before an interview" in desk.get(page).text
    done = desk.post(page + "interviews/", INTERVIEW, page=page, follow=True).text
    assert "The interview is recorded, and an answer is owed." in done
    assert "17 November 2026" in done
    assert "Calm under questions." in done


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("on", "", "Enter the date of the interview."),
        ("on", "tomorrow", "Enter a date, such as 2026-11-20."),
        ("on", "2026-02-30", "Enter a date, such as 2026-11-20."),
        ("on", "0001-01-01", "Enter a date of the last five years or the coming one."),
        ("on", "9999-12-31", "Enter a date of the last five years or the coming one."),
        ("kind", "telepathy", "Choose one of the list."),
        ("notes", "x" * 5001, "Write at most 5000 characters."),
    ],
)
def test_a_wrong_interview_says_so_and_keeps_the_rest(
    desk: DeskActions, scene: Scene, store: MemoryStore, field: str, typed: str, message: str
) -> None:
    page = page_of(scene.candidacy())
    refused = desk.post(page + "interviews/", {**INTERVIEW, field: typed}, page=page)
    assert_refused(refused, field, message)
    assert all(value(refused, name) == text for name, text in INTERVIEW.items() if name != field)
    with store.read() as reader:
        assert INTERVIEWS.count(reader) == 0


def test_an_interview_sent_twice_is_one_round(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    page = page_of(scene.candidacy())
    form = {**hidden(desk.get(page)), **INTERVIEW}
    for _ in range(2):
        assert desk.client.post(page + "interviews/", data=form).status_code == 303
    with store.read() as reader:
        assert INTERVIEWS.count(reader) == 1


def test_nobody_is_interviewed_after_the_decision(desk: DeskActions, scene: Scene) -> None:
    page = page_of(scene.declined())
    refused = desk.post(page + "interviews/", INTERVIEW, page=page)
    assert refused.status_code == 422
    assert "This candidacy has ended (“The client declined”). Reopen it" in summary(refused)


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        ("offered", "A candidacy at “Submitted” cannot move to “Offered”; an interview comes next."),
        ("interviewing", "Record an interview"),
        ("placed", "A candidate is placed by recording the outcome"),
        ("identified", "cannot move to “Identified”"),
        ("nonsense", "Choose a stage."),
        ("", "Choose a stage."),
    ],
)
def test_a_stage_out_of_order_says_why(
    desk: DeskActions, scene: Scene, store: MemoryStore, stage: str, why: str
) -> None:
    page = page_of(scene.candidacy())
    said = desk.post(page + "stage/", {"stage": stage}, page=page, follow=True)
    assert why in said.text
    with store.read() as reader:
        assert CANDIDACIES.find(reader)[0].stage is Stage.SUBMITTED


def test_a_stage_is_moved_once_by_two_clicks(desk: DeskActions, scene: Scene) -> None:
    candidacy = scene.candidacy(at=Stage.IDENTIFIED)
    page = page_of(candidacy)
    assert "Move to “Contacted”" in desk.get(page).text
    for _ in range(2):
        desk.post(page + "stage/", {"stage": "contacted"}, page=page)
    assert scene.read(candidacy).stage is Stage.CONTACTED


def test_a_decision_leads_to_the_answer(desk: DeskActions, scene: Scene) -> None:
    candidacy = scene.interviewed()
    page = page_of(candidacy)
    typed = {"outcome": "client_declined", "reason": REASON, "private_reason": PRIVATE_REASON}
    done = desk.post(page + "outcome/", typed, page=page)
    assert done.location == page + "answer/"
    shown = desk.get(page).text
    assert REASON in shown
    assert PRIVATE_REASON in shown


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("outcome", "", "Choose the outcome."),
        ("outcome", "hired elsewhere", "Choose one of the list."),
        ("outcome", "placed", "can only follow an offer"),
        ("outcome", "offer_declined", "can only follow an offer"),
        ("reason", "x" * 1001, "Write at most 1000 characters."),
        ("private_reason", "x" * 5001, "Write at most 5000 characters."),
    ],
)
def test_a_wrong_decision_says_so_and_keeps_the_rest(
    desk: DeskActions, scene: Scene, field: str, typed: str, message: str
) -> None:
    candidacy = scene.interviewed()
    page = page_of(candidacy)
    sound = {"outcome": "client_declined", "reason": "A true one.", "private_reason": "Too slow."}
    refused = desk.post(page + "outcome/", {**sound, field: typed}, page=page)
    assert_refused(refused, field, message)
    assert all(value(refused, name) == text for name, text in sound.items() if name != field)
    assert scene.read(candidacy).is_live


def test_a_second_decision_says_that_there_is_one(desk: DeskActions, scene: Scene) -> None:
    """The list of errors leads to no field, because a decided candidacy shows no form to decide."""
    candidacy = scene.declined()
    page = page_of(candidacy)
    refused = desk.post(page + "outcome/", {"outcome": "withdrew"}, page=page)
    assert refused.status_code == 422
    assert "This candidacy has ended (“The client declined”)." in summary(refused)
    assert 'href="#outcome"' not in refused.text
    assert scene.read(candidacy).outcome is Outcome.CLIENT_DECLINED


def test_a_decision_is_taken_back_with_a_reason_only(desk: DeskActions, scene: Scene) -> None:
    candidacy = scene.declined()
    page = page_of(candidacy)
    assert_refused(
        desk.post(page + "reopen/", {"reason": " "}, page=page), "reason", "Give the reason; it stays"
    )
    long = desk.post(page + "reopen/", {"reason": "x" * 501}, page=page)
    assert_refused(long, "reason", "Write at most 500 characters.", "x" * 501)
    done = desk.post(page + "reopen/", {"reason": "They changed their mind."}, page=page, follow=True)
    assert "The candidacy is open again." in done.text
    assert scene.read(candidacy).is_live
    again = desk.post(page + "reopen/", {"reason": "Once more."}, page=page)
    assert again.status_code == 422
    assert "This candidacy has no outcome to take back." in summary(again)


def test_what_was_typed_is_never_markup(desk: DeskActions, scene: Scene) -> None:
    candidacy = scene.candidacy(scene.candidate(SCRIPT))
    page = page_of(candidacy)
    desk.post(page + "interviews/", {**INTERVIEW, "notes": SCRIPT}, page=page)
    reasons = {"outcome": "withdrew", "reason": SCRIPT, "private_reason": SCRIPT}
    desk.post(page + "outcome/", reasons, page=page)
    for address in (page, page + "answer/", page + "answer/call/", f"/desk/jobs/{scene.job.id}/", "/desk/"):
        shown = desk.get(address).text
        assert ESCAPED in shown, address
        assert SCRIPT not in shown, address
    desk.post(page + "reopen/", {"reason": SCRIPT}, page=page)
    shown = desk.get(page).text
    assert "Reopened (was" in shown
    assert SCRIPT not in shown


def test_a_date_beside_words_is_set_apart(desk: DeskActions, scene: Scene) -> None:
    """The summary of an answer lays its parts out in a row; as one piece of text it keeps its spaces."""
    candidacy = scene.declined()
    scene.call(candidacy)
    page = desk.get(page_of(candidacy)).text
    assert "<summary><span>Told by phone, <time" in page
    assert "</time>: The client declined</span></summary>" in page


@pytest.mark.parametrize("button", ["stage/", "interviews/", "outcome/", "reopen/"])
def test_an_unknown_candidacy_is_not_found(desk: DeskActions, store: MemoryStore, button: str) -> None:
    assert desk.get("/desk/candidacies/none/").status_code == 404
    before = dump(store)
    typed = {**INTERVIEW, "stage": "offered", "outcome": "withdrew", "reason": "x"}
    assert desk.post(f"/desk/candidacies/none/{button}", typed).status_code == 404
    assert dump(store) == before


def test_dates_of_the_past_year_may_be_noted_down_late(desk: DeskActions, scene: Scene) -> None:
    page = page_of(scene.candidacy())
    on = (scene.today - dt.timedelta(days=300)).isoformat()
    assert desk.post(page + "interviews/", {**INTERVIEW, "on": on}, page=page).status_code == 303
    assert "days late" in desk.get("/desk/").text


def test_an_answer_is_asked_for_only_while_one_can_be_given(desk: DeskActions, scene: Scene) -> None:
    """Not before an interview, not while one is on its way, not once it is told; again after a new turn."""

    def asked() -> bool:
        pages = (page_of(candidacy), f"/desk/jobs/{scene.job.id}/")
        offers = [f'href="/desk/candidacies/{candidacy.id}/answer/"' in desk.get(page).text for page in pages]
        assert offers[0] == offers[1]
        return offers[0]

    candidacy = scene.candidacy()
    assert not asked()
    scene.interview(candidacy)
    assert asked()
    scene.decide(candidacy, Outcome.CLIENT_DECLINED)
    assert asked()
    scene.send(candidacy)
    assert not asked()
    scene.deliver()
    assert not asked()
    scene.reopen(candidacy)
    assert asked()


def test_the_history_leads_to_the_mail_as_it_was_sent(desk: DeskActions, scene: Scene) -> None:
    candidacy = scene.declined()
    answer = scene.send(candidacy, "The client chose somebody with more years of payroll.")
    page = page_of(candidacy)
    assert "Read the mail" not in desk.get(page).text
    scene.deliver()
    address = f"/desk/mail/{scene.mail(answer).id}/"
    told = re.search(
        r"<li>(?:(?!</li>).)*Told by mail: The client declined.*?</li>", desk.get(page).text, re.S
    )
    assert told
    assert f'href="{address}"' in told[0]
    mail = desk.get(address).text
    assert "The client chose somebody with more years of payroll." in mail
    assert re.search(r"<dt>Sent</dt><dd><time[^>]*>12 Nov[^<]* 09:30", mail)


def test_the_history_leads_to_a_mail_that_failed_or_was_called_back(desk: DeskActions, scene: Scene) -> None:
    candidacy = scene.declined()
    scene.send(candidacy)
    scene.deliver(Refused("550"))
    scene.later(minutes=1)
    scene.cancel(scene.send(candidacy, "Once more."))
    assert desk.get(page_of(candidacy)).text.count(">Read the mail<") == 2


def test_a_call_leads_to_no_mail(desk: DeskActions, scene: Scene) -> None:
    candidacy = scene.declined()
    scene.call(candidacy)
    assert "Read the mail" not in desk.get(page_of(candidacy)).text
