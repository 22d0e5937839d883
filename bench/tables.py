"""What a run of `bench/publish.py` prints: every number, the goals, and how the cost grows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.measure import exponent, straight_line
from bench.plan import CASES, MAIN_SIZES
from bench.rounds import Result
from bench.serving import Shown

OURS, HUGO = "Follow-up", "Hugo"


def every_number(results: Sequence[Result]) -> Iterator[str]:
    """One row for each of the main sizes, case and generator."""
    yield "| articles | case | generator | seconds | rounds | ÷ Hugo | memory | pages made |"
    yield "|---:|---|---|---:|---:|---:|---:|---|"
    for result in results:
        if result.articles in MAIN_SIZES:
            yield _row(result, _median(results, result.articles, result.case, HUGO))


def _row(result: Result, hugo: float | None) -> str:
    head = f"| {result.articles:,} | {result.case} | {f'{result.peer} {result.version}'.strip()} |"
    seconds = result.median
    if seconds is None:
        return f"{head} {result.failed} | | | | |"
    ratio = f"{seconds / hugo:.2f}×" if hugo else ""
    spread = f"{len(result.seconds)}: {min(result.seconds):.2f}–{max(result.seconds):.2f}"
    memory = f"{result.megabytes:,.0f} MB" if result.megabytes else ""
    pages = ", ".join(f"{number:,} {kind}" for kind, number in result.made.items())
    return f"{head} {seconds:.2f} | {spread} | {ratio} | {memory} | {pages} |"


@dataclass(frozen=True)
class Goal:
    """What shall be reached: `measured`, None where it was not, shall be `limit` at most (in `unit`)."""

    what: str
    limit: float
    unit: str
    measured: float | None

    def __str__(self) -> str:
        goal = f"| {self.what} | ≤ {self.limit:g} {self.unit} |"
        if self.measured is None:
            return f"{goal} not measured | |"
        by = self.measured - self.limit
        verdict = "met" if by <= 0 else f"missed by {by:.2g} {self.unit} ({by / self.limit:.0%})"
        return f"{goal} {self.measured:.4g} {self.unit} | {verdict} |"


def goals(results: Sequence[Result], shown: Shown | None) -> Iterator[Goal]:
    """What the project promises of its speed, and whether that is so."""
    for count in MAIN_SIZES:
        ours = _median(results, count, "cold", OURS)
        hugo = _median(results, count, "cold", HUGO)
        yield Goal(f"{count:,} articles cold", 1, "× Hugo", ours / hugo if ours and hugo else None)
    large = MAIN_SIZES[-1]
    memory = [r.megabytes for r in results if (r.articles, r.peer) == (large, OURS) and r.megabytes]
    yield Goal(f"{large:,}, memory of all processes", 400, "MB", max(memory, default=None))
    yield Goal(f"{large:,}, one edited, new process", 1, "s", _median(results, large, "edited", OURS))
    yield Goal(f"{large:,}, nothing changed", 0.6, "s", _median(results, large, "unchanged", OURS))
    milliseconds = shown.median * 1000 if shown and shown.articles == large else None
    yield Goal(f"{large:,}, `serve`, from edit to browser", 150, "ms", milliseconds)


def goals_table(results: Sequence[Result], shown: Shown | None) -> Iterator[str]:
    """Each goal, and by how much it is met or missed."""
    yield "| | goal | measured | |"
    yield "|---|---:|---:|---|"
    yield from map(str, goals(results, shown))


def growth(results: Sequence[Result]) -> Iterator[str]:
    """Ours and Hugo's at every size; at the end the power of the size with which each column grows."""
    columns = [(peer, case) for peer in (OURS, HUGO) for case in CASES]
    yield f"| articles | {' | '.join(f'{peer}, {case}' for peer, case in columns)} | Follow-up, memory |"
    yield f"|---:|{'---:|' * (len(columns) + 1)}"
    points = {column: _points(results, *column) for column in columns}
    for count in sorted({result.articles for result in results}):
        cells = [f"{dict(points[c])[count]:.2f} s" if count in dict(points[c]) else "" for c in columns]
        memory = [r.megabytes for r in results if (r.articles, r.peer) == (count, OURS) and r.megabytes]
        cells.append(f"{max(memory):,.0f} MB" if memory else "")
        yield f"| {count:,} | {' | '.join(cells)} |"
    powers = [exponent(points[column]) for column in columns]
    yield f"| power | {' | '.join('' if k is None else f'{k:.2f}' for k in powers)} | |"


def growth_in_words(results: Sequence[Result]) -> Iterator[str]:
    """What a cold build costs to begin with and for each article, and how well that line fits."""
    for peer in (OURS, HUGO):
        points = _points(results, peer, "cold")
        if len(points) > 2:  # two are always on a line
            start, each = straight_line(points)
            off = max(abs(start + each * count - seconds) / seconds for count, seconds in points)
            yield (
                f"{peer}, cold: {start:.2f} s to begin with and {each * 1000:.2f} ms for each article; "
                f"no size is off that line by more than {off:.0%}."
            )


def serving(shown: Shown) -> str:
    """How soon an edit is seen while `serve` runs."""
    each = ", ".join(f"{seconds * 1000:.0f}" for seconds in shown.seconds)
    memory = f"; memory while it builds: {shown.megabytes:,.0f} MB" if shown.megabytes else ""
    return (
        f"`serve` with {shown.articles:,} articles: {shown.median * 1000:.0f} ms from an edit to the browser "
        f"(median of {each}; the first after the start: {shown.first * 1000:.0f}){memory}."
    )


def _points(results: Sequence[Result], peer: str, case: str) -> list[tuple[float, float]]:
    found = [r for r in results if (r.peer, r.case) == (peer, case)]
    return [(r.articles, r.median) for r in found if r.median]


def _median(results: Sequence[Result], count: int, case: str, peer: str) -> float | None:
    found = [r.median for r in results if (r.articles, r.case, r.peer) == (count, case, peer)]
    return found[0] if found else None
