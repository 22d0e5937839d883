"""The people who use the desk, as the rest of the endpoint knows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Protocol

from forms.store.collection import Collection


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
    """A user of the desk; candidates see the name and the ways to reach them."""

    id: str
    name: str
    email: str
    phone: str
    created: dt.datetime
    password_hash: str = field(repr=False)


RECRUITERS = Collection("recruiters", Recruiter, keys=("email", "created"), unique=(("email",),))
