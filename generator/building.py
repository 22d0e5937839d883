"""One build: which pages must be made again, and making them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from core.assets import read_assets
from core.errors import InvalidContent, Problem
from core.settings import SiteSettings
from generator.app import Surroundings, pages_of
from generator.catalogue import Catalogue
from generator.check import Finding, Inspector, ids_below, settled
from generator.closures import Closures
from generator.compress import SUFFIXES
from generator.files import as_stat, listing
from generator.fingerprints import Fingerprints
from generator.indexing import IndexPlan, is_of_index
from generator.library import Library
from generator.links import Known, broken_anchors, broken_links
from generator.making import Made, MakeContext, Maker, Order
from generator.manifest import Manifest, changed_files
from generator.memory import NEEDLES, Memory
from generator.origins import Origins
from generator.pictures import Picture
from generator.quick import Span
from generator.rechecking import RecheckContext, Rechecker, needles_of
from generator.report import BuildOptions, Progress, Report, Step
from generator.search import FOLDER
from generator.standing import Standing
from generator.swap import SCRATCH
from generator.urls import Address, aliases_taken
from generator.workers import Crew

_MOST = 40  # pages sent to a process at once
_FEWEST = 8


class Build:
    """Makes the site of a library. After `run`: `made`, `written` and `removed` are names of files.

    Raises InvalidContent for a style sheet that asks for what is not there.
    """

    def __init__(
        self,
        memory: Memory,
        crew: Crew,
        settings: SiteSettings,
        library: Library,
        *,
        options: BuildOptions,
        templates: Path,
        static: Path,
        tell: Progress,
    ) -> None:
        self.memory = memory
        self._crew = crew
        self._options = options
        self._tell = tell
        self._library = library
        assets = read_assets(static)
        self._around = Surroundings.of(library, settings, templates, static, assets)
        self._pictured, self._problems = self._pictures(library.content / "images")
        self._listed, self._pages = pages_of(library, settings, assets, self._pictured, memory.relate)
        self._known = Known.of(library, self._listed, settings)
        self._inspector = Inspector.of(library, self._known, self._around.templates)
        self.files = len(self._listed)
        self.made: tuple[str, ...] = ()
        self.written: tuple[str, ...] = ()
        self.removed: tuple[str, ...] = ()

    def standing(self, besides: str, span: Span, report: Report) -> Standing | None:
        """What was found besides the texts, with which the next build may begin; None without a proof."""
        if not besides:
            return None
        shell = replace(self._library, articles=(), pages=(), withheld=(), bodies={}, keys={}, stamps={})
        return Standing(
            token=secrets.token_hex(8),
            besides=besides,
            span=span,
            shell=shell,
            around=self._around,
            inspector=self._inspector,
            pictures=self._pictured,
            related=self.catalogue.related,
            report=replace(report, made=(), written=(), removed=(), warnings=self._library.warnings),
        )

    @property
    def catalogue(self) -> Catalogue:
        """The library in the orders in which it is shown."""
        return self._pages.views.catalogue

    def run(self, told: Sequence[Problem]) -> None:
        """Build. What is `told` already is wrong too.

        Raises InvalidContent with all problems, OSError, DamagedCache.
        """
        tree = self.memory.tree
        told = [*told, *self._problems, *broken_links(self._library, self._known, self._library.published)]
        taken = aliases_taken(self._listed)
        if taken:
            raise InvalidContent([*told, *taken])  # two pages of one address cannot both be made
        before = tree.manifest
        manifest: Manifest = {}
        orders = list(self._orders(manifest)) if before else []
        index = self._index(before, manifest) if before else None
        manifest |= index.kept if index else {}
        gone = before.keys() - {*manifest, *with_copies(orders)}
        self.removed = tuple(sorted(filter(is_page, gone)))
        needles = needles_of(self._inspector)
        if index and not (orders or gone or index.is_due or needles != self.memory.needles):
            self._tell(Step.WRITE, 0, 0)
            _stop_at([*told, *self._broken_anchors(self.memory.place.output)])
            return
        with tree.beginning(with_copies(orders), gone) as root:
            if index:
                made = self._make(orders, len(orders), root)
            else:  # all is to be made: the first pages are, while it is worked out what the others show
                made = self._make(self._orders(manifest), len(self._listed), root)
                index = self._index(before, manifest)
            for page in made:
                made_from = manifest[page.file][0]
                manifest[page.file] = (made_from, page.digest)
                manifest |= {copy: (made_from, made_digest) for copy, made_digest in page.copies}
            self._check(made, root, told, needles - self.memory.needles)
            self.made = tuple(page.file for page in made)
            if index.is_due:
                self._tell(Step.SEARCH, 0, 0)
                manifest |= index.make(root, self.memory.place.aside / f"{SCRATCH}{FOLDER}")
            changed = changed_files(before, manifest) - set(self.removed)
            self.written = tuple(sorted(filter(is_page, changed)))
            self._tell(Step.SWAP, 0, 0)
            tree.finish(manifest)
        if needles != self.memory.needles:
            self.memory.cache.save(NEEDLES, needles)
            self.memory.needles = needles

    def _orders(self, manifest: Manifest) -> Iterator[Order]:
        """The pages that must be made.

        Puts each file into `manifest`, with its fingerprint, and the digest of what is served where that is
        the same.
        """
        before = self.memory.tree.manifest
        origins = Origins(self._pages.views)
        prints = self._prints()
        for address, made_from in self.memory.essences.of_all(self._listed, self._pages, origins, prints):
            file = address.file
            known = before.get(file)
            if known is None or known[0] != made_from:
                manifest[file] = (made_from, "")
                yield Order(address, self._pages[address.url], known[1] if known else "")
                continue
            manifest[file] = known
            for copy in (f"{file}{suffix}" for suffix in SUFFIXES):
                if copy in before:
                    manifest[copy] = before[copy]

    def _prints(self) -> Fingerprints:
        now = time.time_ns()
        folders = self._around.folders

        def digest_of(folder: str, name: str) -> str:
            path = folders[folder] / name
            return self.memory.digests.of(path, as_stat(path.stat()), now)

        closures = Closures(self._around.templates, self.memory.mentions)
        return Fingerprints(self._around, closures, digest_of, compress=self._options.compress)

    def _pictures(self, folder: Path) -> tuple[Mapping[str, Picture], list[Problem]]:
        if not self._options.images:
            return {}, []
        return self.memory.gallery.read(folder, listing(folder), time.time_ns())

    def _index(self, before: Manifest, manifest: Manifest) -> IndexPlan:
        searched = [
            manifest[address.file][0] for address in self._listed if address.endpoint in ("article", "page")
        ]
        wanted, may_lag = self._options.search, self._options.search_may_lag
        return IndexPlan.of(before, searched, wanted=wanted, may_lag=may_lag)

    def _broken_anchors(self, root: Path) -> list[Problem]:
        return broken_anchors(self._library, self._known, ids_below(root), self._library.published)

    def _make(self, orders: Iterable[Order], count: int, root: Path) -> list[Made]:
        """Make these pages, which are so many at most. Raises InvalidContent when templates fail."""
        context = make_context(self.memory, self._around, self._inspector, root, self._options)
        made: list[Made] = []
        for share in self._crew.run(Maker, context, _shares(orders, count), count):
            for page in share:
                made.append(page)
                self._tell(Step.WRITE, len(made), count)
        faults = [page.fault for page in made if page.fault is not None]
        if faults:
            from generator.freeze import faults_once  # with Flask, which is loaded for pages alone

            raise faults_once(faults)
        return made

    def _check(
        self, made: Sequence[Made], root: Path, told: Sequence[Problem], new_needles: frozenset[str]
    ) -> None:
        """Raise InvalidContent with what is wrong with the site in `root`, and what is `told` already."""
        self._tell(Step.CHECK, 0, 0)
        findings = [finding for page in made for finding in page.findings]
        findings += self._recheck(new_needles, {page.file for page in made})
        if told:  # a link to what is withheld shows up as a leak, too: say one thing at a time
            findings = [finding for finding in findings if not finding.phrase]
        told = [*told, *self._broken_anchors(root)]
        _stop_at([*told, *settled(findings, self._library, told)])

    def _recheck(self, new_needles: frozenset[str], made: set[str]) -> list[Finding]:
        """What is wrong by now with pages that were not made again: a link to what is gone, a new secret."""
        suspicious = {
            *new_needles,
            *(file.removesuffix("/index.html").rpartition("/")[2] for file in self.removed),
        }
        if not suspicious:
            return []
        addresses = [address for address in self._listed if address.file not in made]
        context = RecheckContext(self._inspector, self.memory.place.output, tuple(sorted(suspicious)))
        shares: list[list[Address]] = [addresses[at : at + 200] for at in range(0, len(addresses), 200)]
        found = self._crew.run(Rechecker, context, shares, len(addresses))
        return [finding for share in found for finding in share]


def make_context(
    memory: Memory, around: Surroundings, inspector: Inspector, root: Path, options: BuildOptions
) -> MakeContext:
    """What it takes to make pages into the tree `root`."""
    from generator.bytecode import Bytecode  # here, for Jinja takes 15 ms, and mostly no page is to be made

    return MakeContext(
        around=around,
        inspector=inspector,
        texts=memory.texts.folder,
        locations=memory.texts.locations,
        tree=root,
        served=memory.place.output,
        bytecode=Bytecode(memory.cache),
        compress=options.compress,
    )


def _shares(orders: Iterable[Order], count: int) -> Iterator[list[Order]]:
    """Few at first, so that no process waits long for its first, and at the end, so that all end together."""
    waiting = iter(orders)
    done = 0
    while share := list(islice(waiting, max(_FEWEST, min(_MOST, done, (count - done) // 4)))):
        done += len(share)
        yield share


def is_page(file: str) -> bool:
    """Whether a file is made from values, and not from other files."""
    return not file.endswith(SUFFIXES) and not is_of_index(file)


def with_copies(orders: Sequence[Order]) -> set[str]:
    """The files that making these pages may write or remove."""
    files = [order.address.file for order in orders]
    return {*files, *(f"{file}{suffix}" for file in files for suffix in SUFFIXES)}


def _stop_at(problems: list[Problem]) -> None:
    if problems:
        raise InvalidContent(problems)
