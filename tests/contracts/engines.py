"""The engines that every contract is tried on. A new engine joins here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from forms.store.memory import MemoryStore
from forms.store.protocol import Shapes, Store
from forms.store.tinydb import TinyStore
from tests import postgres_ledgers


class Engine(NamedTuple):
    """How to open one engine on a place; what is kept there is seen again when it is opened anew."""

    name: str
    open: Callable[[Path, Shapes], Store]
    durable: bool
    needs: str = ""
    """The fixture of the server it needs."""


ENGINES = (
    Engine("memory", lambda _place, shapes: MemoryStore(shapes), False),
    Engine("tinydb", lambda place, shapes: TinyStore(place / "ledger.json", shapes), True),
    Engine("postgres", postgres_ledgers.open_at, True, "postgres_server"),
)
