"""Whether anything changed since the last build at all: told in a moment, without what it takes to build.

The last build wrote down how all its inputs looked, until when its site holds by the clock, and what it
reported. When they still look so, the site that is served is the one it made, and no time has come, there is
nothing to do. What was written in the last moments before that build proves nothing (see `files`): then
nothing is written down, and the next build looks closer.
"""

from __future__ import annotations

import datetime as dt
import marshal
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from core.settings import ROOT
from generator.cache import Cache, digest, program_key
from generator.files import SOURCES, Listing, as_stat, is_settled, listing
from generator.report import BuildOptions, Report
from generator.swap import Workplace

NAME = "quick"
_FOLDERS = tuple(f"{folder}/" for folder in SOURCES)


@dataclass(frozen=True)
class Inputs:
    """How everything looks that a build reads; `since` is when the look began, in nanoseconds.

    `content` are the files of the content folder, `others` those of the templates, the static files and the
    program, folder by folder, and `key` tells what all that is read with. `besides` is a digest of all but
    the folders of articles and pages, '' when it proves nothing. A guess is what is believed without a look.
    """

    since: int
    key: bytes
    content: Listing
    others: tuple[Listing, ...]
    besides: str
    is_guess: bool = False

    @classmethod
    def now(cls, content: Path, templates: Path, static: Path, options: BuildOptions) -> Inputs:
        """How it looks at this moment."""
        since = time.time_ns()
        folders = (content, templates, static, *_packages())
        key = (program_key(), replace(options, full=False, jobs=None), [str(folder) for folder in folders])
        listed, others = listing(content), tuple(map(_written, folders[1:]))
        rest = {name: stat for name, stat in listed.items() if not name.startswith(_FOLDERS)}
        told = repr(key).encode()
        return cls(since, told, listed, others, _digest_if_settled(since, told, rest, *others))

    def after_edits(self, content: Path, names: Iterable[str]) -> Inputs | None:
        """How it looks when only these files changed, which lie in the folders of articles and pages.

        None when one of them came or went, or when one lies elsewhere.
        """
        since = time.time_ns()
        listed = dict(self.content)
        for name in names:
            try:
                found = as_stat((content / name).stat())
            except OSError:
                return None
            if name not in listed or not name.startswith(_FOLDERS):
                return None
            listed[name] = found
        return replace(self, since=since, content=listed, is_guess=True)

    @cached_property
    def digest(self) -> str:
        """Of the look of everything."""
        return digest(self.key, *(_bytes_of(listed) for listed in (self.content, *self.others)))

    @cached_property
    def is_settled(self) -> bool:
        """Whether all was old enough when it was looked at (see `files`)."""
        return all(_are_settled(listed, self.since) for listed in (self.content, *self.others))


def _written(folder: Path) -> Listing:
    """The files of a folder that somebody wrote: Python puts compiled ones beside them when it likes."""
    return {name: stat for name, stat in listing(folder).items() if "__pycache__/" not in name}


def _digest_if_settled(since: int, key: bytes, *listings: Listing) -> str:
    if not all(_are_settled(listed, since) for listed in listings):
        return ""
    return digest(key, *map(_bytes_of, listings))


def _are_settled(listed: Listing, since: int) -> bool:
    return all(is_settled(stat, since) for stat in listed.values())


def _bytes_of(listed: Listing) -> bytes:
    """The same bytes for the same files; a name need not be text. Version 0 has no references in it."""
    return marshal.dumps(sorted(listed.items()), 0)


@dataclass(frozen=True)
class _Last:
    """The last build: its inputs, the site it made, the span of time in which that holds, its report."""

    inputs: str
    generation: str
    start: dt.datetime
    end: dt.datetime
    report: Report


def unchanged(output: Path, inputs: Inputs, now: dt.datetime) -> Report | None:
    """What a build would report that has nothing to do; None when it may have."""
    start = time.perf_counter()
    place = Workplace(output)
    last: _Last | None = Cache(place.cache).load(NAME)
    if last is None or last.inputs != inputs.digest or last.generation != place.generation():
        return None
    if not last.start <= now < last.end:
        return None
    seconds = time.perf_counter() - start + (time.time_ns() - inputs.since) / 1e9
    return replace(last.report, made=(), written=(), removed=(), warnings=(), seconds=seconds)


# From when until when a site holds.
Span = tuple[dt.datetime, dt.datetime]


def remember(cache: Cache, generation: str, inputs: Inputs, report: Report, span: Span) -> None:
    """Write down that a build has ended well. Raises OSError."""
    cache.forget(NAME)
    if inputs.is_settled:
        cache.save(NAME, _Last(inputs.digest, generation, *span, report))


def span_of(now: dt.datetime, zone: dt.tzinfo, next_change: dt.datetime | None) -> Span:
    """From when until when a site made at `now` holds: something falls due, or a year begins."""
    new_year = dt.datetime(now.astimezone(zone).year + 1, 1, 1, tzinfo=zone)
    return now, min(new_year, next_change) if next_change else new_year


def _packages() -> Iterable[Path]:
    """Our own code, with that of whoever looks at the content besides."""
    return sorted(path.parent for path in ROOT.glob("*/__init__.py"))
