"""A build that kills itself at a given moment: run by the tests as a process of its own.

    python killed_build.py CONTENT OUTPUT MOMENT

MOMENT is one of `MOMENTS`; the process ends by SIGKILL, so that nothing can be tidied up.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import sys
from pathlib import Path

from generator import swap
from generator.publish import Step, publish

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
# (the step that is told, how many files are written by then)
STEPS = {
    "reading": (Step.READ, 0),
    "first file": (Step.WRITE, 1),
    "tenth file": (Step.WRITE, 10),
    "checking": (Step.CHECK, 0),
    "before the swap": (Step.SWAP, 0),
    "after the swap": (Step.DONE, 0),
}
MOMENTS = (*STEPS, "between the renames", "while deleting the old site")


def die(*_anything: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(content: str, output: str, moment: str) -> None:
    if moment == "between the renames":
        swap.exchange = lambda one, other: False
        rename = Path.rename

        def rename_and_die(path: Path, target: Path) -> Path:
            done = rename(path, target)
            die()
            return done

        Path.rename = rename_and_die  # type: ignore[assignment, method-assign]
    elif moment == "while deleting the old site":
        remove = os.unlink

        def remove_and_die(path: str, *, dir_fd: int | None = None) -> None:
            remove(path, dir_fd=dir_fd)
            die()

        shutil.os.unlink = remove_and_die  # type: ignore[attr-defined]

    def progress(step: Step, done: int, _total: int) -> None:
        if STEPS.get(moment) == (step, done):
            die()

    publish(Path(content), Path(output), now=NOW, progress=progress)


if __name__ == "__main__":
    main(*sys.argv[1:])
