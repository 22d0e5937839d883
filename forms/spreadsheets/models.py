"""What is kept of an import: who did it, of which file, and what each row of it made and changed.

The second is what `undo` goes by. It goes with the person: whoever erases a candidate deletes the rows that
name them (`IMPORTED_ROWS`, by `candidate_id`).
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Any

from forms.store.collection import Collection


class ImportState(enum.StrEnum):
    """running → done → undone | partly_undone. One still running was interrupted: the same file goes on."""

    RUNNING = "running"
    DONE = "done"
    PARTLY_UNDONE = "partly_undone"
    UNDONE = "undone"

    @property
    def label(self) -> str:
        """The state in words."""
        return {
            ImportState.RUNNING: "Interrupted",
            ImportState.DONE: "Imported",
            ImportState.PARTLY_UNDONE: "Taken back in part",
            ImportState.UNDONE: "Taken back",
        }[self]


@dataclass(frozen=True)
class Import:
    """One import. It counts rows: of `new` people, with something `added`, `unchanged`, `skipped`.

    `digest` is the SHA-256 of the rows and of what they were read as; `by` a recruiter's id. `debts`: people
    who are owed an answer by it.
    """

    id: str
    by: str
    begun: dt.datetime
    file_name: str
    digest: str
    state: ImportState
    rows: int
    new: int = 0
    added: int = 0
    unchanged: int = 0
    skipped: int = 0
    debts: int = 0
    finished: dt.datetime | None = None
    undone: dt.datetime | None = None


@dataclass(frozen=True)
class Trace:
    """One record that a row made (`before` is None) or changed; `after` is the digest of what it left."""

    collection: str
    id: str
    before: dict[str, Any] | None
    after: str


@dataclass(frozen=True)
class ImportedRow:
    """What one row made and changed, in units that are taken back as a whole, in the order they came about.

    `key` tells the row again when the same file comes a second time; `source_id` is the person's number in
    the system the file came from.
    """

    id: str
    import_id: str
    number: int
    line: int
    key: str
    candidate_id: str
    source_id: str | None
    units: tuple[tuple[Trace, ...], ...]


IMPORTS = Collection("imports", Import, keys=("digest", "begun"), references={"by": "recruiters"})
IMPORTED_ROWS = Collection(
    "imported_rows",
    ImportedRow,
    keys=("import_id", "number", "candidate_id", "source_id"),
    references={"import_id": "imports"},
)
