"""Whether anything changed since the last build at all: told in a moment, without what it takes to build.

The last build wrote down how all its inputs looked, until when its site holds by the clock, and what it
reported. When they still look so, the site that is served is the one it made, and no time has come, there is
nothing to do. What was written in the last moments before that build proves nothing (see `files`): then
nothing is written down, and the next build looks closer.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from core.settings import ROOT
from generator.cache import Cache, digest, program_key
from generator.files import Listing, is_settled, listing
from generator.report import BuildOptions, Report
from generator.swap import Workplace

NAME = "quick"


@dataclass(frozen=True)
class Inputs:
    """How everything looks that a build reads; `since` is when the look began, in nanoseconds."""

    digest: str
    since: int
    is_settled: bool
    content: Listing

    @classmethod
    def now(cls, content: Path, templates: Path, static: Path, options: BuildOptions) -> Inputs:
        """How it looks at this moment."""
        since = time.time_ns()
        found = {folder: listing(folder) for folder in (content, templates, static, *_packages())}
        key = (program_key(), replace(options, full=False, jobs=None), [str(folder) for folder in found])
        parts = [repr(key), *(repr(sorted(files.items())) for files in found.values())]
        settled = all(is_settled(stat, since) for files in found.values() for stat in files.values())
        return cls(digest(*(part.encode() for part in parts)), since, settled, found[content])


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
