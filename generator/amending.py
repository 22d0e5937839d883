"""A build of which only the texts of a few entries differ from what the last one was made from.

It is what somebody who writes does all day, and at ten thousand articles a look at everything takes a second.
So it is told first whether that is all that happened: no file came or went, no front matter says anything
else, and nothing but sources looks otherwise than it did (`standing`). Then only the pages that show these
texts are looked at (`urls.with_text_of`). Whatever turns out to be more than that, or wrong, ends the
attempt, nothing having been done, and the build goes its usual way; so the errors are told there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.assets import Assets
from generator.article import Article, Entry
from generator.building import is_page, make_context, with_copies
from generator.catalogue import Catalogue
from generator.check import ids_below
from generator.closures import Closures
from generator.compress import SUFFIXES
from generator.fingerprints import Fingerprints
from generator.library import Library, filled
from generator.links import IdsOf, broken_anchors, broken_links
from generator.making import Made, Maker, Order
from generator.manifest import Manifest
from generator.memory import Memory
from generator.quick import Inputs
from generator.report import BuildOptions, Report
from generator.shelf import stamp_of
from generator.sources import Kept
from generator.standing import Standing
from generator.urls import Address, with_text_of
from generator.views import Views

# One entry of `manifest.Changes`.
Change = tuple[str, tuple[str, str] | None]


class MoreThanTexts(Exception):
    """More than texts changed, or something is wrong: build as usual."""


@dataclass(frozen=True)
class Amendment:
    """Makes the site of new texts. For one build, on what `standing` says of the last."""

    memory: Memory
    standing: Standing
    options: BuildOptions

    def run(self, content: Path, inputs: Inputs, now: dt.datetime) -> Report:
        """Build. Raises MoreThanTexts, with nothing done; OSError, DamagedCache."""
        shelf, around = self.memory.shelf, self.standing.around
        rewritten = shelf.rewritten(
            content, inputs.content, zone=around.settings.timezone, now=now, read_at=inputs.since
        )
        if rewritten is None or (self.options.search and not self.options.search_may_lag):
            raise MoreThanTexts
        changed = [kept for name, kept in rewritten.items() if kept.key != shelf.kept(name).key]
        texts = _Texts.of(self._catalogue(now), changed, now)
        if texts.change_lists or broken_links(texts.library, self.standing.inspector.known, texts.entries):
            raise MoreThanTexts
        orders, fingerprints = self._orders(texts)
        differing = self._make(texts, orders, fingerprints) if orders else []
        shelf.adopt(rewritten)
        self.memory.catalogue = texts.after
        return replace(
            self.standing.report,
            made=tuple(fingerprints),
            written=tuple(sorted(filter(is_page, differing))),
        )

    def _catalogue(self, now: dt.datetime) -> Catalogue:
        """Of what is served."""
        if self.memory.catalogue is not None:
            return self.memory.catalogue
        library = filled(replace(self.standing.shell, now=now), self.memory.shelf.sources(now))
        return Catalogue(library, self.standing.around.settings, related=self.standing.related)

    def _orders(self, texts: _Texts) -> tuple[list[Order], dict[str, str]]:
        """The pages that show anything else than they did, and the fingerprints of their files."""
        around, manifest = self.standing.around, self.memory.tree.manifest
        closures = Closures(around.templates, self.memory.mentions)
        prints = Fingerprints(around, closures, _no_copy, compress=self.options.compress)
        # The pages that show texts know neither static files nor the list of all addresses.
        views = Views(texts.after, (), Assets({}, {}), self.standing.pictures)
        orders: list[Order] = []
        fingerprints: dict[str, str] = {}
        for address in texts.addresses():
            shown = views.shown(address)
            made_from = prints.of(address.file, prints.essence(shown))
            known, digest = manifest[address.file]
            if known != made_from:
                orders.append(Order(address, shown, digest))
                fingerprints[address.file] = made_from
        return orders, fingerprints

    def _make(self, texts: _Texts, orders: list[Order], fingerprints: Mapping[str, str]) -> list[str]:
        """Let the site with these pages take the place of the old one; which files came out otherwise."""
        tree, inspector = self.memory.tree, self.standing.inspector
        with tree.beginning(with_copies(orders)) as root:
            context = make_context(self.memory, self.standing.around, inspector, root, self.options)
            with contextlib.closing(Maker(context)) as maker:
                made = maker(orders)
            if any(page.fault or page.findings for page in made):
                raise MoreThanTexts
            there = ids_below(root)
            pointing = texts.library.published if self._lost_a_place(orders, there) else texts.entries
            if broken_anchors(texts.library, inspector.known, there, pointing):
                raise MoreThanTexts
            changes = dict(_changes(made, fingerprints, tree.manifest))
            differing = [file for file, now in changes.items() if _is_other(tree.manifest.get(file), now)]
            tree.finish_step(changes)
        return differing

    def _lost_a_place(self, orders: Iterable[Order], there: IdsOf) -> bool:
        """Whether an id is gone to which a link from any page may lead."""
        before = ids_below(self.memory.place.output)
        urls = (order.address.url for order in orders)
        return any(not set(before(url)) <= set(there(url)) for url in urls)


@dataclass(frozen=True)
class _Texts:
    """The entries with new texts, and the catalogues before and after."""

    before: Catalogue
    after: Catalogue
    entries: Sequence[Entry]

    @classmethod
    def of(cls, before: Catalogue, changed: Sequence[Kept], now: dt.datetime) -> _Texts:
        """Put the texts into the place of the old."""
        library = before.library
        bodies, keys, stamps = dict(library.bodies), dict(library.keys), dict(library.stamps)
        for kept in changed:
            url = kept.entry.url
            assert kept.facts is not None  # or it would not have been rewritten
            bodies[url], keys[url], stamps[url] = kept.facts, kept.key, stamp_of(kept)
        entries = [kept.entry for kept in changed]
        slugs = [entry.slug for entry in entries if isinstance(entry, Article)]
        library = replace(library, now=now, bodies=bodies, keys=keys, stamps=stamps)
        return cls(before, before.with_texts_of(library, slugs), entries)

    @property
    def library(self) -> Library:
        """As it is now."""
        return self.after.library

    @property
    def change_lists(self) -> bool:
        """Whether one begins otherwise, and has no other summary: what is related hangs on summaries."""
        return any(self.before.summary(entry) != self.after.summary(entry) for entry in self.entries)

    def addresses(self) -> Iterable[Address]:
        """The pages that show these texts, each once."""
        found = (address for entry in self.entries for address in with_text_of(entry, self.after))
        return {address.url: address for address in found}.values()


def _changes(made: Iterable[Made], fingerprints: Mapping[str, str], manifest: Manifest) -> Iterator[Change]:
    """What the pages that were made change in the manifest, with their compressed copies."""
    for page in made:
        made_from = fingerprints[page.file]
        yield page.file, (made_from, page.digest)
        copies = dict(page.copies)
        for file in (f"{page.file}{suffix}" for suffix in SUFFIXES):
            if file in copies:
                yield file, (made_from, copies[file])
            elif file in manifest:
                yield file, None


def _is_other(before: tuple[str, str] | None, now: tuple[str, str] | None) -> bool:
    return (before and before[1]) != (now and now[1])


def _no_copy(folder: str, name: str) -> str:
    raise AssertionError(f"{folder}/{name} shows no text")
