"""Pages made from their values, looked at, and put into the tree: a share at a time, in any process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Problem
from generator.app import Surroundings, create_site_app
from generator.cache import digest
from generator.check import Finding, Inspector
from generator.compress import SUFFIXES, copies, is_text
from generator.placing import Placer
from generator.shown import FileCopy, Page, PictureFile, Shown, TextKey, text_of
from generator.texts import Location, TextReader
from generator.urls import Address

if TYPE_CHECKING:
    from jinja2 import BytecodeCache


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
class _Fresh:
    """A page before it is looked at; with a fault there is no data. `body` is the rendered text within it."""

    order: Order
    data: bytes | None
    fault: Problem | None
    body: str
    body_ids: tuple[str, ...]


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
        from generator.freeze import SiteFreezer  # with Flask: see `create_site_app`

        self._context = context
        self._texts = TextReader(context.texts, context.locations)
        self._pages: dict[str, Shown] = {}
        self._placer = Placer(context.tree, context.served)
        app = create_site_app(context.around, self._pages, self._texts)
        app.jinja_env.bytecode_cache = context.bytecode
        self._freezer = SiteFreezer(app)

    def __call__(self, share: Sequence[Order]) -> list[Made]:
        """Make the pages of a share. Raises OSError, DamagedCache.

        Each step is done with all pages before the next step: what the processor has at hand for one page
        serves for the others, which spares a sixth of the time.
        """
        self._pages.clear()
        self._pages.update((order.address.url, order.shown) for order in share)
        frozen = self._freezer.freeze([order.address for order in share])
        fresh = [
            _Fresh(order, data, fault, *self._body(order.shown))  # at once: the text is still in memory
            for order, (_, data, fault) in zip(share, frozen, strict=True)
        ]
        found = [self._look(page) for page in fresh]
        return [self._put(page, findings) for page, findings in zip(fresh, found, strict=True)]

    def close(self) -> None:
        """Let go of the files."""
        self._texts.close()

    def _look(self, page: _Fresh) -> list[Finding]:
        if page.data is None or isinstance(page.order.shown.values, FileCopy | PictureFile):
            return []
        return self._context.inspector.page(page.order.address, page.data, page.body, page.body_ids)

    def _put(self, page: _Fresh, findings: Sequence[Finding]) -> Made:
        """Into the tree; a page that came out as it was stays the file it was, with its time of change."""
        file, data = page.order.address.file, page.data
        if data is None:
            return Made(file, "", fault=page.fault)
        made = digest(data)
        if made == page.order.before:
            self._placer.keep(file)
        else:
            self._placer.put(file, data)
        return Made(file, made, self._compress(page.order, data), tuple(findings))

    def _compress(self, order: Order, data: bytes) -> tuple[tuple[str, str], ...]:
        """Put compressed copies beside the page, and take away those of what it was before."""
        file = order.address.file
        lasting = order.address.endpoint == "static"
        wanted = self._context.compress and is_text(file)
        made = copies(data, is_kept_for_ever=lasting) if wanted else {}
        for suffix in SUFFIXES:
            if suffix in made:
                self._placer.put(f"{file}{suffix}", made[suffix])
            else:
                self._placer.clear(f"{file}{suffix}")
        return tuple((f"{file}{suffix}", digest(copy)) for suffix, copy in made.items())

    def _body(self, shown: Shown) -> tuple[str, tuple[str, ...]]:
        """The rendered text within the page, which was checked before, and the ids in it."""
        key = getattr(shown.values, "text", None)
        if not isinstance(shown.values, Page) or not isinstance(key, TextKey):
            return "", ()
        return text_of(shown.values, self._texts), self._texts(key.key).ids
