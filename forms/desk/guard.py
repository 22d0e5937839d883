"""The desk's door: every page behind it needs a session, unless it is named here."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from forms.desk import permissions, sessions, visibility
from forms.desk.permissions import OPEN
from forms.recruiters import Recruiter
from forms.web import csrf
from forms.web.context import context, set_context
from forms.web.errors import LoggedOut, NotAllowed
from forms.web.kept import kept_form
from forms.web.recruiter import ActingRecruiter, set_acting

HOME = "/desk/"

TOKEN = "session"  # noqa: S105  # the name it has in the cookie
VISITOR = "visitor"


def require_session() -> ResponseReturnValue | None:
    """Let in who is logged in; show others the door, with the way back."""
    if request.endpoint in OPEN:
        return None
    token = session.get(TOKEN)
    if isinstance(token, str):
        # Set before the store is asked: should it not answer, the page that says so can still make forms.
        csrf.set_bearer(sessions.session_id(token))
        recruiter = sessions.recruiter_of(context().store, token, context().now())
        if recruiter is not None:
            _admit(recruiter)
            return None
    return _to_the_door()


def _admit(recruiter: Recruiter) -> None:
    """Set who acts, and what they see. Raises NotAllowed when this page is not for their role."""
    role, endpoint = recruiter.role, request.endpoint or ""
    set_acting(ActingRecruiter(recruiter.id, recruiter.name, recruiter.email, recruiter.phone, role.value))
    if not permissions.may(role, endpoint, request.method):
        raise NotAllowed(permissions.explained(endpoint, request.method))
    found = context()
    set_context(replace(found, store=visibility.store_for(found.store, recruiter)))


def _to_the_door() -> ResponseReturnValue:
    kept = kept_form() if request.method == "POST" else None
    if kept is not None and kept.shown:
        raise LoggedOut(url_for("desk.log_in"))
    asked = request.full_path if request.query_string else request.path
    wanted = asked if request.method in csrf.SAFE_METHODS and asked != HOME else None
    return redirect(url_for("desk.log_in", next=wanted), code=303)


def way_back(asked: str) -> str:
    """Where to go after login: a page of the desk, and nothing else."""
    parts = urlsplit(asked)
    local = not parts.scheme and not parts.netloc and parts.path.startswith(HOME)
    clean = asked.isprintable() and "\\" not in asked and "//" not in parts.path and ".." not in parts.path
    return asked if local and clean else HOME
