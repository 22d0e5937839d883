"""What builds of one output remember: from build to build, and beside the output for the next process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import orjson

from generator.cache import Cache, digest
from generator.catalogue import Catalogue
from generator.closures import MentionsStore
from generator.essences import Essences
from generator.files import Digests
from generator.gallery import Gallery
from generator.related import Words, related_by_words
from generator.shelf import NAME as SOURCES
from generator.shelf import Shelf
from generator.standing import BUILT, Built, Standing
from generator.standing import NAME as STANDING
from generator.swap import Workplace
from generator.texts import INDEX as TEXTS
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
        self.standing = self._standing()
        self.catalogue: Catalogue | None = None  # of what is served, while this process knows it
        self.is_new_standing = False
        self._related: tuple[str, list[tuple[int, ...]]] | None = None

    def _standing(self) -> Standing | None:
        """What the last build found, if it is the one whose site is served."""
        built: Built | None = self.cache.load(BUILT)
        if built is None or not built.standing or built.generation != self.tree.generation:
            return None
        found: Standing | None = self.cache.load(STANDING)
        if found is None or found.token != built.standing or built.sources != self.shelf.version:
            return None
        return found

    def doubt(self) -> None:
        """Forget what the last build found: sources will be read that may not come to be served."""
        self.standing = self.catalogue = None
        self.cache.forget(STANDING)

    def forget_texts(self) -> None:
        """What is kept of them is damaged: let the next build read everything anew."""
        self.cache.forget(TEXTS)
        self.cache.forget(SOURCES)

    def stand(self, standing: Standing | None, catalogue: Catalogue) -> None:
        """Remember what a build found."""
        self.standing, self.catalogue = standing, catalogue
        self.is_new_standing = True

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

    def vouch(self, built: Built) -> None:
        """After `save`: let the next process begin from what this build found. Raises OSError."""
        if self.standing is not None and self.is_new_standing:
            self.cache.save(STANDING, self.standing)
            self.is_new_standing = False
        token = self.standing.token if self.standing else ""
        self.cache.save(BUILT, replace(built, standing=token, sources=self.shelf.version))

    def take_notes(self) -> list[str]:
        """What is to be told, once."""
        notes = [*self.cache.notes, *self.notes]
        self.cache.notes.clear()
        self.notes.clear()
        return notes
