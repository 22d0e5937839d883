"""The ledger: every interviewed person is a debt with a due date, until answered."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from core.business_days import BusinessDays, HolidayRegion
from core.errors import Conflict, NotFound
from forms.candidates import service as candidates
from forms.candidates.models import InterviewKind, Outcome, Stage
from forms.follow_up import ledger
from forms.follow_up.ledger import LedgerFigures
from forms.follow_up.models import OWED, DebtState, FollowUp
from forms.jobs.models import JOBS, JobState
from forms.jobs.promise import PromiseKind
from tests.forms.people import Scene

THURSDAY = dt.date(2026, 11, 12)


def figures(scene: Scene) -> LedgerFigures:
    with scene.store.read() as reader:
        return ledger.figures(reader, scene.today)


def owed(scene: Scene) -> list[str]:
    with scene.store.read() as reader:
        return [debt.id for debt in ledger.owed(reader)]


def test_nobody_is_owed_anything_before_an_interview(scene: Scene) -> None:
    ada = scene.candidacy(at=Stage.SUBMITTED)
    assert scene.debt(ada) is None
    assert owed(scene) == []


def test_an_interview_opens_a_debt(scene: Scene) -> None:
    ada = scene.interviewed()
    due = dt.date(2026, 11, 19)
    expected = FollowUp(ada.id, scene.job.id, ada.candidate_id, DebtState.DUE, THURSDAY, due, due)
    assert scene.owed(ada) == expected
    assert scene.read(ada).stage is Stage.INTERVIEWING


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (dt.date(2026, 11, 9), dt.date(2026, 11, 16)),  # Monday → Monday
        (dt.date(2026, 11, 13), dt.date(2026, 11, 20)),  # Friday → Friday
        (dt.date(2026, 11, 14), dt.date(2026, 11, 20)),  # Saturday → Friday
        (dt.date(2026, 11, 15), dt.date(2026, 11, 20)),  # Sunday → Friday
        (dt.date(2026, 12, 30), dt.date(2027, 1, 6)),  # over the turn of the year
        (dt.date(2028, 2, 25), dt.date(2028, 3, 3)),  # over a leap day
    ],
)
def test_the_promise_counts_business_days(scene: Scene, on: dt.date, due: dt.date) -> None:
    ada = scene.candidacy()
    scene.interview(ada, on)
    assert scene.owed(ada).due == due


@pytest.mark.parametrize(
    ("days", "due"),
    [(None, dt.date(2026, 11, 19)), (0, THURSDAY), (1, dt.date(2026, 11, 13)), (2, dt.date(2026, 11, 16))],
)
def test_a_jobs_own_promise_goes_before_the_default(scene: Scene, days: int | None, due: dt.date) -> None:
    job = scene.another_job("Quick", promise_days=days)
    ada = scene.candidacy(at=Stage.INTERVIEWING, job=job)
    assert scene.owed(ada).due == due


def test_a_job_under_the_law_of_ontario_counts_45_days_by_the_calendar_from_the_last_interview(
    scene: Scene,
) -> None:
    ada = scene.candidacy(job=scene.another_job("In Toronto", promise_kind=PromiseKind.ONTARIO_45_DAYS))
    scene.interview(ada, THURSDAY)
    assert scene.owed(ada).due == THURSDAY + dt.timedelta(days=45)
    scene.interview(ada, THURSDAY + dt.timedelta(days=4))
    assert scene.owed(ada).due == THURSDAY + dt.timedelta(days=49)


def test_the_calendar_that_is_handed_in_counts(scene: Scene) -> None:
    ada = scene.candidacy()
    ledger.record_interview(
        scene.store,
        ada.id,
        on=dt.date(2026, 12, 21),
        kind=InterviewKind.PHONE,
        notes="",
        default_promise=5,
        by="anna",
        now=scene.clock.now(),
        calendar=BusinessDays(HolidayRegion("GB-ENG")),
    )
    assert scene.owed(ada).due == dt.date(2026, 12, 30)


def test_a_job_kept_before_there_was_a_choice_is_read_with_business_days(scene: Scene) -> None:
    record = JOBS.to_record(scene.another_job("Old", promise_days=7))
    del record["promise_kind"]
    assert str(JOBS.from_record(record).promise(5)) == "7 business days"


def test_a_later_interview_renews_the_date_and_not_the_beginning(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.interview(ada, THURSDAY + dt.timedelta(days=6))
    debt = scene.owed(ada)
    assert (debt.since, debt.promised, debt.due) == (THURSDAY, dt.date(2026, 11, 25), dt.date(2026, 11, 25))


def test_a_later_interview_makes_an_extension_forgotten(scene: Scene) -> None:
    """The new round has a promise of its own, which nobody has broken."""
    ada = scene.interviewed()
    scene.call(ada, new_date=dt.date(2026, 11, 26))
    scene.interview(ada, dt.date(2026, 11, 24))
    debt = scene.owed(ada)
    assert (debt.state, debt.extensions, debt.due) == (DebtState.DUE, 0, dt.date(2026, 12, 1))


def test_an_earlier_interview_noted_down_late_does_not_pull_the_date(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.call(ada, new_date=dt.date(2026, 11, 26))
    scene.interview(ada, dt.date(2026, 11, 2))
    debt = scene.owed(ada)
    assert (debt.state, debt.since, debt.due) == (
        DebtState.EXTENDED,
        dt.date(2026, 11, 2),
        dt.date(2026, 11, 26),
    )


def test_an_interview_while_an_answer_is_on_its_way_leaves_it_on_its_way(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.send(ada, new_date=dt.date(2026, 11, 26))
    scene.interview(ada, dt.date(2026, 11, 16))
    assert scene.owed(ada).state is DebtState.SCHEDULED


def test_who_has_been_decided_on_is_interviewed_no_more(scene: Scene) -> None:
    ada = scene.declined()
    before = scene.owed(ada)
    with pytest.raises(Conflict, match="Reopen it"):
        scene.interview(ada)
    assert scene.owed(ada) == before


def test_no_interview_is_recorded_for_a_closed_job(scene: Scene) -> None:
    """Somebody would be owed an answer where nobody looks any more."""
    ada = scene.candidacy()
    scene.job_to(JobState.FILLED)
    scene.close()
    with pytest.raises(Conflict, match="This job is closed"):
        scene.interview(ada)
    assert scene.debt(ada) is None
    with scene.store.read() as reader:
        assert candidates.interviews_of(reader, ada.id) == []


def test_an_interview_needs_a_candidacy(scene: Scene) -> None:
    with pytest.raises(NotFound):
        ledger.record_interview(
            scene.store,
            "none",
            on=THURSDAY,
            kind=InterviewKind.PHONE,
            notes="",
            default_promise=5,
            by="anna",
            now=scene.clock.now(),
        )


def test_the_longest_overdue_comes_first(scene: Scene) -> None:
    late, early = (
        scene.candidacy(scene.candidate("L", "l@x.org")),
        scene.candidacy(scene.candidate("E", "e@x.org")),
    )
    scene.interview(late, THURSDAY)
    scene.interview(early, THURSDAY - dt.timedelta(days=20))
    assert owed(scene) == [early.id, late.id]
    assert scene.owed(early).days_overdue(THURSDAY) == 13
    assert scene.owed(late).days_overdue(THURSDAY) == -7
    with scene.store.read() as reader:
        assert [debt.id for debt in ledger.owed(reader, limit=1)] == [early.id]


def test_only_a_final_answer_pays(scene: Scene) -> None:
    assert {state for state in DebtState if state not in OWED} == {DebtState.SENT, DebtState.CALLED}
    assert all(state.label for state in DebtState)


def test_an_empty_ledger_has_no_figures_to_boast_of(scene: Scene) -> None:
    assert figures(scene) == LedgerFigures(0, 0, None, None)


def test_the_figures_count_days_from_the_first_interview(scene: Scene) -> None:
    people = [scene.interviewed(name, f"{name}@x.org") for name in "abcd"]
    for days, one in zip((1, 2, 6), people, strict=False):
        scene.later(days=days)
        scene.decide(one, Outcome.CLIENT_DECLINED)
        scene.call(one)
    assert figures(scene) == LedgerFigures(interviewed=4, answered=3, median_days=3, oldest_days=9)


def test_the_median_never_flatters(scene: Scene) -> None:
    """Between 2 and 3 days it says 3."""
    for days in (2, 3):
        one = scene.interviewed(f"After {days}", f"after{days}@people.example")
        scene.later(days=days)
        scene.call(scene.decide(one, Outcome.WITHDREW))
    assert figures(scene).median_days == 3


def test_who_has_an_interview_to_come_is_not_counted_as_interviewed(scene: Scene) -> None:
    ada = scene.candidacy()
    scene.interview(ada, THURSDAY + dt.timedelta(days=4))
    assert figures(scene) == LedgerFigures(0, 0, None, None)
    assert owed(scene) == [ada.id]


def test_who_was_answered_before_the_interview_waited_no_day(scene: Scene) -> None:
    ada = scene.candidacy()
    scene.interview(ada, THURSDAY + dt.timedelta(days=4))
    scene.call(scene.decide(ada, Outcome.JOB_CANCELLED))
    assert figures(scene).median_days == 0


def test_an_answer_late_at_night_counts_on_the_headhunters_day(scene: Scene) -> None:
    """At 23:30 UTC it is tomorrow in Berlin, where the promise was given, and still today in New York."""
    ada = scene.interviewed()
    scene.later(hours=14)
    scene.call(scene.decide(ada, Outcome.WITHDREW))

    def in_zone(name: str) -> int | None:
        zone = ZoneInfo(name)
        with scene.store.read() as reader:
            found = ledger.figures(reader, scene.today, lambda moment: moment.astimezone(zone).date())
        return found.median_days

    assert in_zone("Europe/Berlin") == 1
    assert in_zone("America/New_York") == 0
