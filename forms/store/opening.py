"""Opens the store that the setting FOLLOWUP_STORE names."""

from __future__ import annotations

from pathlib import Path

from core.errors import InvalidSettings, Problem
from forms.store.memory import MemoryStore
from forms.store.protocol import Shapes, Store
from forms.store.tinydb import TinyStore

_REPAIR = "write tinydb:PATH (relative to the project) or memory:"


def open_store(url: str, shapes: Shapes, root: Path) -> Store:
    """The store at `url`: `memory:`, or `tinydb:PATH` with PATH relative to `root`.

    Raises InvalidSettings for any other, StoreCorrupt and StoreUnavailable when it cannot be opened.
    """
    kind, _, place = url.partition(":")
    if url == "memory:":
        return MemoryStore(shapes)
    if kind == "tinydb" and place:
        return TinyStore(root / place, shapes)
    raise InvalidSettings(
        [Problem("environment", 0, f'"FOLLOWUP_STORE" is "{url}", which is no store', _REPAIR)]
    )
