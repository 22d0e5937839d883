"""The passes over the finished tree, faster: each looks first whether the text has anything for it.

`md.source` is the text as the last preprocessor was given it (`fast_blocks.py`): a sign that is not in it is
not in the tree, since whatever the extensions add themselves has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.treeprocessors import PrettifyTreeprocessor, UnescapeTreeprocessor

from generator.typography import Typography

if TYPE_CHECKING:
    from generator.engine import Engine

MARKS = ('"', "'", "--", "...")  # what typography replaces


class FastAttributes(AttrListTreeprocessor):
    """Attribute lists stand in braces."""

    md: Engine

    def run(self, doc: Element) -> None:
        """Read the attribute lists of every element."""
        if "{" in self.md.source:
            super().run(doc)


class FastUnescape(UnescapeTreeprocessor):
    """Only a backslash makes an escape."""

    md: Engine

    def run(self, root: Element) -> None:
        """Give every escaped character back."""
        if "\\" in self.md.source:
            super().run(root)


class FastTypography(Typography):
    """Typography without quotes, dashes and dots has nothing to do."""

    md: Engine

    def run(self, root: Element) -> None:
        """Set the text of the tree."""
        if any(mark in self.md.source for mark in MARKS):
            super().run(root)


class FastPrettify(PrettifyTreeprocessor):
    """Asks once for each tag whether it is a block, not once for each element."""

    def run(self, root: Element) -> None:
        """Put lines between the blocks."""
        self._blocks = {element.tag for element in root.iter() if self.md.is_block_level(element.tag)}
        super().run(root)

    def _prettifyETree(self, elem: Element) -> None:  # noqa: N802  # Python-Markdown's name
        blocks = self._blocks
        if elem.tag in blocks and elem.tag not in {"code", "pre"}:
            text = elem.text
            if len(elem) and (not text or not text.strip()) and elem[0].tag in blocks:
                elem.text = "\n"
            for child in elem:
                if child.tag in blocks:
                    self._prettifyETree(child)
        tail = elem.tail
        if not tail or not tail.strip():
            elem.tail = "\n"
