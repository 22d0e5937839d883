"""Business days: Monday to Friday, without the public holidays of one place.

BusinessDays(HolidayRegion.from_setting("GB-ENG")).after(dt.date(2026, 12, 24), 1)     # 29 December 2026
"""

from __future__ import annotations

import datetime as dt
import difflib
import functools
from dataclasses import dataclass

SATURDAY = 5
ONE_DAY = dt.timedelta(days=1)


class HolidayRegion(str):
    """Whose public holidays are kept: a country (ISO 3166, two letters) or a part of one, as "GB-ENG".

    Empty: nobody's, and business days are Monday to Friday.
    """

    __slots__ = ()

    @classmethod
    def from_setting(cls, value: object) -> HolidayRegion:
        """Raises ValueError naming the nearest place whose holidays are known."""
        name = str(value).strip()
        if name and not _is_known(name):
            near = difflib.get_close_matches(name.upper(), _known_places(), n=1, cutoff=0.7)
            repair = f'did you mean "{near[0]}"?' if near else 'write it as "GB-ENG" or "CA-ON"'
            raise ValueError(f'is "{name}", a place whose holidays are not known: {repair}')
        return cls(name)


@dataclass(frozen=True)
class BusinessDays:
    """A calendar to count by. `region`: whose public holidays are no business days."""

    region: HolidayRegion = HolidayRegion("")

    def includes(self, day: dt.date) -> bool:
        """Whether people are at work on this day."""
        return day.weekday() < SATURDAY and day not in _holidays(self.region, day.year)

    def after(self, start: dt.date, days: int) -> dt.date:
        """The date `days` business days after `start`; 0 gives `start` itself, whatever day it is."""
        day = start
        while days > 0:
            day += ONE_DAY
            if self.includes(day):
                days -= 1
        return day

    def first_from(self, day: dt.date) -> dt.date:
        """`day` itself when people are at work on it, else the next business day."""
        return day if self.includes(day) else self.after(day, 1)


WEEKDAYS = BusinessDays()
"""Monday to Friday, with no holidays."""


@functools.cache
def _holidays(region: str, year: int) -> frozenset[dt.date]:
    """Public holidays, with the days kept instead of those that fall on a weekend."""
    if not region:
        return frozenset()
    # Imported when first asked: it takes a fifth of a second, which nobody pays who names no place.
    import holidays

    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


def _is_known(name: str) -> bool:
    if name.endswith("-"):
        return False
    try:
        _holidays(name, 2026)  # any year will do
    except NotImplementedError:  # what the library raises for a country or a part it does not know
        return False
    return True


def _known_places() -> list[str]:
    import holidays  # as above

    found = holidays.list_supported_countries(include_aliases=False)
    return [*found, *(f"{country}-{part}" for country, parts in found.items() for part in parts)]
