"""An empty outbox, over each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clock import ManualClock
from forms.store.memory import MemoryStore
from forms.store.protocol import Store
from forms.store.tinydb import TinyStore
from tests.forms.outbox.office import SHAPES, Office


@pytest.fixture(params=["memory", "tinydb"])
def office(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """An empty outbox, on each engine."""
    made: Store = (
        MemoryStore(SHAPES) if request.param == "memory" else TinyStore(tmp_path / "ledger.json", SHAPES)
    )
    yield Office(made, clock)
    made.close()
