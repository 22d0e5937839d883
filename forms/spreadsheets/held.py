"""The file between two pages of the desk: it travels in the form, and is kept nowhere.

A spreadsheet of people that somebody looked at and did not import should not lie about on the server. Packed,
ten thousand rows take about a third of a megabyte.
"""

from __future__ import annotations

import base64
import binascii
import zlib

from core.errors import Problem
from forms.spreadsheets.everything import is_json, people_of_json
from forms.spreadsheets.reading import InvalidSpreadsheet, Table, read_table

LARGEST = 5_000_000
"""Bytes of a file that the desk takes, unpacked; the command takes larger ones."""


def pack(data: bytes) -> str:
    """The file as a text for a form."""
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii")


def unpack(text: str) -> bytes:
    """The file that a form carried. Raises InvalidSpreadsheet for what `pack` did not make."""
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(base64.b64decode(text, validate=True), LARGEST + 1)
    except (binascii.Error, zlib.error):
        problem = Problem("the file", 0, "did not come back whole from the page before", "choose it again")
        raise InvalidSpreadsheet([problem]) from None
    must_fit("the file", data)
    return data


def must_fit(name: str, data: bytes) -> None:
    """Raises InvalidSpreadsheet for a file that is too large for the desk."""
    if len(data) > LARGEST:
        repair = "split it in two, or import it with the command: flask --app forms import candidates"
        raise InvalidSpreadsheet([Problem(name, 0, f"has more than {LARGEST:,} bytes", repair)])


def table_of(name: str, data: bytes, *, encoding: str | None = None) -> Table:
    """The table in a file: a spreadsheet, or an export of ours as JSON. Raises InvalidSpreadsheet."""
    if is_json(data):
        return people_of_json(name, data)
    return read_table(name, data, encoding=encoding)
