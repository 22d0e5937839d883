"""A worker for a process of its own."""

from __future__ import annotations

from pathlib import Path

from core.clock import SystemClock
from forms.outbox.delivery import deliver_due
from forms.outbox.room import MailRoom
from forms.outbox.smtp import SmtpTransport
from tests.contracts.engines import ENGINES
from tests.forms.outbox.office import SHAPES, access


def deliver_all(engine: str, place: Path, port: int) -> None:
    """Deliver until nothing is due, or until the store is away."""
    (chosen,) = (each for each in ENGINES if each.name == engine)
    store = chosen.open(place, SHAPES)
    room = MailRoom(store, SmtpTransport("127.0.0.1", port), SystemClock(), access)
    while deliver_due(room, limit=1).total:
        pass
    store.close()
