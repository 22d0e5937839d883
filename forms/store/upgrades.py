"""From an older format of the records to this program's, one step after another.

A store and a backup both carry the number of the format their records are in. A program that finds an older
one takes every record through the steps that are missing; one that finds a newer one refuses. To change how
records look: append a step, never change one that was released.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from forms.store.protocol import Record

Located = tuple[str, Record]
"""The name of a collection, and a record of it."""

Step = Callable[[str, Record], Iterable[Located]]
"""What becomes of one record: usually itself, changed; none, or several, where it is dropped or divided."""

Steps = tuple[Step, ...]

STEPS: Steps = ()
"""The step at place 0 leads from format 1 to format 2, and so on."""


def newest(steps: Steps = STEPS) -> int:
    """The number of the format in which these steps leave records."""
    return 1 + len(steps)


FORMAT = newest()
"""The format this program writes."""


def upgraded(records: Iterable[Located], version: int, steps: Steps = STEPS) -> Iterator[Located]:
    """Records of format `version`, which is not newer than the newest, in the newest."""
    for step in steps[version - 1 :]:
        records = _stepped(records, step)
    return iter(records)


def _stepped(records: Iterable[Located], step: Step) -> Iterator[Located]:
    for name, record in records:
        yield from step(name, record)
