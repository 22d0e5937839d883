"""The answers of a candidacy as they stand: told, on their way, or words to go on with."""

from __future__ import annotations

from forms.candidates.models import CANDIDACIES, Outcome
from forms.follow_up.models import ANSWERS, Answer, AnswerState
from forms.store.protocol import Reader


def answers_of(reader: Reader, candidacy_id: str) -> list[Answer]:
    """All answers of a candidacy, newest first."""
    return ANSWERS.find(reader, {"candidacy_id": candidacy_id}, order="created", descending=True)


def told_answers(reader: Reader, candidacy_id: str) -> list[Answer]:
    """The answers that have reached the candidate and stand, newest first."""
    where = {"candidacy_id": candidacy_id, "state": AnswerState.TOLD}
    return ANSWERS.find(reader, where, order="created", descending=True)


def told_outcome(reader: Reader, candidacy_id: str) -> Answer | None:
    """The answer by which the outcome was told, or None: then it must not be shown."""
    return next((each for each in told_answers(reader, candidacy_id) if each.outcome), None)


def draft_of(reader: Reader, candidacy_id: str, *, proposed: Outcome | None = None) -> Answer | None:
    """The words to go on with: the draft, or those of an answer that failed or was called back.

    None when they were written for another decision than the one that stands, or else is `proposed`. Raises
    NotFound.
    """
    outcome = CANDIDACIES.require(reader, candidacy_id).outcome or proposed
    last = draft_on_hand(reader, candidacy_id) or next(iter(answers_of(reader, candidacy_id)), None)
    if last is None or last.state not in (AnswerState.DRAFT, AnswerState.FAILED):
        return None
    return last if last.outcome is outcome else None


def draft_on_hand(reader: Reader, candidacy_id: str) -> Answer | None:
    """The candidacy's one draft, whatever it was written for, or None."""
    return ANSWERS.first(reader, {"candidacy_id": candidacy_id, "state": AnswerState.DRAFT})


def is_on_its_way(reader: Reader, candidacy_id: str) -> bool:
    """Whether an answer waits in the outbox, or is being sent."""
    return ANSWERS.first(reader, {"candidacy_id": candidacy_id, "state": AnswerState.SCHEDULED}) is not None
