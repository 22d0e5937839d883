"""Stores to try the contracts on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms.store.protocol import Shapes, Store
from tests.contracts.engines import ENGINES, Engine
from tests.contracts.ledger import JOBS, PEOPLE, OpenStore
from tests.postgres_ledgers import close_opened


def _ready(request: pytest.FixtureRequest) -> Iterator[Engine]:
    chosen: Engine = request.param
    if chosen.needs:
        request.getfixturevalue(chosen.needs)
    yield chosen
    close_opened()


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine."""
    yield from _ready(request)


@pytest.fixture(params=[each for each in ENGINES if each.durable], ids=lambda engine: engine.name)
def durable(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine that other processes can open too."""
    yield from _ready(request)


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
