"""Stores with a few records, on the engines the tools are tried on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms.store.protocol import Store
from tests.contracts.conftest import engine as engine
from tests.contracts.engines import Engine
from tests.contracts.ledger import JOBS, PEOPLE, put

SHAPES = (JOBS, PEOPLE)


@pytest.fixture
def filled(engine: Engine, tmp_path: Path) -> Iterator[Store]:
    """Each engine in turn, holding two jobs and a person."""
    store = engine.open(tmp_path, SHAPES)
    put(
        store,
        "jobs",
        {"id": "b", "state": "open", "text": "é\n\u2028"},
        {"id": "a", "rank": 1, "nested": {"x": [1.5]}},
    )
    put(store, "people", {"id": "p", "email": "p@example.org"})
    yield store
    store.close()
