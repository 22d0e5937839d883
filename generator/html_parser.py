"""An HTML5 parser that tells what it met where, and remembers its patterns."""

from __future__ import annotations

import re
from collections.abc import Collection

from tinyhtml5 import inputstream
from tinyhtml5.parser import HTMLParser

# What the parser met: the line (from 1) and the column behind it, the parser's name for it, and the names of
# the elements that were open then.
ParseError = tuple[tuple[int, int], str, list[str]]


class _Patterns(dict[tuple[Collection[str], bool], re.Pattern[str]]):
    """The pattern for a run of characters: of those that are given (True), or of all others (False).

    tinyhtml5 2.1 keeps each pattern under a key that it never asks for, and so makes it anew for every run:
    a third of the time that a page takes.
    """

    def __missing__(self, key: tuple[Collection[str], bool]) -> re.Pattern[str]:
        characters, is_of_these = key
        escaped = re.escape("".join(characters))
        self[key] = pattern = re.compile(f"[{'' if is_of_these else '^'}{escaped}]+")
        return pattern


inputstream.characters_until_regex = _Patterns()


class _Parser(HTMLParser):  # type: ignore[misc]  # tinyhtml5 has no types
    """Keeps with each error the elements that were open then."""

    def parse_error(self, errorcode: str, datavars: dict[str, str] | None = None) -> None:
        nodes = self.tree.open_elements
        self.errors.append((self.tokenizer.stream.position(), errorcode, [node.name for node in nodes]))


def parse_errors(text: str, container: str | None) -> list[ParseError]:
    """What is wrong with a page, or with what stands in an element of the name `container`."""
    parser = _Parser(namespace_html_elements=False)
    parser._parse(text, container=container)  # `parse` hands no container on, and makes a tree of the result
    errors: list[ParseError] = parser.errors
    return errors
