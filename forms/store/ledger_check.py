"""What is wrong with the files of an embedded store, beyond what its records tell."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator

from core.errors import Problem
from forms.store.layout import Unreadable, documents
from forms.store.ledger_file import LedgerFile
from forms.store.snapshots import Snapshots


def check(file: LedgerFile, snapshots: Snapshots) -> list[Problem]:
    """Doubled ids, files that others can read, snapshots nobody could restore. Raises StoreUnavailable.

    A ledger that is unreadable as a whole is not told here: whoever opens it finds out.
    """
    return [*_open_to_others(file, snapshots), *_doubled(file), *_damaged(snapshots)]


def _open_to_others(file: LedgerFile, snapshots: Snapshots) -> Iterator[Problem]:
    if os.name == "nt":
        return
    for path in (file.path, *(each.path for each in snapshots.found())):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Problem(str(path), 0, "others on this machine can read it", f"chmod 600 {path}")


def _doubled(file: LedgerFile) -> Iterator[Problem]:
    try:
        _stamp, records = documents(file.content()[1])
    except Unreadable:
        return
    counts = Counter((name, str(record.get("id", ""))) for name, record in records)
    for (name, record_id), count in counts.items():
        if count > 1:
            repair = "the last one is used; check it at the desk"
            yield Problem(f"{name}/{record_id}", 0, f"is in the file {count} times", repair)


def _damaged(snapshots: Snapshots) -> Iterator[Problem]:
    for snapshot in snapshots.found():
        try:
            documents(snapshot.path.read_bytes())
        except FileNotFoundError:
            continue
        except (Unreadable, OSError) as error:
            yield Problem(str(snapshot.path), 0, f"cannot be restored: {error}", "delete it")
