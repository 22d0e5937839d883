"""An empty outbox, over each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clock import ManualClock
from tests.contracts.engines import ENGINES, Engine
from tests.forms.outbox.office import SHAPES, Office
from tests.postgres_ledgers import close_opened


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def office(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Office]:
    """An empty outbox, on each engine."""
    engine: Engine = request.param
    if engine.needs:
        request.getfixturevalue(engine.needs)
    made = engine.open(tmp_path, SHAPES)
    yield Office(made, clock)
    made.close()
    close_opened()
