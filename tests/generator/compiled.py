"""What every build of a small site does alike, done once for all the tests of a process and its children.

Such a build begins without a cache, and spends most of its time on what does not differ: Jinja reads and
compiles each of our templates, and Brotli compresses our own files as well as it can.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import CodeType

import brotli
import pytest
from jinja2.bccache import Bucket

from generator import mentions
from generator.bytecode import Bytecode
from tests.generator.publication import QUICK, Publication


@contextmanager
def work_done_once() -> Iterator[None]:
    """Meanwhile it is; that of the templates and files that we ship is done at the beginning."""
    compiled: dict[object, CodeType | None] = {}
    compress, thoroughly = brotli.compress, cache(brotli.compress)
    load, dump = Bytecode.load_bytecode, Bytecode.dump_bytecode

    def load_kept(self: Bytecode, bucket: Bucket) -> None:
        load(self, bucket)
        if bucket.code is None and _kind(bucket) in compiled:
            bucket.code = compiled[_kind(bucket)]
            dump(self, bucket)

    def dump_kept(self: Bytecode, bucket: Bucket) -> None:
        compiled[_kind(bucket)] = bucket.code
        dump(self, bucket)

    def compress_once(data: bytes, *, quality: int) -> bytes:
        found: bytes = (thoroughly if quality == 11 else compress)(data, quality=quality)
        return found

    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(Bytecode, "load_bytecode", load_kept)
        patch.setattr(Bytecode, "dump_bytecode", dump_kept)
        patch.setattr(mentions, "mentions_of", cache(mentions.mentions_of))
        patch.setattr(brotli, "compress", compress_once)
        site = Publication(Path(folder))
        site.article("a", tags="[x]")
        site.build(options=replace(QUICK, jobs=1))
        yield


def _kind(bucket: Bucket) -> object:
    """What the code of a template is made from, but for the folder it lies in."""
    return bucket.checksum, type(bucket.environment)
