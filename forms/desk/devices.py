"""Browsers that have logged in before: whoever knows only an address cannot lock its owner out of them.

Attempts are counted for each account. In a browser that an account was opened in, they are counted for that
browser apart, so that a stranger who types wrong passwords all day costs the account's own people nothing.
The cookie opens nothing; it ends with the password.
"""

from __future__ import annotations

import hashlib
import secrets

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from forms.recruiters import Recruiter
from forms.web.context import context

COOKIE = "followup_browser"
PATH = "/desk/login/"
KEPT = 180 * 24 * 3600
"""Seconds."""


def known_device(recruiter: Recruiter | None) -> str:
    """The name of this browser, when this account was opened in it before; else nothing."""
    if recruiter is None:
        return ""
    try:
        device, mark = _serializer().loads(request.cookies.get(COOKIE, ""), max_age=KEPT)
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(device) if mark == _mark(recruiter) else ""


def remember(response: Response, recruiter: Recruiter) -> None:
    """Know this browser again."""
    device = known_device(recruiter) or secrets.token_urlsafe(12)
    response.set_cookie(
        COOKIE,
        _serializer().dumps([device, _mark(recruiter)]),
        max_age=KEPT,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=context().run.base_url.startswith("https://"),
    )


def password_mark(recruiter: Recruiter) -> str:
    """Stands for the password as it is now, and tells nothing of it."""
    return hashlib.sha256(recruiter.password_hash.encode()).hexdigest()[:16]


def _mark(recruiter: Recruiter) -> str:
    return f"{recruiter.id} {password_mark(recruiter)}"


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(context().secret, salt="known browser")
