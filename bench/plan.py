"""What is measured in a run: sizes, generators, rounds; and about how long that takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

CASES = ("cold", "edited", "unchanged")
TWO = ("follow-up", "hugo")
ALL = (*TWO, "pelican", "nikola", "mkdocs", "eleventy")
MAIN_SIZES = (1_000, 10_000)
SLOWEST = 20.0
"""A peer that takes so many times as long as Hugo is left out of the sizes that follow."""

# Seconds for 1,000 articles on two quiet cores, cold and again; only to tell how long a run will take.
_PACE = {
    "follow-up": (1.5, 0.2),
    "hugo": (1.5, 1.5),
    "pelican": (8.0, 8.0),
    "nikola": (15.0, 4.0),
    "mkdocs": (12.0, 12.0),
    "eleventy": (6.0, 6.0),
}
_SERVE_SECONDS_OF_1000 = 5.0


@dataclass(frozen=True)
class Stage:
    """One size: who is measured on it, and of how many rounds the median is.

    `rounds` are those of ours and Hugo, `others` those of the rest: a slow peer at a large size says in
    one round what there is to say, and would take most of the time.
    """

    count: int
    keys: tuple[str, ...]
    rounds: int
    others: int

    def rounds_of(self, key: str) -> int:
        """How many rounds of this generator count."""
        return self.rounds if key in TWO else self.others

    @property
    def seconds(self) -> float:
        """About how long it takes: every round, and the one in which memory is looked at."""
        return sum(map(self._seconds_of, self.keys)) * self.count / 1000

    def _seconds_of(self, key: str) -> float:
        cold, again = _PACE[key]
        return (cold + (len(CASES) - 1) * again) * (self.rounds_of(key) + 1)


@dataclass(frozen=True)
class Plan:
    """A whole run. `serve` is the number of articles `serve` is measured with."""

    stages: tuple[Stage, ...]
    serve: int

    def only(self, keys: Iterable[str]) -> Plan:
        """Ours, Hugo, which is the measure, and of the others these."""
        wanted = {*TWO, *keys}
        return Plan(
            tuple(replace(s, keys=tuple(key for key in s.keys if key in wanted)) for s in self.stages),
            self.serve,
        )

    def of(self, rounds: int | None) -> Plan:
        """With another number of rounds, if one is given."""
        if rounds is None:
            return self
        return Plan(tuple(replace(s, rounds=rounds, others=rounds) for s in self.stages), self.serve)

    @property
    def minutes(self) -> float:
        """About how long it takes on two quiet cores, without installing."""
        return (sum(s.seconds for s in self.stages) + self.serve / 1000 * _SERVE_SECONDS_OF_1000) / 60


QUICK = Plan((Stage(100, TWO, 1, 1), Stage(300, TWO, 1, 1), Stage(1_000, TWO, 1, 1)), serve=1_000)
MEDIUM = Plan(
    (
        Stage(100, TWO, 3, 3),
        Stage(300, TWO, 3, 3),
        Stage(1_000, ALL, 3, 3),
        Stage(3_000, TWO, 1, 1),
        Stage(10_000, TWO, 3, 3),
    ),
    serve=10_000,
)
FULL = Plan(
    (
        Stage(100, TWO, 5, 5),
        Stage(300, TWO, 5, 5),
        Stage(1_000, ALL, 5, 5),
        Stage(3_000, TWO, 3, 3),
        Stage(10_000, ALL, 5, 1),
    ),
    serve=10_000,
)
