"""By what a withheld entry would be recognised, if a page showed something of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from markupsafe import escape

from generator.article import Article, Entry
from generator.library import Library
from generator.links import Known
from generator.typography import typographic

_PHRASE = re.compile(r"[A-Za-z][A-Za-z0-9 ,;]{24,}[a-z]")  # survives Markdown and typography as it is
_FEW = 30  # secrets that are sooner looked for one by one than by their landmarks


@dataclass(frozen=True)
class Secret:
    """A piece of text by which a withheld entry would be recognised: as a file holds it, and as written.

    `where` tells what it is of, in words. `landmark` is two words that follow each other, and stand whole, in
    every text that has the needle; none for a needle without such.
    """

    needle: str
    phrase: str
    where: str
    landmark: tuple[str, str] | None = None


@dataclass(frozen=True)
class Secrets:
    """What is not to be seen on any page."""

    each: tuple[Secret, ...]

    @classmethod
    def of(cls, library: Library, known: Known) -> Secrets:
        """Those of a library."""
        return cls(tuple(one for entry in library.withheld for one in _secrets_of(entry, library, known)))

    def found_in(self, text: str) -> Iterator[Secret]:
        """Those that the text has."""
        return (secret for secret in self._suspected(text) if secret.needle in text)

    def _suspected(self, text: str) -> Iterable[Secret]:
        """The secrets that the text may have: to search ten thousand texts for each takes minutes."""
        if len(self.each) <= _FEW:
            return self.each
        words = _words(text)
        there = self._landmarks.keys() & pairwise(words)
        return [secret for landmark in sorted(there) for secret in self._landmarks[landmark]] + self._unmarked

    @cached_property
    def _landmarks(self) -> dict[tuple[str, str], list[Secret]]:
        found: dict[tuple[str, str], list[Secret]] = {}
        for secret in self.each:
            if secret.landmark:
                found.setdefault(secret.landmark, []).append(secret)
        return found

    @cached_property
    def _unmarked(self) -> list[Secret]:
        return [secret for secret in self.each if not secret.landmark]


def _secrets_of(entry: Entry, library: Library, known: Known) -> Iterator[Secret]:
    """Its address, its title, and the longest plain phrase of its text."""
    where = f"{entry.source.path}, which is {entry.state(library.now).value}"
    addresses = {f"{known.origin}{entry.url}", f'"{entry.url}"'} if isinstance(entry, Article) else set()
    title = typographic(entry.title)
    words = {max(_PHRASE.findall(entry.source.body), key=len, default=""), title if " " in title else ""}
    for phrase in sorted((addresses | words) - {""}):
        for needle in {phrase, str(escape(phrase))} if phrase in words else {phrase}:
            yield Secret(needle, phrase, where, _landmark(needle if phrase in words else entry.url))


def _words(text: str) -> list[str]:
    """What stands between blanks, or the slashes of an address."""
    return text.replace("/", " ").split(" ")


def _landmark(text: str) -> tuple[str, str] | None:
    """The longest two words within it that follow each other; the outermost may be parts of longer ones."""
    inner = _words(text)[1:-1]
    return max(pairwise(inner), key=lambda pair: len("".join(pair)), default=None)
