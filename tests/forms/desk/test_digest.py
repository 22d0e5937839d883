"""The morning digest: at its hour, on business days, to every recruiter, once."""

from __future__ import annotations

import datetime as dt
import re
import threading
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask

from core.clock import ManualClock
from forms import create_app
from forms.desk import service
from forms.desk.cli import digest
from forms.desk.digest import NOBODY, Digest
from forms.outbox.chores import EXTENSION as CHORES
from forms.outbox.cli import send_mail
from forms.outbox.failures import Refused
from forms.outbox.models import OUTBOX, Mail
from forms.outbox.room import EXTENSION as ROOM
from forms.outbox.room import MailRoom
from forms.outbox.transport import MemoryTransport
from forms.outbox.worker import Worker
from forms.recruiters import Recruiter
from forms.store.memory import MemoryStore
from forms.web.context import EXTENSION, Context
from tests.forms.acting import BASE_URL, EMAIL, DeskActions
from tests.forms.outbox.smtp_server import serving
from tests.forms.people import REAL_NAME, Scene, someone

SOON = 120.0
"""Seconds after which something that should happen at once has plainly not happened."""


@pytest.fixture
def environ() -> dict[str, str]:
    return {
        "FOLLOWUP_BASE_URL": BASE_URL,
        "FOLLOWUP_SECRET_KEY": "a key for tests, not for use",
        "FOLLOWUP_DIGEST": "07:30",
        "FOLLOWUP_HOLIDAYS": "GB-ENG",
    }


@pytest.fixture
def scene(store: MemoryStore, clock: ManualClock, recruiter: Recruiter) -> Scene:
    """One confidential job, and Anna, who gets the digest; the scene's own recruiter gets one as well."""
    return Scene(store, clock)


def found_of(app: Flask) -> Context:
    context: Context = app.extensions[EXTENSION]
    return context


def morning(app: Flask) -> Digest:
    """The digest as a worker that was just started asks for it."""
    return Digest(found_of(app))


def digests(store: MemoryStore, recipient: str = EMAIL) -> list[Mail]:
    with store.read() as reader:
        return OUTBOX.find(reader, {"recipient": recipient}, order="event")


def at(clock: ManualClock, moment: dt.datetime) -> None:
    clock.advance(moment - clock.now())


def test_it_says_who_is_owed_an_answer_oldest_first_with_links_to_the_desk(
    app: Flask, desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    people = {}
    for name, ago, email in (("Now", 7, "n@x.org"), ("Later", 0, "l@x.org"), ("Late", 20, None)):
        people[name] = scene.candidacy(scene.candidate(name, email))
        scene.interview(people[name], scene.today - dt.timedelta(days=ago))
    scene.refer(scene.candidate("Rita", "rita@people.example"), someone())
    morning(app)()
    (mail,) = digests(store)
    assert mail.subject == "3 are owed an answer, 1 late, 1 due today – 12 November 2026"
    assert (mail.event, mail.unattended, mail.access_for) == ("digest:2026-11-12", True, None)
    assert mail.body == "\n".join(
        [
            "Good morning, Anna Headhunter.",
            "",
            "Late (1)",
            "",
            "Late, Payroll engineer: 13 days late, to be called",
            f"{BASE_URL}/desk/candidacies/{people['Late'].id}/answer/call/",
            "",
            "Promised for today (1)",
            "",
            "Now, Payroll engineer: due today",
            f"{BASE_URL}/desk/candidacies/{people['Now'].id}/answer/",
            "",
            "Due later: 1 person, the next on 19 November 2026.",
            "",
            "New referrals: 1",
            f"{BASE_URL}/desk/referrals/",
            "",
            "The desk:",
            f"{BASE_URL}/desk/",
        ]
    )
    for address in re.findall(rf"^{BASE_URL}(\S+)$", mail.body, re.M):
        assert desk.get(address).status_code == 200


def test_no_private_link_and_no_client_is_in_it(app: Flask, scene: Scene, store: MemoryStore) -> None:
    scene.interviewed()
    morning(app)()
    (mail,) = digests(store)
    assert "/status/" not in mail.body
    assert "status_link" not in mail.body
    assert REAL_NAME not in mail.body


def test_when_nobody_waits_it_says_so(app: Flask, scene: Scene, store: MemoryStore) -> None:
    morning(app)()
    (mail,) = digests(store)
    assert mail.subject == "Nobody is owed an answer – 12 November 2026"
    assert NOBODY in mail.body


def test_mail_that_failed_and_who_was_put_off_are_in_it(app: Flask, scene: Scene, store: MemoryStore) -> None:
    ada = scene.interviewed()
    scene.call(ada, new_date=dt.date(2026, 11, 11))
    scene.call(ada, new_date=dt.date(2026, 11, 12))
    scene.send(scene.declined("Bo Failed", "bo@people.example"))
    scene.deliver(Refused("550 no such mailbox"))
    morning(app)()
    (mail,) = digests(store)
    assert "Ada Ashworth, Payroll engineer: due today, put off 2 times" in mail.body
    assert "Mail that did not arrive: 1" in mail.body


def test_a_name_is_no_merge_field(app: Flask, scene: Scene, store: MemoryStore) -> None:
    late = scene.candidacy(scene.candidate("{{ reason }} {{ status_link }}", "odd@people.example"))
    scene.interview(late, scene.today - dt.timedelta(days=20))
    morning(app)()
    assert len(digests(store)) == 1


def test_every_recruiter_gets_one_a_day_whoever_asks_how_often(
    app: Flask, scene: Scene, store: MemoryStore, clock: ManualClock, password_hash: str
) -> None:
    service.add_recruiter(
        store, name="Ben", email="ben@example.org", phone="", password_hash=password_hash, now=clock.now()
    )
    first, second = morning(app), morning(app)
    for _ in range(3):
        first()
        second()
        scene.deliver()
        clock.advance(dt.timedelta(hours=1))
    assert [len(digests(store, who)) for who in (EMAIL, "ben@example.org")] == [1, 1]


def test_a_clock_that_is_set_back_sends_nothing_twice(
    app: Flask, scene: Scene, store: MemoryStore, clock: ManualClock
) -> None:
    asked = morning(app)
    for days in (0, 1, -1, 1):
        clock.advance(dt.timedelta(days=days))
        asked()
        scene.deliver()
    assert [mail.event for mail in digests(store)] == ["digest:2026-11-12", "digest:2026-11-13"]


@pytest.mark.parametrize(
    ("moment", "comes"),
    [
        (dt.datetime(2026, 11, 16, 7, 29, tzinfo=dt.UTC), False),
        (dt.datetime(2026, 11, 16, 7, 30, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 11, 16, 18, 0, tzinfo=dt.UTC), True),  # the machine was off in the morning
        (dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC), False),  # a Saturday
        (dt.datetime(2026, 12, 28, 9, 0, tzinfo=dt.UTC), False),  # kept instead of Boxing Day
        (dt.datetime(2027, 6, 14, 6, 30, tzinfo=dt.UTC), True),  # half past seven in London, in summer
        (dt.datetime(2027, 6, 14, 6, 29, tzinfo=dt.UTC), False),
    ],
)
def test_it_comes_at_its_hour_in_the_sites_zone_on_business_days(
    app: Flask, scene: Scene, store: MemoryStore, clock: ManualClock, moment: dt.datetime, comes: bool
) -> None:
    at(clock, moment)
    morning(app)()
    assert bool(digests(store)) is comes


