"""Putting an interview right: the date counts anew, the history keeps what was there, and why."""

from __future__ import annotations

import datetime as dt

import pytest

from core.business_days import BusinessDays, HolidayRegion
from core.errors import Conflict, NotFound
from forms import history
from forms.candidates import service as candidates
from forms.candidates.models import Candidacy, Interview, InterviewKind, Outcome, Stage
from forms.follow_up.correcting import correct_interview, take_back_interview
from forms.follow_up.models import DebtState
from forms.history import Event
from forms.jobs.promise import PromiseKind
from tests.forms.people import INTERVIEW_NOTES, PROMISE, Scene

THURSDAY = dt.date(2026, 11, 12)
DUE = dt.date(2026, 11, 19)
WHY = "PRIVATE-the-client-sent-the-wrong-week"


def interviews(scene: Scene, candidacy: Candidacy) -> list[Interview]:
    with scene.store.read() as reader:
        return candidates.interviews_of(reader, candidacy.id)


def newest(scene: Scene, candidacy: Candidacy) -> Event:
    with scene.store.read() as reader:
        return history.history_of(reader, candidacy.id)[0]


def correct(
    scene: Scene,
    interview: Interview,
    on: dt.date = THURSDAY,
    kind: InterviewKind = InterviewKind.VIDEO,
    calendar: BusinessDays | None = None,
) -> Interview:
    return correct_interview(
        scene.store,
        interview.id,
        on=on,
        kind=kind,
        reason=WHY,
        default_promise=PROMISE,
        by="anna",
        now=scene.clock.now(),
        calendar=calendar or BusinessDays(),
    )


def take_back(scene: Scene, interview: Interview) -> None:
    take_back_interview(
        scene.store,
        interview.id,
        reason=WHY,
        default_promise=PROMISE,
        by="anna",
        now=scene.clock.now(),
    )


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (dt.date(2026, 11, 9), dt.date(2026, 11, 16)),
        (dt.date(2026, 11, 13), dt.date(2026, 11, 20)),
        (dt.date(2026, 11, 14), dt.date(2026, 11, 20)),  # a Saturday
    ],
)
def test_a_corrected_date_renews_the_promise(scene: Scene, on: dt.date, due: dt.date) -> None:
    ada = scene.interviewed()
    correct(scene, interviews(scene, ada)[0], on)
    debt = scene.owed(ada)
    assert (debt.since, debt.promised, debt.due, debt.state) == (on, due, due, DebtState.DUE)


def test_the_corrected_promise_steps_over_holidays(scene: Scene) -> None:
    ada = scene.interviewed()
    london = BusinessDays(HolidayRegion("GB-ENG"))
    correct(scene, interviews(scene, ada)[0], dt.date(2026, 12, 21), calendar=london)
    assert scene.owed(ada).due == dt.date(2026, 12, 30)


def test_a_jobs_own_promise_counts_for_a_correction_too(scene: Scene) -> None:
    quick = scene.candidacy(at=Stage.INTERVIEWING, job=scene.another_job("Quick", promise_days=1))
    correct(scene, interviews(scene, quick)[0], THURSDAY + dt.timedelta(days=4))
    assert scene.owed(quick).due == dt.date(2026, 11, 17)
    toronto = scene.another_job("In Toronto", promise_kind=PromiseKind.ONTARIO_45_DAYS)
    bea = scene.candidacy(scene.candidate("Bea", "bea@people.example"), at=Stage.INTERVIEWING, job=toronto)
    correct(scene, interviews(scene, bea)[0], THURSDAY + dt.timedelta(days=1))
    assert scene.owed(bea).due == THURSDAY + dt.timedelta(days=46)


