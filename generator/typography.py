"""Straight quotes, double hyphens and three dots become what a printer would set.

One pass over the text nodes of a block, knowing what stood before across inline elements. Python-Markdown's
own `smarty` gives the same result for ordinary prose through some twenty patterns, and costs as much as
everything else together.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

# Python-Markdown keeps stashed HTML and escaped characters between \x02 and \x03: they pass untouched.
# Each alternative begins with a literal, so that `re` runs from one candidate to the next.
_TOKEN = re.compile(r"\x02[^\x03]*\x03|-(?<!--)-{1,2}(?!-)|\.(?<!\.\.)\.\.(?!\.)|\"|'")
_OPENING = frozenset(" \t\n\u00a0([{<–—-/“‘")
_DECADE = re.compile(r"\d\ds\b")  # the ’80s
_ELISION = re.compile(r"(?:tis|twas|em|til|cause|n')\b", re.IGNORECASE)  # ’tis
_SET = {"--": "–", "---": "—", "...": "…"}
MARKS = ("'", '"', "--", "...")  # one of which a text must hold to be changed
VERBATIM = frozenset(
    {"code", "pre", "kbd", "samp", "tt", "var", "script", "style", "math", "svg", "textarea"}
)
INLINE = frozenset(
    {"a", "abbr", "b", "cite", "del", "dfn", "em", "i", "ins", "mark", "q", "s", "small", "span", "strong"}
    | {"sub", "sup", "time", "u"}
)


class Typesetter:
    """Sets the pieces of one block in order; a block begins with nothing before it."""

    before = ""

    def set(self, text: str) -> str:
        """The piece of text with its quotes, dashes and dots replaced."""
        result: list[str] = []
        position = 0
        for found in _TOKEN.finditer(text):
            plain = text[position : found.start()]
            result.append(plain)
            self.before = plain[-1:] or self.before
            result.append(self._replace(found[0], text[found.end() : found.end() + 8]))
            position = found.end()
        rest = text[position:]
        self.before = rest[-1:] or self.before
        return "".join(result) + rest

    def after_verbatim(self) -> None:
        """What follows code follows a word: `x`'s."""
        self.before = "x"

    def _replace(self, token: str, after: str) -> str:
        if token[0] == "\x02":
            return token
        mark = _SET.get(token) or self._quote(token, after)
        self.before = mark[-1]
        return mark

    def _quote(self, quote: str, after: str) -> str:
        opens = (not self.before or self.before in _OPENING) and not after[:1].isspace()
        if quote == '"':
            return "“" if opens else "”"
        if opens and (_DECADE.match(after) or _ELISION.match(after)):
            return "’"
        return "‘" if opens else "’"


def needs_setting(text: str) -> bool:
    """Whether anything in the text may have to be replaced."""
    return any(mark in text for mark in MARKS)


def typographic(text: str) -> str:
    """One line of plain text (a title, a summary) with typographic quotes, dashes and dots."""
    return Typesetter().set(text)


class Typography(Treeprocessor):
    """Sets the text of a tree."""

    def run(self, root: ElementTree.Element) -> None:
        self._element(root, Typesetter())

    def _element(self, element: ElementTree.Element, setter: Typesetter) -> None:
        if element.text:
            element.text = _set(element.text, setter)
        for child in element:
            if child.tag in VERBATIM:
                setter.after_verbatim()
            elif child.tag in INLINE:
                self._within(child, setter)
            else:
                self._within(child, Typesetter())
                setter.before = ""
            if child.tail:
                child.tail = _set(child.tail, setter)

    def _within(self, element: ElementTree.Element, setter: Typesetter) -> None:
        if len(element):
            self._element(element, setter)
        elif element.text:
            element.text = _set(element.text, setter)


def _set(text: str, setter: Typesetter) -> str:
    if isinstance(text, AtomicString):  # made by a pattern, and final: an address written out
        setter.before = text[-1:] or setter.before
        return text
    if _TOKEN.search(text):
        return setter.set(text)
    setter.before = text[-1]
    return text


class TypographyExtension(Extension):
    """Runs after inline patterns (20), before headings get their ids (5)."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Python-Markdown's name
        md.treeprocessors.register(Typography(md), "typography", 6)
        md.ESCAPED_CHARS.extend(['"', "'"])
