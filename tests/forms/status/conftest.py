"""The scenery of these tests."""

from __future__ import annotations

import pytest

from core.clock import ManualClock
from forms.store.memory import MemoryStore
from tests.forms.people import Scene


@pytest.fixture
def scene(store: MemoryStore, clock: ManualClock) -> Scene:
    """Anna, one confidential job, and a Thursday morning."""
    return Scene(store, clock)