def test_the_history_says_old_and_new_and_why_and_the_candidate_reads_no_reason(scene: Scene) -> None:
    ada = scene.interviewed()
    correct(scene, interviews(scene, ada)[0], dt.date(2026, 11, 13), InterviewKind.PHONE)
    event = newest(scene, ada)
    assert event.text == (
        "Interview, round 1, corrected: 12 November 2026, by video → 13 November 2026, by phone; the answer "
        f"is owed by 20 November 2026, before by 19 November 2026. Reason: {WHY}"
    )
    assert event.told == (
        "Interview, round 1: now 13 November 2026, by phone; it was noted as 12 November 2026, by video. "
        "Your answer is due by 20 November 2026."
    )
    page = scene.page(ada)
    assert page.candidacies[0].interviews[0].on == dt.date(2026, 11, 13)
    assert "PRIVATE" not in repr(page)


def test_a_kind_alone_leaves_the_dates(scene: Scene) -> None:
    ada = scene.interviewed()
    before = scene.owed(ada)
    correct(scene, interviews(scene, ada)[0], kind=InterviewKind.ON_SITE)
    assert scene.owed(ada) == before
    assert "owed by" not in newest(scene, ada).text


def test_an_earlier_round_moves_the_beginning_and_not_the_promise(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.interview(ada, dt.date(2026, 11, 18))
    correct(scene, interviews(scene, ada)[0], dt.date(2026, 11, 10))
    debt = scene.owed(ada)
    assert (debt.since, debt.due) == (dt.date(2026, 11, 10), dt.date(2026, 11, 25))


def test_another_round_may_become_the_last_one(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.interview(ada, dt.date(2026, 11, 18))
    correct(scene, interviews(scene, ada)[1], dt.date(2026, 11, 9))
    debt = scene.owed(ada)
    assert (debt.since, debt.due) == (dt.date(2026, 11, 9), DUE)


@pytest.mark.parametrize(
    ("on", "due"),
    [(dt.date(2026, 11, 10), dt.date(2026, 11, 24)), (dt.date(2026, 11, 23), dt.date(2026, 11, 30))],
)
def test_a_date_they_were_put_off_to_never_comes_nearer(scene: Scene, on: dt.date, due: dt.date) -> None:
    ada = scene.interviewed()
    scene.call(ada, new_date=dt.date(2026, 11, 24))
    correct(scene, interviews(scene, ada)[0], on)
    debt = scene.owed(ada)
    assert (debt.state, debt.extensions, debt.due) == (DebtState.EXTENDED, 1, due)


def test_the_date_set_when_a_decision_was_taken_back_stands(scene: Scene) -> None:
    ada = scene.declined()
    scene.call(ada)
    scene.later(days=20)
    scene.reopen(ada)
    assert scene.owed(ada).due == scene.today
    correct(scene, interviews(scene, ada)[0], THURSDAY + dt.timedelta(days=1))
    assert scene.owed(ada).due == scene.today


def test_what_was_answered_stays_answered(scene: Scene) -> None:
    ada = scene.declined()
    scene.call(ada)
    paid = scene.owed(ada)
    correct(scene, interviews(scene, ada)[0], dt.date(2026, 11, 10))
    after = scene.owed(ada)
    assert (after.state, after.answered, after.due) == (paid.state, paid.answered, paid.due)
    assert after.since == dt.date(2026, 11, 10)


def test_an_answer_on_its_way_is_owed_by_the_corrected_date(scene: Scene) -> None:
    ada = scene.declined()
    scene.send(ada)
    correct(scene, interviews(scene, ada)[0], dt.date(2026, 11, 13))
    debt = scene.owed(ada)
    assert (debt.state, debt.due) == (DebtState.SCHEDULED, dt.date(2026, 11, 20))


def test_a_correction_that_changes_nothing_is_refused(scene: Scene) -> None:
    ada = scene.interviewed()
    with pytest.raises(Conflict, match="what is recorded already"):
        correct(scene, interviews(scene, ada)[0])
    with pytest.raises(NotFound):
        correct_interview(
            scene.store,
            "none",
            on=THURSDAY,
            kind=InterviewKind.PHONE,
            reason=WHY,
            default_promise=PROMISE,
            by="anna",
            now=scene.clock.now(),
        )


def test_the_only_interview_taken_back_leaves_nothing_owed(scene: Scene) -> None:
    ada = scene.interviewed()
    take_back(scene, interviews(scene, ada)[0])
    assert scene.debt(ada) is None
    assert interviews(scene, ada) == []
    assert scene.read(ada).stage is Stage.SUBMITTED
    event = newest(scene, ada)
    assert event.text == (
        "Interview, round 1, 12 November 2026, by video, taken back; no answer is owed any more. "
        f"Reason: {WHY} Its notes: {INTERVIEW_NOTES}"
    )
    assert event.told == "Interview, round 1, 12 November 2026, by video: noted down by mistake."
    assert "PRIVATE" not in repr(scene.page(ada))


def test_after_that_the_right_one_can_be_recorded(scene: Scene) -> None:
    ada = scene.interviewed()
    take_back(scene, interviews(scene, ada)[0])
    scene.interview(ada, dt.date(2026, 11, 13))
    assert [each.round for each in interviews(scene, ada)] == [1]
    assert scene.owed(ada).due == dt.date(2026, 11, 20)


def test_whoever_was_put_off_is_still_owed_an_answer(scene: Scene) -> None:
    """They were told to wait until a date: that promise holds, whatever gave rise to it."""
    ada = scene.interviewed()
    scene.call(ada, new_date=dt.date(2026, 11, 24))
    before = scene.owed(ada)
    take_back(scene, interviews(scene, ada)[0])
    assert scene.owed(ada) == before


def test_an_answer_that_went_out_stays_in_the_ledger(scene: Scene) -> None:
    ada = scene.declined()
    scene.call(ada)
    paid = scene.owed(ada)
    take_back(scene, interviews(scene, ada)[0])
    assert scene.owed(ada) == paid


def test_a_round_taken_back_closes_the_gap_and_counts_by_the_one_before(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.interview(ada, dt.date(2026, 11, 16))
    scene.interview(ada, dt.date(2026, 11, 18))
    take_back(scene, interviews(scene, ada)[1])
    assert [(each.round, each.on.day) for each in interviews(scene, ada)] == [(1, 12), (2, 18)]
    assert "(the rounds after it count one less now)" in newest(scene, ada).text
    assert scene.owed(ada).due == dt.date(2026, 11, 25)
    take_back(scene, interviews(scene, ada)[1])
    assert scene.owed(ada).due == DUE
    take_back_first = interviews(scene, ada)[0]
    scene.interview(ada, dt.date(2026, 11, 20))
    take_back(scene, take_back_first)
    debt = scene.owed(ada)
    assert (debt.since, debt.due) == (dt.date(2026, 11, 20), dt.date(2026, 11, 27))


def test_a_mistaken_renewal_gives_the_promised_new_date_back(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.call(ada, new_date=dt.date(2026, 11, 24))
    scene.later(hours=1)
    mistaken = scene.interview(ada)
    assert scene.owed(ada).extensions == 0
    take_back(scene, mistaken)
    debt = scene.owed(ada)
    assert (debt.state, debt.extensions, debt.promised) == (DebtState.EXTENDED, 1, DUE)
    assert debt.due == dt.date(2026, 11, 24)


def test_nothing_is_taken_back_while_an_answer_is_on_its_way(scene: Scene) -> None:
    ada = scene.declined()
    scene.send(ada)
    with pytest.raises(Conflict, match="Call it back, or wait"):
        take_back(scene, interviews(scene, ada)[0])


def test_an_offer_needs_its_interview(scene: Scene) -> None:
    ada = scene.candidacy(at=Stage.OFFERED)
    with pytest.raises(Conflict, match="at “Offered”, and this is its only interview"):
        take_back(scene, interviews(scene, ada)[0])
    mistaken = interviews(scene, ada)[0]
    scene.interview(ada, dt.date(2026, 11, 13))
    take_back(scene, mistaken)
    assert scene.read(ada).stage is Stage.OFFERED


def test_a_decision_taken_on_a_mistaken_interview_owes_nothing(scene: Scene) -> None:
    ada = scene.declined()
    take_back(scene, interviews(scene, ada)[0])
    assert scene.debt(ada) is None
    assert scene.read(ada).outcome is Outcome.CLIENT_DECLINED
