"""A build that kills itself at a given moment: run by the tests as a process of its own.

    python killed_build.py CONTENT OUTPUT MOMENT [JOBS]

MOMENT is one of `MOMENTS` or of `OF_TEXTS`; the process ends by SIGKILL, so that nothing can be tidied up.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from pathlib import Path

from generator import files, swap
from generator.cache import Cache
from generator.publish import BuildOptions, Step, publish

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
# (the step that is told, how many files are written by then)
STEPS = {
    "reading": (Step.READ, 0),
    "first file": (Step.WRITE, 1),
    "fifth file": (Step.WRITE, 5),
    "checking": (Step.CHECK, 0),
    "before the swap": (Step.SWAP, 0),
    "after the swap": (Step.DONE, 0),
}
# What is done to the cache, by the name of what is saved.
SAVED = {
    "after the next manifest": "site.next",
    "before the shadow is noted": "shadow",
    "before the sources are noted": "sources",
}
# The same of a build of which only texts differ, for which files written this long ago are believed.
OF_TEXTS = {
    "after its step is noted": "steps",
    "before its shadow is noted": "shadow",
    "before it is noted that it was built": "built",
    "before its sources are noted": "sources",
}
BELIEVED_AFTER = 0.02  # seconds
AFTERWARDS = {"site.next", "steps"}  # noted, and then it dies
MOMENTS = (*STEPS, *SAVED, "between the renames", "after the exchange")


def die(*_anything: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def between_the_renames() -> None:
    swap.exchange = lambda one, other: False
    rename = Path.rename

    def rename_and_die(path: Path, target: Path) -> Path:
        done = rename(path, target)
        if target.name == "old":
            die()
        return done

    Path.rename = rename_and_die  # type: ignore[assignment, method-assign]


def after_the_exchange() -> None:
    exchange = swap.exchange

    def exchange_and_die(one: Path, other: Path) -> bool:
        done = exchange(one, other)
        die()
        return done

    swap.exchange = exchange_and_die


def at_saving(fatal: str) -> None:
    save = Cache.save

    def save_and_die(cache: Cache, name: str, value: object) -> None:
        if name in AFTERWARDS:
            save(cache, name, value)
        if name == fatal:
            die()
        if name not in AFTERWARDS:
            save(cache, name, value)

    Cache.save = save_and_die  # type: ignore[assignment, method-assign]


def main(content: str, output: str, moment: str, jobs: str = "1") -> None:
    if moment == "between the renames":
        between_the_renames()
    elif moment == "after the exchange":
        after_the_exchange()
    elif moment in SAVED:
        at_saving(SAVED[moment])
    elif moment in OF_TEXTS:
        files.RACY_NANOSECONDS = int(BELIEVED_AFTER * 1e9)
        at_saving(OF_TEXTS[moment])

    def progress(step: Step, done: int, _total: int) -> None:
        if STEPS.get(moment) == (step, done):
            die()

    options = BuildOptions(jobs=int(jobs), search=moment not in OF_TEXTS)
    publish(Path(content), Path(output), now=NOW, options=options, progress=progress)


if __name__ == "__main__":
    main(*sys.argv[1:])
