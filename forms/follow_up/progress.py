"""How the answers of a job that ended are going out: a line for each person, and how far it has come."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from core.errors import NotFound
from forms.candidates.models import CANDIDACIES
from forms.follow_up.drafting import Case, case_of
from forms.follow_up.models import FOLLOW_UPS, AnswerState, Channel, FollowUp
from forms.follow_up.plans import ENDINGS, PLANS, Ending
from forms.follow_up.undo import last_answer, mail_of_answer
from forms.jobs.models import JOBS, Job
from forms.outbox.models import Mail, MailState
from forms.store.protocol import Reader

SOON = dt.timedelta(minutes=30)
"""A mail that goes out within this time is worth waiting for on the page."""


class Step(enum.StrEnum):
    """How far one person's answer has come."""

    ANSWERED = "answered"
    GOING = "going"
    WAITS = "waits"
    AGAIN = "again"
    TO_CALL = "to_call"
    FAILED = "failed"
    UNKNOWN = "unknown"
    TO_WRITE = "to_write"


LABELS = {
    Step.ANSWERED: "Answered",
    Step.GOING: "Going out",
    Step.WAITS: "Waits",
    Step.AGAIN: "Will be tried again",
    Step.TO_CALL: "To be called",
    Step.FAILED: "Not delivered",
    Step.UNKNOWN: "Not known whether it arrived",
    Step.TO_WRITE: "Still owed",
}
"""Each step in the desk's words."""

STOPPED = (Step.TO_CALL, Step.FAILED, Step.UNKNOWN, Step.TO_WRITE)
"""What goes no further by itself."""

_STEPS = {
    MailState.SENDING: Step.GOING,
    MailState.RETRY: Step.AGAIN,
    MailState.UNKNOWN: Step.UNKNOWN,
}


@dataclass(frozen=True)
class Line:
    """One person's. `at`: when it was told, or goes out. `mail`: the row that carries it, if one does."""

    case: Case
    debt: FollowUp
    step: Step
    at: dt.datetime | None
    mail: Mail | None

    @property
    def id(self) -> str:
        """The candidacy's."""
        return self.case.candidacy.id

    @property
    def can_be_called_back(self) -> bool:
        """Whether it still waits in the outbox."""
        return self.mail is not None and self.mail.state is MailState.QUEUED

    @property
    def error(self) -> str:
        """Why the mail did not go out."""
        return self.mail.last_error if self.mail else ""


@dataclass(frozen=True)
class Progress:
    """All of it. `answered` of `len(lines)`; `moving`: it will change by itself before long."""

    job: Job
    ending: Ending
    lines: tuple[Line, ...]
    moving: bool

    @property
    def answered(self) -> int:
        """How many have had their answer."""
        return sum(line.step is Step.ANSWERED for line in self.lines)

    @property
    def waiting(self) -> int:
        """How many answers can still be called back."""
        return sum(line.can_be_called_back for line in self.lines)


def progress(reader: Reader, job_id: str, now: dt.datetime) -> Progress:
    """The progress of a job's end. Raises NotFound when it was not confirmed."""
    job, ending = JOBS.require(reader, job_id), ENDINGS.get(reader, job_id)
    if ending is None or ending.confirmed is None:
        raise NotFound("This job was not filled or cancelled here.")
    lines = tuple(
        line(reader, plan.id, now)
        for plan in PLANS.find(reader, {"job_id": job_id})
        if CANDIDACIES.get(reader, plan.id) is not None
    )
    lines = tuple(sorted(lines, key=lambda each: (each.step not in STOPPED, each.case.candidate.name)))
    return Progress(job, ending, lines, any(_moves(each, now) for each in lines))


def line(reader: Reader, candidacy_id: str, now: dt.datetime) -> Line:
    """How far the answer to one interviewed person has come. Raises NotFound."""
    case, debt = case_of(reader, candidacy_id), FOLLOW_UPS.require(reader, candidacy_id)
    answer = last_answer(reader, candidacy_id)
    mail = mail_of_answer(reader, answer) if answer else None
    if not debt.is_owed:
        return Line(case, debt, Step.ANSWERED, debt.answered, mail)
    if answer is None or mail is None or answer.outcome is not case.candidacy.outcome:
        return Line(case, debt, _unsent(reader, case), None, None)
    if answer.state is AnswerState.FAILED:
        called_back = mail.state is MailState.CANCELLED
        return Line(case, debt, _unsent(reader, case) if called_back else Step.FAILED, mail.settled, mail)
    return Line(case, debt, _step(mail, now), mail.not_before, mail)


def _unsent(reader: Reader, case: Case) -> Step:
    """What is to be done for somebody to whom nothing is on its way."""
    plan = PLANS.get(reader, case.candidacy.id)
    by_phone = not case.candidate.email or (plan is not None and plan.channel is Channel.CALL)
    return Step.TO_CALL if by_phone else Step.TO_WRITE


def _step(mail: Mail, now: dt.datetime) -> Step:
    if mail.state is MailState.QUEUED:
        return Step.GOING if mail.not_before <= now else Step.WAITS
    return _STEPS.get(mail.state, Step.FAILED)


def _moves(line: Line, now: dt.datetime) -> bool:
    if line.step in (Step.GOING, Step.AGAIN):
        return True
    return line.step is Step.WAITS and line.at is not None and line.at - now < SOON
