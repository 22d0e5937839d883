"""Compiled templates, kept in the cache: to compile one takes far longer than to make a page of it."""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from generator.cache import Cache

_PREFIX = "template-"


class Bytecode(BytecodeCache):
    """Jinja's cache of compiled templates, in ours, which proves that it is what was written.

    Jinja's key is of the template's name and file, and it compares a digest of the source; the program that
    wrote it, with Jinja's version, is compared by `Cache`.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if what is kept is of this very source."""
        found: tuple[str, bytes] | None = self._cache.load(_PREFIX + bucket.key)
        if found is not None and found[0] == bucket.checksum:
            bucket.bytecode_from_string(found[1])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled. Raises OSError."""
        self._cache.save(_PREFIX + bucket.key, (bucket.checksum, bucket.bytecode_to_string()))
