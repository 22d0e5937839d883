"""Where a row says that its person stands: stage and outcome, interviews, and whether they were answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from core.clock import long_date
from forms.candidates.models import InterviewKind, Stage
from forms.follow_up.models import Channel
from forms.spreadsheets.cells import Cells
from forms.spreadsheets.dates import Ambiguous, DateOrder, is_no_date, read_date, read_dates
from forms.spreadsheets.draft import Told, Weight
from forms.spreadsheets.fields import Field
from forms.spreadsheets.words import Standing, ended, read_answered, read_kind, read_outcome, read_standing

T = TypeVar("T")

EARLIEST = dt.date(1970, 1, 1)
LATEST_DAYS = 366
"""Dates outside are slips of the keyboard."""

CORRECT = "correct it, or empty the cell"


@dataclass(frozen=True)
class StandingCells:
    """Reads these cells of one row. `orders`: of day and month, by column."""

    cells: Cells
    orders: Mapping[int, DateOrder | None]
    today: dt.date

    def standing(self) -> Standing | None:
        """How far the candidacy has come, and how it ended."""
        stage = self._each(Field.STAGE, lambda text, _column: read_standing(text))
        outcome = self._each(Field.OUTCOME, lambda text, _column: read_outcome(text))
        if outcome is None:
            return stage
        return ended(outcome, stage.stage if stage else Stage.IDENTIFIED)

    def interviews(self) -> tuple[dt.date, ...]:
        """The days of interviews, in order."""
        return self._each(Field.INTERVIEWED, self._days) or ()

    def decided(self) -> dt.date | None:
        """The day of the outcome."""
        return self._each(Field.DECIDED, self._day)

    def kind(self) -> InterviewKind | None:
        """How the interviews were held."""
        return self._each(Field.KIND, lambda text, _column: read_kind(text))

    def told(self) -> Told | None:
        """Whether and how the person was answered."""
        return self._each(Field.ANSWERED, self._told)

    def _told(self, text: str, column: int) -> Told | None:
        try:
            channel = read_answered(text)
        except ValueError:
            return Told(Channel.MAIL, self._day(text, column))
        return Told(channel, None) if channel else None

    def _day(self, text: str, column: int) -> dt.date | None:
        if is_no_date(text):
            return None
        return self._sensible(read_date(text, self.orders.get(column)))

    def _days(self, text: str, column: int) -> tuple[dt.date, ...]:
        if is_no_date(text):
            return ()
        return tuple(map(self._sensible, read_dates(text, self.orders.get(column))))

    def _sensible(self, day: dt.date) -> dt.date:
        latest = self.today + dt.timedelta(days=LATEST_DAYS)
        if not EARLIEST <= day <= latest:
            raise ValueError(f"{long_date(day)} is not between {EARLIEST.year} and {long_date(latest)}")
        return day

    def _each(self, wanted: Field, read: Callable[[str, int], T]) -> T | None:
        """The first cell of this meaning, read; what cannot be is a finding."""
        for column, text in self.cells.of(wanted):
            try:
                return read(text, column)
            except Ambiguous as error:
                self.cells.find(
                    Weight.ERROR,
                    column,
                    str(error),
                    "say which comes first in this column, the day or the month",
                )
            except ValueError as error:
                message, _, repair = str(error).partition(": ")
                self.cells.find(Weight.ERROR, column, message, repair or CORRECT)
        return None
