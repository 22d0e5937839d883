"""The debt of an answer, and the answers that pay it."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

from core.errors import Conflict
from forms.candidates.models import Outcome
from forms.store.collection import Collection


class DebtState(enum.StrEnum):
    """due → drafted → scheduled → sent | failed (due again), or called, or extended (told: not decided)."""

    DUE = "due"
    DRAFTED = "drafted"
    SCHEDULED = "scheduled"
    SENT = "sent"
    FAILED = "failed"
    CALLED = "called"
    EXTENDED = "extended"

    @property
    def label(self) -> str:
        """The state in the desk's words."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    DebtState.DUE: "Owed",
    DebtState.DRAFTED: "Drafted",
    DebtState.SCHEDULED: "On its way",
    DebtState.SENT: "Answered by mail",
    DebtState.FAILED: "Mail failed",
    DebtState.CALLED: "Answered by phone",
    DebtState.EXTENDED: "Told: not decided yet",
}

ANSWERED = (DebtState.SENT, DebtState.CALLED)
OWED = tuple(state for state in DebtState if state not in ANSWERED)


@dataclass(frozen=True)
class FollowUp:
    """What one interviewed person is owed. Its id is the candidacy's.

    `promised` is the first date they were given, `due` the one that stands now; both are dates in the
    headhunter's time zone. `since` is the date of the first interview.
    """

    id: str
    job_id: str
    candidate_id: str
    state: DebtState
    since: dt.date
    promised: dt.date
    due: dt.date
    extensions: int = 0
    answered: dt.datetime | None = None

    @property
    def is_owed(self) -> bool:
        """Whether the person still waits for a final answer."""
        return self.state in OWED

    def days_overdue(self, today: dt.date) -> int:
        """Calendar days past the due date; negative while there is time."""
        return (today - self.due).days

    def renewed(self, due: dt.date) -> FollowUp:
        """After a later interview: a new date, which has not been extended yet."""
        under_way = self.state in (DebtState.DRAFTED, DebtState.SCHEDULED)
        state = self.state if under_way else DebtState.DUE
        return replace(self, state=state, promised=due, due=due, extensions=0, answered=None)

    def noted_late(self, on: dt.date) -> FollowUp:
        """After an interview of an earlier day was written down: the dates that were given stand."""
        return replace(self, since=min(self.since, on))

    def reopened(self, due: dt.date) -> FollowUp:
        """After the outcome was taken back: owed anew, and not extended yet."""
        return replace(self, state=DebtState.DUE, promised=due, due=due, extensions=0, answered=None)

    def extended(self, due: dt.date) -> FollowUp:
        """Told that nothing is decided, with a new date."""
        return replace(self, state=DebtState.EXTENDED, due=due, extensions=self.extensions + 1)

    def answered_by(self, state: DebtState, at: dt.datetime) -> FollowUp:
        """Paid, by mail or by phone."""
        return replace(self, state=state, answered=at)

    def at(self, state: DebtState) -> FollowUp:
        """Still owed, at another step on the way."""
        return replace(self, state=state, answered=None)


class Channel(enum.StrEnum):
    """How an answer is given."""

    MAIL = "mail"
    CALL = "call"


class AnswerState(enum.StrEnum):
    """draft → scheduled → told | failed; a told one is withdrawn when its outcome is taken back."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    TOLD = "told"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Answer:
    """What a candidate is told. `outcome` None and a `new_date`: the client has not decided.

    For a mail, `body` is the text as it goes out; for a call, what was said. While it is a draft, `body` may
    have open merge fields, and `observation` is what goes in for one of them.
    `invite` is what was chosen of an invitation to follow it.
    """

    id: str
    candidacy_id: str
    channel: Channel
    state: AnswerState
    outcome: Outcome | None
    new_date: dt.date | None
    subject: str
    body: str
    by: str
    created: dt.datetime
    told: dt.datetime | None = None
    observation: str = ""
    invite: bool | None = None

    def must_be_tellable(self) -> None:
        """Raises Conflict unless it says one thing: an outcome, or a new date."""
        if (self.outcome is None) == (self.new_date is None):
            raise Conflict("An answer tells either the outcome or a new date.")


FOLLOW_UPS = Collection(
    "follow_ups",
    FollowUp,
    keys=("state", "since", "due", "job_id", "candidate_id"),
    references={"id": "candidacies", "job_id": "jobs", "candidate_id": "candidates"},
)
ANSWERS = Collection(
    "answers",
    Answer,
    keys=("candidacy_id", "state", "created"),
    references={"candidacy_id": "candidacies"},
)
