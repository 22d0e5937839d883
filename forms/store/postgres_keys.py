"""Compared values as PostgreSQL's columns hold them: bytes whose order is the order of the protocol.

Bytes, not text, for three reasons. Text would be ordered by a locale, which differs from machine to machine
and changes with the system's libraries; the collation "C" that avoids this may not stand on a column in
CockroachDB (its pull request 96828 says so). PostgreSQL's text cannot hold U+0000, and records may. And a
shape does not say of which type a key is: one encoding for all makes one kind of column and of index.
UTF-8 keeps the order of code points (RFC 3629, section 1).

None is a value like others, so that equality, ranges and pages are plain comparisons: SQL's NULL is equal to
nothing, and engines disagree whether it comes first or last.
"""

from __future__ import annotations

from forms.store.protocol import Scalar

NONE = b""
"""What stands for None: before everything else."""

_DIGITS = 20
_LIMIT = 10**_DIGITS - 1
"""Larger than any number JSON may hold here (orjson: 64 bits); what is asked for may be beyond it."""


def encoded(value: Scalar) -> bytes:
    """The bytes of a key's value. A tag keeps text and numbers apart: `=open`, `#p0…07`, `#n9…92` for -7."""
    if value is None:
        return NONE
    if isinstance(value, str):
        return b"=" + encoded_id(value)
    if value < 0:
        return b"#n%020d" % (_LIMIT + max(value, -_LIMIT))
    return b"#p%020d" % min(value, _LIMIT)


def encoded_id(text: str) -> bytes:
    """The bytes of an id. Half a surrogate pair, which no record holds, may be asked for and is not found."""
    return text.encode("utf-8", "surrogatepass")
