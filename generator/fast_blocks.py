"""Blocks, faster: which of Python-Markdown's processors may want a block shows in how its lines begin."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.md_in_html import HtmlBlockPreprocessor
from markdown.util import STX

# The first sign of a line that some processor looks for; none accepts more than three spaces before it.
_BEGINNING = re.compile(rf"^ {{0,3}}([!#=\-_*+:>\[{STX}])", re.MULTILINE)
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

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._candidates: dict[frozenset[str], list[BlockProcessor]] = {}

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:  # noqa: N802  # Python-Markdown's name
        """Parse the blocks into `parent` until none is left."""
        while blocks:
            block = blocks[0]
            signs = _signs(block)
            for processor in self._candidates.get(signs) or self._find(signs):
                if processor.test(parent, block) and processor.run(parent, blocks) is not False:
                    break

    def _find(self, signs: frozenset[str]) -> list[BlockProcessor]:
        registry = self.blockprocessors
        wanted = {name for name, own in _SIGNS.items() if own == _ALWAYS or not signs.isdisjoint(own)}
        unwanted = [registry[name] for name in _SIGNS.keys() - wanted if name in registry]
        found = [processor for processor in registry if processor not in unwanted]
        self._candidates[signs] = found
        return found


def _signs(block: str) -> frozenset[str]:
    signs = set(_BEGINNING.findall(block))
    if "|" in block and "\n" in block:
        signs.add("|")
    first = block[:1]
    if first in " \n":  # also an empty block
        if not first or first == "\n":
            signs.add("\n")
        elif block.startswith("    "):
            signs.add(" ")
        elif block.lstrip(" ")[:1].isdecimal():
            signs.add("1")
    elif first.isdecimal():
        signs.add("1")
    return frozenset(signs)


class FastHtmlBlocks(HtmlBlockPreprocessor):
    """Looks for HTML only where there is some: without tags and numeric entities the parser changes nothing.

    It is the last of the preprocessors, and keeps in `md.source` what it was given, for those who come later.
    """

    def run(self, lines: list[str]) -> list[str]:
        """Take the blocks of HTML out of the lines."""
        source = "\n".join(lines)
        self.md.source = source  # type: ignore[attr-defined]  # see Engine
        return super().run(lines) if "<" in source or "&#" in source else lines
