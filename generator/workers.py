"""Work shared out among processes, because threads of Python take turns.

A crew is made for one build. Its processes begin when the first work is large enough, as copies of this one
(fork) where the system can do that and nothing else runs in it, and anew (spawn) otherwise. Each gets its
tools once (`make(context)`) and then one share after another, so that the slow do not hold up the quick. A
process ends when its line to the build does: with the build, even with one that is killed.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from core.errors import FollowUpError

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext

C = TypeVar("C", contravariant=True)
S = TypeVar("S", contravariant=True)
R = TypeVar("R", covariant=True)
FEWEST = 48  # pieces of work that are worth the start of a process


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
    """At most `jobs` processes; with one, all work is done here."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._hands: list[_Hand] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_error: object) -> None:
        for hand in self._hands:
            hand.dismiss()

    def run(self, task: Task[C, S, R], context: C, shares: Iterable[S], pieces: int) -> Iterator[R]:
        """What the tool of `task` makes of each share, in any order; `pieces` is how much work it is at most.

        Raises what the tool raises, and FollowUpError when a process was ended from outside.
        """
        if self._jobs < 2 or pieces < FEWEST:
            with contextlib.closing(task(context)) as tool:
                yield from map(tool, shares)
            return
        self._begin()
        for hand in self._hands:
            hand.send(("task", (task, context)))
        yield from self._deal(iter(shares))
        for hand in self._hands:
            hand.send(("done", None))
            hand.receive()

    def _deal(self, shares: Iterator[Any]) -> Iterator[Any]:
        """One share to each, and the next, which lies ready meanwhile, to whoever has done with theirs."""
        busy: dict[Connection, _Hand] = {}
        for hand, share in zip(self._hands, shares, strict=False):
            hand.send(("share", share))
            busy[hand.line] = hand
        upcoming = list(islice(shares, 1))
        while busy:
            for line in wait(list(busy)):
                hand = busy.pop(line)  # type: ignore[call-overload]  # wait() gives what it was given
                result = hand.receive()
                if upcoming:
                    hand.send(("share", upcoming.pop()))
                    busy[hand.line] = hand
                    upcoming += islice(shares, 1)
                yield result

    def _begin(self) -> None:
        while len(self._hands) < self._jobs:
            self._hands.append(_Hand([hand.line for hand in self._hands]))


class _Hand:
    """One process, seen from the build."""

    def __init__(self, others: Sequence[Connection]) -> None:
        self.line, theirs = multiprocessing.Pipe()
        context: ForkContext | SpawnContext
        if _can_copy():
            context = multiprocessing.get_context("fork")
            # The copy has all our lines open: it must close them, or none would end with us.
            ours = [*others, self.line]
        else:
            context = multiprocessing.get_context("spawn")
            ours = []
        self._process = context.Process(target=_work, args=(theirs, ours), daemon=True)
        self._process.start()
        theirs.close()

    def send(self, message: tuple[str, Any]) -> None:
        try:
            self.line.send(message)
        except OSError as error:
            raise _ended() from error

    def receive(self) -> Any:
        """The answer. Raises what was raised there."""
        try:
            kind, value = self.line.recv()
        except (EOFError, OSError) as error:
            raise _ended() from error
        if kind == "error":
            failure, told = value
            failure.add_note(told)
            raise failure
        return value

    def dismiss(self) -> None:
        """Let the process end, at the latest with the share it is at."""
        self.line.close()
        self._process.join(timeout=5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def _ended() -> FollowUpError:
    return FollowUpError(
        "A process of this build was ended from outside — see how much memory is free, or build with --jobs 1"
    )


def _can_copy() -> bool:
    """Whether to begin a process as a copy: not where a thread could be in the middle of something.

    On macOS the system's own libraries have threads.
    """
    can_fork = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    return can_fork and threading.active_count() == 1


def _work(line: Connection, ours: Iterable[Connection]) -> None:
    """The life of a process: tasks, and their shares, until the line ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the build, which ends us
    gc.freeze()  # what was copied stays: to look through it again and again would copy its memory, too
    gc.enable()
    for other in ours:
        other.close()
    tool: Any = None
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            kind, value = line.recv()
            if kind == "task":
                task, context = value
                tool = _answer(line, partial(task, context), only_errors=True)
            elif kind == "share":
                _answer(line, partial(tool, value))
            else:
                _answer(line, tool.close)


def _answer(line: Connection, work: Callable[[], Any], *, only_errors: bool = False) -> Any:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001  # whatever it is, the build tells it
        line.send(("error", (_portable(error), traceback.format_exc())))
        return None
    if not only_errors:
        line.send(("result", result))
    return result


def _portable(error: Exception) -> Exception:
    """The error, or one that says the same where it cannot travel between processes."""
    try:
        copy: Exception = pickle.loads(pickle.dumps(error))  # noqa: S301  # made on this line
    except Exception:  # noqa: BLE001  # whatever keeps it from travelling
        return RuntimeError(f"{type(error).__name__}: {error}")
    return copy
