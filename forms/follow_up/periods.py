"""The stretches of time that figures are counted over: a month, a quarter, a year, all of it.

They follow the calendar of the site's zone; what is given here are its dates.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from dataclasses import dataclass

MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


class PeriodKind(enum.StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"

    @property
    def label(self) -> str:
        """The kind in the desk's word."""
        return "All time" if self is PeriodKind.ALL else self.value.capitalize()


@dataclass(frozen=True)
class Period:
    """From `start` (its first day) until before `end`; of all time both are None."""

    kind: PeriodKind
    start: dt.date | None = None
    end: dt.date | None = None

    @property
    def name(self) -> str:
        """As addresses have it: 2026-11, 2026-Q4, 2026 or all."""
        if self.start is None:
            return "all"
        return {
            PeriodKind.MONTH: self.start.isoformat()[:7],
            PeriodKind.QUARTER: f"{self.start.year:04}-Q{_quarter(self.start)}",
        }.get(self.kind, f"{self.start.year:04}")

    @property
    def label(self) -> str:
        """As people say it: November 2026, October to December 2026, 2026, all time."""
        if self.start is None or self.end is None:
            return "all time"
        last = self.end - dt.timedelta(days=1)
        return {
            PeriodKind.MONTH: f"{self.start:%B %Y}",
            PeriodKind.QUARTER: f"{self.start:%B} to {last:%B %Y}",
        }.get(self.kind, str(self.start.year))

    @property
    def short_label(self) -> str:
        """For the foot of a column: Nov, Q4 2026, 2026."""
        if self.start is None:
            return "All"
        return {
            PeriodKind.MONTH: f"{self.start:%b}",
            PeriodKind.QUARTER: f"Q{_quarter(self.start)} {self.start.year}",
        }.get(self.kind, str(self.start.year))

    def __contains__(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def moved(self, steps: int) -> Period:
        """The period so many of its kind later (or earlier); of all time there is one. Raises ValueError."""
        if self.start is None:
            return self
        return period_of(self.kind, months_later(self.start, steps * MONTHS_IN[self.kind]))

    def parts(self, first: dt.date, last: dt.date) -> tuple[Period, ...]:
        """The periods to draw it by: months, or for all time the quarters, or years, of `first` to `last`.

        A month has none.
        """
        if self.kind is PeriodKind.MONTH:
            return ()
        if self.start is not None and self.end is not None:
            return _between(PeriodKind.MONTH, self.start, self.end - dt.timedelta(days=1))
        quarters = _between(PeriodKind.QUARTER, first, last)
        return quarters if len(quarters) <= 12 else _between(PeriodKind.YEAR, first, last)


ALL_TIME = Period(PeriodKind.ALL)

_NAME = re.compile(r"(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>[0-9]{2})))?")


def period_of(kind: PeriodKind, day: dt.date) -> Period:
    """The period of this kind in which a day lies. Raises ValueError beyond the calendar's end."""
    if kind is PeriodKind.ALL:
        return ALL_TIME
    months = MONTHS_IN[kind]
    start = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return Period(kind, start, months_later(start, months))


def period_named(name: str) -> Period:
    """The period with this name, as addresses have it. Raises ValueError for any other text."""
    if name == "all":
        return ALL_TIME
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"no period: {name}")
    year = int(found["year"])
    if found["month"]:
        return period_of(PeriodKind.MONTH, dt.date(year, int(found["month"]), 1))
    if found["quarter"]:
        return period_of(PeriodKind.QUARTER, dt.date(year, int(found["quarter"]) * 3, 1))
    return period_of(PeriodKind.YEAR, dt.date(year, 1, 1))


def months_later(day: dt.date, months: int) -> dt.date:
    """The first day of the month so many months after (or before) that of `day`."""
    years, month = divmod(day.month - 1 + months, 12)
    return dt.date(day.year + years, month + 1, 1)


def _quarter(day: dt.date) -> int:
    return (day.month + 2) // 3


def _between(kind: PeriodKind, first: dt.date, last: dt.date) -> tuple[Period, ...]:
    found = [period_of(kind, first)]
    while last not in found[-1] and found[-1].end is not None and found[-1].end <= last:
        found.append(found[-1].moved(1))
    return tuple(found)
