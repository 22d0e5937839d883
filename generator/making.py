"""Pages made from their values, looked at, and put into the tree: a share at a time, in any process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import BytecodeCache

from core.errors import Problem
from generator.app import Surroundings, create_site_app
from generator.cache import digest
from generator.check import Finding, Inspector
from generator.compress import SUFFIXES, copies, is_text
from generator.freeze import SiteFreezer
from generator.shown import FileCopy, Page, PictureFile, Shown, TextKey, text_of
from generator.swap import SCRATCH
from generator.texts import Location, TextReader
from generator.tree import link_or_copy
from generator.urls import Address


@dataclass(frozen=True)
class Order:
    """A page to be made; `before` is the digest of the file that is served under its address, '' for none."""

    address: Address
    shown: Shown
    before: str


@dataclass(frozen=True)
class Made:
    """A page that was made: its file and the digest of that, what was found in it, and what was wrong.

    `copies` are its compressed copies, each a file with its digest.
    """

    file: str
    digest: str
    copies: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    fault: Problem | None = None


@dataclass(frozen=True)
class MakeContext:
    """What making pages depends on besides their values. `tree` is where they go, `served` what is served."""

    around: Surroundings
    inspector: Inspector
    texts: Path
    locations: Mapping[str, Location]
    tree: Path
    served: Path
    bytecode: BytecodeCache
    compress: bool


class Maker:
    """Makes pages through the site app and Frozen-Flask. For one process."""

    def __init__(self, context: MakeContext) -> None:
        self._context = context
        self._texts = TextReader(context.texts, context.locations)
        self._pages: dict[str, Shown] = {}
        # In the same file system as the tree, so that a page can be moved there.
        self._scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=context.tree.parent))
        app = create_site_app(context.around, self._pages, self._texts)
        app.jinja_env.bytecode_cache = context.bytecode
        self._freezer = SiteFreezer(app, self._scratch)

    def __call__(self, share: Sequence[Order]) -> list[Made]:
        """Make the pages of a share. Raises OSError, DamagedCache."""
        self._pages.clear()
        self._pages.update((order.address.url, order.shown) for order in share)
        frozen = self._freezer.freeze([order.address for order in share])
        return [
            Made(address.file, "", fault=fault) if path is None else self._put(order, path)
            for order, (address, path, fault) in zip(share, frozen, strict=True)
        ]

    def close(self) -> None:
        """Let go of the files, and clear away."""
        self._texts.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _put(self, order: Order, path: Path) -> Made:
        """Into the tree; a page that came out as it was stays the file it was, with its time of change."""
        data = path.read_bytes()
        made = digest(data)
        target = self._context.tree / order.address.file
        target.parent.mkdir(parents=True, exist_ok=True)
        if made == order.before:
            target.unlink(missing_ok=True)
            link_or_copy(self._context.served / order.address.file, target)
        else:
            path.replace(target)
        return Made(order.address.file, made, self._compress(order, data), tuple(self._look(order, data)))

    def _compress(self, order: Order, data: bytes) -> tuple[tuple[str, str], ...]:
        """Put compressed copies beside the page, and take away those of what it was before."""
        file = order.address.file
        lasting = order.address.endpoint == "static"
        wanted = self._context.compress and is_text(file)
        made = copies(data, is_kept_for_ever=lasting) if wanted else {}
        for suffix in SUFFIXES:
            target = self._context.tree / f"{file}{suffix}"
            target.unlink(missing_ok=True)  # not written to: it may be the served one under another name
            if suffix in made:
                target.write_bytes(made[suffix])
        return tuple((f"{file}{suffix}", digest(copy)) for suffix, copy in made.items())

    def _look(self, order: Order, data: bytes) -> list[Finding]:
        if isinstance(order.shown.values, FileCopy | PictureFile):
            return []
        text = data.decode("utf-8", "replace")
        return self._context.inspector.page(order.address, text, *self._body(order.shown))

    def _body(self, shown: Shown) -> tuple[str, tuple[str, ...]]:
        """The rendered text within the page, which was checked before, and the ids in it."""
        key = getattr(shown.values, "text", None)
        if not isinstance(shown.values, Page) or not isinstance(key, TextKey):
            return "", ()
        return text_of(shown.values, self._texts), self._texts(key.key).ids
