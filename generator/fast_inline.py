"""Inline marks, faster: Python-Markdown tries fifteen patterns on every text, most of which need none.

A text without any sign that a pattern begins with stays as it is. One with plain marks only becomes HTML at
once (`plain_marks.py`), instead of elements that all later passes would visit. Any other text goes through
the patterns, without those whose sign it lacks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.treeprocessors import InlineProcessor
from markdown.util import STX, AtomicString

from generator.plain_marks import BREAK
from generator.serializer import Finished
from generator.typography import INLINE, VERBATIM

if TYPE_CHECKING:
    from generator.engine import Engine

# Every sign with which a pattern can begin, but for a break of line, which is two spaces at a line's end.
_SIGN = re.compile(rf"[`\\\[<&*_{STX}]")
# Elements whose text typography begins anew with, whatever stood before.
_BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "dt", "dd"})
# What a text must hold for a pattern to match, by the pattern's name: either of two strings.
_NEEDS = {
    "backtick": ("`", "`"),
    "escape": ("\\", "\\"),
    "footnote": ("[^", "[^"),
    "reference": ("[", "["),
    "link": ("[", "["),
    "image_link": ("![", "!["),
    "image_reference": ("![", "!["),
    "short_reference": ("[", "["),
    "short_image_ref": ("![", "!["),
    "autolink": ("://", "://"),
    "automail": ("@", "@"),
    "linebreak": (BREAK, BREAK),
    "html": ("<", "<"),
    "entity": ("&", "&"),
    "em_strong": ("*", "_"),
}
_ALWAYS = ("", "")
_NEVER = (STX + STX, STX + STX)  # stands in no text
# Patterns that do nothing where the text has no definition such as `[name]: address`.
_REFERENCES = frozenset({"reference", "image_reference", "short_reference", "short_image_ref"})


class FastInline(InlineProcessor):
    """Takes the place of the tree processor `inline`.

    The base keeps its parts private: `_InlineProcessor__…` are its own names, the same in every 3.11.
    """

    md: Engine

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._patterns = list(md.inlinePatterns)
        by_pattern = {id(md.inlinePatterns[name]): name for name in _NEEDS if name in md.inlinePatterns}
        self._names = [by_pattern.get(id(pattern), "") for pattern in self._patterns]
        self._needs: list[tuple[str, str]] = []
        self._may_finish = False

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Replace the marks in the texts of the tree, in the base's order: level by level.

        Unlike the base it keeps neither parents nor ancestors: only patterns with ANCESTOR_EXCLUDES want
        them, and none of ours has any.
        """
        self.stashed_nodes: dict[Any, Element | str] = {}
        self._placed: set[str | None] = set()
        self.ancestors = []
        self._may_finish = not self.md.is_thorough and self._nothing_comes_later(tree)
        without = frozenset() if self.md.references else _REFERENCES
        self._needs = [_NEVER if name in without else _NEEDS.get(name, _ALWAYS) for name in self._names]
        level = [tree]
        for element in level:  # grows while it is read
            self._children(element, level)
        if len(self._placed) < len(self.stashed_nodes):  # one is in an address, or was cut in pieces
            self.md.is_muddled = True
        return tree

    def _children(self, parent: Element, level: list[Element]) -> None:
        inserted: list[tuple[Element, list[Element]]] = []
        for child in parent:
            text = child.text
            if text and not isinstance(text, AtomicString) and (_SIGN.search(text) or BREAK in text):
                inserted.append((child, self._text(child, text, level)))
            tail = child.tail
            if tail and (_SIGN.search(tail) or BREAK in tail):
                self._tail(parent, child, tail)
            if len(child):
                level.append(child)
        for child, made in inserted:
            child[:0] = made

    def _nothing_comes_later(self, tree: Element) -> bool:
        """Whether no later pass has anything to do with plain marks, but typography, which knows them."""
        abbreviations = self.md.treeprocessors["abbr"]
        assert isinstance(abbreviations, AbbrTreeprocessor)
        return not abbreviations.abbrs and VERBATIM.isdisjoint({element.tag for element in tree.iter()})

    def _text(self, child: Element, text: str, level: list[Element]) -> list[Element]:
        """The elements that belong into the child; its text becomes what stands before them."""
        finished = self._finished(child, text)
        if finished is not None:
            child.text = finished
            return []
        child.text = None
        made = self._pieces(self._through_patterns(text), child)
        level += made  # marks within marks
        return made

    def _finished(self, child: Element, text: str) -> str | None:
        if not self._may_finish or child.tag not in _BLOCKS or (len(child) and child[0].tag in INLINE):
            return None
        html = self.md.plain.html(text)
        return None if html is None else Finished(html)

    def _through_patterns(self, text: str) -> str:
        """The text with place holders for the elements that the patterns made of its marks."""
        made = self._InlineProcessor__handleInline(text)
        if self.md.delimiters is None or self.md.delimiters.regions:  # which should never be
            self.md.is_muddled = True
        return made

    def _tail(self, parent: Element, child: Element, tail: str) -> None:
        stand_in = Element("d")
        made = self._pieces(self._through_patterns(tail), stand_in, False)
        child.tail = stand_in.tail or None
        place = list(parent).index(child) + 1
        parent[place:place] = made  # to which the loop over the children comes next, as in the base

    def _pieces(self, data: str, parent: Element, is_text: bool = True) -> list[Element]:
        pieces = self._InlineProcessor__processPlaceholders(data, parent, is_text)  # type: ignore[attr-defined]
        return [piece for piece, _ in pieces]

    def _InlineProcessor__findPlaceholder(self, data: str, index: int) -> tuple[str | None, int]:  # noqa: N802
        """The base's search, which notes whose place was found."""
        found: tuple[str | None, int] = super()._InlineProcessor__findPlaceholder(data, index)  # type: ignore[misc]
        if found[0] in self.stashed_nodes:
            self._placed.add(found[0])
        return found

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        """The base's loop over the patterns, without those that cannot match."""
        if isinstance(data, AtomicString):
            return data
        number, start, matched = patternIndex, 0, False
        while number < len(self._patterns):
            one, other = self._needs[number]
            if matched or one in data or other in data:
                data, matched, start = self._InlineProcessor__applyPattern(  # type: ignore[attr-defined]
                    self._patterns[number], data, number, start
                )
            if not matched:
                number += 1
        return data
