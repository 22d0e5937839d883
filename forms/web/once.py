"""A form that makes something makes it once: a second click, or the back button, finds it made.

The key stands in the form from the moment it is given out; using it up and making are one transaction, so
that a form that was refused, or met a fault, can be sent again.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import request
from wtforms import HiddenField

from forms.store.collection import use_case
from forms.store.protocol import Transaction
from forms.web import limits
from forms.web.context import context
from forms.web.csrf import bearer
from forms.web.form import BaseForm

KEPT = dt.timedelta(days=1)
"""How long a key is remembered: as long as a form's token lives."""

LONGEST_KEY = 64

Made = TypeVar("Made")


class OnceForm(BaseForm):
    """A form with a key of its own."""

    form_key = HiddenField(default=lambda: secrets.token_urlsafe(16))


@use_case
def once(tx: Transaction, form: OnceForm, make: Callable[[Transaction], Made]) -> Made | None:
    """What `make` gives; None, and nothing made, when this very form was taken before."""
    key = (form.form_key.data or "")[:LONGEST_KEY]
    if not limits.allow(
        tx, f"once:{request.endpoint}:{bearer()}:{key}", most=1, per=KEPT, now=context().now()
    ):
        return None
    return make(tx)
