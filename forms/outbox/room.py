"""The mail room: the parts that sending needs, put together once, by the composition root."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from core.clock import Clock
from forms.outbox.bounce_address import BounceAddress
from forms.outbox.models import Listener
from forms.outbox.transport import Transport
from forms.store.protocol import Store, Transaction

EXTENSION = "followup-mail"
"""Where an application keeps its MailRoom, among Flask's extensions."""

Access = Callable[[Transaction, str, dt.datetime], tuple[str, str]]
"""Mints a private link for a candidate's id and gives its whole address and its id; called in the transaction
that claims a row, so that the link exists only while the message is on its way."""


@dataclass(frozen=True)
class MailRoom:
    """How this installation sends.

    `mail_from`: the address mail is from; empty for the recruiter's own. `bounces`: where what cannot be
    delivered goes; None for the address mail is from.
    """

    store: Store
    transport: Transport
    clock: Clock
    access: Access
    listeners: tuple[Listener, ...] = ()
    mail_from: str = ""
    bounces: BounceAddress | None = None
