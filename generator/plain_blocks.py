"""Plain blocks: paragraphs, flat lists, quotes and tables become HTML without a tree between.

A block is what stands between empty lines. Which of Python-Markdown's processors may want it shows in how
its lines begin, as in `fast_blocks.py`; these are plain:

- a paragraph, when no line, indented or not, begins as anything else does. Emphasis, a link or a number may
  begin one: a list, a rule, an abbreviation or a definition goes on otherwise. In several lines there is no
  `|`, of which one could be a table;
- a list of which each item is such a paragraph, and which counts from 1 if it counts;
- a quote that marks each of its lines, and holds such paragraphs;
- a table of two or more columns with an outer `|` at the left, without code or escapes, in which one could
  stand that divides nothing.

All their texts must have plain marks only (`plain_marks.py`). How a block and its neighbours may reach for
each other is told in `fast_document.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum
from itertools import zip_longest

from markdown.util import STX

# How a line begins that may be anything but a paragraph's. Emphasis, a word in underscores and a link of one
# line may begin one; `* `, `***`, `*[`, `_ `, `__`, `[^` and `[a]:` are lists, rules and definitions.
_SIGN = rf"[!#=\-+:>|{STX}]|\*(?!\*?[^\s*\[])|_(?![^\s_])|\[(?![^\[\]\n^][^\[\]\n]*\]\()|\d+\. "
_STARTS_ODDLY = re.compile(rf"\s|{_SIGN}").match
_ODD_LINE = re.compile(rf"\n *(?:{_SIGN})")
_BULLET = re.compile(r"\n[*+-] +")
_NUMBER = re.compile(r"\n\d+\. +")
_QUOTE, _QUOTE_END = "<blockquote>\n", "</blockquote>\n"
_DIVIDING = frozenset("|:- ")
# The attribute of a cell, by whether a colon stands at the left and at the right below its column's name.
_SIDES = {
    (False, False): "",
    (True, False): ' style="text-align: left;"',
    (False, True): ' style="text-align: right;"',
    (True, True): ' style="text-align: center;"',
}

Html = Callable[[str], str | None]  # of a text with plain marks, or nothing


class Kind(Enum):
    """What a block is to those that come after it."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    QUOTE = "quote"
    OTHER = "other"


def is_paragraph(block: str) -> bool:
    """Whether no processor but that of paragraphs wants the block, or a line of it."""
    if _STARTS_ODDLY(block):
        return False
    return "\n" not in block or not ("|" in block or _ODD_LINE.search(block))


def plain_block(block: str, html: Html) -> tuple[Kind, str] | None:
    """The HTML of a plain block that is no mere paragraph; nothing for any other."""
    kind, read = _READERS.get(block[0], _NONE)
    made = read(block, html)
    return None if made is None else (kind, made)


def joined_quotes(first: str, second: str) -> str:
    """Two quotes, one after another, are one."""
    return first.removesuffix(_QUOTE_END) + second.removeprefix(_QUOTE)


def _paragraph(text: str, html: Html) -> str | None:
    return html(text) if text and is_paragraph(text) else None


def _bullets(block: str, html: Html) -> str | None:
    return _list("ul", _BULLET.split(f"\n{block}"), html)


def _numbers(block: str, html: Html) -> str | None:
    return _list("ol", _NUMBER.split(f"\n{block}"), html) if block.startswith("1. ") else None


def _list(tag: str, items: list[str], html: Html) -> str | None:
    made = [f"<{tag}>\n"]
    if items[0]:  # something stands before the first
        return None
    for item in items[1:]:
        text = _paragraph(item, html)
        if text is None:
            return None
        made.append(f"<li>{text}</li>\n")
    return "".join((*made, f"</{tag}>\n"))


def _quote(block: str, html: Html) -> str | None:
    lines = block.split("\n")
    if not all(line.startswith(">") for line in lines):
        return None
    inner = "\n".join(["" if line.strip() == ">" else line[1:].removeprefix(" ") for line in lines])
    made = [_QUOTE]
    for part in inner.split("\n\n"):
        text = _paragraph(part, html)
        if text is None:
            return None
        made.append(f"<p>{text}</p>\n")
    return "".join((*made, _QUOTE_END))


def _table(block: str, html: Html) -> str | None:
    head, *lines = block.split("\n")
    if len(lines) < 2 or "`" in block or "\\" in block or not all(line.startswith("|") for line in lines):
        return None
    names = _cells(head)
    sides = [_SIDES[side.startswith(":"), side.endswith(":")] for side in _cells(lines[0])]
    if not set(lines[0]) <= _DIVIDING or len(names) != len(sides) or len(names) < 2:
        return None
    made: list[str | None] = ["<table>\n<thead>\n", _row("th", sides, names, html), "</thead>\n<tbody>\n"]
    made += [_row("td", sides, _cells(line), html) for line in lines[1:]]
    made.append("</tbody>\n</table>\n")
    return None if None in made else "".join(filter(None, made))


def _cells(line: str) -> list[str]:
    inner = line.strip(" ").removeprefix("|").removesuffix("|")
    return [cell.strip(" ") for cell in inner.split("|")]


def _row(tag: str, sides: Sequence[str], cells: Sequence[str], html: Html) -> str | None:
    made = ["<tr>\n"]
    for side, cell in zip_longest(sides, cells[: len(sides)], fillvalue=""):
        text = html(cell)
        if text is None:
            return None
        made.append(f"<{tag}{side}>{text}</{tag}>\n")
    return "".join((*made, "</tr>\n"))


_NONE: tuple[Kind, Callable[[str, Html], str | None]] = (Kind.OTHER, lambda _block, _html: None)
_READERS = {
    **dict.fromkeys("*+-", (Kind.LIST, _bullets)),
    "1": (Kind.LIST, _numbers),
    ">": (Kind.QUOTE, _quote),
    "|": (Kind.OTHER, _table),
}
