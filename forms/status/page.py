"""What a candidate sees, worked out from the ledger. What has not been told is not part of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forms import history
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDATES, Candidacy, Candidate, Interview, Stage
from forms.contact_details import readable_phone
from forms.follow_up.answers import told_outcome
from forms.follow_up.asking import refusal
from forms.follow_up.models import FOLLOW_UPS, Answer, Channel, FollowUp
from forms.jobs import service as jobs
from forms.jobs.models import JOBS
from forms.links import Link
from forms.recruiters import RECRUITERS, Recruiter
from forms.referrals import service as referrals
from forms.status import wording
from forms.store.protocol import Reader


@dataclass(frozen=True)
class Reach:
    """The headhunter, and how to reach them."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True)
class NextStep:
    """What happens next, by when (None: no date is promised), and who owes it."""

    what: str
    by: dt.date | None
    who: str


@dataclass(frozen=True)
class InterviewView:
    """One of the candidate's own interviews."""

    round: int
    on: dt.date
    kind_label: str


@dataclass(frozen=True)
class Moment:
    """One entry of the history a candidate may read."""

    at: dt.datetime
    text: str


@dataclass(frozen=True)
class CandidacyView:
    """Where one candidacy stands. `outcome_label` and `answer_text` are None until told."""

    job_title: str
    client_name: str
    headline: str
    stage_label: str
    next_step: NextStep | None
    slipped: str
    interviews: tuple[InterviewView, ...]
    outcome_label: str | None
    answer_text: str | None
    history: tuple[Moment, ...]


@dataclass(frozen=True)
class ReferralView:
    """A referral as its referrer sees it."""

    name: str
    kind_label: str
    state_label: str
    at: dt.datetime


@dataclass(frozen=True)
class StatusPage:
    """The whole page. `held` is the data kept about the candidate; `expires` the link's last day."""

    candidate_name: str
    recruiter: Reach
    candidacies: tuple[CandidacyView, ...]
    referrals: tuple[ReferralView, ...]
    held: tuple[tuple[str, str], ...]
    expires: dt.datetime
    invitations_off: bool


def build_page(reader: Reader, link: Link, today: dt.date) -> StatusPage:
    """The page a status link opens. Raises NotFound when its candidate is gone."""
    candidate = CANDIDATES.require(reader, link.holder)
    recruiter = RECRUITERS.require(reader, candidate.recruiter_id)
    return StatusPage(
        candidate_name=candidate.name,
        recruiter=Reach(recruiter.name, recruiter.email, recruiter.phone),
        candidacies=tuple(
            _candidacy(reader, each, recruiter, today)
            for each in candidates.candidacies_of(reader, candidate.id)
        ),
        referrals=tuple(
            ReferralView(each.name_for_referrer, each.kind.label, each.state.label, each.created)
            for each in referrals.referrals_by(reader, candidate.id)
        ),
        held=_held(candidate),
        expires=link.expires,
        invitations_off=refusal(reader, candidate) is not None,
    )


def _candidacy(reader: Reader, candidacy: Candidacy, recruiter: Recruiter, today: dt.date) -> CandidacyView:
    job = JOBS.require(reader, candidacy.job_id)
    debt = FOLLOW_UPS.get(reader, candidacy.id)
    interviews = candidates.interviews_of(reader, candidacy.id)
    answer = told_outcome(reader, candidacy.id)
    outcome = answer.outcome if answer else None
    # Being placed is a decision: until it is told, the candidate reads the stage before it.
    stage = Stage.OFFERED if candidacy.stage is Stage.PLACED else candidacy.stage
    coming = min((each for each in interviews if each.on >= today), key=lambda each: each.on, default=None)
    return CandidacyView(
        job_title=job.title,
        client_name=jobs.client_name_for_candidates(reader, job),
        headline=wording.headline(stage, outcome, coming),
        stage_label=wording.OUTCOME_LABELS[outcome] if outcome else wording.STAGE_LABELS[stage],
        next_step=None if outcome else _next_step(debt, coming, recruiter),
        slipped="" if outcome else wording.slipped(debt, today),
        interviews=tuple(InterviewView(each.round, each.on, each.kind.label) for each in interviews),
        outcome_label=wording.OUTCOME_LABELS[outcome] if outcome else None,
        answer_text=_answer_text(answer, candidacy),
        history=_history(reader, candidacy),
    )


def _answer_text(answer: Answer | None, candidacy: Candidacy) -> str | None:
    """A mail is shown as it went out; after a call, the reason written for the candidate."""
    if answer is None:
        return None
    text = candidacy.reason if answer.channel is Channel.CALL else wording.without_link(answer.body)
    return text or None


def _next_step(debt: FollowUp | None, coming: Interview | None, recruiter: Recruiter) -> NextStep:
    if coming is not None:
        return NextStep(f"Your interview, round {coming.round}, {coming.kind.label}", coming.on, "you")
    if debt is not None:
        return NextStep("You hear from me: the decision, or a new date", debt.due, recruiter.name)
    return NextStep("You hear from me as soon as there is something to say", None, recruiter.name)


def _history(reader: Reader, candidacy: Candidacy) -> tuple[Moment, ...]:
    events = history.history_of(reader, candidacy.id)
    return tuple(Moment(event.at, event.told) for event in events if event.told)


def _held(candidate: Candidate) -> tuple[tuple[str, str], ...]:
    details = (
        ("Name", candidate.name),
        ("E-mail", candidate.email),
        ("Telephone", readable_phone(candidate.phone or "")),
        ("Profile", candidate.profile_url),
    )
    return tuple((label, value) for label, value in details if value)
