"""A store from before there were roles and private candidates opens, and everybody is found as before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from forms import SHAPES
from forms.candidates.models import CANDIDATES, Candidate
from forms.desk.models import SESSIONS, Session
from forms.desk.visibility import store_for
from forms.recruiters import RECRUITERS, Recruiter, Role
from forms.store.protocol import Shape
from tests.contracts.conftest import durable as durable
from tests.contracts.engines import Engine

NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)
ANNA = Recruiter("anna", "Anna", "anna@example.org", "", NOW, "scrypt:HASH")
ADA = Candidate("ada", "anna", "Ada", "ada@people.example", None, None, "", NOW)
VISIT = Session("s", "anna", NOW, NOW, NOW)

OLD_SHAPES = (
    Shape("candidates", ("name", "email", "phone", "profile_url", "created", "referral_id")),
    Shape("recruiters", ("email", "created"), (("email",),)),
    Shape("desk_sessions", ("recruiter_id", "expires")),
)


def test_an_older_store_opens_and_takes_what_is_new(durable: Engine, tmp_path: Path) -> None:
    old = durable.open(tmp_path, OLD_SHAPES)
    with old.transaction() as tx:
        for name, record, new in (
            ("recruiters", RECRUITERS.to_record(ANNA), ("role", "left")),
            ("candidates", CANDIDATES.to_record(ADA), ("shared",)),
            ("desk_sessions", SESSIONS.to_record(VISIT), ("browser",)),
        ):
            tx.put(name, {key: value for key, value in record.items() if key not in new})
    old.close()

    store = durable.open(tmp_path, SHAPES)
    with store.read() as reader:
        assert RECRUITERS.require(reader, "anna").role is Role.OWNER
        assert RECRUITERS.require(reader, "anna").is_active
        assert SESSIONS.require(reader, "s").browser == ""
    ben = replace(ANNA, id="ben", email="ben@example.org", role=Role.RECRUITER)
    with store_for(store, ben).read() as reader:
        assert [each.id for each in CANDIDATES.find(reader, {"recruiter_id": "anna"})] == ["ada"]
    with store.transaction() as tx:
        CANDIDATES.put(tx, replace(ADA, shared=False))
    with store_for(store, ben).read() as reader:
        assert CANDIDATES.find(reader) == []
        assert CANDIDATES.get(reader, "ada") is None
    store.close()
