"""From the bytes of a file to a table: CSV or TSV as Excel, OpenCATS, Greenhouse and Bullhorn write it.

Any of the common encodings and delimiters is found out; a first line `sep=;` is obeyed. Lines and columns are
counted from 1, lines as an editor shows them, also where a cell holds several.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import Problem, ProblemList
from forms.spreadsheets.decoding import Undecodable, decode
from forms.spreadsheets.quotes import wrong_quote

MAX_BYTES = 20_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 200
DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

_SEP = re.compile(r'"?sep=(.)"?[ \t]*(?:\n|$)', re.IGNORECASE)
_LOOK_AT_ROWS = 50


class InvalidSpreadsheet(ProblemList):
    """The file cannot be read as a table, or rows of it cannot be imported; each with its line."""


@dataclass(frozen=True)
class Row:
    """One row: its cells, stripped, and the line it begins at. There may be more or fewer than labels."""

    line: int
    cells: tuple[str, ...]
    lines: tuple[int, ...] = ()
    """The line of each cell, where they are not all on the first."""

    def cell(self, column: int) -> str:
        """The text of a column (counted from 0); empty where the row is too short."""
        return self.cells[column] if column < len(self.cells) else ""

    def line_of(self, column: int) -> int:
        """The line at which a cell begins."""
        return self.lines[column] if column < len(self.lines) else self.line


@dataclass(frozen=True)
class Table:
    """A spreadsheet. `guessed`: its encoding was not certain, so somebody should look at the names."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str
    guessed: bool = False

    def sample(self, column: int, most: int = 3) -> tuple[str, ...]:
        """The first few different values of a column (counted from 0), to recognise it by."""
        found = dict.fromkeys(cell for row in self.rows if (cell := row.cell(column)))
        return tuple(found)[:most]


def read_table(name: str, data: bytes, *, delimiter: str | None = None, encoding: str | None = None) -> Table:
    """Read a file that is called `name`. Raises InvalidSpreadsheet, naming line and column."""
    if len(data) > MAX_BYTES:
        raise _refused(name, 0, f"the file has more than {MAX_BYTES:,} bytes", "split it in two")
    try:
        decoded = decode(data, encoding)
    except Undecodable as error:
        raise _refused(name, *_no_text(error)) from None
    except LookupError:
        raise _refused(
            name, 0, f"there is no encoding “{encoding}”", "name one as utf-8, windows-1252 or utf-16"
        ) from None
    text = decoded.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _must_be_text(name, data, text)
    said = _SEP.match(text)
    text, first = (text[said.end() :], 2) if said else (text, 1)
    chosen = delimiter or (said[1] if said else _likely_delimiter(text))
    rows = _rows(name, text, chosen, first)
    header = next(rows, None)
    if header is None:
        raise _refused(
            name, 0, "the file is empty", "save it with a first row of labels, one for each column"
        )
    labels = _labels(name, header)
    return Table(name, labels, tuple(rows), _said_as(decoded.encoding), chosen, decoded.guessed)


def _rows(name: str, text: str, delimiter: str, first: int) -> Iterator[Row]:
    """The rows that hold anything, the labels first. Raises InvalidSpreadsheet where a quote is wrong."""
    lines = text.split("\n")
    # The module wants its lines with their ends, to put those into cells that go over several.
    reader = csv.reader(
        (line + "\n" for line in lines), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    count, line = 0, first
    try:
        for cells in reader:
            begun, line = line, first + reader.line_num
            if not any(map(str.strip, cells)):
                continue
            if count > MAX_ROWS:
                raise _refused(name, begun, f"at most {MAX_ROWS:,} rows are read", "split the file in two")
            count += 1
            yield _row(begun, cells)
    except csv.Error:
        wrong = wrong_quote(lines[line - first :], delimiter)
        raise _refused(
            name, line + wrong.lines, f"column {wrong.column}: {wrong.message}", wrong.repair
        ) from None


def _row(line: int, cells: list[str]) -> Row:
    stripped = tuple(cell.strip() for cell in cells)
    if not any("\n" in cell for cell in cells):
        return Row(line, stripped)
    at, lines = line, []
    for cell in cells:
        lines.append(at + len(cell[: len(cell) - len(cell.lstrip())].split("\n")) - 1)
        at += cell.count("\n")
    return Row(line, stripped, tuple(lines))


def _labels(name: str, header: Row) -> tuple[str, ...]:
    cells = header.cells
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > MAX_COLUMNS:
        raise _refused(
            name, header.line, f"{len(cells)} columns; at most {MAX_COLUMNS} are read", "remove some of them"
        )
    return tuple(" ".join(cell.split()) for cell in cells)


def _likely_delimiter(text: str) -> str:
    """The delimiter that makes the most columns of the labels, and then the most rows of that width."""
    start = text[:100_000].split("\n")

    def width(delimiter: str) -> tuple[int, int]:
        reader = csv.reader((line + "\n" for line in start), delimiter=delimiter, skipinitialspace=True)
        rows = (cells for cells in reader if any(cells))
        try:
            widths = [len(cells) for cells, _ in zip(rows, range(_LOOK_AT_ROWS), strict=False)]
        except csv.Error:
            return 0, 0
        return (widths[0], widths.count(widths[0])) if widths else (0, 0)

    return max(DELIMITERS, key=width)


def _no_text(error: Undecodable) -> tuple[int, str, str]:
    line = error.text.count("\n") + 1
    position = len(error.text) - error.text.rfind("\n")
    return (
        line,
        f"character {position} is not {error.encoding}",
        "save the file as “CSV UTF-8”, or say which encoding it is in",
    )


_KINDS = (
    (b"PK\x03\x04", "an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
)


def _must_be_text(name: str, data: bytes, text: str) -> None:
    kind = next((kind for start, kind in _KINDS if data.startswith(start)), None)
    at = text.find("\0")
    if kind or at >= 0:
        line = 0 if kind else text.count("\n", 0, at) + 1
        raise _refused(name, line, f"this is {kind or 'no text'}", "in Excel, save it as “CSV UTF-8”")


def _said_as(encoding: str) -> str:
    return {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}.get(encoding, codecs.lookup(encoding).name)


def _refused(name: str, line: int, message: str, repair: str) -> InvalidSpreadsheet:
    return InvalidSpreadsheet([Problem(name, line, message, repair)])