def test_digests_that_went_out_are_forgotten_after_a_week(
    app: Flask, scene: Scene, store: MemoryStore, clock: ManualClock
) -> None:
    asked = morning(app)
    for _ in range(3):
        asked()
        scene.deliver()
        clock.advance(dt.timedelta(days=7))
    assert [mail.event for mail in digests(store)] == ["digest:2026-11-19", "digest:2026-11-26"]


def test_the_command_writes_it_at_any_hour_and_once(
    app: Flask, scene: Scene, store: MemoryStore, clock: ManualClock
) -> None:
    at(clock, dt.datetime(2026, 11, 14, 5, 0, tzinfo=dt.UTC))
    runner = app.test_cli_runner()
    assert runner.invoke(digest).output == "2 written; send-mail sends them.\n"
    assert runner.invoke(digest).output == "Everybody has today's digest already.\n"
    assert len(digests(store)) == 1


def test_without_the_setting_none_is_written(
    environ: dict[str, str], scene: Scene, store: MemoryStore, clock: ManualClock, content: Path
) -> None:
    del environ["FOLLOWUP_DIGEST"]
    morning(create_app(environ, store=store, clock=clock, content=content))()
    assert digests(store) == []


def test_the_worker_writes_and_sends_it(app: Flask, scene: Scene, store: MemoryStore) -> None:
    arrived = threading.Event()

    class Transport(MemoryTransport):
        def send(self, message: EmailMessage) -> None:
            super().send(message)
            if len(self.sent) == 2:
                arrived.set()

    transport = Transport()
    found = found_of(app)
    room = MailRoom(store, transport, found.clock, lambda *_: ("https://letters.example/status/x/", "x"))
    worker = Worker(room, pause=0.01, chores=app.extensions[CHORES])
    worker.start()
    assert arrived.wait(SOON)
    assert worker.stop(SOON)
    assert sorted(str(each["To"]) for each in transport.sent) == [
        "Anna Headhunter <anna@example.org>",
        "Anna Headhunter <anna@letters.example>",
    ]


def test_send_mail_sends_it_over_smtp_as_an_unattended_notice(
    environ: dict[str, str], scene: Scene, store: MemoryStore, clock: ManualClock, content: Path
) -> None:
    scene.interviewed()
    with serving() as server:
        environ["FOLLOWUP_MAIL"] = f"smtp://127.0.0.1:{server.port}"
        runner = create_app(environ, store=store, clock=clock, content=content).test_cli_runner()
        assert runner.invoke(send_mail).output.startswith("2 sent")
        assert runner.invoke(send_mail).output.startswith("0 sent")
    (letter,) = (each for each in server.taken if "anna@example.org" in str(each["To"]))
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Subject"] == "1 is owed an answer – 12 November 2026"
    assert "Due later: 1 person, the next on 19 November 2026." in letter.get_content()


def test_a_chore_that_fails_holds_no_mail_up(
    app: Flask, scene: Scene, store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("nobody's address")

    app.extensions[CHORES] = (broken, Digest(found_of(app)))
    app.extensions[ROOM] = MailRoom(
        store, MemoryTransport(), found_of(app).clock, lambda *_: ("https://letters.example/status/x/", "x")
    )
    result = app.test_cli_runner().invoke(send_mail)
    assert result.output.startswith("2 sent")
    assert "a chore failed: RuntimeError" in caplog.text
    assert "nobody's address" not in caplog.text
