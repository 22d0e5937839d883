"""Cells that a spreadsheet program would run as a formula: how they are written so that it does not.

OWASP, "CSV Injection": a cell that begins with =, +, -, @, a tab or a carriage return is a formula to Excel
and its like. An apostrophe before it makes it text. Reading takes off what writing put on, so that nothing
changes on the way there and back.
"""

from __future__ import annotations

import re

_RUNS = re.compile(r"'*[=+\-@\t\r]")


def escaped(text: str) -> str:
    """The cell as it is written."""
    return f"'{text}" if _RUNS.match(text) else text


def unescaped(text: str) -> str:
    """The cell as it was before it was written."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text
