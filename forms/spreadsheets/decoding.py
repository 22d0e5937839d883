"""Which encoding a file of text is in: what it says itself, then what it can only be, then a guess."""

from __future__ import annotations

import codecs
import itertools
from dataclasses import dataclass

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

WESTERN = "cp1252"
_POSSIBLE = [WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1257", "iso8859_2", "mac_roman",
             "cp932", "gb18030", "big5", "euc_kr"]  # fmt: skip
"""What spreadsheet programs write when they do not write Unicode: the code pages of Windows, and a Mac's."""

_SAMPLE_BYTES = 200_000
_LOOK_AT = 2_000


@dataclass(frozen=True)
class Decoded:
    """The text of a file. `guessed`: the bytes do not tell the encoding, so names should be looked at."""

    text: str
    encoding: str
    guessed: bool


class Undecodable(ValueError):
    """The bytes are no text in this encoding. `text` is what stands before the place that is none."""

    def __init__(self, encoding: str, text: str) -> None:
        self.encoding, self.text = encoding, text
        super().__init__(encoding)


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """The text. `encoding`: what the caller knows. Raises Undecodable; LookupError for an unknown name."""
    if encoding:
        return _strictly(data, _marked(data, encoding), guessed=False)
    known = _said(data)
    if known:
        return _strictly(data, known, guessed=False)
    try:
        return _strictly(data, "utf-8", guessed=False)
    except Undecodable:
        return _guess(data)


def _said(data: bytes) -> str | None:
    """The encoding that a byte order mark names, or that zeros at every other byte give away."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    start = data[:_LOOK_AT]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > len(start) / 4 and not even:
        return "utf-16-le"
    if even > len(start) / 4 and not odd:
        return "utf-16-be"
    return None


def _marked(data: bytes, encoding: str) -> str:
    """The codec to use, so that a mark at the beginning does not become a part of the first label."""
    name = codecs.lookup(encoding).name
    marked = _said(data)
    if name == "utf-8" and marked == "utf-8-sig":
        return "utf-8-sig"
    return "utf-16" if name in ("utf-16-le", "utf-16-be") and marked == "utf-16" else name


def _strictly(data: bytes, encoding: str, *, guessed: bool) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding, guessed)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, errors="replace")
        raise Undecodable(encoding, before) from None


def _guess(data: bytes) -> Decoded:
    """Western unless something speaks against it: for short texts, statistics alone prefer exotic ones."""
    telling = b"\n".join(line for line in data.split(b"\n") if not line.isascii())[:_SAMPLE_BYTES]
    matches = from_bytes(telling, cp_isolation=_POSSIBLE)
    best = matches.best()
    alike = {
        name for each in matches if best and each.chaos <= best.chaos for name in each.could_be_from_charset
    }
    likely = _POSSIBLE if best is None or WESTERN in alike else [best.encoding, *_POSSIBLE]
    for name in sorted(dict.fromkeys(likely), key=lambda name: _oddities(telling, name)):
        try:
            return _strictly(data, name, guessed=True)
        except Undecodable:
            continue
    return Decoded(data.decode("latin-1"), "latin-1", guessed=True)


def _oddities(sample: bytes, encoding: str) -> int:
    """How often the text has something that no language writes, if it is in this encoding.

    A sign for something else within a word (M‡laga), a capital behind a small letter (£ódŸ), or letters of
    two scripts side by side.
    """
    text = sample.decode(encoding, errors="replace")
    return sum(
        _is_odd(before, after) for before, after in itertools.pairwise(text) if before > "~" or after > "~"
    )


def _is_odd(before: str, after: str) -> bool:
    if not before.isalpha() and not after.isalpha():
        return False
    if before.isalpha() and after.isalpha():
        mixed = _is_latin(before) != _is_latin(after)
        return mixed or (before.islower() and after.isupper())
    sign = after if before.isalpha() else before
    return sign > "~" and sign not in _PUNCTUATION


def _is_latin(letter: str) -> bool:
    return letter < "\u0250"


_PUNCTUATION = "’‘“”„«»‹›–—…·´\u00a0、。・「」（）"
"""What stands beside letters."""
