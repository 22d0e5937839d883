"""When an answer goes out: now, on the next business morning, or at a moment of one's choice."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable

MORNING = dt.time(9)
"""The time of day at which a letter of that morning goes out, in the site's own zone."""


class When(enum.StrEnum):
    """The choice."""

    NOW = "now"
    MORNING = "morning"
    CUSTOM = "custom"

    @property
    def label(self) -> str:
        """The choice in words."""
        return _LABELS[self]


_LABELS = {
    When.NOW: "Now",
    When.MORNING: "On the next business morning, at 9:00",
    When.CUSTOM: "At another time",
}


def next_morning(now: dt.datetime, zone: dt.tzinfo, first_from: Callable[[dt.date], dt.date]) -> dt.datetime:
    """Nine o'clock of the next business morning that lies ahead, in UTC; before nine, today's.

    `first_from` gives the first business day from a day on.
    """
    here = now.astimezone(zone)
    day = here.date() if here.time() < MORNING else here.date() + dt.timedelta(days=1)
    return dt.datetime.combine(first_from(day), MORNING, zone).astimezone(dt.UTC)
