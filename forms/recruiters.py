"""The people who use the desk, as the rest of the endpoint knows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from forms.store.collection import Collection


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
