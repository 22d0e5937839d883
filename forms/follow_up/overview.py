"""The end of a job at a glance: everyone it concerns, what each will be told, and what is still missing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from core.errors import Conflict
from forms.candidates import service as candidates
from forms.candidates.models import Candidacy, Outcome, Stage
from forms.follow_up.answers import draft_of, is_on_its_way
from forms.follow_up.drafting import Case, case_of
from forms.follow_up.letter import Wording, completed, must_be_complete, with_reason, without_observation
from forms.follow_up.models import FOLLOW_UPS, Answer, Channel, FollowUp
from forms.follow_up.plans import ENDINGS, PLANS, Ending, Plan
from forms.jobs.models import JOBS, Job, JobState
from forms.store.protocol import Reader

ON_ITS_WAY = "An answer is on its way to them. Call it back, or wait until it has gone out."
NOT_READY = "Not written yet."


@dataclass(frozen=True)
class Person:
    """Somebody who was interviewed and waits for the end of the job.

    `letter`: the mail as they will get it; None by phone, and while there is a `problem`, which says what
    has to be done first and is empty when nothing has.
    """

    case: Case
    debt: FollowUp
    outcome: Outcome
    outcomes: tuple[Outcome, ...]
    plan: Plan | None
    draft: Answer | None
    letter: Wording | None
    problem: str

    @property
    def id(self) -> str:
        """The candidacy's."""
        return self.case.candidacy.id

    @property
    def by_mail(self) -> bool:
        """Whether they are to be written to; who has no address is called."""
        return bool(self.case.candidate.email) and (self.plan is None or self.plan.channel is Channel.MAIL)


@dataclass(frozen=True)
class Overview:
    """Everyone the end of a job concerns.

    `people` will be told; `silent` were never interviewed and get an outcome only, but for those in
    `ending.spared`; `owed` have been decided on before and still wait for their answer.
    `seen` stands for all of it: two overviews with the same one say the same.
    """

    job: Job
    ending: Ending
    people: tuple[Person, ...]
    silent: tuple[Case, ...]
    owed: tuple[Case, ...]
    seen: str

    @property
    def to_be_silent(self) -> tuple[Case, ...]:
        """Whose candidacies end without a letter."""
        return tuple(each for each in self.silent if each.candidacy.id not in self.ending.spared)

    def person(self, candidacy_id: str) -> Person:
        """One of the people. Raises Conflict when they are none of them any more."""
        for each in self.people:
            if each.id == candidacy_id:
                return each
        raise Conflict("There is nothing to tell this person any more: they have been decided on meanwhile.")


def overview(reader: Reader, job_id: str, state: JobState) -> Overview:
    """The overview of a job that is to end as `state`. Raises NotFound."""
    job = JOBS.require(reader, job_id)
    ending = ending_of(reader, job, state)
    cases = [case_of(reader, each.id) for each in candidates.candidacies_for(reader, job_id)]
    debts = {each.candidacy.id: FOLLOW_UPS.get(reader, each.candidacy.id) for each in cases}
    live = [each for each in cases if each.candidacy.is_live]
    people = [_person(reader, ending, each, debt) for each in live if (debt := debts[each.candidacy.id])]
    # Whom the job went to comes first.
    people.sort(key=lambda each: (each.id != ending.placed, each.case.candidate.name, each.id))
    silent = tuple(each for each in live if debts[each.candidacy.id] is None)
    owed = tuple(each for each in cases if not each.candidacy.is_live and _is_owed(debts[each.candidacy.id]))
    return Overview(job, ending, tuple(people), silent, owed, _seen(ending, people, silent))


def ending_of(reader: Reader, job: Job, state: JobState) -> Ending:
    """The end that is being prepared, or has been confirmed; else a fresh one, kept nowhere yet."""
    kept = ENDINGS.get(reader, job.id)
    if kept is not None and kept.state is state and (kept.confirmed is None or job.state.is_over):
        return kept
    return Ending(job.id, state, None, (), job.recruiter_id, job.created)


def placeable(reader: Reader, job_id: str) -> list[Candidacy]:
    """Who can have been placed: the live candidacies at “Offered”."""
    found = candidates.candidacies_for(reader, job_id)
    return [each for each in found if each.is_live and each.stage is Stage.OFFERED]


def letter_of(plan: Plan, draft: Answer) -> Wording:
    """The mail as it will go out. Raises Conflict, naming what is still open."""
    wording = Wording(draft.subject, draft.body, draft.new_date, draft.observation)
    wording = with_reason(wording, plan.reason)
    letter = completed(without_observation(wording) if plan.asked else wording)
    must_be_complete(letter)
    return letter


def _person(reader: Reader, ending: Ending, case: Case, debt: FollowUp) -> Person:
    candidacy = case.candidacy
    plan = PLANS.get(reader, candidacy.id)
    outcomes = ending.outcomes_for(candidacy)
    outcome = plan.outcome if plan and plan.outcome in outcomes else ending.outcome_for(candidacy)
    draft = draft_of(reader, candidacy.id, proposed=outcome)
    try:
        letter, problem = _letter(reader, case, plan, draft, outcome), ""
    except Conflict as error:
        letter, problem = None, str(error)
    return Person(case, debt, outcome, outcomes, plan, draft, letter, problem)


def _letter(
    reader: Reader, case: Case, plan: Plan | None, draft: Answer | None, outcome: Outcome
) -> Wording | None:
    """The letter, or None by phone. Raises Conflict while something has to be done first."""
    if is_on_its_way(reader, case.candidacy.id):
        raise Conflict(ON_ITS_WAY)
    if plan is None or not plan.ready or plan.outcome is not outcome:
        raise Conflict(NOT_READY)
    if plan.channel is Channel.CALL:
        return None
    if not case.candidate.email:
        raise Conflict(f"{case.candidate.name} has no e-mail address: choose the phone.")
    if draft is None:
        raise Conflict(NOT_READY)
    return letter_of(plan, draft)


def _is_owed(debt: FollowUp | None) -> bool:
    return debt is not None and debt.is_owed


def _seen(ending: Ending, people: list[Person], silent: tuple[Case, ...]) -> str:
    told = [
        (each.case.candidacy, each.case.candidate.email, each.plan, each.letter, each.problem)
        for each in people
    ]
    whole = repr((ending, told, [each.candidacy for each in silent]))
    return hashlib.sha256(whole.encode()).hexdigest()
