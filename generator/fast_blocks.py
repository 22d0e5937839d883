"""Blocks, faster: which of Python-Markdown's processors may want a block shows in how its lines begin."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ElementTree

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor, HRProcessor
from markdown.extensions.md_in_html import HtmlBlockPreprocessor
from markdown.preprocessors import NormalizeWhitespace
from markdown.util import ETX, STX

from generator.fast_document import Document, may_hold_plain_blocks
from generator.plain_marks import PlainMarks

if TYPE_CHECKING:
    from generator.engine import Engine

# The first sign of a line that some processor looks for; none accepts more than three spaces before it.
_SIGN = rf"[!#=\-_*+:>\[{STX}]"
_FIRST_LINE = re.compile(rf"( {{4}})|(\n|\Z)| {{0,3}}(?:(\d)|({_SIGN}))")
_NEXT_LINE = re.compile(rf"\n {{0,3}}({_SIGN})")
_RULE = re.compile(r" {0,3}[-_*][-_* ]*(?:\n|\Z)")
_NEXT_RULE = re.compile(r"\n {0,3}[-_*][-_* ]*(?:\n|\Z)")
_KINDS = {1: " ", 2: "\n", 3: "1"}
_UNEVEN = ("\r", "\t", STX, ETX)
_ALWAYS = ""
# The signs of each processor, by its name: one of them must begin a line of the block. At the start of the
# block a space stands for four, a newline for an empty line or block, 1 for any digit; | may stand anywhere.
_SIGNS = {
    "markdown_block": STX,
    "admonition": "! ",
    "empty": "\n",
    "indent": " ",
    "defindent": " ",
    "code": " ",
    "table": "|",
    "hashheader": "#",
    "setextheader": "=-",
    "hr": "-_*",
    "olist": "1",
    "ulist": "*+-",
    "deflist": ":",
    "quote": ">",
    "footnote": "[",
    "abbr": "*",
    "reference": "[",
    "paragraph": _ALWAYS,
}


class FastBlockParser(BlockParser):
    """Asks only those processors about a block that may say yes. It asks one that it does not know always."""

    md: Engine

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._candidates: dict[str, list[BlockProcessor]] = {}

    def parseDocument(self, lines: Iterable[str]) -> ElementTree:  # noqa: N802  # Python-Markdown's name
        """The tree of a whole text."""
        self.root = Element(self.md.doc_tag)
        blocks = "\n".join(lines).split("\n\n")
        if self.md.is_thorough or not may_hold_plain_blocks(self.md.source):
            self.parseBlocks(self.root, blocks)
        else:
            Document(self.md, self.root).fill(blocks)
        return ElementTree(self.root)

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802  # Python-Markdown's name
        """Parse the blocks into `parent` until none is left."""
        while blocks:
            block = blocks[0]
            signs = _signs(block)
            for processor in self._candidates.get(signs) or self._find(signs):
                if processor.test(parent, block) and processor.run(parent, blocks) is not False:
                    break

    def _find(self, signs: str) -> list[BlockProcessor]:
        registry = self.blockprocessors
        wanted = {name for name, own in _SIGNS.items() if own == _ALWAYS or set(own) & set(signs)}
        unwanted = [registry[name] for name in _SIGNS.keys() - wanted if name in registry]
        found = [processor for processor in registry if processor not in unwanted]
        self._candidates[signs] = found
        return found


def _signs(block: str) -> str:
    """The signs in the block, each once but for the first line's."""
    found = _FIRST_LINE.match(block)
    first = _KINDS.get(found.lastindex or 0) or found[4] if found else ""
    if "\n" not in block:
        return first
    others = set(_NEXT_LINE.findall(block))
    if "|" in block:
        others.add("|")
    return first + "".join(sorted(others))


class FastWhitespace(NormalizeWhitespace):
    """Looks for what is uneven; leaves it to the base to even it."""

    def run(self, lines: list[str]) -> list[str]:
        """The lines without control characters, tabs, and spaces in blank lines."""
        source = "\n".join(lines)
        uneven = any(sign in source for sign in _UNEVEN) or any(map(str.isspace, lines))
        return super().run(lines) if uneven else [*lines, "", ""]


class FastRule(HRProcessor):
    """Tries its pattern on a block only where a line consists of nothing but the signs of a rule."""

    def test(self, parent: Element, block: str) -> bool:
        """Whether there is a rule in the block."""
        is_likely = _RULE.match(block) or ("\n" in block and _NEXT_RULE.search(block))
        return bool(is_likely) and super().test(parent, block)


class FastHtmlBlocks(HtmlBlockPreprocessor):
    """Looks for HTML only where there is some: without tags and numeric entities the parser changes nothing.

    It is the last of the preprocessors, and keeps in `md.source` what it was given, for those who come later,
    and in `md.plain` who reads its texts.
    """

    md: Engine

    def run(self, lines: list[str]) -> list[str]:
        """Take the blocks of HTML out of the lines."""
        source = "\n".join(lines)
        self.md.source = source
        self.md.plain = PlainMarks(source)
        may_hold_html = "<" in source or ("&" in source and "&#" in source)
        return super().run(lines) if may_hold_html else lines
