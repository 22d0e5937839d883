"""The sources of a site as the last build knew them, and what it takes to bring that up to date."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import Problem
from core.settings import display_path
from generator.article import Entry, State
from generator.cache import Cache
from generator.files import SOURCES, Listing, Stat, is_settled, is_source
from generator.markdown import Body
from generator.shards import Shards
from generator.sources import Job, Kept, Outcome, ReadContext, Reader, digest_of_file, shares
from generator.texts import TextStore
from generator.workers import Crew

NAME = "sources"
_SHARE = 32  # files sent to a process at once
_FEW = 16  # files that are worth a look of their own


@dataclass(frozen=True)
class Sources:
    """All articles and pages that can be read, in the order of their names, and what is wrong with the rest.

    `facts` and `keys` of texts are by URL, for all that is published, and so are `stamps`, which change with
    every change of a file.
    """

    entries: Mapping[str, list[Entry]]
    facts: Mapping[str, Body]
    keys: Mapping[str, str]
    stamps: Mapping[str, str]
    problems: list[Problem]


class Shelf:
    """Keeps what was read of a content folder: from build to build in memory, and beside the output."""

    def __init__(self, cache: Cache, texts: TextStore) -> None:
        self._shards = Shards(cache, NAME)
        self._texts = texts
        self._kept: dict[str, Kept] | None = None
        self._meant: tuple[str, str, str] = ("", "", "")

    def read(
        self,
        content: Path,
        listed: Listing,
        *,
        zone: dt.tzinfo,
        now: dt.datetime,
        read_at: int,
        crew: Crew,
    ) -> Sources:
        """Everything below `content`, whose files are `listed` as they looked at `read_at` (nanoseconds).

        Raises OSError when texts cannot be written, and DamagedCache.
        """
        meant = _meant(content, zone)
        kept = self._load(meant)
        names = _in_order(_sources_in(listed))
        current: dict[str, Kept] = {}
        jobs: list[Job] = []
        for name in names:
            known = kept.get(name)
            still = known and self._still(known, listed[name], f"{meant[1]}/{name}", read_at)
            has_text = still and still.facts is not None and still.key in self._texts.locations
            if still and (has_text or still.entry.state(now) is not State.PUBLISHED):
                current[name] = still
            else:
                jobs.append(_job(name, meant))
        context = ReadContext(zone, now, read_at, self._texts.folder, self._texts.locations)
        problems: list[Problem] = []
        for outcome in _outcomes(jobs, context, crew):
            problems += outcome.problems
            if outcome.kept is not None:
                current[outcome.file.removeprefix(f"{meant[1]}/")] = outcome.kept
                if outcome.location is not None:
                    self._texts.add(outcome.kept.key, outcome.location)
        self._kept, self._meant = current, meant
        return _sources(names, current, problems, now)

    def rewritten(
        self, content: Path, listed: Listing, *, zone: dt.tzinfo, now: dt.datetime, read_at: int
    ) -> dict[str, Kept] | None:
        """The files that were written anew since they were read, where nothing but their texts changed.

        Each is given as it is now, by its name. None when anything else may have changed: a file came or
        went, a front matter says something else, or something is wrong; or when it is more than a few files.
        Nothing is taken over before `adopt`. Raises OSError when texts cannot be written, DamagedCache.
        """
        meant = _meant(content, zone)
        kept = self._load(meant)
        if self._meant != meant or kept.keys() != _sources_in(listed):
            return None
        suspects = [
            name
            for name, known in kept.items()
            if known.stat != listed[name] or not is_settled(known.stat, known.read_at)
        ]
        if len(suspects) > _FEW:
            return None
        context = ReadContext(zone, now, read_at, self._texts.folder, self._texts.locations)
        found: dict[str, Kept] = {}
        with contextlib.closing(Reader(context)) as reader:
            for name in suspects:
                job = _job(name, meant)
                still = self._still(kept[name], listed[name], job.file, read_at)
                again = still or self._read_again(reader, job, kept[name].entry)
                if again is None:
                    return None
                found[name] = again
        return found

    @property
    def version(self) -> str:
        """Which of all that was ever written down is what is kept here; '' for none."""
        if self._kept is None:
            self._take(self._shards.load())
        return self._shards.version

    def adopt(self, rewritten: Mapping[str, Kept]) -> None:
        """Keep these files as they are now."""
        self._kept = {**(self._kept or {}), **rewritten}

    def sources(self, now: dt.datetime) -> Sources:
        """Everything as it was read last."""
        kept = self._kept or {}
        return _sources(_in_order(kept), kept, [], now)

    def kept(self, name: str) -> Kept:
        """A file as it was read last, by its name. Raises KeyError for one that was not."""
        return (self._kept or {})[name]

    def _read_again(self, reader: Reader, job: Job, entry: Entry) -> Kept | None:
        """A file whose front matter says what it said; None for any other."""
        (outcome,) = reader([job])
        kept = outcome.kept
        if kept is None or kept.facts is None or kept.entry != entry:
            return None
        if outcome.location is not None:
            self._texts.add(kept.key, outcome.location)
        return kept

    def save(self) -> None:
        """Remember everything for the next process. Raises OSError."""
        if self._kept is not None:
            self._shards.save(self._meant, self._kept)
        self._texts.save([kept.key for kept in (self._kept or {}).values() if kept.facts is not None])

    def _load(self, meant: tuple[str, str, str]) -> dict[str, Kept]:
        if self._kept is None:
            self._take(self._shards.load())
        return self._kept or {} if self._meant == meant else {}

    def _take(self, loaded: tuple[tuple[str, str, str], dict[str, Kept]] | None) -> None:
        self._meant, self._kept = loaded or (("", "", ""), {})

    def _still(self, known: Kept, stat: Stat, file: str, read_at: int) -> Kept | None:
        """What is known of a file if it still holds; None when the file must be read."""
        if known.stat == stat and is_settled(stat, known.read_at):
            return known
        if digest_of_file(file) != known.digest:
            return None
        return replace(known, stat=stat, read_at=read_at)


def _outcomes(jobs: list[Job], context: ReadContext, crew: Crew) -> Iterator[Outcome]:
    """Read what must be read. Nothing is found where a text lies before all of them are written."""
    if not jobs:
        return
    found = list(crew.run(Reader, context, list(shares(jobs, _SHARE)), len(jobs)))
    for outcomes in found:
        yield from outcomes


def _meant(content: Path, zone: dt.tzinfo) -> tuple[str, str, str]:
    """A date is read in the zone, and an entry tells where it stands as seen from the working directory."""
    return str(zone), str(content.resolve()), display_path(content)


def _job(name: str, meant: tuple[str, str, str]) -> Job:
    return Job(name.partition("/")[0], f"{meant[1]}/{name}", f"{meant[2]}/{name}")


def _sources_in(listed: Listing) -> set[str]:
    return set(filter(is_source, listed))


def _in_order(names: Iterable[str]) -> list[str]:
    """The names of sources as they are worked through: articles first, folder by folder."""
    folders = {folder: place for place, folder in enumerate(SOURCES)}
    return sorted(names, key=lambda name: (folders[name.partition("/")[0]], name.split("/")))


def stamp_of(kept: Kept) -> str:
    """What changes with every change of a file; one that is only renamed has another address."""
    return f"{kept.digest} {kept.entry.url}"


def _sources(
    names: list[str], current: dict[str, Kept], problems: list[Problem], now: dt.datetime
) -> Sources:
    entries: dict[str, list[Entry]] = {folder: [] for folder in SOURCES}
    facts: dict[str, Body] = {}
    keys: dict[str, str] = {}
    stamps: dict[str, str] = {}
    for name in names:
        kept = current.get(name)
        if kept is None:
            continue
        entries[name.partition("/")[0]].append(kept.entry)
        if kept.facts is not None and kept.entry.state(now) is State.PUBLISHED:
            url = kept.entry.url
            facts[url] = kept.facts
            keys[url] = kept.key
            stamps[url] = stamp_of(kept)
    return Sources(entries, facts, keys, stamps, problems)
