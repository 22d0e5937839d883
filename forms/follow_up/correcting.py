"""Putting an interview right: its date or kind was wrong, or it was noted down by mistake.

Each correction is an event with a reason. The promise is counted anew while the answer is owed; a date that
the candidate was given otherwise (put off, or set when a decision was taken back) never comes nearer by it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.business_days import WEEKDAYS, BusinessDays
from core.clock import long_date
from core.errors import Conflict
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDACIES, INTERVIEWS, Interview, InterviewKind
from forms.follow_up.answers import answers_of, is_on_its_way, told_answers
from forms.follow_up.models import FOLLOW_UPS, Answer, AnswerState, DebtState, FollowUp
from forms.jobs.models import JOBS
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction


@use_case
def correct_interview(
    tx: Transaction,
    interview_id: str,
    *,
    on: dt.date,
    kind: InterviewKind,
    reason: str,
    default_promise: int,
    by: str,
    now: dt.datetime,
    calendar: BusinessDays = WEEKDAYS,
) -> Interview:
    """Give an interview the date and kind it really has; the history keeps the old ones and the reason.

    When it is, was or becomes the last interview and the answer is owed, the answer's date is counted anew:
    `default_promise`, unless the job has a promise of its own, over the business days of `calendar`. Raises
    NotFound; Conflict when nothing would change.
    """
    old = INTERVIEWS.require(tx, interview_id)
    if (old.on, old.kind) == (on, kind):
        raise Conflict("This is what is recorded already: change the date, or how it was held.")
    before = candidates.interviews_of(tx, old.candidacy_id)
    new = INTERVIEWS.put(tx, replace(old, on=on, kind=kind))
    moved = _count_anew(tx, before, default_promise, calendar)
    change = f"{_date_and_kind(old)} → {_date_and_kind(new)}"
    candidates.note(
        tx,
        new.candidacy_id,
        now=now,
        by=by,
        text=f"Interview, round {new.round}, corrected: {change}{_due_for_the_desk(moved)}. Reason: {reason}",
        told=f"Interview, round {new.round}: now {_date_and_kind(new)}; it was noted as "
        f"{_date_and_kind(old)}.{_due_for_them(moved)}",
    )
    return new


@use_case
def take_back_interview(
    tx: Transaction,
    interview_id: str,
    *,
    reason: str,
    default_promise: int,
    by: str,
    now: dt.datetime,
    calendar: BusinessDays = WEEKDAYS,
) -> None:
    """Remove an interview that never was one; rounds after it count one less.

    If it was the only one, nothing is owed any more, unless the candidate has been told something already.
    Raises NotFound; Conflict while an answer is on its way, and when an offer followed this only interview.
    """
    gone = INTERVIEWS.require(tx, interview_id)
    if is_on_its_way(tx, gone.candidacy_id):
        raise Conflict(
            "An answer is on its way. Call it back, or wait until it has gone out, before you take the "
            "interview back."
        )
    before = candidates.interviews_of(tx, gone.candidacy_id)
    if len(before) == 1:
        candidacy = CANDIDACIES.require(tx, gone.candidacy_id).not_interviewed()
        CANDIDACIES.put(tx, candidacy)
    INTERVIEWS.delete(tx, interview_id)
    _close_the_gap(tx, before, gone)
    moved = _count_anew(tx, before, default_promise, calendar)
    what = f"Interview, round {gone.round}, {_date_and_kind(gone)}"
    notes = f" Its notes: {gone.notes}" if gone.notes else ""
    candidates.note(
        tx,
        gone.candidacy_id,
        now=now,
        by=by,
        text=f"{what}, taken back{_renumbered(before, gone)}{_due_for_the_desk(moved)}. "
        f"Reason: {reason}{notes}",
        told=f"{what}: noted down by mistake.{_due_for_them(moved)}",
    )


Moved = tuple[dt.date | None, dt.date | None]
"""The date by which the answer is owed, before and after; None: none is owed."""


def _count_anew(
    tx: Transaction, before: list[Interview], default_promise: int, calendar: BusinessDays
) -> Moved:
    """Bring the debt into line with the interviews as they are now, which were `before`."""
    candidacy_id = before[0].candidacy_id
    debt = FOLLOW_UPS.get(tx, candidacy_id)
    after = candidates.interviews_of(tx, candidacy_id)
    if debt is None:
        return None, None
    if not after:
        return _without_interviews(tx, debt)
    kept = replace(debt, since=min(each.on for each in after))
    was, last = _last(before), _last(after)
    if debt.is_owed and (was.id, was.on) != (last.id, last.on):
        promise = JOBS.require(tx, debt.job_id).promise(default_promise)
        given = [] if debt.due == promise.due(was.on, calendar) else [debt.due]
        put_off = _put_off_since(tx, last)
        kept = _renewed(kept, promise.due(last.on, calendar), given, put_off, renewal_gone=was.id != last.id)
    FOLLOW_UPS.put(tx, kept)
    return _owed_by(debt), _owed_by(kept)


def _renewed(
    debt: FollowUp, due: dt.date, given: list[dt.date], put_off: list[Answer], *, renewal_gone: bool
) -> FollowUp:
    """With the newly counted date, or a later one they were `given` or `put_off` to.

    When another interview is the last one now, what it was put off counts again: a renewal had forgotten it.
    """
    given = given + [each.new_date for each in put_off[:1] if each.new_date]
    renewed = replace(debt, promised=due, due=max([due, *given]))
    if not renewal_gone:
        return renewed
    state = DebtState.EXTENDED if put_off and debt.state is DebtState.DUE else debt.state
    return replace(renewed, state=state, extensions=max(debt.extensions, len(put_off)))


def _without_interviews(tx: Transaction, debt: FollowUp) -> Moved:
    """The debt is gone, unless the candidate was told something: then what they were told stands."""
    if debt.is_owed and not told_answers(tx, debt.id):
        FOLLOW_UPS.delete(tx, debt.id)
        return debt.due, None
    return _owed_by(debt), _owed_by(debt)


def _put_off_since(reader: Reader, interview: Interview) -> list[Answer]:
    """The answers, newest first, that put the candidate off after this interview was recorded.

    Not those from before a decision that was told, or taken back, since.
    """
    found: list[Answer] = []
    for answer in answers_of(reader, interview.candidacy_id):
        if answer.state not in (AnswerState.TOLD, AnswerState.WITHDRAWN):
            continue
        if answer.new_date is None or answer.told is None or answer.told < interview.created:
            break
        found.append(answer)
    return found


def _close_the_gap(tx: Transaction, before: list[Interview], gone: Interview) -> None:
    # In the order of the rounds: each finds its new number free.
    for each in before:
        if each.round > gone.round:
            INTERVIEWS.put(tx, replace(each, round=each.round - 1))


def _last(interviews: list[Interview]) -> Interview:
    return max(interviews, key=lambda each: (each.on, each.created))


def _owed_by(debt: FollowUp) -> dt.date | None:
    return debt.due if debt.is_owed else None


def _date_and_kind(interview: Interview) -> str:
    return f"{long_date(interview.on)}, {interview.kind.label}"


def _renumbered(before: list[Interview], gone: Interview) -> str:
    later = any(each.round > gone.round for each in before)
    return " (the rounds after it count one less now)" if later else ""


def _due_for_the_desk(moved: Moved) -> str:
    was, is_now = moved
    if was is None or was == is_now:
        return ""
    if is_now is None:
        return "; no answer is owed any more"
    return f"; the answer is owed by {long_date(is_now)}, before by {long_date(was)}"


def _due_for_them(moved: Moved) -> str:
    was, is_now = moved
    if is_now is None or was == is_now:
        return ""
    # Said so that it is true also of a day that has passed: then their page owns up to it.
    return f" Your answer is due by {long_date(is_now)}."
