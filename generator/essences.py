"""What every page is made from, remembered from build to build with the origin that it was worked out for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generator.cache import Cache
from generator.fingerprints import Essence, Fingerprints
from generator.origins import Origins
from generator.shown import Shown
from generator.urls import Address

NAME = "essences"


class Essences:
    """The essences of pages, by their addresses."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._found: dict[str, tuple[str, Essence]] | None = None
        self._is_saved = True

    def of_all(
        self,
        listed: Iterable[Address],
        pages: Mapping[str, Shown],
        origins: Origins,
        prints: Fingerprints,
    ) -> Iterable[tuple[Address, str]]:
        """Each address with the fingerprint of its page. Raises OSError when a file cannot be read."""
        before = self._cache.load(NAME) or {} if self._found is None else self._found
        kept = self._found = {}
        for address in listed:
            url = address.url
            origin, known = origins.of(address), before.get(url)
            if origin and known is not None and known[0] == origin:
                kept[url] = known
            else:
                known = origin, prints.essence(pages[url])
                if origin:
                    kept[url] = known
                    self._is_saved = False
            yield address, prints.of(address.file, known[1])
        self._is_saved = self._is_saved and before.keys() == kept.keys()

    def save(self) -> None:
        """Remember them for the next process. Raises OSError."""
        if not self._is_saved:
            self._cache.save(NAME, self._found)
            self._is_saved = True
