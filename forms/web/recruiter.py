"""Who is at work at the desk, for the request at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import g

OWNER = "owner"


@dataclass(frozen=True)
class ActingRecruiter:
    """The user of the desk who sent this request. `role`: a word of `forms.recruiters.Role`."""

    id: str
    name: str
    email: str
    phone: str
    role: str

    @property
    def is_owner(self) -> bool:
        """Whether they may do everything here."""
        return self.role == OWNER


def acting() -> ActingRecruiter:
    """The recruiter at work. Raises RuntimeError outside of the desk."""
    found = acting_or_none()
    if found is None:
        raise RuntimeError("nobody is logged in: this page must be a child of the desk")
    return found


def acting_or_none() -> ActingRecruiter | None:
    """The recruiter at work, or None where nobody is logged in."""
    return cast(ActingRecruiter | None, g.get("recruiter"))


def set_acting(recruiter: ActingRecruiter) -> None:
    """Said by the desk's guard, once per request."""
    g.recruiter = recruiter
