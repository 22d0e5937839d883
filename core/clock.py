"""The time, as a thing that is passed in: promises are dates, and tests must be able to move them."""

from __future__ import annotations

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)


class ManualClock:
    """A clock that stands still until told to move; for tests and for the demonstration."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        return self._now

    def advance(self, step: dt.timedelta) -> None:
        """Move the clock by `step`, which may be negative."""
        self._now += step


def long_date(day: dt.date) -> str:
    """A date as it stands in a letter: "12 November 2026"."""
    return f"{day.day} {day:%B %Y}"
