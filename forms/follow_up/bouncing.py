"""An answer whose mail came back has told nobody anything: it is taken off the page and owed again."""

from __future__ import annotations

from dataclasses import replace

from forms.candidates import service as candidates
from forms.follow_up.answering import EVENT_PREFIX, answers_of
from forms.follow_up.models import ANSWERS, FOLLOW_UPS, Answer, AnswerState, DebtState, FollowUp
from forms.outbox.models import Mail, MailState
from forms.store.protocol import Reader, Transaction

_PAID_BY_MAIL = (DebtState.SENT, DebtState.EXTENDED, DebtState.SCHEDULED)


def mail_came_back(tx: Transaction, mail: Mail) -> None:
    """Outbox listener: the debt that a bounced answer had paid is open again."""
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
    candidates.note(tx, answer.candidacy_id, now=at, by="system", text=text, told=told)


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
