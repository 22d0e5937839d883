"""Practices to import into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms import SHAPES
from forms.store.memory import MemoryStore
from tests.contracts.conftest import engine as engine
from tests.contracts.engines import Engine
from tests.forms.spreadsheets.practice import Practice


@pytest.fixture
def practice() -> Practice:
    """An empty practice, in memory."""
    return Practice(MemoryStore(SHAPES))


@pytest.fixture
def any_practice(engine: Engine, tmp_path: Path) -> Iterator[Practice]:
    """An empty practice on each engine in turn."""
    store = engine.open(tmp_path, SHAPES)
    yield Practice(store)
    store.close()
