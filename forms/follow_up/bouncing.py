"""An answer whose mail came back has told nobody anything: it is taken off the page and owed again.

A job that was closed meanwhile is not closed any more: no job is, while an interviewed person is unanswered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from forms import history
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDACIES
from forms.follow_up.answering import EVENT_PREFIX
from forms.follow_up.answers import answers_of
from forms.follow_up.models import ANSWERS, FOLLOW_UPS, Answer, AnswerState, DebtState, FollowUp
from forms.jobs.models import JOBS, JobState
from forms.outbox.models import Mail, MailState
from forms.store.protocol import Reader, Transaction

_PAID_BY_MAIL = (DebtState.SENT, DebtState.EXTENDED, DebtState.SCHEDULED)


def mail_came_back(tx: Transaction, mail: Mail) -> None:
    """Outbox listener: the debt that a bounced answer had paid is open again, and so is a closed job."""
    if mail.state is not MailState.BOUNCED or not mail.event.startswith(EVENT_PREFIX):
        return
    answer = ANSWERS.get(tx, mail.event.removeprefix(EVENT_PREFIX))
    if answer is None or answer.state not in (AnswerState.TOLD, AnswerState.SCHEDULED):
        return
    ANSWERS.put(tx, replace(answer, state=AnswerState.FAILED, told=None))
    owed_again = _reopen_debt(tx, answer)
    text = "The mail came back; an answer is owed again" if owed_again else "The mail came back"
    told = "That mail came back to us: it has not reached you." if answer.told else ""
    at = mail.settled or mail.created
    candidates.note(tx, answer.candidacy_id, now=at, by="system", text=text, told=told, mail_event=mail.event)
    if owed_again:
        _reopen_job(tx, CANDIDACIES.require(tx, answer.candidacy_id).job_id, at)


def _reopen_job(tx: Transaction, job_id: str, at: dt.datetime) -> None:
    """A closed job goes back to where it was closed from, so that it must be closed once more.

    Not to `open`: nobody is looked for, and the public forms offer open jobs.
    """
    job = JOBS.require(tx, job_id)
    if job.state is not JobState.CLOSED:
        return
    again = JOBS.put(tx, job.owes_again())
    text = f"Closed → {again.state.label}: the mail with an answer came back, and somebody is owed one again"
    history.record(tx, history.Subject.JOB, job_id, now=at, by="system", text=text)


def _reopen_debt(tx: Transaction, answer: Answer) -> bool:
    """Whether the debt is owed because of this; not where another answer has paid it, or is about to."""
    debt = FOLLOW_UPS.get(tx, answer.candidacy_id)
    if debt is None or debt.state not in _PAID_BY_MAIL or _another_counts(tx, answer):
        return False
    FOLLOW_UPS.put(tx, _as_before(tx, debt, answer))
    return True


def _another_counts(reader: Reader, answer: Answer) -> bool:
    others = [each for each in answers_of(reader, answer.candidacy_id) if each.id != answer.id]
    since = answer.told or answer.created
    return any(
        each.state is AnswerState.SCHEDULED
        or (each.state is AnswerState.TOLD and each.told and each.told > since)
        for each in others
    )


def _as_before(reader: Reader, debt: FollowUp, answer: Answer) -> FollowUp:
    """Owed by the last date that has reached the candidate: a new one in a mail that came back has not."""
    failed = replace(debt, state=DebtState.FAILED, answered=None)
    if answer.told is None or answer.new_date is None:
        return failed
    standing = answers_of(reader, answer.candidacy_id)
    known = next(
        (each.new_date for each in standing if each.state is AnswerState.TOLD and each.new_date), None
    )
    return replace(failed, due=known or debt.promised, extensions=max(0, debt.extensions - 1))
