"""Answering: the draft, the mail, the call, the "not decided yet".

The decision and the telling are two facts: a candidate's page shows only what has been told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.clock import long_date
from core.errors import Conflict
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDACIES, CANDIDATES, Candidacy, Outcome, Stage
from forms.follow_up.answers import answers_of, draft_on_hand, is_on_its_way, told_answers, told_outcome
from forms.follow_up.letter import Wording, completed, must_be_complete
from forms.follow_up.models import (
    ANSWERS,
    FOLLOW_UPS,
    Answer,
    AnswerState,
    Channel,
    DebtState,
    FollowUp,
)
from forms.jobs.models import JOBS
from forms.outbox import queue
from forms.outbox.models import Mail, MailState, Message
from forms.recruiters import Signatory
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Transaction

EVENT_PREFIX = "answer:"


@use_case
def save_draft(
    tx: Transaction,
    candidacy_id: str,
    wording: Wording,
    *,
    by: Signatory,
    now: dt.datetime,
    proposed: Outcome | None = None,
) -> Answer:
    """Keep the text as the candidacy's one draft. Raises NotFound, Conflict.

    `proposed`: the outcome it is written for, before that is recorded; nothing can be sent until it is.
    """
    candidacy = CANDIDACIES.require(tx, candidacy_id)
    answer = ANSWERS.put(tx, _compose(tx, candidacy, wording, by=by, now=now, proposed=proposed))
    debt = FOLLOW_UPS.get(tx, candidacy_id)
    if debt is not None and debt.state in (DebtState.DUE, DebtState.FAILED):
        FOLLOW_UPS.put(tx, debt.at(DebtState.DRAFTED))
    return answer


@use_case
def send(
    tx: Transaction,
    candidacy_id: str,
    wording: Wording,
    *,
    by: Signatory,
    mail_domain: str,
    now: dt.datetime,
    not_before: dt.datetime | None = None,
) -> Answer:
    """Complete the letter and put it into the outbox; the candidate's page shows it once it has gone out.

    Until `not_before` it waits there and can be called back; None: it goes at the worker's next turn.

    Raises NotFound; Conflict when a merge field is still open or what was typed for one has no place, when
    there is no address (then it is a phone task), when another answer is on its way, when the outcome has
    been told, or when it is not recorded.
    """
    candidacy = CANDIDACIES.require(tx, candidacy_id)
    candidate = CANDIDATES.require(tx, candidacy.candidate_id)
    if not candidate.email:
        raise Conflict(f"{candidate.name} has no e-mail address: call, and log the call here.")
    draft = _compose(tx, candidacy, wording, by=by, now=now)
    letter = completed(wording)
    must_be_complete(letter)
    answer = replace(
        draft, state=AnswerState.SCHEDULED, subject=letter.subject, body=letter.body, observation=""
    )
    answer.must_be_tellable()
    ANSWERS.put(tx, answer)
    queue.enqueue(
        tx,
        Message(
            event=EVENT_PREFIX + answer.id,
            recipient=candidate.email,
            recipient_name=candidate.name,
            sender_name=by.name,
            reply_to=by.email,
            subject=answer.subject,
            body=answer.body,
            access_for=candidate.id,
            not_before=not_before,
        ),
        now=now,
        domain=mail_domain,
    )
    _set_state(tx, candidacy, DebtState.SCHEDULED)
    return answer


@use_case
def log_call(
    tx: Transaction,
    candidacy_id: str,
    *,
    said: str,
    new_date: dt.date | None,
    by: Signatory,
    now: dt.datetime,
) -> Answer:
    """Record that the answer was given by phone: the outcome, or a new date. Raises NotFound, Conflict."""
    candidacy = CANDIDACIES.require(tx, candidacy_id)
    draft = _compose(tx, candidacy, Wording("", said, new_date), by=by, now=now)
    answer = replace(draft, channel=Channel.CALL, state=AnswerState.TOLD, told=now)
    answer.must_be_tellable()
    _told(tx, candidacy, answer, DebtState.CALLED, now)
    return ANSWERS.put(tx, answer)


def mail_settled(tx: Transaction, mail: Mail) -> None:
    """Outbox listener: an answer that went out is told; one that failed or was called back is owed again.

    Raises Conflict, which takes the retry back, when a failed answer that is out of date is to be sent again.
    """
    if not mail.event.startswith(EVENT_PREFIX):
        return
    answer = ANSWERS.get(tx, mail.event.removeprefix(EVENT_PREFIX))
    if answer is None:
        return
    candidacy = CANDIDACIES.require(tx, answer.candidacy_id)
    if mail.state is MailState.SENT:
        _gone_out(tx, candidacy, answer, mail.settled or mail.created)
    elif mail.state in (MailState.FAILED, MailState.CANCELLED):
        _not_gone_out(tx, candidacy, answer, mail)
    elif mail.state in (MailState.QUEUED, MailState.RETRY):
        _queued_again(tx, candidacy, answer)


def _gone_out(tx: Transaction, candidacy: Candidacy, answer: Answer, at: dt.datetime) -> None:
    if answer.state in (AnswerState.SCHEDULED, AnswerState.FAILED):
        told = ANSWERS.put(tx, replace(answer, state=AnswerState.TOLD, told=at))
        _told(tx, candidacy, told, DebtState.SENT, at)


def _not_gone_out(tx: Transaction, candidacy: Candidacy, answer: Answer, mail: Mail) -> None:
    # One that had failed already changes nothing: another answer may have paid the debt since.
    if answer.state is not AnswerState.SCHEDULED:
        return
    cancelled = mail.state is MailState.CANCELLED
    ANSWERS.put(tx, replace(answer, state=AnswerState.FAILED))
    _set_state(tx, candidacy, DebtState.DUE if cancelled else DebtState.FAILED)
    text = "The answer was called back" if cancelled else "The mail failed"
    at = mail.settled or mail.created
    text = f"{text}; an answer is owed again"
    candidates.note(tx, candidacy.id, now=at, by="system", text=text, mail_event=mail.event)


def _queued_again(tx: Transaction, candidacy: Candidacy, answer: Answer) -> None:
    if answer.state is AnswerState.SCHEDULED:
        return
    _none_on_its_way(tx, candidacy.id)
    told_since = any(each.told and each.told > answer.created for each in told_answers(tx, candidacy.id))
    if answer.state is not AnswerState.FAILED or told_since or answer.outcome is not candidacy.outcome:
        raise Conflict(
            "This answer is out of date: since it failed the candidate was told, or the decision was taken "
            "back. Write a new one from the candidacy's page."
        )
    ANSWERS.put(tx, replace(answer, state=AnswerState.SCHEDULED))
    _set_state(tx, candidacy, DebtState.SCHEDULED)


@use_case
def reopen(
    tx: Transaction, candidacy_id: str, *, reason: str, by: Signatory, today: dt.date, now: dt.datetime
) -> Candidacy:
    """Take an outcome back: what was told of it is withdrawn, and an answer is owed again, today.

    Raises NotFound; Conflict when nothing was decided, an answer is on its way, or the job is closed.
    """
    _none_on_its_way(tx, candidacy_id)
    candidacy = candidates.reopen(tx, candidacy_id, reason=reason, by=by.id, now=now)
    JOBS.require(tx, candidacy.job_id).must_not_be_closed()
    for answer in answers_of(tx, candidacy_id):
        if answer.outcome is not None and answer.state in (AnswerState.TOLD, AnswerState.FAILED):
            ANSWERS.put(tx, replace(answer, state=AnswerState.WITHDRAWN))
    debt = FOLLOW_UPS.get(tx, candidacy_id)
    if debt is not None:
        FOLLOW_UPS.put(tx, debt.reopened(max(debt.due, today)))
    return candidacy


def _compose(
    tx: Transaction,
    candidacy: Candidacy,
    wording: Wording,
    *,
    by: Signatory,
    now: dt.datetime,
    proposed: Outcome | None = None,
) -> Answer:
    """The answer with this wording, in the place of the draft if there is one."""
    _none_on_its_way(tx, candidacy.id)
    undecided = candidacy.outcome is None and proposed is not None
    outcome = proposed if undecided else _outcome_to_tell(tx, candidacy, wording.new_date)
    draft = draft_on_hand(tx, candidacy.id)
    return Answer(
        draft.id if draft else new_id(),
        candidacy.id,
        Channel.MAIL,
        AnswerState.DRAFT,
        outcome,
        wording.new_date,
        wording.subject,
        wording.body,
        by.id,
        now,
        observation=wording.observation,
        invite=wording.invite,
    )


def _outcome_to_tell(reader: Reader, candidacy: Candidacy, new_date: dt.date | None) -> Outcome | None:
    """The recorded outcome, or None with a new date. An answer must be true, and an outcome is told once."""
    if candidacy.outcome is None:
        if new_date is None:
            raise Conflict("Record the outcome first, or give the date by which the candidate will hear.")
        return None
    label = candidacy.outcome.label
    if told_outcome(reader, candidacy.id):
        raise Conflict(
            f"This candidate has been told (“{label}”). Reopen the candidacy, with a reason, first."
        )
    if new_date is not None:
        raise Conflict(f"It is decided (“{label}”): tell the outcome, or reopen the candidacy first.")
    return candidacy.outcome


def _none_on_its_way(tx: Transaction, candidacy_id: str) -> None:
    if is_on_its_way(tx, candidacy_id):
        raise Conflict(
            "An answer is on its way already. Wait until it has gone out, or cancel it under Mail."
        )


def _told(tx: Transaction, candidacy: Candidacy, answer: Answer, state: DebtState, at: dt.datetime) -> None:
    debt = FOLLOW_UPS.get(tx, candidacy.id)
    how = "by phone" if answer.channel is Channel.CALL else "by mail"
    if answer.new_date:
        when = long_date(answer.new_date)
        text, told = f"Told {how}: not decided, will hear by {when}", f"Nothing was decided yet ({how})."
        after: FollowUp | None = debt.extended(answer.new_date) if debt else None
    else:
        label = answer.outcome.label if answer.outcome else ""
        text, told = f"Told {how}: {label}", f"You had your answer, {how}."
        after = debt.answered_by(state, at) if debt else None
    mail_event = EVENT_PREFIX + answer.id if answer.channel is Channel.MAIL else ""
    candidates.note(tx, candidacy.id, now=at, by=answer.by, text=text, told=told, mail_event=mail_event)
    if after is not None:
        FOLLOW_UPS.put(tx, after)


def _set_state(tx: Transaction, candidacy: Candidacy, state: DebtState) -> None:
    debt = FOLLOW_UPS.get(tx, candidacy.id)
    if debt is not None:
        FOLLOW_UPS.put(tx, debt.at(state))


LONG_PROCESS = 3
"""Rounds of interviews after which somebody has given so much that they are owed a longer letter."""

_AFTER_LONG = (Outcome.JOB_FILLED, Outcome.CLIENT_DECLINED)


def template_for(outcome: Outcome | None, *, long_process: bool = False) -> str:
    """The name of the message template that fits: the outcome's, or "not-decided" for None."""
    if outcome is None:
        return "not-decided"
    if long_process and outcome in _AFTER_LONG:
        return "after-long-process"
    return outcome.value.replace("_", "-")


def was_long(reader: Reader, candidacy: Candidacy) -> bool:
    """Whether the process was a long one: three rounds of interviews, or an offer."""
    return (
        candidacy.stage is Stage.OFFERED
        or len(candidates.interviews_of(reader, candidacy.id)) >= LONG_PROCESS
    )
