"""What one attempt, and one round of them, came to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from forms.outbox.models import Mail, MailState


@dataclass(frozen=True)
class Counts:
    """What one round did. `unreachable`: it ended early, because the server takes nothing at present."""

    sent: int = 0
    retry: int = 0
    failed: int = 0
    unknown: int = 0
    unreachable: bool = False

    @property
    def total(self) -> int:
        """Rows that changed their state."""
        return self.sent + self.retry + self.failed + self.unknown

    @classmethod
    def of(cls, state: MailState, *, unreachable: bool = False) -> Counts:
        """One row that came to this state."""
        return cls(
            sent=state is MailState.SENT,
            retry=state is MailState.RETRY,
            failed=state is MailState.FAILED,
            unknown=state is MailState.UNKNOWN,
            unreachable=unreachable,
        )

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.sent + other.sent,
            self.retry + other.retry,
            self.failed + other.failed,
            self.unknown + other.unknown,
            self.unreachable or other.unreachable,
        )

    def __str__(self) -> str:
        return (
            f"{self.sent} sent, {self.retry} to be tried again, {self.failed} failed, {self.unknown} unknown"
        )


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended, and the words for it. `unreachable`: no other message would fare better."""

    state: MailState
    error: str = ""
    unreachable: bool = False

    def applied(self, mail: Mail, now: dt.datetime) -> Mail:
        """The row after this. Raises Conflict where the row does not allow it."""
        if self.state is MailState.SENT:
            return mail.delivered(now)
        if self.state is MailState.RETRY:
            return mail.postponed(self.error, now)
        if self.state is MailState.FAILED:
            return mail.refused(self.error, now)
        return mail.doubtful(self.error, now)

    def untold(self, cause: Exception) -> Outcome:
        """The outcome when its listeners failed: never more certain than what they know."""
        state = MailState.UNKNOWN if self.state is MailState.SENT else self.state
        said = self.error or "The mail server has taken the message."
        error = f"{said} But the ledger could not be told ({type(cause).__name__})."
        return replace(self, state=state, error=error)
