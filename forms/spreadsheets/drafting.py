"""From the cells of a row to a draft: every value in its normal form, and every cell that has none named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from core.clock import long_date
from forms.candidates.models import Stage
from forms.contact_details import normal_email, normal_phone, normal_profile
from forms.follow_up.models import Channel
from forms.spreadsheets.aliases import Columns
from forms.spreadsheets.dates import Ambiguous, DateOrder, is_no_date, read_date, read_dates
from forms.spreadsheets.draft import Draft, Finding, Told, Weight
from forms.spreadsheets.fields import EMAILS, PHONES, Field
from forms.spreadsheets.formulas import unescaped
from forms.spreadsheets.reading import Row, Table
from forms.spreadsheets.words import Standing, ended, read_answered, read_kind, read_outcome, read_standing

T = TypeVar("T")

NAME_LENGTH = range(2, 121)
EARLIEST = dt.date(1970, 1, 1)
LATEST_DAYS = 366
"""Dates outside are slips of the keyboard."""

_NULLS = ("NULL", "\\N")
"""How database programs write that there is nothing."""

_CORRECT = "correct it, or empty the cell"


@dataclass(frozen=True)
class Reading:
    """What the rows of one table are read by. `orders`: of day and month, by column."""

    table: Table
    columns: Columns
    orders: dict[int, DateOrder | None]
    region: str
    today: dt.date

    def draft(self, row: Row) -> Draft:
        """A row in our own forms, with everything that is wrong with it."""
        return _Drafting(self, row).draft()


@dataclass
class _Drafting:
    reading: Reading
    row: Row
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def draft(self) -> Draft:
        self._has_too_many_cells()
        name = self._name()
        emails, phones, profile = self._emails(), self._phones(), self._profile()
        self._extras()
        return Draft(
            line=self.row.line,
            name=name,
            emails=emails,
            phones=phones,
            profile=profile,
            notes=self._noted(),
            source_id=self._text(Field.SOURCE_ID) or None,
            job=self._text(Field.JOB),
            client=self._text(Field.CLIENT),
            location=self._text(Field.LOCATION),
            standing=self._standing(),
            interviews=self._each(Field.INTERVIEWED, self._days) or (),
            decided=self._each(Field.DECIDED, self._day),
            kind=self._each(Field.KIND, lambda text, _column: read_kind(text)),
            told=self._each(Field.ANSWERED, self._told),
            findings=tuple(self.findings),
        )

    def _cells(self, *fields: Field) -> Iterator[tuple[int, str]]:
        """The columns with one of these meanings, in the order of `fields`, that are not empty here."""
        for wanted in fields:
            for column, meaning in self.reading.columns.items():
                text = unescaped(self.row.cell(column)) if meaning is wanted else ""
                if text and text not in _NULLS:
                    yield column, text

    def _text(self, wanted: Field) -> str:
        return next((" ".join(text.split()) for _, text in self._cells(wanted)), "")

    def _has_too_many_cells(self) -> None:
        width = len(self.reading.table.header)
        if any(self.row.cells[width:]):
            self._find(
                Weight.ERROR,
                None,
                f"there are {len(self.row.cells)} cells for {width} columns",
                f"put a cell that contains “{self.reading.table.delimiter}” into quotes",
            )

    def _name(self) -> str:
        columns = [column for column, _ in self._cells(Field.NAME, Field.FIRST_NAME, Field.LAST_NAME)]
        parts = self._text(Field.NAME) or f"{self._text(Field.FIRST_NAME)} {self._text(Field.LAST_NAME)}"
        name = parts.strip()
        if not name:
            self._find(
                Weight.ERROR, self._column_of(Field.NAME, Field.FIRST_NAME), "there is no name", "add it"
            )
        elif len(name) not in NAME_LENGTH:
            self._find(
                Weight.ERROR,
                columns[0],
                f"the name has {len(name)} characters",
                f"give it {NAME_LENGTH.start} to {NAME_LENGTH.stop - 1}",
            )
        return name

    def _emails(self) -> tuple[str, ...]:
        found: dict[str, int] = {}
        for column, text in self._cells(*EMAILS):
            for part in re.split(r"[\s,;]+", text.strip(" ,;")):
                try:
                    found.setdefault(normal_email(part.removeprefix("mailto:")), column)
                except ValueError:
                    self._find(Weight.ERROR, column, f"“{part}” is no e-mail address", _CORRECT)
        for address in list(found)[1:]:
            self.notes.append(f"{self._label(found[address])}: {address}")
        return tuple(found)

    def _phones(self) -> tuple[str, ...]:
        found: dict[str, int] = {}
        for column, text in self._cells(*PHONES):
            try:
                found.setdefault(normal_phone(text, self.reading.region), column)
            except ValueError as error:
                self._kept_as_note(column, text, str(error))
        for number in list(found)[1:]:
            self.notes.append(f"{self._label(found[number])}: {number}")
        return tuple(found)

    def _profile(self) -> str | None:
        found: str | None = None
        for column, text in self._cells(Field.PROFILE):
            try:
                page = normal_profile(_as_https(text))
            except ValueError:
                self._kept_as_note(column, text, "this is no address of a page")
                continue
            if found is None:
                found = page
            elif page != found:
                self.notes.append(f"{self._label(column)}: {page}")
        return found

    def _extras(self) -> None:
        for column, text in self._cells(Field.INTO_NOTES):
            self.notes.append(f"{self._label(column)}: {text}")
        for column, text in self._cells(Field.ADDED):
            if is_no_date(text):
                continue
            try:
                shown = long_date(read_date(text, self.reading.orders.get(column)))
            except ValueError:
                shown = text  # it is only told, so it may be told as it was written
            self.notes.append(f"{self._label(column)}: {shown}")

    def _noted(self) -> str:
        free = "\n\n".join(dict.fromkeys(text for _, text in self._cells(Field.NOTES)))
        return "\n\n".join(part for part in (free, "\n".join(dict.fromkeys(self.notes))) if part)

    def _standing(self) -> Standing | None:
        stage = self._each(Field.STAGE, lambda text, _column: read_standing(text))
        outcome = self._each(Field.OUTCOME, lambda text, _column: read_outcome(text))
        if outcome is None:
            return stage
        return ended(outcome, stage.stage if stage else Stage.IDENTIFIED)

    def _told(self, text: str, column: int) -> Told | None:
        try:
            channel = read_answered(text)
        except ValueError:
            return Told(Channel.MAIL, self._day(text, column))
        return Told(channel, None) if channel else None

    def _day(self, text: str, column: int) -> dt.date | None:
        if is_no_date(text):
            return None
        return self._sensible(read_date(text, self.reading.orders.get(column)))

    def _days(self, text: str, column: int) -> tuple[dt.date, ...]:
        if is_no_date(text):
            return ()
        return tuple(map(self._sensible, read_dates(text, self.reading.orders.get(column))))

    def _sensible(self, day: dt.date) -> dt.date:
        latest = self.reading.today + dt.timedelta(days=LATEST_DAYS)
        if not EARLIEST <= day <= latest:
            raise ValueError(f"{long_date(day)} is not between {EARLIEST.year} and {long_date(latest)}")
        return day

    def _each(self, wanted: Field, read: Callable[[str, int], T]) -> T | None:
        """The first cell of this meaning, read; what cannot be is a finding."""
        for column, text in self._cells(wanted):
            try:
                return read(text, column)
            except Ambiguous as error:
                self._find(
                    Weight.ERROR,
                    column,
                    str(error),
                    "say which comes first in this column, the day or the month",
                )
            except ValueError as error:
                message, _, repair = str(error).partition(": ")
                self._find(Weight.ERROR, column, message, repair or _CORRECT)
        return None

    def _kept_as_note(self, column: int, text: str, why: str) -> None:
        """What nobody can dial or open is no reason to leave a person out: it is kept as it was written."""
        self.notes.append(f"{self._label(column)}: {text}")
        self._find(Weight.REMARK, column, f"“{text}” goes into the notes as it is", why)

    def _label(self, column: int) -> str:
        return self.reading.table.header[column]

    def _column_of(self, *fields: Field) -> int | None:
        return next((column for column, each in self.reading.columns.items() if each in fields), None)

    def _find(self, weight: Weight, column: int | None, message: str, repair: str) -> None:
        line = self.row.line if column is None else self.row.line_of(column)
        number, label = (0, "") if column is None else (column + 1, self._label(column))
        self.findings.append(Finding(weight, line, number, label, message, repair))


def _as_https(text: str) -> str:
    """People write pages without https, and programs that are older than it with http."""
    bare = text.removeprefix("http://").removeprefix("https://")
    return f"https://{bare}"
