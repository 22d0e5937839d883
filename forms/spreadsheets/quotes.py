"""Where in a malformed file a quote is wrong: Python's reader of CSV only says that one is."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CELL = 100_000
"""Characters in one cell: more is mostly a quote that was never closed."""


@dataclass(frozen=True)
class WrongQuote:
    """Where it is, counted from the lines that were looked at: lines further down, and column."""

    lines: int
    column: int
    message: str
    repair: str


def wrong_quote(lines: list[str], delimiter: str) -> WrongQuote:
    """Where, in the row that begins with these lines, a quote is wrong: lines further down, and column."""
    text = "\n".join(lines)
    column, at = 1, 0
    while at < len(text):
        while text[at : at + 1] == " ":
            at += 1
        closing = _closing_quote(text, at) if text[at : at + 1] == '"' else at
        if closing is None or closing - at > MAX_CELL:
            break
        after = text[closing : closing + 1]
        if closing > at and after not in ("", delimiter, "\n"):
            return WrongQuote(
                text.count("\n", 0, closing), column, "text follows a closing quote",
                'write a quote inside a cell twice (""), or remove it',
            )  # fmt: skip
        ends = re.compile(rf"[{re.escape(delimiter)}\n]").search(text, closing)
        if ends is None or ends[0] == "\n":
            break
        column, at = column + 1, ends.end()
    return WrongQuote(
        text.count("\n", 0, at), column, "the quote that begins here is never closed",
        'close it, or write a quote inside a cell twice ("")',
    )  # fmt: skip


def _closing_quote(text: str, at: int) -> int | None:
    """The place behind the quote that closes the one at `at`; None when none does."""
    found = re.compile(r'"(?:[^"]|"")*"').match(text, at)
    return found.end() if found else None
