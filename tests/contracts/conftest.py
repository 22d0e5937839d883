"""The engines that every contract is tried on. A new engine joins here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from forms.store.memory import MemoryStore
from forms.store.protocol import Shapes, Store
from forms.store.tinydb import TinyStore
from tests.contracts.ledger import JOBS, PEOPLE, OpenStore


class Engine(NamedTuple):
    """How to open one engine on a place; what is kept there is seen again when it is opened anew."""

    name: str
    open: Callable[[Path, Shapes], Store]
    durable: bool


ENGINES = (
    Engine("memory", lambda _place, shapes: MemoryStore(shapes), False),
    Engine("tinydb", lambda place, shapes: TinyStore(place / "ledger.json", shapes), True),
)


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine."""
    chosen: Engine = request.param
    return chosen


@pytest.fixture(params=[each for each in ENGINES if each.durable], ids=lambda engine: engine.name)
def durable(request: pytest.FixtureRequest) -> Engine:
    """Each engine that other processes can open too."""
    chosen: Engine = request.param
    return chosen


@pytest.fixture
def open_store(engine: Engine, tmp_path: Path) -> Iterator[OpenStore]:
    """Opens a store with the shapes a test needs."""
    opened: list[Store] = []

    def open_it(shapes: Shapes) -> Store:
        opened.append(engine.open(tmp_path, shapes))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    """A store with the two collections of `ledger`."""
    return open_store((JOBS, PEOPLE))
