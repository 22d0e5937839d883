"""Ledgers on the PostgreSQL server of the test session, one for each place."""

from __future__ import annotations

import os
from pathlib import Path

from forms.store.postgres import PostgresStore
from forms.store.protocol import Shapes
from tests.postgres_server import VARIABLE, url_of

OPENED: list[PostgresStore] = []


def open_at(place: Path, shapes: Shapes) -> PostgresStore:
    """The store of a place, on the server that the test session started."""
    OPENED.append(PostgresStore(url_of(place, os.environ[VARIABLE]), shapes))
    return OPENED[-1]


def close_opened() -> None:
    """Close what `open_at` opened in this process."""
    while OPENED:
        OPENED.pop().close()
