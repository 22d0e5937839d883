"""Work shared out among processes, because threads of Python take turns.

A crew is made for one build. Its processes begin when the first work is large enough, as copies of this one
(fork) where the system can do that and nothing else runs in it, and anew (spawn) otherwise. Each gets its
tools once (`make(context)`) and then one share after another, so that the slow do not hold up the quick.

To load the program takes longer than to make a small site. Where it is known at the start that there is work,
a process begins ahead of the others: it loads what the first work needs, and does that, while this one loads
what is needed after it. The others are then copies of this one, and have that.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol, TypeVar

from generator.hands import Hand, can_copy

C = TypeVar("C", contravariant=True)
S = TypeVar("S", contravariant=True)
R = TypeVar("R", covariant=True)
FEWEST = 48  # pieces of work that are worth the start of a process
_AHEAD = 4  # shares that the first process gets at once, which it does while this one loads
_WORTH = 5  # shares left that are worth bringing in others, who have yet to load what the first one has


class Tool(Protocol[S, R]):
    """Does one share of the work."""

    def __call__(self, share: S, /) -> R: ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class Task(Protocol[C, S, R]):
    """Makes the tool from what all shares have in common; a class or function of a module."""

    def __call__(self, context: C, /) -> Tool[S, R]: ...


def default_jobs() -> int:
    """The cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not everywhere
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class Crew:
    """At most `jobs` processes at work; with one, all work is done here."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._hands: list[Hand] = []
        self._ahead: list[Hand] = []
        self._leaving: list[Hand] = []
        self._steps: Iterator[object] = iter(())

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_error: object) -> None:
        self.dismiss()
        while self._leaving:
            self._leaving.pop().wait()

    def dismiss(self) -> None:
        """Let all processes end, which takes them some milliseconds; who leaves the crew waits for that."""
        self._let_go(self._ahead)
        self._let_go(self._hands)

    def begin_ahead(self, load: Callable[[], object]) -> None:
        """Begin one process now, which does `load` and then the first work, and ends with that."""
        if self._jobs > 1 and can_copy():
            self._ahead.append(Hand([], load))

    def prepare(self, steps: Iterable[object]) -> None:
        """What to do once, step by step, before the others begin, so that they have what it loads."""
        self._steps = iter(steps)

    def run(self, task: Task[C, S, R], context: C, shares: Iterable[S], pieces: int) -> Iterator[R]:
        """What the tool of `task` makes of each share, in any order; `pieces` is how much work it is at most.

        Raises what the tool raises, and FollowUpError when a process was ended from outside.
        """
        if self._jobs < 2 or pieces < FEWEST:
            with contextlib.closing(task(context)) as tool:
                yield from map(tool, shares)
            return
        waiting = iter(shares)
        hands = list(self._ahead)
        for hand in hands:
            hand.begin(task, context)
        yield from self._get_ready(hands, waiting)
        more = list(islice(waiting, _WORTH)) if hands else []
        if len(more) == _WORTH or not hands:
            others = self._begun()[: self._jobs - len(hands)]
            for hand in others:
                hand.begin(task, context)
            hands += others
        yield from _deal(hands, chain(more, waiting))
        for hand in hands:
            hand.finish()
        self._let_go(self._ahead)

    def _get_ready(self, hands: Sequence[Hand], shares: Iterator[Any]) -> Iterator[Any]:
        """Load what is to be loaded, and see between two steps that who began ahead has something to do."""
        for _step in chain([None], self._steps):
            for hand in hands:
                while hand.owed and hand.line.poll():
                    yield hand.receive()
                if not hand.owed:
                    hand.give(list(islice(shares, _AHEAD)))

    def _begun(self) -> list[Hand]:
        while len(self._hands) < self._jobs:
            self._hands.append(Hand([hand.line for hand in (*self._ahead, *self._hands)]))
        return self._hands

    def _let_go(self, hands: list[Hand]) -> None:
        for hand in hands:
            hand.leave()
        self._leaving += hands
        hands.clear()


def _deal(hands: Sequence[Hand], shares: Iterator[Any]) -> Iterator[Any]:
    """One share to each, and the next, which lies ready meanwhile, to whoever has done with theirs."""
    for hand in hands:
        if not hand.owed:
            hand.give(list(islice(shares, 1)))
    busy: dict[Connection, Hand] = {hand.line: hand for hand in hands if hand.owed}
    upcoming = list(islice(shares, 1))
    while busy:
        for line in wait(list(busy)):
            hand = busy[line]  # type: ignore[index]  # wait() gives what it was given
            result = hand.receive()
            if not hand.owed:
                hand.give(upcoming)
                upcoming = list(islice(shares, 1))
            if not hand.owed:
                del busy[hand.line]
            yield result
