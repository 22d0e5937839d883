"""One process of a crew, as the build sees it, and its life (see `workers`)."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from core.errors import FollowUpError

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext


class Hand:
    """A process that is given tasks, and shares of them. `owed` is of how many shares we have no result yet.

    It ends when its line to the build does: with the build, even with one that is killed. `others` are the
    lines to the processes that there are, and `load` is what it does before anything else.
    """

    def __init__(self, others: Sequence[Connection], load: Callable[[], object] | None = None) -> None:
        self.line, theirs = multiprocessing.Pipe()
        self.owed = 0
        context: ForkContext | SpawnContext
        if can_copy():
            context = multiprocessing.get_context("fork")
            # The copy has all our lines open: it must close them, or none would end with us.
            ours = [*others, self.line]
        else:
            context = multiprocessing.get_context("spawn")
            ours = []
        self._process = context.Process(target=_live, args=(theirs, ours, load), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, task: Callable[[Any], Any], context: object) -> None:
        """Let it make the tool of a task."""
        self._send(("task", (task, context)))

    def give(self, shares: Sequence[object]) -> None:
        """Shares, all of which it takes before it answers: so no side can wait for the other for ever."""
        if shares:
            self._send(("shares", shares))
            self.owed += len(shares)

    def receive(self) -> Any:
        """The result of a share. Raises what was raised there."""
        self.owed -= 1
        return self._answer()

    def finish(self) -> None:
        """Let it put the tool away. Raises what was raised there."""
        self._send(("done", None))
        self._answer()

    def leave(self) -> None:
        """Let the process end, at the latest with the shares it is at."""
        self.line.close()

    def wait(self) -> None:
        """After `leave`: until the process has ended."""
        self._process.join(timeout=5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    def _send(self, message: tuple[str, Any]) -> None:
        try:
            self.line.send(message)
        except OSError as error:
            raise _ended() from error

    def _answer(self) -> Any:
        try:
            kind, value = self.line.recv()
        except (EOFError, OSError) as error:
            raise _ended() from error
        if kind == "error":
            failure, told = value
            failure.add_note(told)
            raise failure
        return value


def can_copy() -> bool:
    """Whether to begin a process as a copy: not where a thread could be in the middle of something.

    On macOS the system's own libraries have threads.
    """
    can_fork = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    return can_fork and threading.active_count() == 1


def _ended() -> FollowUpError:
    return FollowUpError(
        "A process of this build was ended from outside — see how much memory is free, or build with --jobs 1"
    )


def _live(line: Connection, ours: Iterable[Connection], load: Callable[[], object] | None) -> None:
    """The life of a process: tasks, and their shares, until the line ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the build, which ends us
    gc.freeze()  # what was copied stays: to look through it again and again would copy its memory, too
    gc.enable()
    for other in ours:
        other.close()
    tool: Any = None
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        if load is not None:
            _do(line, load, only_errors=True)
        while True:
            kind, value = line.recv()
            if kind == "task":
                task, context = value
                tool = _do(line, partial(task, context), only_errors=True)
            elif kind == "shares":
                for share in value:
                    _do(line, partial(tool, share))
            else:
                _do(line, tool.close)


def _do(line: Connection, work: Callable[[], Any], *, only_errors: bool = False) -> Any:
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
