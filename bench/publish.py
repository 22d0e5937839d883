"""How fast sites are made, side by side in one run: ours, Hugo, Pelican, Nikola, MkDocs, Eleventy.

    python bench/publish.py                  1,000 and 10,000 articles, median of 5
    python bench/publish.py --quick          100 and 1,000 articles, one round, Hugo and ours
    python bench/publish.py --only pelican   that peer and ours; may be given more than once
    python bench/publish.py --peers DIR      where the peers are installed (var/bench-peers)
    python bench/publish.py --json FILE      the numbers too

Each size is built cold, then with one edited article, then with nothing changed, each time by a new process.
Memory is the peak of all processes together (PSS), in a round of its own that does not count for the time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measure import CommandFailed, seconds_of, watched
from bench.peers import OURS, PEERS, PROJECT, CannotInstall, Peer, Site

CASES = ("cold", "edited", "unchanged")
Row = dict[str, object]


def say(text: str) -> None:
    """Progress, which is no part of the tables."""
    print(text, file=sys.stderr, flush=True)


def installed(wanted: list[Peer], peers: Path) -> list[tuple[Peer, str]]:
    """Those that are to be had, with their versions; of the others it is said why not."""
    found = []
    for peer in wanted:
        try:
            found.append((peer, peer.install(peers)))
        except CannotInstall as error:
            say(f"{peer.name} is left out: it could not be installed: {error}")
    return found


def prepare(site: Site, case: str, number: int) -> str:
    """Bring the site into the state that a round begins with; the sentence that the build must show."""
    if case == "cold":
        site.forget()
    sentence = f"This is round {number} of {case}."
    if case == "edited":
        site.edit("a00050", sentence)
        return sentence
    return ""


def measured(site: Site, case: str, rounds: int) -> tuple[float, float | None]:
    """Median seconds, and the peak memory in MB. Raises CommandFailed."""
    times, memory = [], None
    for number in range(rounds + 1):
        sentence = prepare(site, case, number)
        if number:
            times.append(seconds_of(site.command))
        else:
            _seconds, memory = watched(site.command)
        if sentence and not site.shows("a00050", sentence):
            raise CommandFailed("the built page does not show the edit")
    return statistics.median(times), memory


def rows(found: list[tuple[Peer, str]], sizes: list[int], rounds: int, peers: Path) -> Iterator[Row]:
    """Every number; what failed has the reason in its place."""
    for count in sizes:
        for peer, version in found:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                site = peer.site(Path(folder) / "site", count, peers)
                for case in CASES:
                    say(f"{count:>6,} articles, {case}: {peer.name}")
                    row: Row = {"articles": count, "case": case, "peer": peer.name, "version": version}
                    try:
                        seconds, memory = measured(site, case, rounds)
                        row |= {"seconds": seconds, "megabytes": memory, "made": site.made()}
                    except CommandFailed as error:
                        row["failed"] = str(error)
                    yield row


def table(results: list[Row]) -> Iterator[str]:
    """One row for each size, case and generator."""
    hugo = {(r["articles"], r["case"]): r.get("seconds") for r in results if r["peer"] == "Hugo"}
    yield "| articles | case | generator | seconds | ÷ Hugo | memory | pages made |"
    yield "|---:|---|---|---:|---:|---:|---|"
    for row in results:
        head = f"| {row['articles']:,} | {row['case']} | {row['peer']} {row['version']} |"
        seconds, memory = row.get("seconds"), row.get("megabytes")
        if not isinstance(seconds, float):
            yield f"{head} failed: {row['failed']} | | | |"
            continue
        base = hugo.get((row["articles"], row["case"]))
        ratio = f"{seconds / base:.2f}×" if isinstance(base, float) else ""
        size = f"{memory:,.0f} MB" if isinstance(memory, float) else ""
        made = row["made"]
        pages = ", ".join(f"{n:,} {kind}" for kind, n in made.items()) if isinstance(made, dict) else ""
        yield f"{head} {seconds:.2f} | {ratio} | {size} | {pages} |"


def ours() -> Peer:
    """Ours without what the others do not do: as far as its command can leave it out."""
    said = subprocess.run(
        [sys.executable, str(PROJECT / "build.py"), "build", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    off = tuple(o for o in ("--no-search", "--no-images", "--no-compress") if o in said.stdout)
    say(f"Follow-up is built with {' '.join(off) or 'everything on'}")
    return Peer(OURS.key, OURS.name, OURS.articles, (*OURS.command, *off), caches=OURS.caches)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append", choices=[peer.key for peer in PEERS])
    parser.add_argument("--peers", type=Path, default=PROJECT / "var" / "bench-peers")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    keys = chosen.only or (["hugo"] if chosen.quick else [peer.key for peer in PEERS])
    wanted = [ours(), *(peer for peer in PEERS if peer.key in keys and peer is not OURS)]
    home = chosen.peers.resolve()
    sizes = [100, 1000] if chosen.quick else [1000, 10_000]
    rounds = 1 if chosen.quick else max(1, chosen.rounds)
    results = list(rows(installed(wanted, home), sizes, rounds, home))
    print("\n".join(table(results)))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
