"""The demonstration: everything that can be clicked through is there, and none of it is real."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from core.settings import ROOT
from forms import SHAPES, create_app
from forms.candidates.models import CANDIDACIES, CANDIDATES, Candidate, Outcome, Stage
from forms.demo import cast
from forms.demo.fill import Demo, fill
from forms.demo.plays import working_day
from forms.follow_up import ledger
from forms.follow_up.models import FOLLOW_UPS, DebtState
from forms.jobs.models import JOBS, JobState
from forms.outbox import queue
from forms.recruiters import RECRUITERS
from forms.referrals.models import REFERRALS, Referral, ReferralKind
from forms.store.memory import MemoryStore
from forms.store.protocol import Reader
from forms.web.context import EXTENSION, Context

URL = "http://localhost"
A_SUNDAY = dt.datetime(2026, 11, 22, 21, 30, tzinfo=dt.UTC)


def make_demo(now: dt.datetime) -> tuple[Flask, Context, Demo]:
    app = create_app(
        {"FOLLOWUP_STORE": "memory:", "FOLLOWUP_BASE_URL": URL},
        store=MemoryStore(SHAPES),
        clock=ManualClock(now),
        content=ROOT / "content",
    )
    found: Context = app.extensions[EXTENSION]
    return app, found, fill(found)


@pytest.fixture(scope="module")
def demo() -> tuple[Flask, Context, Demo]:
    """A demonstration begun late on a Sunday, when no interview can be due."""
    return make_demo(A_SUNDAY)


@pytest.fixture
def reader(demo: tuple[Flask, Context, Demo]) -> Iterator[Reader]:
    """What the store of the demonstration holds."""
    with demo[1].store.read() as reading:
        yield reading


def test_every_stage_job_state_and_kind_of_referral_is_there(reader: Reader) -> None:
    candidacies = CANDIDACIES.find(reader)
    assert {each.stage for each in candidacies} == set(Stage)
    assert {each.outcome for each in candidacies} >= {None, *Outcome} - {
        Outcome.RECRUITER_DECLINED,
        Outcome.OFFER_DECLINED,
    }
    assert {job.state for job in JOBS.find(reader)} == set(JobState)
    assert {each.kind for each in REFERRALS.find(reader)} == set(ReferralKind)


def test_the_ledger_has_answered_due_and_overdue_people(
    demo: tuple[Flask, Context, Demo], reader: Reader
) -> None:
    today = demo[1].today()
    late = [debt.days_overdue(today) > 0 for debt in ledger.owed(reader)]
    assert any(late)
    assert not all(late)
    states = {debt.state for debt in FOLLOW_UPS.find(reader)}
    assert states == set(DebtState) - {DebtState.SCHEDULED}
    assert len(queue.trouble(reader)) == 1
    assert queue.waiting(reader) == []


def test_nobody_in_it_can_be_reached(reader: Reader) -> None:
    """example.org is kept by RFC 2606; +44 7700 900… by Ofcom, for drama."""
    people: list[Candidate | Referral] = [*CANDIDATES.find(reader), *REFERRALS.find(reader)]
    assert all(person.email is None or person.email.endswith("@example.org") for person in people)
    assert all(person.phone is None or person.phone.startswith("+447700900") for person in people)
    assert all(each.email.endswith("@example.org") for each in RECRUITERS.find(reader))


def test_the_login_it_gives_opens_the_desk(demo: tuple[Flask, Context, Demo]) -> None:
    client = browser(demo[0])
    page = client.get("/desk/login/")
    token = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)[-1]
    typed = {"csrf_token": token, "email": demo[2].email, "password": demo[2].password}
    assert client.post("/desk/login/", data=typed).location == "/desk/"
    today = client.get("/desk/")
    assert today.status_code == 200
    assert cast.WAITING in today.text


def test_the_private_pages_open_and_the_untold_outcome_is_not_on_them(
    demo: tuple[Flask, Context, Demo],
) -> None:
    client = browser(demo[0])
    pages = {page.name: client.get(page.url) for page in demo[2].pages}
    assert [page.status_code for page in pages.values()] == [200, 200, 200]
    assert "filled" not in pages[cast.DRAFTED].text
    assert "The client has decided" in pages[cast.ANSWERED].text
    assert "Carys Bowen" in pages[cast.ANSWERED].text


def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = URL
    return client


def test_each_demonstration_has_a_password_of_its_own(demo: tuple[Flask, Context, Demo]) -> None:
    assert make_demo(A_SUNDAY)[2].password != demo[2].password


@pytest.mark.parametrize("day", range(1, 8))
def test_it_can_be_begun_on_any_day_of_the_week(day: int) -> None:
    make_demo(dt.datetime(2027, 3, day, 6, 0, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("day", "ahead", "found"),
    [(20, False, 20), (21, False, 20), (22, False, 20), (21, True, 23), (22, True, 23), (23, True, 23)],
)
def test_interviews_are_on_working_days(day: int, ahead: bool, found: int) -> None:
    assert working_day(dt.date(2026, 11, day), ahead=ahead) == dt.date(2026, 11, found)
