"""The sources of a site as the last build knew them, and what it takes to bring that up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import Problem
from core.settings import display_path
from generator.article import Entry, State
from generator.cache import Cache
from generator.files import Listing, Stat, is_settled
from generator.markdown import Body
from generator.shards import Shards
from generator.sources import READERS, Job, Kept, Outcome, ReadContext, Reader, digest_of_file, shares
from generator.texts import TextStore
from generator.workers import Crew

NAME = "sources"
_SHARE = 32  # files sent to a process at once


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
        # A date is read in the zone, and an entry tells where it stands as seen from the working directory.
        meant = (str(zone), str(content.resolve()), display_path(content))
        kept = self._load(meant)
        names = [name for folder in READERS for name in _names_in(folder, listed)]
        current: dict[str, Kept] = {}
        jobs: list[Job] = []
        for name in names:
            known = kept.get(name)
            still = known and self._still(known, listed[name], f"{meant[1]}/{name}", read_at)
            has_text = still and still.facts is not None and still.key in self._texts.locations
            if still and (has_text or still.entry.state(now) is not State.PUBLISHED):
                current[name] = still
            else:
                jobs.append(Job(name.partition("/")[0], f"{meant[1]}/{name}", f"{meant[2]}/{name}"))
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

    def save(self) -> None:
        """Remember everything for the next process. Raises OSError."""
        if self._kept is not None:
            self._shards.save(self._meant, self._kept)
        self._texts.save([kept.key for kept in (self._kept or {}).values() if kept.facts is not None])

    def _load(self, meant: tuple[str, str, str]) -> dict[str, Kept]:
        if self._kept is None:
            loaded = self._shards.load()
            self._meant, self._kept = loaded if loaded else (meant, {})
        return self._kept if self._meant == meant else {}

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


def _names_in(folder: str, listed: Listing) -> list[str]:
    """The Markdown files of a folder of the content, in the order of their names, without an editor's own."""
    inside = (name for name in listed if name.startswith(f"{folder}/") and name.endswith(".md"))
    return sorted(
        (name for name in inside if not name.rpartition("/")[2].startswith(".")),
        key=lambda name: name.split("/"),
    )


def _sources(
    names: list[str], current: dict[str, Kept], problems: list[Problem], now: dt.datetime
) -> Sources:
    entries: dict[str, list[Entry]] = {folder: [] for folder in READERS}
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
            stamps[url] = f"{kept.digest} {url}"  # a file that is only renamed has another address
    return Sources(entries, facts, keys, stamps, problems)
