"""Rendered texts, kept on the disc: ten thousand of them would fill the memory of a small server.

A text is found by a key made from what it was rendered from (the Markdown and the slug; the program itself is
in the cache's own key). Texts lie one after another in files that only ever grow, the packs; an index says
where each lies and what its digest is. A build killed while writing leaves a pack longer than the index
knows, which harms nobody. What was changed long ago is dropped when it is more than what is used.
"""

from __future__ import annotations

import dataclasses
import pickle
import secrets
from collections.abc import Collection, Mapping
from contextlib import closing
from pathlib import Path
from typing import IO

from generator.cache import Cache, DamagedCache, digest
from generator.markdown import Body

INDEX = "texts"
_SUFFIX = ".pack"
_SLACK = 8_000_000  # bytes of forgotten texts that are not worth sweeping out
_NEW_PACK = 32_000_000  # bytes from which on a pack is not added to
_AT_ONCE = 1_000_000  # bytes to write in one go: all the texts of a share, in half the time

# Pack, offset, length, digest.
Location = tuple[str, int, int, str]


def text_key(text: str, slug: str) -> str:
    """The key of a rendered text."""
    return digest(slug.encode(), text.encode("utf-8", "surrogatepass"))


def facts_of(body: Body) -> Body:
    """What must be known of a text to make everything but its own page: without the HTML and the contents."""
    return dataclasses.replace(body, html="", toc="")


class TextWriter:
    """Adds texts to a pack of its own; for one process at a time."""

    def __init__(self, folder: Path, pack: str = "") -> None:
        self._folder = folder
        self._pack = pack or secrets.token_hex(8) + _SUFFIX
        self._stream: IO[bytes] | None = None

    def add(self, body: Body) -> Location:
        """Write a text down. Raises OSError."""
        if self._stream is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._stream = (self._folder / self._pack).open("ab", buffering=_AT_ONCE)
        data = pickle.dumps(body, protocol=pickle.HIGHEST_PROTOCOL)
        location = (self._pack, self._stream.tell(), len(data), digest(data))
        self._stream.write(data)
        return location

    def flush(self) -> None:
        """Let other processes read what was added."""
        if self._stream is not None:
            self._stream.flush()

    def close(self) -> None:
        """Write everything, and let go of the file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


class TextReader:
    """Finds texts by their keys."""

    def __init__(self, folder: Path, locations: Mapping[str, Location]) -> None:
        self._folder = folder
        self._locations = locations
        self._streams: dict[str, IO[bytes]] = {}
        self._last: tuple[str, Body] | None = None

    def __call__(self, key: str) -> Body:
        """The text under `key`. Raises DamagedCache when it is not what was written."""
        if self._last is None or self._last[0] != key:
            self._last = (key, self._load(key))
        return self._last[1]

    def _load(self, key: str) -> Body:
        pack, offset, length, expected = self._locations[key]
        try:
            stream = self._streams.get(pack)
            if stream is None:
                stream = self._streams[pack] = (self._folder / pack).open("rb")
            stream.seek(offset)
            data = stream.read(length)
        except OSError as error:
            raise DamagedCache(f"{pack}: {error.strerror or error}") from error
        if digest(data) != expected:
            raise DamagedCache(f"{pack}: a text is not what was written")
        body: Body = pickle.loads(data)  # noqa: S301  # our own: see cache.py
        return body

    def close(self) -> None:
        """Let go of the files."""
        for stream in self._streams.values():
            stream.close()
        self._streams.clear()


class TextStore:
    """The texts of one cache, and the index that finds them."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self.folder = cache.folder
        self.locations: dict[str, Location] = cache.load(INDEX) or {}
        self._is_saved = True

    def add(self, key: str, location: Location) -> None:
        """Remember where a text lies."""
        self.locations[key] = location
        self._is_saved = False

    def writer(self) -> TextWriter:
        """A writer that adds to the newest pack while that is small, or begins one."""
        pack = next(reversed(self.locations.values()))[0] if self.locations else ""
        try:
            is_small = bool(pack) and (self.folder / pack).stat().st_size < _NEW_PACK
        except OSError:
            is_small = False
        return TextWriter(self.folder, pack if is_small else "")

    def reader(self) -> TextReader:
        """A reader of all that is there now."""
        return TextReader(self.folder, self.locations)

    def save(self, live: Collection[str]) -> None:
        """Write the index, after sweeping out what is not `live` when there is much of it. Raises OSError."""
        used = sum(self.locations[key][2] for key in live if key in self.locations)
        packs = {path.name: path.stat().st_size for path in self.folder.glob(f"*{_SUFFIX}")}
        if sum(packs.values()) > 2 * used + _SLACK:
            self._sweep(live)
        if not self._is_saved:
            self._cache.save(INDEX, self.locations)
            self._is_saved = True
        for pack in packs.keys() - {location[0] for location in self.locations.values()}:
            (self.folder / pack).unlink(missing_ok=True)

    def _sweep(self, live: Collection[str]) -> None:
        """Copy the texts that are live into packs of their own. Raises DamagedCache."""
        with closing(self.reader()) as reader, closing(TextWriter(self.folder)) as writer:
            kept = {key: writer.add(reader(key)) for key in live if key in self.locations}
        self.locations = kept
        self._is_saved = False
