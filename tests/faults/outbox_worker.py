"""A worker as a process of its own: `python -m tests.faults.outbox_worker ENGINE PLACE PORT`.

Stops when idle, or when the store is away.
"""

from __future__ import annotations

import sys
from pathlib import Path

from core.clock import SystemClock
from forms.outbox.delivery import deliver_due
from forms.outbox.room import MailRoom
from forms.outbox.smtp import SmtpTransport
from tests.contracts.engines import ENGINES
from tests.forms.outbox.office import SHAPES, access


def main(engine: str, place: str, port: str) -> None:
    """Deliver until nothing is due."""
    (chosen,) = (each for each in ENGINES if each.name == engine)
    store = chosen.open(Path(place), SHAPES)
    room = MailRoom(store, SmtpTransport("127.0.0.1", int(port)), SystemClock(), access)
    while deliver_due(room, limit=1).total:
        pass
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
