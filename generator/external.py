"""Links to other sites, visited now and then and politely; never at an ordinary build.

What was learnt is kept in a file beside the output: good news for a week, bad news for an hour.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import Problem
from core.files import write_atomically
from generator.article import Entry
from generator.visit import Manners, Verdict, Visit, visit

GOOD_FOR = dt.timedelta(days=7)
BAD_FOR = dt.timedelta(hours=1)
LONGEST_WAIT = 30.0  # seconds that a server may ask us to wait; who asks for more is left for another time
_AT_ONCE = 8  # hosts visited at a time; each by one visitor only


@dataclass(frozen=True)
class Place:
    """Where a link was written."""

    path: str
    line: int


@dataclass(frozen=True)
class Known:
    """What was learnt of an address, and when."""

    visit: Visit
    at: dt.datetime

    def is_fresh(self, now: dt.datetime) -> bool:
        """Whether there is no need to ask again."""
        good = self.visit.verdict in {Verdict.OK, Verdict.MOVED}
        return now - self.at < (GOOD_FOR if good else BAD_FOR)


@dataclass(frozen=True)
class Outcome:
    """What became of all addresses: `places` says where each was written."""

    visits: Mapping[str, Visit]
    places: Mapping[str, tuple[Place, ...]]
    asked: int

    @property
    def is_broken(self) -> bool:
        """Whether a link is certainly broken."""
        return any(visit.verdict is Verdict.BROKEN for visit in self.visits.values())

    def problems(self) -> list[Problem]:
        """Everything that is not simply well, at each place, in the order of the places."""
        repairs = {
            Verdict.MOVED: "write the new address",
            Verdict.BROKEN: "mend it, or take it out",
            Verdict.UNREACHABLE: "look for yourself; it is asked again in an hour",
        }
        return sorted(
            Problem(place.path, place.line, f"{address}: {visit.verdict.value}: {visit.detail}", repair)
            for address, visit in self.visits.items()
            if (repair := repairs.get(visit.verdict))
            for place in self.places[address]
        )

    def summary(self) -> str:
        """One line for all."""
        counted = Counter(visit.verdict for visit in self.visits.values())
        found = ", ".join(f"{counted[verdict]} {verdict.value}" for verdict in Verdict)
        return f"{len(self.visits)} outside addresses: {found}; {self.asked} asked now."


def outside_links(texts: Iterable[tuple[Entry, Iterable[str]]], origin: str) -> dict[str, tuple[Place, ...]]:
    """The addresses (without #…) of other sites in published texts, with the places where they stand."""
    places: dict[str, list[Place]] = {}
    for entry, links in texts:
        lines = entry.source.body.split("\n")
        for link in links:
            address = link.partition("#")[0]
            if not address.startswith(("http://", "https://")) or f"{address}/".startswith(f"{origin}/"):
                continue
            first = next((number for number, line in enumerate(lines) if link in line), 0)
            places.setdefault(address, []).append(Place(entry.source.path, entry.source.body_line + first))
    return {address: tuple(dict.fromkeys(where)) for address, where in places.items()}


def check_outside(
    places: Mapping[str, tuple[Place, ...]],
    memory: Path,
    manners: Manners,
    now: dt.datetime,
    *,
    pause: float = 1.0,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Outcome:
    """Visit what `memory` does not know lately: several hosts at once, each host by one visitor at a time.

    `pause`: seconds between two visits to one host. What was learnt is kept even when it is interrupted.
    """
    known = read_memory(memory)
    stale = [address for address in places if address not in known or not known[address].is_fresh(now)]
    by_host: dict[str, list[str]] = {}
    for address in stale:
        by_host.setdefault(urlsplit(address).netloc.lower(), []).append(address)
    lock = threading.Lock()
    done = 0

    def visit_host(addresses: list[str]) -> None:
        nonlocal done
        for number, address in enumerate(addresses):
            if number:
                time.sleep(pause)
            found = _patiently(address, manners)
            with lock:
                known[address] = Known(found, now)
                done += 1
                progress(done, len(stale))

    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="visitor")
    try:
        list(pool.map(visit_host, by_host.values()))
    finally:
        pool.shutdown(cancel_futures=True)
        kept = {address: known[address] for address in places if address in known}
        write_memory(memory, kept)
    return Outcome({address: known[address].visit for address in places}, places, len(stale))


def _patiently(address: str, manners: Manners) -> Visit:
    """A visit, and another where the server named a time to come back that is not too far."""
    found = visit(address, manners)
    if found.wait is not None and found.wait <= LONGEST_WAIT:
        time.sleep(found.wait)
        found = visit(address, manners)
    return found


def read_memory(path: Path) -> dict[str, Known]:
    """What was learnt before; nothing where the file is missing or is not ours."""
    try:
        return {
            address: Known(Visit(Verdict(verdict), detail), dt.datetime.fromisoformat(at))
            for address, (verdict, detail, at) in json.loads(path.read_text(encoding="utf-8")).items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_memory(path: Path, known: Mapping[str, Known]) -> None:
    """Keep what was learnt. Raises OSError."""
    kept = {
        address: (each.visit.verdict.value, each.visit.detail, each.at.isoformat())
        for address, each in sorted(known.items())
    }
    write_atomically(path, (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode())
