"""The figures of the promise page: `content/figures.json`, as the endpoint writes it.

The file is read as strictly as anything a person writes, because somebody may have mended it by hand, and
because what must not be told is refused here once more.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import Problem, did_you_mean
from core.settings import display_path

FILE = "figures.json"
URL = "/promise/"
FORMAT = 1
FEWEST = 5

FEW = "fewer than five"
ALL_BUT_FEW = "all but fewer than five"
UNCLEAR = "a group of fewer than five"
NOTES = (FEW, ALL_BUT_FEW, UNCLEAR)

KEYS = ("format", "exported", "from", "promise_business_days", "counts", "days")
COUNTS = (
    "interviewed",
    "answered",
    "answered_in_time",
    "referrals",
    "referred_candidates",
    "referred_clients",
    "referrals_that_led_on",
)
DAYS = ("median", "nine_in_ten", "oldest_open")
EXPORT_AGAIN = "export it again, or remove it and the page goes"


@dataclass(frozen=True)
class Count:
    """People, or referrals: so many `of` a whole. Without `number` the `note` says why, in words."""

    number: int | None = None
    of: int | None = None
    note: str | None = None

    @property
    def rest(self) -> int | None:
        """Those of the whole who are not counted here."""
        return None if self.number is None or self.of is None else self.of - self.number


@dataclass(frozen=True)
class Promise:
    """The figures of the people interviewed from `start` to `exported`. Days are calendar days, or None."""

    exported: dt.date
    start: dt.date
    promise_days: int
    counts: dict[str, Count]
    days: dict[str, int | None]


def read_promise(content: Path) -> tuple[Promise | None, list[Problem]]:
    """The figures in a content folder; None without problems when there is no such file."""
    path = content / FILE
    if not path.is_file():
        return None, []
    reading = _Reading(display_path(path), "")
    try:
        reading.text = path.read_text(encoding="utf-8")
        values = json.loads(reading.text)
    except UnicodeDecodeError as error:
        return None, [Problem(reading.path, 0, f"not UTF-8 (byte {error.start})", EXPORT_AGAIN)]
    except json.JSONDecodeError as error:
        return None, [Problem(reading.path, error.lineno, f"not JSON: {error.msg}", EXPORT_AGAIN)]
    promise = reading.promise(values)
    return (None, reading.problems) if reading.problems else (promise, [])


class _Reading:
    """One file, and what is found wrong with it."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.problems: list[Problem] = []

    def promise(self, values: object) -> Promise | None:
        """The figures; None, with problems, for what is none."""
        if not isinstance(values, dict) or "format" not in values:
            self.refuse((), 'no figures: there is no "format"', EXPORT_AGAIN)
            return None
        if values["format"] != FORMAT:
            message = f'"format" is {json.dumps(values["format"])}, and this program reads {FORMAT}'
            self.refuse(("format",), message, "export it again with this version, or remove it")
            return None
        if not self._has_keys(values, KEYS, ()):
            return None
        exported, start = self._date(values, "exported"), self._date(values, "from")
        if exported and start and start > exported:
            self.refuse(("from",), '"from" is after "exported"', EXPORT_AGAIN)
        counts, days = self._table(values, "counts", COUNTS), self._table(values, "days", DAYS)
        return Promise(
            exported=exported or dt.date.min,
            start=start or dt.date.min,
            promise_days=self._number(values, ("promise_business_days",)) or 0,
            counts={name: self._count(count, name) for name, count in counts.items()},
            days={name: self._number(days, ("days", name), optional=True) for name in days},
        )

    def refuse(self, place: tuple[str, ...], message: str, repair: str) -> None:
        """Note a problem at the key to which `place` leads."""
        self.problems.append(Problem(self.path, self._line(place), message, repair))

    def _line(self, place: tuple[str, ...]) -> int:
        """The line of a key: each key of the way is looked for behind the one before it."""
        at = 0
        for key in place:
            found = re.compile(rf'"{re.escape(key)}"\s*:').search(self.text, at)
            if found is None:
                break
            at = found.start()
        return self.text.count("\n", 0, at) + 1

    def _has_keys(self, values: dict[str, Any], keys: Iterable[str], place: tuple[str, ...]) -> bool:
        before = len(self.problems)
        for key in values:
            if key not in keys:
                self.refuse((*place, key), f'unknown key "{key}"', did_you_mean(key, keys))
        for key in keys:
            if key not in values:
                self.refuse(place, f'"{key}" is missing{_inside(place)}', EXPORT_AGAIN)
        return len(self.problems) == before

    def _table(self, values: dict[str, Any], key: str, keys: tuple[str, ...]) -> dict[str, Any]:
        found = values[key]
        if not isinstance(found, dict):
            self.refuse((key,), f'"{key}" is no table', EXPORT_AGAIN)
        elif self._has_keys(found, keys, (key,)):
            return found
        return {}

    def _date(self, values: dict[str, Any], key: str) -> dt.date | None:
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", values[key], re.ASCII):
                return dt.date.fromisoformat(values[key])
        except (TypeError, ValueError):
            pass
        self.refuse((key,), f'"{key}" is no date: {json.dumps(values[key])}', "write it as 2026-11-12")
        return None

    def _number(
        self, values: dict[str, Any], place: tuple[str, ...], *, optional: bool = False
    ) -> int | None:
        value = values[place[-1]]
        if value is None and optional:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            wanted = "a whole number from 0, or null" if optional else "a whole number from 0"
            self.refuse(
                place, f'"{place[-1]}"{_inside(place[:-1])} is {json.dumps(value)}', f"write {wanted}"
            )
            return None
        return value

    def _count(self, value: object, name: str) -> Count:
        place = ("counts", name)
        if not isinstance(value, dict):
            self.refuse(place, f'"{name}" is no table', EXPORT_AGAIN)
        elif self._has_keys(value, ("count", "of", "note"), place):
            before = len(self.problems)
            number = self._number(value, (*place, "count"), optional=True)
            count = Count(number, self._number(value, (*place, "of"), optional=True), value["note"])
            if len(self.problems) == before:
                self._check(count, name)
            return count
        return Count()

    def _check(self, count: Count, name: str) -> None:
        """Refuse what tells of a group of fewer than five, and what contradicts itself."""
        place = ("counts", name)
        if (count.number is None) == (count.note is None) or count.note not in (None, *NOTES):
            words = ", ".join(f'"{note}"' for note in NOTES)
            self.refuse(
                (*place, "note"),
                f'"{name}" needs either a count or a note',
                f"write null for one of them; notes are {words}",
            )
        for number in (count.number, count.of):
            if number is not None and number < FEWEST:
                self._tells(place, f'"{name}" tells of {number}')
        if count.rest is not None and count.rest < 0:
            self.refuse((*place, "count"), f'"{name}" is more than its whole', EXPORT_AGAIN)
        elif count.rest is not None and 0 < count.rest < FEWEST:
            self._tells(place, f'"{name}" gives away a group of {count.rest}: {count.of} − {count.number}')

    def _tells(self, place: tuple[str, ...], message: str) -> None:
        self.refuse((*place, "count"), message, f'write null, with a note such as "{FEW}"')


def _inside(place: tuple[str, ...]) -> str:
    return f' in "{".".join(place)}"' if place else ""
