"""A visit to the desk, as kept on the server."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forms.store.collection import Collection


@dataclass(frozen=True)
class Session:
    """One logged-in browser. `id` is the SHA-256 of the cookie's token; the token itself is not kept.

    `browser` is its name in words, for the list its user sees. `seen` is exact to a few minutes; `expires` is
    the moment after which no activity prolongs it.
    """

    id: str
    recruiter_id: str
    created: dt.datetime
    seen: dt.datetime
    expires: dt.datetime
    browser: str = ""


SESSIONS = Collection(
    "desk_sessions",
    Session,
    keys=("recruiter_id", "expires"),
    references={"recruiter_id": "recruiters"},
)
