"""The mail room: the parts that sending needs, put together once, by the composition root."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from core.clock import Clock
from forms.outbox.bounce_address import BounceAddress
from forms.outbox.models import Listener, Mail
from forms.outbox.transport import Transport
from forms.store.protocol import Reader, Store, Transaction

EXTENSION = "followup-mail"
"""Where an application keeps its MailRoom, among Flask's extensions."""

Access = Callable[[Transaction, str, dt.datetime], tuple[str, str]]
"""Mints a private link for a candidate's id and gives its whole address and its id; called in the transaction
that claims a row, so that the link exists only while the message is on its way."""


@dataclass(frozen=True)
class Held:
    """Why an invitation does not go out now. `until`: when it is looked at again; None: it is cancelled."""

    reason: str
    until: dt.datetime | None = None


Gate = Callable[[Reader, Mail, dt.datetime], Held | None]
"""Asked of an invitation that is due, in the transaction that claims it; None lets it go."""


@dataclass(frozen=True)
class Invitations:
    """How invitations go out: who may be sent one now, and the address by which they are switched off."""

    gate: Gate
    unsubscribe: Access


@dataclass(frozen=True)
class MailRoom:
    """How this installation sends.

    `mail_from`: the address mail is from; empty for the recruiter's own. `bounces`: where what cannot be
    delivered goes; None for the address mail is from. `invitations`: None where none are sent; one that waits
    all the same is then refused.
    """

    store: Store
    transport: Transport
    clock: Clock
    access: Access
    listeners: tuple[Listener, ...] = ()
    mail_from: str = ""
    bounces: BounceAddress | None = None
    invitations: Invitations | None = None
