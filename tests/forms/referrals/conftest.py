"""The scenery of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from core.clock import ManualClock
from forms import SHAPES
from forms.store.memory import MemoryStore
from tests.contracts.engines import ENGINES, Engine
from tests.forms.people import Scene
from tests.postgres_ledgers import close_opened


@pytest.fixture
def scene(store: MemoryStore, clock: ManualClock) -> Scene:
    """Anna, one confidential job, and a Thursday morning."""
    return Scene(store, clock)


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def many_scene(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Scene]:
    """The same, on each engine."""
    engine: Engine = request.param
    if engine.needs:
        request.getfixturevalue(engine.needs)
    made = engine.open(tmp_path, SHAPES)
    yield Scene(cast(MemoryStore, made), clock)
    made.close()
    close_opened()
