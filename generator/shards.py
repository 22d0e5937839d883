"""Many values in one file of the cache, of which mostly one changes.

To write ten thousand articles down takes longer than to make the page of one. So they are written in shards,
each a pickle within the pickle, and a shard in which nothing changed is written as it was read.
"""

from __future__ import annotations

import pickle
import secrets
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from generator.cache import Cache

_SHARDS = 64


class Shards:
    """The values of one name in a cache. A value that is another object than before has changed.

    `version` tells one writing from any other; '' before anything was read or written.
    """

    def __init__(self, cache: Cache, name: str) -> None:
        self._cache = cache
        self._name = name
        self.version = ""
        self._head: object = None
        self._written: dict[str, Any] = {}
        self._pickles: dict[int, bytes] = {}

    def load(self) -> tuple[Any, dict[str, Any]] | None:
        """What stands at the head, and the values; None when there is nothing to be believed."""
        found = self._cache.load(self._name)
        if found is None:
            return None
        self.version, self._head, self._pickles = found
        for data in self._pickles.values():
            self._written.update(pickle.loads(data))  # noqa: S301  # within what `Cache` has proved
        return self._head, dict(self._written)

    def save(self, head: object, values: Mapping[str, Any]) -> None:
        """Write down what differs from what was written or read last. Raises OSError."""
        before = self._written
        changed = {name for name in before.keys() | values.keys() if before.get(name) is not values.get(name)}
        if not changed and head == self._head:
            return
        due = {_shard_of(name) for name in changed}
        members: dict[int, dict[str, Any]] = {shard: {} for shard in due}
        for name, value in values.items():
            shard = _shard_of(name)
            if shard in due:
                members[shard][name] = value
        for shard, inside in members.items():
            self._pickles[shard] = pickle.dumps(inside, protocol=pickle.HIGHEST_PROTOCOL)
        version = secrets.token_hex(8)
        self._cache.save(self._name, (version, head, self._pickles))
        self.version = version
        self._head, self._written = head, dict(values)


def _shard_of(name: str) -> int:
    return crc32(name.encode("utf-8", "surrogateescape")) % _SHARDS
