"""Dates as spreadsheets write them. Which of day and month comes first is found out for each column.

Certain by themselves: 2026-03-04 (with or without a time), 20260304, 4 March 2026, 4-Mar-26, and Excel's
serial numbers (days since 30 December 1899, as it counts for dates after February 1900). 13/04/2026 shows
that the days come first in its column; 04/05/2026 alone shows nothing, and is never guessed.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterable

from core.clock import long_date


class DateOrder(enum.StrEnum):
    """What stands first, in the middle and last: day, month, year."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"

    @property
    def label(self) -> str:
        """The order by an example."""
        return {"dmy": "31/12/2026", "mdy": "12/31/2026", "ymd": "2026/12/31"}[self.value]


class Ambiguous(ValueError):
    """The text is two dates, one for each order."""


EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)
"""1954 to 2119: smaller and larger numbers are no dates of ours."""

CENTURY_TURN = 69
"""Two-digit years from here on are of the 20th century, as POSIX has it."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip

_TIME = re.compile(
    r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([ap]m)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)
_NUMBERS = re.compile(r"(\d{1,4})([-/.])\s?(\d{1,2})\2\s?(\d{1,4})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]+)\.?,?[ -](\d{2}|\d{4})", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_NONE = re.compile(r"(0000-00-00|1000-01-01|00[-/]00[-/]0{2,4})( 00:00:00)?")
"""How MySQL, and OpenCATS with it, writes that there is no date."""


def is_no_date(text: str) -> bool:
    """Whether this stands for the absence of a date."""
    return not text or text in ("-", "–", "n/a", "N/A") or _NONE.fullmatch(text) is not None


def read_date(text: str, order: DateOrder | None) -> dt.date:
    """The date. `order` is that of its column, None: not known. Raises Ambiguous, ValueError."""
    bare = _TIME.sub("", text.strip())
    found = _certain(bare)
    if found is not None:
        return found
    possible = _possible(bare)
    if order is DateOrder.YMD:
        possible = _year_first(bare)
    if order is not None and order in possible:
        return possible[order]
    if order is not None or not possible:
        raise ValueError(f"“{text}” is no date")
    dates = sorted(set(possible.values()))
    if len(dates) > 1:
        raise Ambiguous(f"“{text}” is {long_date(dates[0])} or {long_date(dates[1])}")
    return dates[0]


def read_dates(text: str, order: DateOrder | None) -> tuple[dt.date, ...]:
    """One date or several, in one cell, each once and in order. Raises Ambiguous, ValueError."""
    for pattern in (None, r"\s*[;|\n]\s*", r"\s*,\s*", r"[\s,;]+"):
        parts = [text] if pattern is None else re.split(pattern, text.strip())
        try:
            return tuple(sorted({read_date(part, order) for part in parts if not is_no_date(part)}))
        except Ambiguous:
            raise
        except ValueError:
            continue
    raise ValueError(f"“{text}” is no date")


def order_of(cells: Iterable[str]) -> DateOrder | None:
    """The order that the cells of a column show; None when they show none, or contradict each other."""
    shown: set[DateOrder] = set()
    for cell in cells:
        for part in re.split(r"[\s,;|]+", cell):
            possible = _possible(part)
            if len(possible) == 1:
                shown.update(possible)
    return shown.pop() if len(shown) == 1 else None


def contradicts(cells: Iterable[str]) -> bool:
    """Whether some cells of a column show one order, and some the other."""
    orders = {
        order for cell in cells if len(possible := _possible(_TIME.sub("", cell))) == 1 for order in possible
    }
    return len(orders) > 1


def _certain(text: str) -> dt.date | None:
    """The date of a text that is one whatever the order of its column. Raises ValueError for 2026-02-30."""
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(float(text)) in _SERIALS:
        return EXCEL_DAY_ZERO + dt.timedelta(days=int(float(text)))
    if re.fullmatch(r"(19|20)\d{6}", text):
        return _date(text[:4], text[4:6], text[6:], text)
    numbers = _NUMBERS.fullmatch(text)
    if numbers and len(numbers[1]) == len("2026"):
        return _date(numbers[1], numbers[3], numbers[4], text)
    day = _DAY_FIRST.fullmatch(text)
    month = _MONTH_FIRST.fullmatch(text)
    if day and day[2].lower() in _MONTHS:
        return _date(day[3], str(_MONTHS[day[2].lower()]), day[1], text)
    if month and month[1].lower() in _MONTHS:
        return _date(month[3], str(_MONTHS[month[1].lower()]), month[2], text)
    return None


def _possible(text: str) -> dict[DateOrder, dt.date]:
    """The dates that a text of three numbers may be, by the order that makes it one."""
    numbers = _NUMBERS.fullmatch(text)
    if numbers is None or len(numbers[1]) > len("31") or len(numbers[4]) not in (2, 4):
        return {}
    ways = {DateOrder.DMY: (numbers[3], numbers[1]), DateOrder.MDY: (numbers[1], numbers[3])}
    found = {}
    for order, (month, day) in ways.items():
        try:
            found[order] = _date(numbers[4], month, day, text)
        except ValueError:
            continue
    return found


def _year_first(text: str) -> dict[DateOrder, dt.date]:
    numbers = _NUMBERS.fullmatch(text)
    if numbers is None or len(numbers[1]) != len("26"):
        return {}
    return {DateOrder.YMD: _date(numbers[1], numbers[3], numbers[4], text)}


def _date(year: str, month: str, day: str, text: str) -> dt.date:
    number = int(year)
    if len(year) == len("26"):
        number += 1900 if number >= CENTURY_TURN else 2000
    try:
        return dt.date(number, int(month), int(day))
    except ValueError:
        raise ValueError(f"“{text}” is no date") from None
