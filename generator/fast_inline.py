"""Inline marks, faster: Python-Markdown tries fifteen patterns on every text, most of which need none.

A text without any sign that a pattern begins with stays as it is. One whose signs all belong to plain
emphasis, links and code, each closed before the next opens, is read in one pass: the rules below admit only
what the patterns, in whatever order they run, would make the same of. Any other text goes through the
patterns, without those whose sign it lacks.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import InlineProcessor
from markdown.util import STX, AtomicString, code_escape

# Every sign with which a pattern can begin, but for a break of line, which is two spaces at a line's end.
_SIGN = re.compile(rf"[`\\\[<&*_{STX}]")
_BREAK = "  \n"
# Every alternative begins with a literal, so that `re` runs from sign to sign; the last ones, without a
# group, are signs that begin nothing plain. Two spaces before a break are looked for by themselves.
_PLAIN = re.compile(
    r"`([^`]+)`(?!`)"
    rf"|\[(?<!!\[)(?!\^)([^`\\\[\]<&*_{STX}]+)\]\(([^\s()<>'\"`\\\[\]{STX}]+)\)"
    rf"|\*\*(?![\s*])([^`\\\[<&*_{STX}]+)(?<!\s)\*\*(?!\*)"
    rf"|\*(?![\s*])([^`\\\[<&*_{STX}]+)(?<!\s)\*(?!\*)"
    r"|_(?<=\w_)_*(?=\w)()"  # within a word it is a letter
    r"|&(?!(?:\#[0-9]+|\#x[0-9a-fA-F]+|[a-zA-Z0-9]+);)()"  # no entity
    rf"|`|\\|\[|<|&|\*|_|{STX}"
)
_CODE, _LINK, _ADDRESS, _STRONG, _EM = range(1, 6)
_TAGS = {_CODE: "code", _ADDRESS: "a", _STRONG: "strong", _EM: "em"}
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
    "linebreak": (_BREAK, _BREAK),
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

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._patterns = list(md.inlinePatterns)
        by_pattern = {id(md.inlinePatterns[name]): name for name in _NEEDS if name in md.inlinePatterns}
        self._names = [by_pattern.get(id(pattern), "") for pattern in self._patterns]
        self._needs: list[tuple[str, str]] = []

    def run(self, tree: Element, ancestors: list[str] | None = None) -> Element:
        """Replace the marks in the texts of the tree, in the base's order: level by level.

        Unlike the base it keeps neither parents nor ancestors: only patterns with ANCESTOR_EXCLUDES want
        them, and none of ours has any.
        """
        self.stashed_nodes: dict[Any, Element | str] = {}
        self.ancestors = []
        without = frozenset() if self.md.references else _REFERENCES
        self._needs = [_NEVER if name in without else _NEEDS.get(name, _ALWAYS) for name in self._names]
        level = [tree]
        for element in level:  # grows while it is read
            self._children(element, level)
        return tree

    def _children(self, parent: Element, level: list[Element]) -> None:
        inserted: list[tuple[Element, list[Element]]] = []
        for child in parent:
            text = child.text
            if text and (_SIGN.search(text) or _BREAK in text) and not isinstance(text, AtomicString):
                inserted.append((child, self._text(child, text, level)))
            tail = child.tail
            if tail and (_SIGN.search(tail) or _BREAK in tail):
                self._tail(parent, child, tail)
            if len(child):
                level.append(child)
        for child, made in inserted:
            child[:0] = made

    def _text(self, child: Element, text: str, level: list[Element]) -> list[Element]:
        """The elements that belong into the child; its text becomes what stands before them."""
        delimiters = self.md.delimiters
        # What emphasis of an earlier text left over (which it never should) would reach into this one.
        clean = delimiters is not None and not delimiters.regions
        made = plain_marks(text, child) if clean else None
        if made is None:
            child.text = None
            made = self._pieces(self._InlineProcessor__handleInline(text), child)
            level += made  # marks within marks; plain ones have none
        elif made:
            # The patterns would have numbered them; the numbers that follow show where marks are so muddled
            # that the base leaves a place holder standing.
            count = len(self.stashed_nodes)
            self.stashed_nodes.update(zip(range(count, count + len(made)), made, strict=True))
        return made

    def _tail(self, parent: Element, child: Element, tail: str) -> None:
        stand_in = Element("d")
        made = self._pieces(self._InlineProcessor__handleInline(tail), stand_in, False)
        child.tail = stand_in.tail or None
        place = list(parent).index(child) + 1
        parent[place:place] = made  # to which the loop over the children comes next, as in the base

    def _pieces(self, data: str, parent: Element, is_text: bool = True) -> list[Element]:
        pieces = self._InlineProcessor__processPlaceholders(data, parent, is_text)  # type: ignore[attr-defined]
        return [piece for piece, _ in pieces]

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


def plain_marks(text: str, parent: Element) -> list[Element] | None:
    """The elements of a text whose marks are all plain; None for any other text.

    The text before the first becomes the text of `parent`, what follows each its tail.
    """
    if _BREAK in text:
        return None
    made: list[Element] = []
    position = 0
    head: str | None = text
    for found in _PLAIN.finditer(text):
        kind = found.lastindex
        if kind is None:
            return None
        if kind > _EM:
            continue
        piece = text[position : found.start()] or None
        if made:
            made[-1].tail = piece
        else:
            head = piece
        made.append(_element(found, kind))
        position = found.end()
    if made:
        parent.text = head
        made[-1].tail = text[position:] or None
    return made


def _element(found: re.Match[str], kind: int) -> Element:
    element = Element(_TAGS[kind])
    if kind == _CODE:
        element.text = AtomicString(code_escape(found[_CODE].strip()))
    elif kind == _ADDRESS:
        element.text = found[_LINK]
        element.set("href", found[_ADDRESS])
    else:
        element.text = found[kind]
    return element
