"""Rounds that take turns: each generator once, then each once more, so that all have the same weather."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.measure import CommandFailed, seconds_of, watched
from bench.peers import Peer, Site
from bench.plan import CASES, SLOWEST, Stage

EDITED = "a00050"
"""The article that is edited; the smallest size has it."""


@dataclass(frozen=True)
class Result:
    """What one generator needs for one case at one size, or in `failed` why that is not known.

    `seconds` is each round's wall-clock time; `megabytes` the peak of all processes together, in a round of
    its own; `made` how many files of each kind there were at the end.
    """

    articles: int
    case: str
    peer: str
    version: str = ""
    seconds: tuple[float, ...] = ()
    megabytes: float | None = None
    made: dict[str, int] = field(default_factory=dict)
    failed: str = ""

    @property
    def median(self) -> float | None:
        """Seconds; None when it failed."""
        return statistics.median(self.seconds) if self.seconds and not self.failed else None


def say(text: str) -> None:
    """Progress, which is no part of the tables."""
    print(text, file=sys.stderr, flush=True)


def run_stage(
    stage: Stage, found: Sequence[tuple[Peer, str]], peers: Path, before: Sequence[Result]
) -> Iterator[Result]:
    """Every case at one size. Whoever was too slow at the size `before` is said to be left out."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        racing = []
        for peer, version in found:
            if peer.key not in stage.keys:
                continue
            if reason := left_out(peer.name, before):
                yield Result(stage.count, "cold", peer.name, version, failed=reason)
                continue
            site = peer.site(Path(folder) / peer.key, stage.count, peers)
            racing.append(_Racer(site, Result(stage.count, "", peer.name, version)))
        for case in CASES:
            say(f"{stage.count:>6,} articles, {case}")
            for number in range(stage.rounds + 1):
                for racer in racing:
                    if number <= stage.rounds_of(racer.key):
                        racer.run(case, number)
            yield from (racer.result for racer in racing)
            racing = [racer for racer in racing if not racer.result.failed]


def left_out(peer: str, before: Iterable[Result]) -> str:
    """Why it does not run at the next size; nothing when it does."""
    cold = [r for r in before if r.case == "cold"]
    times = {r.articles: r.median for r in cold if r.peer == peer}
    base = {r.articles: r.median for r in cold if r.peer == "Hugo"}
    for count, seconds in times.items():
        hugo = base.get(count)
        if seconds and hugo and seconds > SLOWEST * hugo:
            return f"not run: at {count:,} it took {seconds / hugo:.0f} times as long as Hugo"
    return ""


class _Racer:
    """One generator in its turns."""

    def __init__(self, site: Site, blank: Result) -> None:
        self._site = site
        self._blank = blank
        self.key = site.peer.key
        self.result = blank

    def run(self, case: str, number: int) -> None:
        """One turn; number 0 begins the case anew, and looks at memory instead of time."""
        if number == 0:
            self.result = replace(self._blank, case=case)
        if self.result.failed:
            return
        try:
            self.result = self._turn(case, number)
        except CommandFailed as error:
            self.result = replace(self.result, failed=str(error))

    def _turn(self, case: str, number: int) -> Result:
        site, result = self._site, self.result
        sentence = f"This is round {number}."
        if case == "cold":
            site.forget()
        elif case == "edited":
            site.edit(EDITED, sentence)
        if number:
            result = replace(result, seconds=(*result.seconds, seconds_of(site.command)))
        else:
            _seconds, megabytes = watched(site.command)
            result = replace(result, megabytes=megabytes, made=site.made())
        if case == "edited" and not site.shows(EDITED, sentence):
            raise CommandFailed("the built page does not show the edit")
        return result
