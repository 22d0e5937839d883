"""How fast sites are made, side by side in one run: ours, Hugo, Pelican, Nikola, MkDocs, Eleventy.

    python bench/publish.py                  1,000 and 10,000 articles, median of 5; growth; `serve`
    python bench/publish.py --medium         the others at 1,000 only, median of 3
    python bench/publish.py --quick          ours and Hugo up to 1,000, one round
    python bench/publish.py --only pelican   that peer, Hugo and ours; may be given more than once
    python bench/publish.py --rounds N       the median of so many rounds
    python bench/publish.py --peers DIR      where the peers are installed (var/bench-peers)
    python bench/publish.py --json FILE      the numbers too

Each size is built cold, then with one edited article, then with nothing changed, each time by a new process;
the generators take turns. Memory is the peak of all processes together (PSS), in a round of its own that does
not count for the time. At 10,000 the others have one round, and none when one took twenty times as long as
Hugo at 1,000. How long it will take is said at the start. The tables go to standard
output, what is going on to standard error.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import tables
from bench.measure import CommandFailed, machine
from bench.peers import PEERS, PROJECT, CannotInstall, Peer
from bench.plan import ALL, FULL, MEDIUM, QUICK, TWO, Plan
from bench.rounds import Result, run_stage, say
from bench.serving import Shown, edits_shown


def installed(keys: Sequence[str], peers: Path) -> Iterator[tuple[Peer, str]]:
    """Those that are to be had, with their versions; of the others it is said why not."""
    for peer in PEERS:
        if peer.key in keys:
            try:
                yield peer, peer.install(peers)
            except CannotInstall as error:
                say(f"{peer.name} is left out: it could not be installed: {error}")


def measure(plan: Plan, peers: Path) -> tuple[list[Result], Shown | None]:
    """Every number of the plan."""
    keys = {key for stage in plan.stages for key in stage.keys}
    found = list(installed(sorted(keys), peers))
    say(f"On two quiet cores this takes about {plan.minutes:.0f} minutes.")
    began = time.monotonic()
    results: list[Result] = []
    for stage in plan.stages:
        results += run_stage(stage, found, peers, list(results))
        say(f"{stage.count:,} articles are done after {(time.monotonic() - began) / 60:.1f} minutes")
    try:
        shown = edits_shown(plan.serve, max(stage.rounds for stage in plan.stages), peers)
    except CommandFailed as error:
        say(f"serve: {error}")
        shown = None
    say(f"Everything took {(time.monotonic() - began) / 60:.1f} minutes")
    return results, shown


def report(results: Sequence[Result], shown: Shown | None) -> Iterator[str]:
    """All the tables, and what they are of."""
    yield from (f"Measured on {dt.datetime.now(tz=dt.UTC).date()}: {machine()}.", "")
    yield from ("## Goals", "", *tables.goals_table(results, shown), "")
    yield from ("## Every number", "", *tables.every_number(results), "")
    ran = {result.peer for result in results}
    yield from (f"{peer.name}: {peer.note}.\n" for peer in PEERS if peer.note and peer.name in ran)
    yield from ("## Growth", "", *tables.growth(results), "", *tables.growth_in_words(results), "")
    if shown:
        yield from ("## While somebody writes", "", tables.serving(shown))


def chosen_plan(chosen: argparse.Namespace) -> Plan:
    """What the options ask for."""
    plan = QUICK if chosen.quick else MEDIUM if chosen.medium else FULL
    return plan.only(chosen.only or ALL).of(chosen.rounds)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true")
    size.add_argument("--medium", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--only", action="append", choices=[key for key in ALL if key not in TWO])
    parser.add_argument("--peers", type=Path, default=PROJECT / "var" / "bench-peers")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    results, shown = measure(chosen_plan(chosen), chosen.peers.resolve())
    print("\n".join(report(results, shown)))
    if chosen.json:
        numbers = {"results": list(map(asdict, results)), "serve": asdict(shown) if shown else None}
        chosen.json.write_text(json.dumps(numbers, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
