"""The headhunter's side: a door, a navigation, and the features' own pages behind it.

desk = make_desk([jobs_desk, candidates_desk, …])     # each a Blueprint with its url_prefix
app.register_blueprint(desk)                          # endpoints: desk.jobs.index, …
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, current_app, request, url_for

from forms.desk import audit_desk, guard, permissions, views
from forms.recruiters import RECRUITERS, Role
from forms.web.context import context
from forms.web.form import ButtonForm, blank
from forms.web.recruiter import acting_or_none

NAVIGATION = (
    ("Today", "desk.today.index"),
    ("Jobs", "desk.jobs.index"),
    ("Clients", "desk.clients.index"),
    ("Candidates", "desk.candidates.index"),
    ("Referrals", "desk.referrals.index"),
    ("Comments", "desk.comments.index"),
    ("Mail", "desk.mail.index"),
    ("Data", "desk.data.index"),
    ("Figures", "desk.figures.index"),
    ("Users", "desk.users.index"),
    ("Who did what", "desk.audit.index"),
)
"""Label and endpoint of each entry; left out where it is not installed, or not for the role of who looks."""


def make_desk(children: Iterable[Blueprint]) -> Blueprint:
    """The blueprint of the desk: login in front, `children` behind it. A child needs no check of its own."""
    desk = Blueprint("desk", __name__, url_prefix="/desk")
    desk.before_request(guard.require_session)
    desk.after_request(audit_desk.keep_watch)
    desk.context_processor(_frame)
    views.add_to(desk)
    for child in children:
        desk.register_blueprint(child)
    return desk


def _frame() -> dict[str, Any]:
    """What `desk/layout.html` needs around every page."""
    recruiter = acting_or_none()
    if recruiter is None:
        return {"recruiter": None, "desk_nav": [], "may": may}
    return {
        "recruiter": recruiter,
        "who": who,
        "may": may,
        "desk_nav": [
            (label, url_for(endpoint), _is_current(endpoint))
            for label, endpoint in NAVIGATION
            if endpoint in current_app.view_functions and may(endpoint)
        ],
        "logout_form": blank(ButtonForm),
        "logout_url": url_for("desk.log_out"),
    }


def may(endpoint: str, method: str = "GET") -> bool:
    """Whether whoever looks may go there: a link or a button to where they may not is left out."""
    recruiter = acting_or_none()
    return recruiter is not None and permissions.may(Role(recruiter.role), endpoint, method)


def who(by: str) -> str:
    """The name of whoever an event of the history is by; see `history.Event`."""
    if by in _OTHERS:
        return _OTHERS[by]
    with context().store.read() as reader:
        found = RECRUITERS.get(reader, by)
    return found.name if found else "Somebody whose account is gone"


_OTHERS = {"candidate": "The candidate", "system": "Follow-up, by itself"}


def _is_current(endpoint: str) -> bool:
    """Whether the page shown belongs to this entry: the same feature's blueprint, or the very page."""
    here = request.endpoint or ""
    feature, _, _ = endpoint.rpartition(".")
    return here == endpoint if feature == "desk" else here.startswith(f"{feature}.")
