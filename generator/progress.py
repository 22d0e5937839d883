"""One line at the terminal that says how far a build is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from generator.report import Step

PATIENCE = 0.5  # seconds; what is over sooner needs no bar
_EVERY = 0.1  # seconds between two drawings
_WIDTH = 30  # characters of the bar


class ProgressLine:
    """Draws a bar for a build that takes long, and clears it at the end; it is a build's `progress`."""

    def __init__(
        self, write: Callable[[str], object] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write = write or _to_terminal
        self._clock = clock
        self._start = clock()
        self._drawn: tuple[Step, float] | None = None

    def __call__(self, step: Step, done: int, total: int) -> None:
        """There is news: `done` of `total` files in this step; a total of 0 where it is not known."""
        now = self._clock()
        if step is Step.DONE:
            self.clear()
        elif now - self._start >= PATIENCE and self._is_due(step, now):
            self._drawn = (step, now)
            self._write("\r\x1b[K" + bar(step, done, total))

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_error: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Leave the line as it was before."""
        if self._drawn is not None:
            self._drawn = None
            self._write("\r\x1b[K")

    def _is_due(self, step: Step, now: float) -> bool:
        return self._drawn is None or self._drawn[0] is not step or now - self._drawn[1] >= _EVERY


def bar(step: Step, done: int, total: int) -> str:
    """The line: "writing  [###-------]  300/1000"; without a bar where the total is not known."""
    if not total:
        return step.value
    full = _WIDTH * done // total
    return f"{step.value}  [{'#' * full}{'-' * (_WIDTH - full)}]  {done}/{total}"


def _to_terminal(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
