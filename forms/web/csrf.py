"""Proof that a form was given out by us, to the one who sends it back.

A token is signed with the secret key and bound to the *bearer*: whatever already gives the sender authority.
At the desk that is the session; on a candidate's page it is the link itself, so that no cookie is needed
there. The bearer is set before the view runs (a blueprint's `before_request`), and every request that may
change something is refused without a token of its bearer: forgetting to check is not possible, forgetting to
set the bearer shuts the door.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.exceptions import Forbidden
from wtforms import ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from forms.web.context import context

FIELD = "csrf_token"
LIFETIME = dt.timedelta(hours=24)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

View = TypeVar("View", bound=Callable[..., Any])


class FormRefused(Forbidden):
    """The form is not one of ours, or was given out too long ago."""

    description = "This form was open for too long, or was not given out by this page."


def set_bearer(bearer: str) -> None:
    """Say to whom the forms of this request belong: a session's or a link's id, never a secret itself."""
    g.csrf_bearer = bearer


def bearer() -> str | None:
    """To whom the forms of this request belong; None when that is not known (yet)."""
    found: str | None = g.get("csrf_bearer")
    return found


def new_token() -> str:
    """A token for a form on the page that is being made. Raises RuntimeError when no bearer was set."""
    return _signer().sign(secrets.token_urlsafe(8)).decode()


def is_valid(token: str) -> bool:
    """Whether `token` was given out to the present bearer, not longer ago than LIFETIME."""
    if bearer() is None:
        return False
    try:
        _signer().unsign(token, max_age=int(LIFETIME.total_seconds()))
    except BadSignature:
        return False
    return True


def is_token_field(name: str) -> bool:
    """Whether a field of this name carries a token; forms with a prefix carry it under theirs."""
    return name == FIELD or name.endswith(f"-{FIELD}")


def without_authority(view: View) -> View:
    """Mark a view whose POST anybody may send, such as a comment on the static site: no token is asked."""
    view.without_authority = True  # type: ignore[attr-defined]
    return view


def protect() -> None:
    """Refuse a request that may change something and carries no token. Raises FormRefused."""
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    if getattr(current_app.view_functions[request.endpoint], "without_authority", False):
        return
    if not any(is_token_field(name) and is_valid(value) for name, value in request.form.items()):
        raise FormRefused


class _Signer(TimestampSigner):
    """Reads the application's clock, so that a test can let a form grow old."""

    def get_timestamp(self) -> int:
        return int(context().now().timestamp())


def _signer() -> _Signer:
    owner = bearer()
    if owner is None:
        raise RuntimeError("no bearer: call forms.web.csrf.set_bearer before a form is made")
    return _Signer(context().secret, salt=f"form {owner}", digest_method=hashlib.sha256)


class BoundCSRF(CSRF):
    """WTForms' side of it: puts the token into every form."""

    def setup_form(self, form: BaseForm) -> list[tuple[str, UnboundField[Any]]]:
        # Several forms may stand on one page; each token field needs an id of its own.
        field: Any = self.field_class(label="", csrf_impl=self, id=f"token-{secrets.token_hex(4)}")
        return [(form.meta.csrf_field_name, field)]

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return new_token()

    def validate_csrf_token(self, form: BaseForm, field: CSRFTokenField) -> None:
        if not is_valid(str(field.data)):
            raise ValidationError(FormRefused.description)
