"""Jobs and the states they go through."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

from core.errors import Conflict
from forms.jobs.promise import ONTARIO_DAYS, Promise, PromiseKind
from forms.store.collection import Collection


class JobState(enum.StrEnum):
    """lead → open ⇄ on_hold → filled | cancelled → closed; reopening takes a reason."""

    LEAD = "lead"
    OPEN = "open"
    ON_HOLD = "on_hold"
    FILLED = "filled"
    CANCELLED = "cancelled"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The state in words."""
        return _LABELS[self]

    @property
    def is_over(self) -> bool:
        """Whether nobody is being looked for any more."""
        return self in (JobState.FILLED, JobState.CANCELLED, JobState.CLOSED)


_LABELS = {
    JobState.LEAD: "Lead",
    JobState.OPEN: "Open",
    JobState.ON_HOLD: "On hold",
    JobState.FILLED: "Filled",
    JobState.CANCELLED: "Cancelled",
    JobState.CLOSED: "Closed",
}

NEXT_STATES: dict[JobState, tuple[JobState, ...]] = {
    JobState.LEAD: (JobState.OPEN,),
    JobState.OPEN: (JobState.ON_HOLD, JobState.FILLED, JobState.CANCELLED),
    JobState.ON_HOLD: (JobState.OPEN, JobState.FILLED, JobState.CANCELLED),
    JobState.FILLED: (JobState.CLOSED,),
    JobState.CANCELLED: (JobState.CLOSED,),
    JobState.CLOSED: (),
}


@dataclass(frozen=True)
class Job:
    """A job of a client. `promise_days`: business days by which interviewed people hear; None: the default.

    `promise_kind` says whether these count, or the limit of the law in their place.
    `confidential`: candidates read the client's alias instead of the name.
    `closed_from`: the state it was closed in, for a job that is closed.
    """

    id: str
    client_id: str
    recruiter_id: str
    title: str
    location: str
    confidential: bool
    promise_days: int | None
    notes: str
    state: JobState
    created: dt.datetime
    promise_kind: PromiseKind = PromiseKind.BUSINESS_DAYS
    closed_from: JobState | None = None

    def promise(self, default_days: int) -> Promise:
        """By when interviewed people hear; `default_days` are the installation's, in business days."""
        if self.promise_kind is PromiseKind.ONTARIO_45_DAYS:
            return Promise(ONTARIO_DAYS, self.promise_kind)
        return Promise(default_days if self.promise_days is None else self.promise_days)

    def move_to(self, state: JobState) -> Job:
        """The job in its next state. Raises Conflict, saying what is possible instead."""
        possible = NEXT_STATES[self.state]
        if state not in possible:
            ways = " or ".join(each.label.lower() for each in possible) or "reopened with a reason"
            raise Conflict(
                f"A job that is {self.state.label.lower()} cannot become {state.label.lower()}; "
                f"it can become {ways}."
            )
        return replace(self, state=state)

    def close(self, unanswered: int) -> Job:
        """The job closed. Raises Conflict while an interviewed person is unanswered."""
        if unanswered:
            who = "1 interviewed person is" if unanswered == 1 else f"{unanswered} interviewed people are"
            raise Conflict(f"This job cannot be closed: {who} still owed an answer.")
        return replace(self.move_to(JobState.CLOSED), closed_from=self.state)

    def owes_again(self) -> Job:
        """A closed job back in the state before: over, and to be closed once everybody has been answered."""
        # One that was closed before this was kept had mostly been filled.
        return replace(self, state=self.closed_from or JobState.FILLED, closed_from=None)

    def must_not_be_closed(self) -> None:
        """Raises Conflict for a closed job: nobody may come to be owed an answer there."""
        if self.state is JobState.CLOSED:
            raise Conflict("This job is closed. Reopen it first, with a reason.")

    def reopen(self) -> Job:
        """The job open again. Raises Conflict unless it was over."""
        if not self.state.is_over:
            raise Conflict(f"A job that is {self.state.label.lower()} needs no reopening.")
        return replace(self, state=JobState.OPEN, closed_from=None)


JOBS = Collection(
    "jobs",
    Job,
    keys=("client_id", "state", "created"),
    references={"client_id": "clients", "recruiter_id": "recruiters"},
)
