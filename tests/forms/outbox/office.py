"""An outbox, and what a test does with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from core.clock import ManualClock
from core.errors import NotFound
from forms import links
from forms.links import LINKS
from forms.outbox import queue
from forms.outbox.bounces import BOUNCES
from forms.outbox.delivery import deliver_due
from forms.outbox.models import OUTBOX, Mail, Message
from forms.outbox.outcome import Counts
from forms.outbox.room import MailRoom
from forms.outbox.transport import MemoryTransport, Transport
from forms.store.protocol import Store, Transaction

SHAPES = (OUTBOX.shape, LINKS.shape, BOUNCES.shape)
DOMAIN = "followup.example"


def access(tx: Transaction, candidate_id: str, now: dt.datetime) -> tuple[str, str]:
    """A private link, as the status feature makes them."""
    if candidate_id == "erased":
        raise NotFound("There is no such candidate.")
    token, link = links.mint(tx, links.Purpose.STATUS, candidate_id, now=now, lifetime=dt.timedelta(days=180))
    return f"https://followup.example/status/{token}/", link.id


@dataclass
class Office:
    """An outbox, and what a test does with it."""

    store: Store
    clock: ManualClock
    transport: MemoryTransport = field(default_factory=MemoryTransport)
    told: list[Mail] = field(default_factory=list)

    def room(self, transport: Transport | None = None) -> MailRoom:
        """The mail room over this outbox."""
        return MailRoom(
            self.store,
            transport or self.transport,
            self.clock,
            access,
            (self.listen,),
            "office@agency.example",
        )

    def listen(self, _tx: Transaction, mail: Mail) -> None:
        """Keep what listeners are told."""
        self.told.append(mail)

    def post(self, event: str = "answer:1", **changes: Any) -> Mail:
        """Queue a message."""
        return queue.enqueue(self.store, letter(event, **changes), now=self.clock.now(), domain=DOMAIN)

    def deliver(self, transport: Transport | None = None) -> Counts:
        """One round of delivery."""
        return deliver_due(self.room(transport))

    def mail(self, mail_id: str) -> Mail:
        """The row as it stands now."""
        with self.store.read() as reader:
            return OUTBOX.require(reader, mail_id)

    def pass_time(self, **span: float) -> None:
        """Move the clock; a negative span moves it back."""
        self.clock.advance(dt.timedelta(**span))


def letter(event: str = "answer:1", **changes: Any) -> Message:
    """A message to Bea, with a private link in it."""
    values: dict[str, Any] = {
        "event": event,
        "recipient": "bea@example.org",
        "recipient_name": "Bea Candidate",
        "sender_name": "Anna Headhunter",
        "reply_to": "anna@agency.example",
        "subject": "Data engineer: the outcome",
        "body": "Dear Bea,\n\nThe job is filled. Your page:\n{{ status_link }}\n\nAnna",
        "access_for": "bea",
        **changes,
    }
    return Message(**values)
