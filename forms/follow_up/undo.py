"""The wait before an answer goes out: until then it can be called back, or sent at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from core.errors import Conflict
from forms.follow_up.answering import EVENT_PREFIX, mail_settled
from forms.follow_up.answers import answers_of
from forms.follow_up.asking import answer_settled
from forms.follow_up.models import ANSWERS, Answer, AnswerState
from forms.history import Event
from forms.outbox import queue
from forms.outbox.models import OUTBOX, Mail, MailState
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction

GONE = "Nothing of it waits any more: it has gone out, is going out at this moment, or was called back."


@use_case
def call_back(tx: Transaction, candidacy_id: str, *, now: dt.datetime) -> Mail:
    """Take the answer that waits out of the outbox; its words are kept, and it is owed again.

    The decision stays; an invitation that was to follow goes with the answer. Raises Conflict when no
    answer waits.
    """
    return queue.cancel(tx, _waiting_mail(tx, candidacy_id).id, now, [mail_settled, answer_settled])


@use_case
def send_now(tx: Transaction, candidacy_id: str, *, now: dt.datetime) -> Mail:
    """Have the answer that waits go out at the worker's next turn. Raises Conflict when no answer waits."""
    return OUTBOX.put(tx, replace(_waiting_mail(tx, candidacy_id), not_before=now))


def mail_of_answer(reader: Reader, answer: Answer) -> Mail | None:
    """The row of the outbox that carries an answer; None for a draft or a call."""
    found = queue.mail_of(reader, EVENT_PREFIX + answer.id)
    return found[0] if found else None


def mail_of_history(reader: Reader, events: Iterable[Event]) -> dict[str, str]:
    """By the event that the outbox keeps it under, the id of each mail that a history is about."""
    about = {each.mail_event for each in events if each.mail_event}
    return {event: mail.id for event in about for mail in queue.mail_of(reader, event)}


def waiting_mail(reader: Reader, candidacy_id: str) -> Mail | None:
    """The mail of the answer that waits for its time and can still be called back, or None."""
    where = {"candidacy_id": candidacy_id, "state": AnswerState.SCHEDULED}
    answer = ANSWERS.first(reader, where)
    mail = mail_of_answer(reader, answer) if answer else None
    return mail if mail is not None and mail.state is MailState.QUEUED else None


def last_answer(reader: Reader, candidacy_id: str) -> Answer | None:
    """The newest answer that is more than a draft, or None."""
    sent = (each for each in answers_of(reader, candidacy_id) if each.state is not AnswerState.DRAFT)
    return next(sent, None)


def _waiting_mail(tx: Transaction, candidacy_id: str) -> Mail:
    mail = waiting_mail(tx, candidacy_id)
    if mail is None:
        raise Conflict(GONE)
    return mail
