"""Front matter as nearly all files have it, read without a parser of YAML, which takes five times as long.

One line for each key, with a text, a date, true or false, or a list of words in brackets behind it. It gives
exactly what YAML gives; whatever might mean something else there, or be wrong, is left to YAML altogether.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(
    r"""(?P<key>[a-z_]{1,99}):\ +
    (?: "(?P<double>[^"\\\t]*)"
      | '(?P<single>[^'\t]*)'
      | (?P<date>\d{4}-\d\d-\d\d (?:\ \d\d:\d\d)?)  # which YAML would know, but is told to leave as written
      | (?P<words>[A-Za-z][^\t]*?)
      | \[(?P<list>[^\t]*)\]
    )\ *""",
    re.VERBOSE | re.ASCII,
)
_ITEM = re.compile(r"[A-Za-z][\w+./ -]*", re.ASCII)
# Where words end for YAML: before a note, and where a key would.
_ENDS = re.compile(r" #|:(?: |\Z)")
# Words that are values of other kinds, in YAML 1.1; two of them are in use.
_SWITCHES = {"true": True, "false": False}
_NO_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null"})
# Ends of lines for YAML alone, and what it refuses.
_ODD = re.compile("[\x85\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Header:
    """The values of front matter by their keys, and the lines of the keys and of the items of lists."""

    values: dict[str, object]
    lines: dict[str, int]
    item_lines: dict[str, tuple[int, ...]]


def read_plain(header: str) -> Header | None:
    """What stands in front matter of this plain kind, whose line 1 is left empty; None for any other."""
    if not header.isascii() and _ODD.search(header):
        return None
    read = Header({}, {}, {})
    for number, line in enumerate(header.split("\n")[1:-1], 2):
        found = _LINE.fullmatch(line)
        if found is None:
            return None
        name, value = found["key"], _value(found)
        if value is None or name in read.lines:
            return None
        read.values[name] = value
        read.lines[name] = number
        if isinstance(value, list):
            read.item_lines[name] = (number,) * len(value)
    return read


def _value(found: re.Match[str]) -> object | None:
    """The value of one line; None where only YAML can tell."""
    kind = found.lastgroup or ""
    text = found[kind]
    if kind == "list":
        items = text.strip(" ").split(", ")
        return [item.strip(" ") for item in items] if all(map(_is_item, items)) else None
    if kind != "words":
        return text
    if text.lower() in _NO_WORDS:
        return _SWITCHES.get(text)
    return None if _ENDS.search(text) else text


def _is_item(text: str) -> bool:
    word = text.strip(" ")
    return _ITEM.fullmatch(word) is not None and word.lower() not in _NO_WORDS
