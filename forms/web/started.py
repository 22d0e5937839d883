"""When a form was given out: one that comes back within a moment was not filled in by a person."""

from __future__ import annotations

import datetime as dt

from itsdangerous import BadSignature, Signer

from forms.web.context import context


def stamp() -> str:
    """The present second, signed; goes into a hidden field."""
    return _signer().sign(str(int(context().now().timestamp()))).decode()


def age(text: str | None) -> dt.timedelta | None:
    """How long ago the form was given out; None when the stamp is missing or not ours."""
    try:
        seconds = int(_signer().unsign(text or ""))
    except (BadSignature, ValueError):
        return None
    return context().now() - dt.datetime.fromtimestamp(seconds, dt.UTC)


def _signer() -> Signer:
    return Signer(context().secret, salt="form started")
