"""Plain marks: emphasis, links and code, each closed before the next opens, become HTML in one pass.

The rules admit only what Python-Markdown's patterns, in whatever order they run, and the passes after them
would make the same of:

- a sign belongs to a plain mark, or to none: an underscore within a word, an ampersand that begins no entity;
- a plain mark holds no other sign, so that none of them can reach across its ends; the address of a link
  holds no quotes, spaces or parentheses, either;
- a text with a brace, in which attributes may stand, or with two spaces before a break is none of ours.

Whether something else happens to every text, such as abbreviations, those who call have to ask.
"""

from __future__ import annotations

import re

from markdown.util import STX, code_escape

from generator.serializer import escaped, quoted
from generator.typography import MARKS, Typesetter

BREAK = "  \n"
_TEXT = rf"[^`\\\[<&*_{STX}]"
# Splits a text into what stands between marks and, for each mark, five groups of which its own are not empty.
# A sign of which all are empty is not plain. Every alternative begins with a literal, so that `re` runs from
# sign to sign.
_PARTS = re.compile(
    r"`([^`]+)`(?!`)"
    rf"|\[(?<!!\[)(?!\^)([^`\\\[\]<&*_{STX}]+)\]\(([^\s()<>'\"`\\\[\]{STX}]+)\)"
    rf"|\*\*(?![\s*])({_TEXT}+)(?<!\s)\*\*(?!\*)"
    rf"|\*(?![\s*])({_TEXT}+)(?<!\s)\*(?!\*)"
    r"|_(?:(?<!\w_)|(?!\w))"  # not within a word
    r"|&(?=[#\w]*;)"  # perhaps an entity
    rf"|`|\\|\[|<|\*|{STX}"
)
_CODE, _ADDRESS, _PART = 1, 3, 6  # places among what a mark adds to the parts, and how many it adds


class PlainMarks:
    """Reads the texts of one source."""

    def __init__(self, source: str) -> None:
        # Looked for once, since most sources have few of them.
        self._may_have_attributes = "{" in source
        self._unfinished = [sign for sign in (*MARKS, "&", ">") if sign in source]
        self.needs_setting = any(sign in MARKS for sign in self._unfinished)

    def html(self, text: str) -> str | None:
        """The HTML of a text whose marks are all plain, or that has none; nothing for any other text."""
        if (self._may_have_attributes and "{" in text) or ("\n" in text and BREAK in text):
            return None
        parts = _PARTS.split(text)
        for sign in self._unfinished:
            if sign in text:
                _finish(parts)
                break
        return parts[0] if len(parts) == 1 else _joined(parts)


def _joined(parts: list[str]) -> str | None:
    rest = iter(parts)
    made = [next(rest)]
    for code, label, address, strong, em, after in zip(*[rest] * _PART, strict=True):
        if strong:
            made.append(f"<strong>{strong}</strong>{after}")
        elif label:
            made.append(f'<a href="{quoted(address)}">{label}</a>{after}')
        elif em:
            made.append(f"<em>{em}</em>{after}")
        elif code:
            made.append(f"<code>{code_escape(code.strip())}</code>{after}")
        else:
            return None
    return "".join(made)


def _finish(parts: list[str]) -> None:
    """Set and escape the texts of a block, one after another; to a quote, code looks like a word."""
    setter = Typesetter()
    for place, part in enumerate(parts):
        kind = place % _PART
        if kind == _CODE and part:
            setter.after_verbatim()
        elif part and kind != _ADDRESS:
            parts[place] = escaped(setter.set(part))
