"""How fast the stores are, side by side in one run, and where each stops being sensible.

    python bench/store.py            TinyDB (ours and stock), SQLite, PostgreSQL; 1,000 to 50,000 documents
    python bench/store.py --quick    up to 10,000, shorter
    python bench/store.py --full     PostgreSQL also at 1,000,000
    python bench/store.py --million  PostgreSQL at 1,000,000 and nothing else
    python bench/store.py --postgres URL    that database; it must let us make and drop tables named bench_…

Times are medians of one process (of three rounds, the best), with every write forced to the disc. The tables
go to standard output, what is going on to standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psycopg

from bench import store_work
from bench.store_engines import ENGINES, SHAPES
from bench.store_work import Case
from forms.store.postgres_tables import Table
from tests.postgres_server import NoServer, running

OPERATIONS = {
    "get": "get by id",
    "view": "get in an open view",
    "find": "indexed find (10)",
    "insert": "insert",
    "three": "transaction of 3",
}
FILES = ("ours", "stock", "sqlite")
ROUNDS = 3
SLOW_MS = 50
"""An insert that takes longer is felt at the desk."""

TABLES = tuple(Table(shape).name for shape in SHAPES)

GOALS = (("insert", "stock", 10_000, 0.35), ("get", "stock", 10_000, 0.02))
POSTGRES_GOALS = (("get", "direct", 1_000_000, 2.0), ("find", "direct", 1_000_000, 2.0))


@dataclass
class Results:
    """Milliseconds, megabytes and rates by (documents, engine)."""

    alone: dict[tuple[int, str], dict[str, float]] = field(default_factory=dict)
    rates: dict[tuple[int, str], dict[str, float]] = field(default_factory=dict)

    def ratio(self, operation: str, one: str, other: str, documents: int) -> float | None:
        """How many times as long `one` takes as `other`."""
        first, second = (self.alone.get((documents, each), {}).get(operation) for each in (one, other))
        return None if first is None or not second else first / second

    def sizes(self) -> list[int]:
        """All sizes measured."""
        return sorted({documents for documents, _engine in self.alone})


def say(text: str) -> None:
    """Progress, which is no part of the table."""
    print(text, file=sys.stderr, flush=True)


def measure_files(results: Results, documents: int, seconds: float) -> None:
    """The engines that keep their records in a folder."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        cases = [Case(engine, folder, documents, seconds) for engine in FILES]
        for case in cases:
            store_work.apart(store_work.load, case)
        measure(results, cases)


def measure_postgres(results: Results, case: Case) -> None:
    """Our engine on a server, and beside it its statements without it, which read what it wrote."""
    drop_tables(case.place)
    store_work.apart(store_work.load, case)
    with psycopg.connect(case.place, autocommit=True) as session:
        for name in map(psycopg.sql.Identifier, TABLES):
            # As the server does by itself in the hours after such a load.
            session.execute(psycopg.sql.SQL("VACUUM ANALYZE {}").format(name))
    measure(results, [case._replace(engine="direct"), case])
    drop_tables(case.place)


def measure(results: Results, cases: list[Case]) -> None:
    """All numbers of stores that were filled before.

    In rounds, one store after the other, the best of which counts: what else the machine did meanwhile then
    falls on all alike, or out.
    """
    for number in range(ROUNDS):
        for case in cases:
            say(f"{case.documents:>9,} documents, round {number + 1}: {ENGINES[case.engine].name}")
            found = store_work.apart(store_work.operations, case)
            best = results.alone.setdefault((case.documents, case.engine), found)
            best.update({name: min(value, best[name]) for name, value in found.items() if name != "memory"})
    for case in cases:
        engine = ENGINES[case.engine]
        if not engine.reads_only and engine.shares:
            say(f"{case.documents:>9,} documents, {store_work.PROCESSES} processes: {engine.name}")
            results.rates[case.documents, case.engine] = rates_of(case)


def rates_of(case: Case) -> dict[str, float]:
    """Gets and inserts in a second, of one process and of several at once."""
    rates = {}
    for name, work in (("get", store_work.gets_at_once), ("insert", store_work.inserts_at_once)):
        for processes in (1, store_work.PROCESSES):
            done = store_work.together(work, processes, case)
            rates[f"{name}{processes}"] = sum(count / took for count, took in done)
    return rates


@contextmanager
def postgres(url: str) -> Iterator[str]:
    """The address of a server: the one given, or one started for this run, forcing writes as in production.

    Gives "" where there is none.
    """
    if url:
        yield url
        return
    with ExitStack() as stack:
        try:
            address = stack.enter_context(running(fsync=True)).url
        except NoServer as error:
            say(f"PostgreSQL is left out: {error}. Install one, or give --postgres URL")
            address = ""
        yield address


