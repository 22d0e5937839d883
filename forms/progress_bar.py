"""How a command shows that it is getting on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress_bar(length: int, label: str, things: str) -> Iterator[Callable[[int], None]]:
    """A bar where somebody watches; lines, at every tenth, where a file does. `things`: what is counted."""
    if sys.stderr.isatty():
        with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
            yield bar.update
        return
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        before, done = done, done + more
        if more and (before * 10 // length) != (done * 10 // length):
            click.echo(f"{done} of {length} {things}", err=True)

    yield advance
