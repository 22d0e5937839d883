"""The candidate's page shows what has been told, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import NotFound
from forms.candidates.models import CANDIDATES, Candidacy, Outcome, Stage
from forms.links import Link, Purpose
from forms.outbox.failures import Refused, TryLater, Uncertain
from forms.referrals import service as referrals
from forms.referrals.models import ReferralState
from forms.status import wording
from forms.status.page import CandidacyView, NextStep, build_page
from tests.forms.people import (
    REAL_NAME,
    REASON,
    SECRETS,
    Scene,
    someone,
    someone_hiring,
)

LETTER = (
    "Dear Ada,\n\nThe client chose someone with other experience.\n\nYour page:\n{{ status_link }}\n\nAnna"
)
SHOWN = "Dear Ada,\n\nThe client chose someone with other experience.\n\nAnna"
DATE = dt.date(2026, 11, 26)


def stages_of(outcome: Outcome) -> list[Stage]:
    """Where a candidacy may stand when it ends this way."""
    live: list[Stage] = [stage for stage in Stage if stage is not Stage.PLACED]
    return [Stage.OFFERED] if outcome.needs_offer else live


CASES = [(stage, outcome) for outcome in Outcome for stage in stages_of(outcome)]


def outcome_words(outcome: Outcome) -> tuple[str, ...]:
    """Whatever would give an outcome away."""
    return (
        wording.OUTCOME_LABELS[outcome],
        wording.headline(Stage.IDENTIFIED, outcome, None),
        outcome.label,
        REASON,
        SHOWN,
    )


def the_view(scene: Scene, candidacy: Candidacy) -> CandidacyView:
    return scene.page(candidacy).candidacies[0]


def must_tell_nothing(scene: Scene, candidacy: Candidacy, outcome: Outcome) -> None:
    """The whole page, as text, without a word of the outcome."""
    view, text = the_view(scene, candidacy), repr(scene.page(candidacy))
    assert (view.outcome_label, view.answer_text) == (None, None)
    assert view.next_step is not None
    for words in (*outcome_words(outcome), *SECRETS):
        assert words not in text


def must_tell(scene: Scene, candidacy: Candidacy, outcome: Outcome) -> None:
    view, text = the_view(scene, candidacy), repr(scene.page(candidacy))
    assert view.outcome_label == view.stage_label == wording.OUTCOME_LABELS[outcome]
    assert view.headline == wording.headline(Stage.IDENTIFIED, outcome, None)
    assert (view.next_step, view.slipped) == (None, "")
    for words in SECRETS:
        assert words not in text


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_is_told_in_plain_words_without_an_outcome(scene: Scene, stage: Stage) -> None:
    """Being placed is an outcome: until it is told, the page speaks of the last step."""
    scene.later(days=-1)
    ada = scene.candidacy(at=stage)
    scene.later(days=1)
    shown = Stage.OFFERED if stage is Stage.PLACED else stage
    view = the_view(scene, ada)
    assert view.stage_label == wording.STAGE_LABELS[shown]
    assert view.headline == wording.headline(shown, None, None)
    for outcome in Outcome:
        must_tell_nothing(scene, ada, outcome)
    assert "laced" not in repr(scene.page(ada))


@pytest.mark.parametrize(("stage", "outcome"), CASES)
def test_a_recorded_outcome_changes_nothing_on_the_page(scene: Scene, stage: Stage, outcome: Outcome) -> None:
    """The decision and the telling are two facts."""
    ada = scene.candidacy(at=stage)
    before = scene.page(ada)
    scene.decide(ada, outcome)
    assert scene.page(ada) == before
    must_tell_nothing(scene, ada, outcome)


@pytest.mark.parametrize(("stage", "outcome"), CASES)
def test_an_outcome_told_by_mail_is_shown_once_the_mail_went_out(
    scene: Scene, stage: Stage, outcome: Outcome
) -> None:
    ada = scene.candidacy(at=stage)
    before = scene.page(ada)
    scene.decide(ada, outcome)
    scene.draft(ada, LETTER)
    assert scene.page(ada) == before
    scene.send(ada, LETTER)
    assert scene.page(ada) == before
    scene.deliver()
    must_tell(scene, ada, outcome)
    assert the_view(scene, ada).answer_text == SHOWN


@pytest.mark.parametrize(("stage", "outcome"), CASES)
def test_an_outcome_told_by_phone_is_shown_with_the_reason_written_for_them(
    scene: Scene, stage: Stage, outcome: Outcome
) -> None:
    ada = scene.decide(scene.candidacy(at=stage), outcome)
    scene.call(ada)
    must_tell(scene, ada, outcome)
    assert the_view(scene, ada).answer_text == REASON


@pytest.mark.parametrize("failure", [Refused("550"), Uncertain("lost"), TryLater("450")])
@pytest.mark.parametrize("outcome", Outcome)
def test_a_mail_that_did_not_surely_arrive_tells_nothing(
    scene: Scene, outcome: Outcome, failure: Exception
) -> None:
    ada = scene.decide(scene.candidacy(at=Stage.OFFERED), outcome)
    scene.send(ada, LETTER)
    scene.deliver(failure)
    must_tell_nothing(scene, ada, outcome)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_answer_called_back_tells_nothing(scene: Scene, outcome: Outcome) -> None:
    ada = scene.decide(scene.candidacy(at=Stage.OFFERED), outcome)
    scene.cancel(scene.send(ada, LETTER))
    must_tell_nothing(scene, ada, outcome)
    assert scene.deliver().sent == 0


@pytest.mark.parametrize("by_mail", [True, False])
@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_taken_back_disappears(scene: Scene, outcome: Outcome, by_mail: bool) -> None:
    ada = scene.decide(scene.candidacy(at=Stage.OFFERED), outcome)
    if by_mail:
        scene.send(ada, LETTER)
        scene.deliver()
    else:
        scene.call(ada)
    scene.reopen(ada)
    must_tell_nothing(scene, ada, outcome)
    assert the_view(scene, ada).stage_label == wording.STAGE_LABELS[Stage.OFFERED]


def test_a_corrected_outcome_shows_only_the_correction(scene: Scene) -> None:
    ada = scene.decide(scene.candidacy(at=Stage.OFFERED), Outcome.JOB_FILLED)
    scene.call(ada)
    scene.reopen(ada)
    scene.decide(ada, Outcome.PLACED)
    must_tell_nothing(scene, ada, Outcome.PLACED)
    scene.later(minutes=1)
    scene.call(ada)
    must_tell(scene, ada, Outcome.PLACED)
    assert wording.OUTCOME_LABELS[Outcome.JOB_FILLED] not in repr(scene.page(ada))


def test_not_decided_yet_admits_the_date_that_slipped(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.later(days=1)
    scene.call(ada, DATE)
    view = the_view(scene, ada)
    assert view.slipped == (
        "I first said 19 November 2026. The client has not decided, and the date is now 26 November 2026."
    )
    assert view.next_step == NextStep(
        "You hear from me: the decision, or a new date", DATE, "Anna Headhunter"
    )
    assert view.history[0].text == "Nothing was decided yet (by phone)."


def test_not_decided_yet_on_its_way_by_mail_does_not_move_the_date(scene: Scene) -> None:
    ada = scene.interviewed()
    before = scene.page(ada)
    scene.send(ada, "Not yet.", DATE)
    assert scene.page(ada) == before
    scene.deliver()
    assert "the date is now 26 November 2026" in the_view(scene, ada).slipped


def test_a_missed_date_is_admitted(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.later(days=7)
    assert the_view(scene, ada).slipped == ""
    scene.later(days=1)
    assert the_view(scene, ada).slipped == (
        "You were to hear from me by 19 November 2026. "
        "That date has passed without an answer, and I owe you one."
    )


def test_a_missed_date_is_admitted_after_a_mail_that_failed(scene: Scene) -> None:
    ada = scene.declined()
    scene.send(ada, LETTER)
    scene.deliver(Refused("550"))
    scene.later(days=8)
    assert "has passed without an answer" in the_view(scene, ada).slipped
    must_tell_nothing(scene, ada, Outcome.CLIENT_DECLINED)


def test_a_new_round_has_no_slipped_date(scene: Scene) -> None:
    """A promise extended for the first round is not held against the second."""
    ada = scene.interviewed()
    scene.call(ada, DATE)
    scene.later(days=1)
    scene.interview(ada, DATE)
    assert the_view(scene, ada).slipped == ""


def test_an_interview_to_come_is_the_next_step_and_the_candidates_own(scene: Scene) -> None:
    ada = scene.candidacy()
    scene.interview(ada, dt.date(2026, 11, 20))
    view = the_view(scene, ada)
    assert view.next_step == NextStep("Your interview, round 1, by video", dt.date(2026, 11, 20), "you")
    assert view.headline == "Your interview by video is on 20 November 2026."


def test_of_two_interviews_to_come_the_nearer_one_is_next(scene: Scene) -> None:
    ada = scene.candidacy()
    scene.interview(ada, dt.date(2026, 11, 20))
    scene.interview(ada, dt.date(2026, 11, 16))
    step = the_view(scene, ada).next_step
    assert step is not None
    assert step.by == dt.date(2026, 11, 16)


def test_the_day_after_the_interview_the_headhunter_owes_the_next_step(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.later(days=1)
    assert the_view(scene, ada).next_step == NextStep(
        "You hear from me: the decision, or a new date", dt.date(2026, 11, 19), "Anna Headhunter"
    )


def test_before_an_interview_no_date_is_promised(scene: Scene) -> None:
    step = the_view(scene, scene.candidacy()).next_step
    assert step == NextStep("You hear from me as soon as there is something to say", None, "Anna Headhunter")


def test_a_confidential_client_is_an_alias_everywhere(scene: Scene) -> None:
    ada = scene.declined()
    scene.call(ada)
    text = repr(scene.page(ada))
    assert REAL_NAME not in text
    assert the_view(scene, ada).client_name == "a bank in the north"


def test_a_client_that_is_no_secret_is_named(scene: Scene) -> None:
    ada = scene.candidacy(job=scene.another_job("Open to all"))
    assert the_view(scene, ada).client_name == REAL_NAME


def test_other_candidates_and_their_number_are_nowhere(scene: Scene) -> None:
    ada = scene.declined()
    alone = scene.page(ada)
    for name in ("Zenobia", "Yorick", "Xanthe"):
        one = scene.interviewed(name, f"{name.lower()}@people.example")
        scene.call(scene.decide(one, Outcome.JOB_FILLED))
    assert scene.page(ada) == alone
    assert "Zenobia" not in repr(scene.page(ada))


def test_the_page_holds_no_password_hash_and_no_ids(scene: Scene) -> None:
    ada = scene.declined()
    text = repr(scene.page(ada))
    assert "scrypt" not in text
    for internal in (ada.id, ada.candidate_id, scene.job.id, scene.client_id):
        assert internal not in text


def test_each_candidacy_stands_by_itself_newest_first(scene: Scene) -> None:
    ada = scene.candidate()
    first = scene.candidacy(ada, at=Stage.INTERVIEWING)
    scene.later(days=1)
    scene.candidacy(ada, job=scene.another_job("Another"))
    scene.call(scene.decide(first, Outcome.CLIENT_DECLINED))
    newest, oldest = scene.page(first).candidacies
    assert (newest.job_title, newest.outcome_label) == ("Another", None)
    assert (oldest.job_title, oldest.outcome_label) == (
        "Payroll engineer",
        wording.OUTCOME_LABELS[Outcome.CLIENT_DECLINED],
    )


def test_their_own_interviews_are_listed(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.later(days=3)
    scene.interview(ada)
    rounds = [(each.round, each.on.day, each.kind_label) for each in the_view(scene, ada).interviews]
    assert rounds == [(1, 12, "by video"), (2, 15, "by video")]


def test_the_history_says_what_they_may_know(scene: Scene) -> None:
    ada = scene.declined()
    scene.later(minutes=1)
    scene.call(ada)
    view = the_view(scene, ada)
    assert view.history[0].text == "You had your answer, by phone."
    texts = {moment.text for moment in view.history}
    assert "Interview, round 1, by video, on 12 November 2026." in texts
    assert "Your profile went to the client." in texts


def test_their_own_referrals_are_listed_in_coarse_states(scene: Scene) -> None:
    """A name and a state; nothing of how the referred person can be reached, or of what was written."""
    ada = scene.candidacy()
    with scene.store.read() as reader:
        person = CANDIDATES.require(reader, ada.candidate_id)
    bea = scene.refer(person, someone())
    scene.later(minutes=1)
    scene.refer(person, someone_hiring())
    referrals.change_state(scene.store, bea.id, ReferralState.CONTACTING, by="anna", now=scene.clock.now())
    page = scene.page(ada)
    assert [(each.name, each.state_label) for each in page.referrals] == [
        ("Cal Carter", "Received"),
        ("Bea Bright", "Getting in touch"),
    ]
    for private in ("bea@people.example", "clearest code", "Carter Works"):
        assert private not in repr(page)


def test_who_is_referred_does_not_see_by_whom(scene: Scene) -> None:
    referrer = scene.candidate("Zenobia", "zenobia@people.example")
    scene.refer(referrer, someone(email="ada@people.example"))
    assert "Zenobia" not in repr(scene.page(scene.candidacy()))


def test_what_is_held_is_listed_without_what_is_not(scene: Scene) -> None:
    assert scene.page(scene.candidacy()).held == (
        ("Name", "Ada Ashworth"),
        ("E-mail", "ada@people.example"),
        ("Telephone", "+44 20 7946 0999"),
    )


def test_a_candidate_without_a_candidacy_has_a_page(scene: Scene) -> None:
    ada, now = scene.candidate(), scene.clock.now()
    with scene.store.read() as reader:
        page = build_page(reader, Link("l", "h", Purpose.STATUS, ada.id, now, now), scene.today)
    assert (page.candidate_name, page.candidacies) == ("Ada Ashworth", ())
    assert page.recruiter.email == "anna@letters.example"


def test_the_page_of_somebody_erased_is_not_found(scene: Scene) -> None:
    ada = scene.candidacy()
    with scene.store.transaction() as tx:
        CANDIDATES.delete(tx, ada.candidate_id)
    with pytest.raises(NotFound):
        scene.page(ada)


def test_reading_the_page_changes_nothing(scene: Scene) -> None:
    """It is built of a reader, which cannot write: the same page, however often."""
    ada = scene.declined()
    assert [scene.page(ada) for _ in range(3)] == [scene.page(ada)] * 3


def test_every_outcome_and_stage_has_its_sentences() -> None:
    assert set(wording.OUTCOME_LABELS) == set(Outcome)
    assert set(wording.STAGE_LABELS) == set(Stage) - {Stage.PLACED}
    headlines = [wording.headline(Stage.OFFERED, outcome, None) for outcome in Outcome]
    assert len(set(headlines)) == len(headlines)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (LETTER, SHOWN),
        (LETTER.replace("\n", "\r\n"), SHOWN),
        (LETTER.replace("{{ status_link }}", "{{status_link}}"), SHOWN),
        ("Dear Ada,\n \nNo.\n\n\n{{ status_link }}", "Dear Ada,\n\nNo."),
        ("No. It is on {{ status_link }}, too.\nAnna", "No. It is on this page, too.\nAnna"),
        ("The client said no. Your page: {{ status_link }}", "The client said no. Your page: this page"),
        ("No.", "No."),
    ],
)
def test_a_mail_is_shown_without_the_words_that_only_lead_to_the_page(body: str, shown: str) -> None:
    """Whatever the browser sent as line ends; and no sentence goes with the link."""
    assert wording.without_link(body) == shown
