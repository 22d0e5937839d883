"""Processes for tests to race, to kill and to starve.

Each is forked from a server that has imported the endpoint and opened nothing: it shares nothing with the
test or with its siblings, and starts in a fraction of the second that importing takes.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["forms"])
LONG = 120.0
"""Seconds after which a process that should have got somewhere plainly has not, on whatever machine."""


def start(work: Callable[..., None], *arguments: object) -> BaseProcess:
    """Start a process that does `work(*arguments)`, in the environment that the test has now."""
    process = _SERVER.Process(target=_work, args=(dict(os.environ), work, arguments))
    process.start()
    return process


def start_talking(work: Callable[..., None], *arguments: object) -> tuple[BaseProcess, Connection]:
    """Start a process that does `work(connection, *arguments)`; gives it and this side of the connection."""
    ours, theirs = _SERVER.Pipe()
    process = start(work, theirs, *arguments)
    theirs.close()
    return process, ours


def run(work: Callable[..., None], *arguments: object) -> int:
    """The exit code of a process that does `work(*arguments)`; a signal that killed it is negative."""
    process = start(work, *arguments)
    code = ended(process)
    process.close()
    return code


def ended(process: BaseProcess) -> int:
    """Wait for the end of a process; gives its exit code."""
    process.join(LONG)
    assert process.exitcode is not None, "it has not come to its end"
    return process.exitcode


def heard(connection: Connection, name: str) -> None:
    """Wait until the process at the other end says something, which stays to be read."""
    assert connection.poll(LONG), f"{name} never said a word"


def _work(environ: dict[str, str], work: Callable[..., None], arguments: tuple[object, ...]) -> None:
    os.environ.update(environ)
    work(*arguments)
