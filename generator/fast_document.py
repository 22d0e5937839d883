"""A whole text, faster: its plain blocks (`plain_blocks.py`) are made into HTML, the rest is parsed as ever.

Between them a plain block and one that is not may reach for each other, and these are the only ways in which
any of Python-Markdown's processors does at the top of a text:

- a list, or a block indented by four, goes on with a list before it; a quote with a quote; a line with a
  colon makes terms of a paragraph before it. So a plain block goes to the parser, too, when in what follows
  before the next plain one any line begins in such a way (`_REACHES`);
- so a list or a quote is not plain where something that went to the parser stands before it, nor a list
  after a list;
- code that is indented, a footnote or an admonition goes on with blocks that are indented, which none that
  is plain is; empty lines, which belong to such code, go to the parser with it.

What reaches everywhere is an abbreviation, and the marker that says where footnotes shall go: a text that
may hold either goes to the parser as it is. Attributes in braces reach into what stands beside them, and
marks as far as the block: neither leaves it. A paragraph or heading whose marks are not plain becomes
an element here, and its marks are left to `fast_inline.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from markdown.util import HTML_PLACEHOLDER_RE, STX

from generator.plain_blocks import Kind, is_paragraph, joined_quotes, plain_block
from generator.serializer import READY, Finished

if TYPE_CHECKING:
    from generator.engine import Engine

_FOOTNOTES = "///Footnotes Go Here///"
_HEADING = re.compile(r"(#{1,6})([^#\\\n]+)")  # without signs that might close it
# How a line begins that would go on with a plain block before it, by the kind of that.
_REACHES = {
    Kind.PARAGRAPH: re.compile(r"(?:\A|\n) {0,3}:"),
    Kind.LIST: re.compile(r"(?:\A|\n)(?: {4}| {0,3}(?:[*+-]|\d+\.) )"),
    Kind.QUOTE: re.compile(r"(?:\A|\n) {0,3}>"),
}


def may_hold_plain_blocks(source: str) -> bool:
    """Whether nothing in the text as it was written reaches everywhere."""
    may_abbreviate = "*[" in source and ("]:" in source or "] :" in source)
    return not may_abbreviate and _FOOTNOTES not in source


class Document:
    """Puts the blocks of one text into its tree."""

    def __init__(self, md: Engine, root: Element) -> None:
        self._md = md
        self._root = root
        self._html = md.plain.html
        self._blocks: list[str] = []  # still to be taken, the next one last
        self._ready: list[str] = []  # plain blocks that are not in the tree yet
        self._kind = Kind.OTHER  # of the last of them
        self._last: list[str] = []  # of what it was made
        self._odd: list[str] = []  # what comes after them and goes to the parser

    def fill(self, blocks: list[str]) -> None:
        """Take all blocks of the text."""
        self._blocks = blocks[::-1]
        while self._blocks:
            block = self._blocks.pop()
            if not block or block[0] == "\n":
                if self._odd:
                    self._odd.append(block[:1])
                block = block[1:]
            if block:
                self._take(block)
        self._put_odd()
        self._put_ready()

    def _take(self, block: str) -> None:
        if is_paragraph(block):
            self._paragraph(block)
        elif block[0] == "#" and (heading := _HEADING.match(block)):
            self._heading(block, heading)
        elif block[0] == STX and (kept := HTML_PLACEHOLDER_RE.fullmatch(block)):
            self._kept(block, int(kept[1]))
        elif made := plain_block(block, self._html):
            self._plain(block, *made)
        else:
            self._odd.append(block)

    def _paragraph(self, block: str) -> None:
        html = self._html(block)
        self._put_odd()
        if html is None:
            self._put_ready()
            SubElement(self._root, "p").text = block
        else:
            self._add(Kind.PARAGRAPH, block, f"<p>{html}</p>\n")

    def _heading(self, block: str, heading: re.Match[str]) -> None:
        text = heading[2].strip()
        rest = block[heading.end() :]
        if not text or (rest and (rest[0] != "\n" or "|" in block)):  # "|": a table has the first say
            self._odd.append(block)
            return
        self._put_odd()
        self._put_ready()
        SubElement(self._root, f"h{len(heading[1])}").text = text
        if rest:  # stands below without an empty line
            self._blocks.append(rest[1:])

    def _kept(self, block: str, number: int) -> None:
        """Take the place holder of HTML that was kept aside, such as code. An element has Markdown in it."""
        if isinstance(self._md.htmlStash.rawHtmlBlocks[number], str):
            self._put_odd()
            self._add(Kind.PARAGRAPH, block, f"<p>{block}</p>\n")
        else:
            self._odd.append(block)

    def _plain(self, block: str, kind: Kind, html: str) -> None:
        if kind is Kind.OTHER:
            self._put_odd()
        elif self._odd or kind is self._kind is Kind.LIST:
            self._odd.append(block)
            return
        if kind is self._kind is Kind.QUOTE:
            self._ready[-1] = joined_quotes(self._ready[-1], html)
            self._last.append(block)
        else:
            self._add(kind, block, html)

    def _add(self, kind: Kind, block: str, html: str) -> None:
        self._kind = kind
        self._last = [block]
        self._ready.append(html)

    def _put_odd(self) -> None:
        if not self._odd:
            return
        reaches = _REACHES.get(self._kind)
        if reaches and any(reaches.search(block) for block in self._odd):
            self._ready.pop()
            self._odd = self._last + self._odd
        self._put_ready()
        self._md.parser.parseBlocks(self._root, self._odd)  # which takes them all
        self._odd = []

    def _put_ready(self) -> None:
        if self._ready:
            SubElement(self._root, READY).text = Finished("".join(self._ready))
            self._ready = []
        self._kind = Kind.OTHER
