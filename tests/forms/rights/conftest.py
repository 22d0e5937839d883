"""The scenery of these tests, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from forms import SHAPES
from forms.outbox.delivery import deliver_due
from forms.outbox.room import EXTENSION, MailRoom
from forms.outbox.transport import MemoryTransport
from forms.store.memory import MemoryStore
from tests.contracts.engines import ENGINES, Engine
from tests.forms.acting import browser
from tests.forms.people import Scene
from tests.postgres_ledgers import close_opened


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore]:
    """An empty store, on each engine."""
    engine: Engine = request.param
    if engine.needs:
        request.getfixturevalue(engine.needs)
    made = engine.open(tmp_path, SHAPES)
    yield cast(MemoryStore, made)
    made.close()
    close_opened()


@pytest.fixture
def scene(store: MemoryStore, clock: ManualClock) -> Scene:
    """Anna, one confidential job, and a Thursday morning."""
    return Scene(store, clock)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """Whoever holds a link."""
    return browser(app)


class Post:
    """The mail of the application, kept in memory as it left."""

    def __init__(self, app: Flask) -> None:
        self.transport = MemoryTransport()
        self._room = cast(MailRoom, app.extensions[EXTENSION])

    def deliver(self) -> list[str]:
        """Send what is due; the texts of it."""
        before = len(self.transport.sent)
        deliver_due(replace(self._room, transport=self.transport))
        return [message.get_content() for message in self.transport.sent[before:]]


@pytest.fixture
def post(app: Flask) -> Post:
    return Post(app)
