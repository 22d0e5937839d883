"""What the store's commands work with: put together by the composition root, beside the open store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.clock import Clock
from core.errors import StoreError
from core.settings import RunSettings
from forms.store.collection import Collection
from forms.store.opening import ClosedStore, open_store
from forms.store.protocol import Shape, Shapes, Store
from forms.store.restore import Revise
from forms.store.snapshots import SnapshotRule

EXTENSION = "followup_store"


@dataclass(frozen=True)
class StoreTools:
    """The open store, where it lies, and what it holds. `root`: the folder that paths are relative to.

    `revise`: by collection, what becomes of a record that is restored.
    """

    store: Store
    url: str
    root: Path
    collections: Sequence[Collection[Any]]
    clock: Clock
    revise: Mapping[str, Revise]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The collections as engines see them."""
        return tuple(each.shape for each in self.collections)

    def backups(self) -> Path:
        """The folder for backups that are given no name."""
        return self.root / "var" / "backups"

    def now(self) -> dt.datetime:
        """The present moment, in UTC."""
        return self.clock.now()


def open_configured(run: RunSettings, shapes: Shapes, root: Path, *, even_closed: bool) -> Store:
    """The store of the settings. `even_closed`: where it cannot be opened, one of which every use says why.

    Raises InvalidSettings; StoreCorrupt and StoreUnavailable unless `even_closed`.
    """
    try:
        rule = SnapshotRule(run.snapshot_count, run.snapshot_hours)
        return open_store(run.store, shapes, root, snapshots=rule)
    except StoreError as error:
        if even_closed:
            return ClosedStore(error)
        raise
