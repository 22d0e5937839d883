"""The dry run: what an import would do, row by row, with nothing written.

Importing goes through the same decisions again, within the transaction that writes, so that what happens
meanwhile at the desk is seen.
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import Problem
from forms.spreadsheets.aliases import Columns, unmatched
from forms.spreadsheets.books import Books
from forms.spreadsheets.dates import DateOrder
from forms.spreadsheets.preparing import Prepared, done_before
from forms.spreadsheets.reading import Table
from forms.spreadsheets.rehearsing import pretend
from forms.spreadsheets.steps import Effect, Options, RowPlan
from forms.store.protocol import Reader

Advance = Callable[[int], object]
"""Told how many more rows were gone through."""


@dataclass(frozen=True)
class Counts:
    """Rows by what becomes of them, and people who will be owed an answer."""

    new: int
    adds: int
    nothing: int
    errors: int
    debts: int


@dataclass(frozen=True)
class Plan:
    """What importing the table would do. `unmatched`: labels of columns that nobody said anything about.

    `orders`: of day and month, for each column of dates, as found out or told.
    """

    table: Table
    columns: Columns
    rows: tuple[RowPlan, ...]
    orders: dict[int, DateOrder | None]

    @property
    def unmatched(self) -> tuple[str, ...]:
        return tuple(self.table.header[each] for each in unmatched(self.columns))

    @property
    def counts(self) -> Counts:
        found = collections.Counter(each.effect for each in self.rows)
        return Counts(
            found[Effect.NEW],
            found[Effect.ADDS],
            found[Effect.NOTHING],
            found[Effect.ERROR],
            sum(each.due is not None for each in self.rows),
        )

    @property
    def changes_something(self) -> bool:
        """Whether importing would write anything."""
        return any(each.effect in (Effect.NEW, Effect.ADDS) for each in self.rows)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every error of every row, with line and column."""
        return tuple(each.as_problem(self.table.name) for row in self.rows for each in row.errors)


def make_plan(
    reader: Reader, table: Table, columns: Columns, options: Options, advance: Advance = lambda _more: None
) -> Plan:
    """Go through the whole table. Nothing is written, and no row stops the others.

    Raises NotFound for an unknown job in the options, and Conflict when no column holds a name.
    """
    return plan_of(reader, Prepared(table, columns, options), advance)


def plan_of(reader: Reader, prepared: Prepared, advance: Advance = lambda _more: None) -> Plan:
    """The plan of a table that is prepared."""
    done = done_before(reader, prepared.digest, range(len(prepared.drafts)))
    books = Books(reader, prepared.drafts)
    prepared.options_must_hold(books)
    rows: list[RowPlan] = []
    for number in range(len(prepared.drafts)):
        row = prepared.decide(number, books, done)
        pretend(row, books, prepared.options)
        rows.append(row)
        advance(1)
    return Plan(prepared.table, prepared.columns, tuple(rows), prepared.orders)
