"""Candidates, their candidacies and interviews: which steps are legal, and why the others are not."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest

from core.errors import Conflict, NotFound
from forms import history
from forms.candidates import service
from forms.candidates.models import CANDIDATES, Candidacy, InterviewKind, Outcome, Stage
from tests.forms.people import PRIVATE_REASON, REASON, Scene

STEPS = {
    (Stage.IDENTIFIED, Stage.CONTACTED),
    (Stage.CONTACTED, Stage.QUALIFYING),
    (Stage.QUALIFYING, Stage.SUBMITTED),
    (Stage.INTERVIEWING, Stage.OFFERED),
}
"""What a person may do by hand. Interviewing comes of an interview, placed of an outcome."""

AFTER_AN_OFFER = {Outcome.PLACED, Outcome.OFFER_DECLINED}
LIVE = [stage for stage in Stage if stage is not Stage.PLACED]


def at(stage: Stage, outcome: Outcome | None = None) -> Candidacy:
    return Candidacy("c", "ada", "job", stage, dt.datetime(2026, 11, 12, tzinfo=dt.UTC), outcome)


@pytest.mark.parametrize(("before", "after"), [*itertools.product(LIVE, Stage)])
def test_a_candidacy_moves_one_stage_at_a_time(before: Stage, after: Stage) -> None:
    if (before, after) in STEPS:
        assert at(before).next_stage() is after
        assert at(before).move_to(after) == at(after)
    else:
        assert at(before).next_stage() is not after
        with pytest.raises(Conflict, match=r"cannot move to|Record an interview|placed by recording"):
            at(before).move_to(after)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (Stage.IDENTIFIED, Stage.SUBMITTED, "the next stage is “Contacted”"),
        (Stage.SUBMITTED, Stage.OFFERED, "an interview comes next"),
        (Stage.SUBMITTED, Stage.INTERVIEWING, "Record an interview: .* an answer is owed"),
        (Stage.OFFERED, Stage.INTERVIEWING, "Record an interview"),
        (Stage.OFFERED, Stage.CONTACTED, "only an outcome can follow"),
        (Stage.OFFERED, Stage.PLACED, "by recording the outcome “Placed”"),
    ],
)
def test_an_illegal_step_says_what_comes_instead(before: Stage, after: Stage, why: str) -> None:
    with pytest.raises(Conflict, match=why):
        at(before).move_to(after)


@pytest.mark.parametrize(("stage", "outcome"), [*itertools.product(LIVE, Outcome)])
def test_an_outcome_can_be_recorded_at_any_stage_but_some_follow_an_offer_only(
    stage: Stage, outcome: Outcome
) -> None:
    candidacy = at(stage)
    allowed = stage is Stage.OFFERED or outcome not in AFTER_AN_OFFER
    assert (outcome in candidacy.possible_outcomes()) is allowed
    if not allowed:
        with pytest.raises(Conflict, match=f"can only follow an offer; this candidacy is at “{stage.label}”"):
            candidacy.decide(outcome, reason="", private_reason="")
        return
    decided = candidacy.decide(outcome, reason="for you", private_reason="for me")
    assert decided.outcome is outcome
    assert (decided.reason, decided.private_reason) == ("for you", "for me")
    assert decided.stage is (Stage.PLACED if outcome is Outcome.PLACED else stage)
    assert not decided.is_live


@pytest.mark.parametrize(("outcome", "other"), [*itertools.product(Outcome, Outcome)])
def test_an_outcome_is_final_until_it_is_taken_back(outcome: Outcome, other: Outcome) -> None:
    decided = at(Stage.PLACED if outcome is Outcome.PLACED else Stage.OFFERED, outcome)
    with pytest.raises(Conflict, match="Reopen it, with a reason"):
        decided.decide(other, reason="", private_reason="")
    with pytest.raises(Conflict, match="has ended"):
        decided.interviewed()
    assert decided.possible_outcomes() == ()
    assert decided.next_stage() is None


@pytest.mark.parametrize(("outcome", "stage"), [*itertools.product(Outcome, Stage)])
def test_a_decided_candidacy_moves_nowhere(outcome: Outcome, stage: Stage) -> None:
    with pytest.raises(Conflict, match="has ended"):
        at(Stage.OFFERED, outcome).move_to(stage)


@pytest.mark.parametrize("outcome", Outcome)
def test_reopening_leads_back_to_the_stage_before_the_decision(outcome: Outcome) -> None:
    opened = at(Stage.OFFERED).decide(outcome, reason="a", private_reason="b").reopen()
    assert opened == at(Stage.OFFERED)


@pytest.mark.parametrize("stage", LIVE)
def test_what_is_undecided_cannot_be_reopened(stage: Stage) -> None:
    with pytest.raises(Conflict, match="no outcome to take back"):
        at(stage).reopen()


@pytest.mark.parametrize("stage", LIVE)
def test_an_interview_brings_any_candidacy_to_interviewing_and_an_offer_stays(stage: Stage) -> None:
    expected = Stage.OFFERED if stage is Stage.OFFERED else Stage.INTERVIEWING
    assert at(stage).interviewed() == at(expected)


def test_every_stage_outcome_and_kind_has_words() -> None:
    assert all(each.label for each in (*Stage, *Outcome, *InterviewKind))


def test_a_candidate_is_put_forward_once_for_a_job(scene: Scene) -> None:
    ada = scene.candidate()
    scene.candidacy(ada)
    with pytest.raises(Conflict, match="Ada Ashworth is a candidate for this job already"):
        scene.candidacy(ada)
    scene.candidacy(ada, job=scene.another_job("Another"))


@pytest.mark.parametrize("stage", Stage)
def test_a_candidacy_begins_before_any_interview(scene: Scene, stage: Stage) -> None:
    """Otherwise somebody could be interviewed and owed nothing."""
    ada, now = scene.candidate(), scene.clock.now()
    if stage in (Stage.INTERVIEWING, Stage.OFFERED, Stage.PLACED):
        with pytest.raises(Conflict, match="is reached by recording"):
            service.open_candidacy(scene.store, ada.id, scene.job.id, stage=stage, by="anna", now=now)
    else:
        opened = service.open_candidacy(scene.store, ada.id, scene.job.id, stage=stage, by="anna", now=now)
        assert opened.stage is stage


def test_a_candidacy_needs_a_candidate(scene: Scene) -> None:
    with pytest.raises(NotFound):
        service.open_candidacy(
            scene.store, "nobody", scene.job.id, stage=Stage.CONTACTED, by="anna", now=scene.clock.now()
        )


def test_interviews_are_counted_by_round(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.interview(ada)
    with scene.store.read() as reader:
        assert [each.round for each in service.interviews_of(reader, ada.id)] == [1, 2]


def test_an_address_belongs_to_one_candidate(scene: Scene) -> None:
    scene.candidate()
    with pytest.raises(
        Conflict, match=r"ada@people\.example is the address of another candidate, Ada Ashworth"
    ):
        scene.candidate("Someone Else")


def test_people_without_an_address_do_not_stand_in_each_others_way(scene: Scene) -> None:
    scene.candidate("One", None)
    scene.candidate("Two", None)


def change(scene: Scene, candidate_id: str, email: str | None) -> None:
    service.change_candidate(
        scene.store,
        candidate_id,
        name="Ada B. Ashworth",
        email=email,
        phone=None,
        profile_url=None,
        notes="n",
    )


def test_a_candidate_can_be_corrected_and_keep_the_address(scene: Scene) -> None:
    ada = scene.candidate()
    change(scene, ada.id, ada.email)
    with scene.store.read() as reader:
        expected = replace(ada, name="Ada B. Ashworth", phone=None, notes="n")
        assert CANDIDATES.require(reader, ada.id) == expected


def test_a_candidate_cannot_be_given_anothers_address(scene: Scene) -> None:
    ada, bea = scene.candidate(), scene.candidate("Bea", "bea@people.example")
    with pytest.raises(Conflict, match="another candidate, Bea"):
        change(scene, ada.id, bea.email)


def test_reopening_keeps_both_reasons_in_the_history(scene: Scene) -> None:
    """What was typed with the decision is not lost with it."""
    ada = scene.declined()
    scene.later(days=1)
    scene.reopen(ada, "A mistake.")
    with scene.store.read() as reader:
        newest = history.history_of(reader, ada.id)[0]
    assert newest.text == (
        f"Reopened (was “The client declined”; reason: {REASON}; private: {PRIVATE_REASON}): A mistake."
    )
    assert newest.told == ""


def test_candidacies_are_listed_by_job_and_by_candidate(scene: Scene) -> None:
    ada = scene.candidate()
    first = scene.candidacy(ada)
    scene.later(days=1)
    second = scene.candidacy(ada, job=scene.another_job("Another"))
    with scene.store.read() as reader:
        assert service.candidacies_of(reader, ada.id) == [second, first]
        assert service.candidacies_for(reader, scene.job.id) == [first]
