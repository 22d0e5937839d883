"""What builds of one output remember: from build to build, and beside the output for the next process."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from generator.cache import Cache, digest
from generator.closures import MentionsStore
from generator.essences import Essences
from generator.files import Digests
from generator.gallery import Gallery
from generator.related import Words, related_by_words
from generator.shelf import Shelf
from generator.swap import Workplace
from generator.texts import TextStore
from generator.tree import Tree

FILES, MENTIONS, NEEDLES, PICTURES, RELATED = "files", "mentions", "needles", "pictures", "related"


class Memory:
    """What builds of one output remember. `notes` are for whoever reads the report."""

    def __init__(self, place: Workplace, *, trusted: bool) -> None:
        self.place = place
        self.cache = Cache(place.cache, trusted=trusted)
        self.texts = TextStore(self.cache)
        self.shelf = Shelf(self.cache, self.texts)
        self.digests = Digests(self.cache.load(FILES))
        self.gallery = Gallery(self.cache.load(PICTURES) or {})
        self._pictures = dict(self.gallery.kept)
        self.tree = Tree(place, self.cache)
        self.essences = Essences(self.cache)
        self.needles: frozenset[str] = self.cache.load(NEEDLES) or frozenset()
        self.mentions: MentionsStore = self.cache.load(MENTIONS) or {}
        self._mentions = len(self.mentions)
        self.notes: list[str] = []
        self._related: tuple[str, list[tuple[int, ...]]] | None = None

    def relate(self, articles: Sequence[Words]) -> list[tuple[int, ...]]:
        """Which articles are related: worked out again only when tags, titles or summaries changed."""
        key = digest(orjson.dumps(articles))
        if self._related is None:
            self._related = self.cache.load(RELATED) or ("", [])
        if self._related[0] != key:
            self._related = (key, related_by_words(articles))
            self.cache.save(RELATED, self._related)
        return self._related[1]

    def is_of(self, place: Workplace) -> bool:
        """Whether this is what is known of what is served there now."""
        return place.output == self.place.output and place.generation() == self.tree.generation != ""

    def save(self) -> None:
        """Write down what the next process may use. Raises OSError."""
        self.shelf.save()
        self.essences.save()
        used = self.digests.used()
        if used != self.digests.kept:
            self.cache.save(FILES, used)
        self.digests = Digests(used)
        if len(self.mentions) != self._mentions:
            self.cache.save(MENTIONS, self.mentions)
            self._mentions = len(self.mentions)
        if self.gallery.kept != self._pictures:
            self.cache.save(PICTURES, self.gallery.kept)
            self._pictures = dict(self.gallery.kept)

    def take_notes(self) -> list[str]:
        """What is to be told, once."""
        notes = [*self.cache.notes, *self.notes]
        self.cache.notes.clear()
        self.notes.clear()
        return notes
