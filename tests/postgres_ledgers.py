"""Ledgers on the PostgreSQL server of the test session, one for each place."""

from __future__ import annotations

import os
from pathlib import Path

from forms.store.postgres import PostgresStore
from forms.store.postgres_session import Patience
from forms.store.protocol import Shapes
from tests.postgres_server import VARIABLE, url_of

UNHURRIED = Patience(connect=60, lock=60, statement=60, silence=60, idle=600)
"""For tests that are not about waiting: a machine that is busy, or stands still for seconds, fails none."""

OPENED: list[PostgresStore] = []


def open_at(place: Path, shapes: Shapes) -> PostgresStore:
    """The store of a place, on the server that the test session started."""
    OPENED.append(PostgresStore(url_of(place, os.environ[VARIABLE]), shapes, patience=UNHURRIED))
    return OPENED[-1]


def close_opened() -> None:
    """Close what `open_at` opened in this process."""
    while OPENED:
        OPENED.pop().close()