def drop_tables(url: str) -> None:
    """Take away what was made here, and nothing else: the database may hold a real ledger."""
    with psycopg.connect(url, autocommit=True) as session:
        for name in map(psycopg.sql.Identifier, TABLES):
            session.execute(psycopg.sql.SQL("DROP TABLE IF EXISTS {}").format(name))
        with suppress(psycopg.errors.UndefinedTable):
            names = [json.dumps(shape.name) for shape in SHAPES]
            session.execute("DELETE FROM followup_collections WHERE name = ANY(%s)", (names,))


def run(sizes: list[int], more: list[int], seconds: float, url: str) -> Results:
    """Measure everything. `more`: further sizes, for PostgreSQL only."""
    results = Results()
    with ExitStack() as stack:
        address = stack.enter_context(postgres(url))
        for documents in sizes:
            measure_files(results, documents, seconds)
        for documents in [*sizes, *more] if address else ():
            measure_postgres(results, Case("postgres", address, documents, seconds))
    return results


def table(results: Results) -> Iterator[str]:
    """One row for each size and operation; the engines side by side."""
    engines = [each for each in ENGINES if any(name == each for _size, name in results.alone)]
    yield (
        "| documents | operation | "
        + " | ".join(ENGINES[each].name for each in engines)
        + " | ours ÷ stock | ours ÷ SQLite |"
    )
    yield "|---|---|" + "---:|" * (len(engines) + 2)
    for documents in results.sizes():
        for operation, label in OPERATIONS.items():
            times = (results.alone.get((documents, each), {}).get(operation) for each in engines)
            cells = ["" if each is None else f"{each:.3g} ms" for each in times]
            ratios = [
                _times(results.ratio(operation, "ours", other, documents)) for other in ("stock", "sqlite")
            ]
            yield f"| {documents:,} | {label} | " + " | ".join([*cells, *ratios]) + " |"
        memory = (results.alone.get((documents, each), {}).get("memory") for each in engines)
        cells = ["" if each is None else f"{each:.0f} MB" for each in memory]
        yield f"| {documents:,} | peak memory | " + " | ".join([*cells, "", ""]) + " |"


def rates_table(results: Results) -> Iterator[str]:
    """What one process and several do in a second."""
    yield "| documents | engine | gets/s, 1 process | 4 processes | inserts/s, 1 process | 4 processes |"
    yield "|---|---|---:|---:|---:|---:|"
    for (documents, engine), rates in sorted(results.rates.items()):
        cells = " | ".join(f"{rates[each]:,.0f}" for each in ("get1", "get4", "insert1", "insert4"))
        yield f"| {documents:,} | {ENGINES[engine].name} | {cells} |"


def limits(results: Results) -> Iterator[str]:
    """Where the insert of each engine takes longer than SLOW_MS, by the line through its last two sizes."""
    for engine in (*FILES, "postgres"):
        points = [
            (documents, results.alone[documents, engine]["insert"])
            for documents in results.sizes()
            if (documents, engine) in results.alone
        ]
        if points:
            yield f"{ENGINES[engine].name}: {_limit(points)}"


def _limit(points: list[tuple[int, float]]) -> str:
    largest, slowest = points[-1]
    if len(points) < 2:
        return "one size is not enough to tell"
    before, quicker = points[-2]
    slope = (slowest - quicker) / (largest - before)
    reach = largest + (SLOW_MS - slowest) / slope if slope > 0 else float("inf")
    if reach > 20 * largest:
        return f"an insert takes {slowest:.2g} ms at {largest:,} documents, and hardly grows"
    return f"an insert takes more than {SLOW_MS} ms from about {max(reach, 0):,.0f} documents on"


def goals(results: Results) -> Iterator[str]:
    """What was promised, and whether it is so."""
    for one, wanted in (("ours", GOALS), ("postgres", POSTGRES_GOALS)):
        for operation, other, documents, most in wanted:
            ratio = results.ratio(operation, one, other, documents)
            what = f"{OPERATIONS[operation]} at {documents:,}: at most {most}× {ENGINES[other].name}"
            if ratio is None:
                yield f"not measured  {what}"
            else:
                yield f"{'met' if ratio <= most else 'NOT MET':<12}  {what} (it is {_times(ratio)})"


def _times(ratio: float | None) -> str:
    if ratio is None:
        return ""
    digits = 0 if ratio >= 10 else 2 if ratio >= 0.1 else 5
    return f"{ratio:.{digits}f}×"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--postgres", metavar="URL", default="")
    chosen = parser.parse_args()
    sizes = [1000, 10_000] if chosen.quick else [1000, 10_000, 50_000]
    if chosen.million:
        sizes = []
    more = [1_000_000] if chosen.full or chosen.million else []
    results = run(sizes, more, 0.2 if chosen.quick else 1.0, chosen.postgres)
    for part in (table(results), rates_table(results), limits(results), goals(results)):
        print("\n".join(part), end="\n\n")


if __name__ == "__main__":
    main()
