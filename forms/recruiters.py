"""The people who use the desk, as the rest of the endpoint knows them."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field
from typing import Protocol

from forms.store.collection import Collection


class Role(enum.StrEnum):
    """What a user of the desk may do; each may do what the ones before may, too."""

    READ_ONLY = "read_only"
    RECRUITER = "recruiter"
    OWNER = "owner"

    @property
    def label(self) -> str:
        """The role in the desk's word."""
        return {"read_only": "Read-only", "recruiter": "Recruiter", "owner": "Owner"}[self.value]

    def reaches(self, least: Role) -> bool:
        """Whether it is this role or more."""
        order = tuple(Role)
        return order.index(self) >= order.index(least)


class Signatory(Protocol):
    """Whoever acts at the desk and signs what goes out."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


@dataclass(frozen=True)
class Recruiter:
    """A user of the desk; candidates see the name and the ways to reach them.

    Nobody is ever deleted, because the history says who did what: who has `left` cannot log in. An empty
    `password_hash` is that of somebody who has not chosen a password yet. Records from before there were
    roles are of people who had set the desk up: owners.
    """

    id: str
    name: str
    email: str
    phone: str
    created: dt.datetime
    password_hash: str = field(repr=False)
    role: Role = Role.OWNER
    left: dt.datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether they still work here."""
        return self.left is None


RECRUITERS = Collection("recruiters", Recruiter, keys=("email", "created"), unique=(("email",),))
