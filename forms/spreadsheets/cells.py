"""The cells of one row, asked for by what their columns hold."""

from __future__ import annotations

from collections.abc import Iterator

from forms.spreadsheets.aliases import Columns
from forms.spreadsheets.draft import Finding, Weight
from forms.spreadsheets.fields import Field
from forms.spreadsheets.formulas import unescaped
from forms.spreadsheets.reading import Row, Table

SHORT = 120
"""Characters in the name of something."""

_NOTHING = ("NULL", "\\N", "-", "–", "n/a", "N/A")
"""How databases and people write that there is nothing."""


class Cells:
    """One row, and what was found wrong in it."""

    def __init__(self, table: Table, columns: Columns, row: Row) -> None:
        self.findings: list[Finding] = []
        self._table, self._columns, self._row = table, columns, row
        self._must_fit()

    def of(self, *fields: Field) -> Iterator[tuple[int, str]]:
        """The columns with one of these meanings, in the order of `fields`, that are not empty here."""
        for wanted in fields:
            for column, meaning in self._columns.items():
                text = unescaped(self._row.cell(column)) if meaning is wanted else ""
                if text and text not in _NOTHING:
                    yield column, text

    def text(self, wanted: Field) -> str:
        """The first cell of this meaning, on one line; empty when there is none."""
        return next((" ".join(text.split()) for _, text in self.of(wanted)), "")

    def short(self, wanted: Field) -> str:
        """As `text`, of something that has a name's length at most."""
        text = self.text(wanted)
        if len(text) > SHORT:
            message, repair = f"has {len(text)} characters", f"shorten it to {SHORT}"
            self.find(Weight.ERROR, self.column_of(wanted), message, repair)
        return text

    def _must_fit(self) -> None:
        width = len(self._table.header)
        if any(self._row.cells[width:]):
            self.find(
                Weight.ERROR,
                None,
                f"there are {len(self._row.cells)} cells for {width} columns",
                f"put a cell that contains “{self._table.delimiter}” into quotes",
            )

    def label(self, column: int) -> str:
        """The label of a column."""
        return self._table.header[column]

    def column_of(self, *fields: Field) -> int | None:
        """The first column with one of these meanings, or None."""
        return next((column for column, each in self._columns.items() if each in fields), None)

    def find(self, weight: Weight, column: int | None, message: str, repair: str) -> None:
        """Note something about a column, or, with None, about the row."""
        line = self._row.line if column is None else self._row.line_of(column)
        number, label = (0, "") if column is None else (column + 1, self.label(column))
        self.findings.append(Finding(weight, line, number, label, message, repair))
