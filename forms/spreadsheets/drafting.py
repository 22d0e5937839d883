"""From the cells of a row to a draft: every value in its normal form, and every cell that has none named."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from core.clock import long_date
from forms.contact_details import normal_email, normal_phone, normal_profile
from forms.spreadsheets.aliases import Columns
from forms.spreadsheets.cells import SHORT, Cells
from forms.spreadsheets.dates import DateOrder, is_no_date, read_date
from forms.spreadsheets.draft import Draft, Weight
from forms.spreadsheets.fields import EMAILS, PHONES, Field
from forms.spreadsheets.reading import Row, Table
from forms.spreadsheets.standing import CORRECT, StandingCells

NAME_LENGTH = range(2, SHORT + 1)

MAX_NOTES = 50_000
"""Characters that one row may add to a person's notes."""


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
        return _Drafting(self, row.line, Cells(self.table, self.columns, row)).draft()


@dataclass
class _Drafting:
    reading: Reading
    line: int
    cells: Cells
    notes: list[str] = field(default_factory=list)

    def draft(self) -> Draft:
        stands = StandingCells(self.cells, self.reading.orders, self.reading.today)
        name = self._name()
        emails, phones, profile = self._emails(), self._phones(), self._profile()
        self._extras()
        return Draft(
            line=self.line,
            name=name,
            emails=emails,
            phones=phones,
            profile=profile,
            notes=self._noted(),
            source_id=self.cells.short(Field.SOURCE_ID) or None,
            job=self.cells.short(Field.JOB),
            client=self.cells.short(Field.CLIENT),
            location=self.cells.short(Field.LOCATION),
            standing=stands.standing(),
            interviews=stands.interviews(),
            decided=stands.decided(),
            kind=stands.kind(),
            told=stands.told(),
            findings=tuple(self.cells.findings),
        )

    def _name(self) -> str:
        columns = [column for column, _ in self.cells.of(Field.NAME, Field.FIRST_NAME, Field.LAST_NAME)]
        parts = (
            self.cells.text(Field.NAME)
            or f"{self.cells.text(Field.FIRST_NAME)} {self.cells.text(Field.LAST_NAME)}"
        )
        name = parts.strip()
        if not name:
            self.cells.find(
                Weight.ERROR, self.cells.column_of(Field.NAME, Field.FIRST_NAME), "there is no name", "add it"
            )
        elif len(name) not in NAME_LENGTH:
            self.cells.find(
                Weight.ERROR,
                columns[0],
                f"the name has {len(name)} characters",
                f"give it {NAME_LENGTH.start} to {NAME_LENGTH.stop - 1}",
            )
        return name

    def _emails(self) -> tuple[str, ...]:
        found: dict[str, int] = {}
        for column, text in self.cells.of(*EMAILS):
            for part in re.split(r"[\s,;]+", text.strip(" ,;")):
                try:
                    found.setdefault(normal_email(part.removeprefix("mailto:")), column)
                except ValueError:
                    self.cells.find(Weight.ERROR, column, f"“{part}” is no e-mail address", CORRECT)
        for address in list(found)[1:]:
            self.notes.append(f"{self.cells.label(found[address])}: {address}")
        return tuple(found)

    def _phones(self) -> tuple[str, ...]:
        found: dict[str, int] = {}
        for column, text in self.cells.of(*PHONES):
            try:
                found.setdefault(normal_phone(text, self.reading.region), column)
            except ValueError as error:
                self._kept_as_note(column, text, str(error))
        for number in list(found)[1:]:
            self.notes.append(f"{self.cells.label(found[number])}: {number}")
        return tuple(found)

    def _profile(self) -> str | None:
        found: str | None = None
        for column, text in self.cells.of(Field.PROFILE):
            try:
                page = normal_profile(_as_https(text))
            except ValueError:
                self._kept_as_note(column, text, "this is no address of a page")
                continue
            if found is None:
                found = page
            elif page != found:
                self.notes.append(f"{self.cells.label(column)}: {page}")
        return found

    def _extras(self) -> None:
        for column, text in self.cells.of(Field.INTO_NOTES):
            self.notes.append(f"{self.cells.label(column)}: {text}")
        for column, text in self.cells.of(Field.ADDED):
            if is_no_date(text):
                continue
            try:
                shown = long_date(read_date(text, self.reading.orders.get(column)))
            except ValueError:
                shown = text  # it is only told, so it may be told as it was written
            self.notes.append(f"{self.cells.label(column)}: {shown}")

    def _noted(self) -> str:
        free = "\n\n".join(dict.fromkeys(text for _, text in self.cells.of(Field.NOTES)))
        text = "\n\n".join(part for part in (free, "\n".join(dict.fromkeys(self.notes))) if part)
        if len(text) > MAX_NOTES:
            place = self.cells.column_of(Field.NOTES, Field.INTO_NOTES)
            message = f"the notes have {len(text):,} characters"
            self.cells.find(
                Weight.ERROR, place, message, f"shorten them to {MAX_NOTES:,}, or leave a column out"
            )
        return text

    def _kept_as_note(self, column: int, text: str, why: str) -> None:
        """What nobody can dial or open is no reason to leave a person out: it is kept as it was written."""
        self.notes.append(f"{self.cells.label(column)}: {text}")
        self.cells.find(Weight.REMARK, column, f"“{text}” goes into the notes as it is", why)


def _as_https(text: str) -> str:
    """People write pages without https, and programs that are older than it with http."""
    bare = text.removeprefix("http://").removeprefix("https://")
    return f"https://{bare}"
