"""The list of who saw and who changed what: written after the answer, by ids, for a stated time."""

from __future__ import annotations

import datetime as dt
import html
import logging
import re
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from core.clock import ManualClock
from core.errors import StoreUnavailable
from forms.candidates.models import CANDIDATES
from forms.desk import service
from forms.desk.audit import AUDIT, Deed, Entry, Seen, note
from forms.recruiters import Recruiter, Role
from forms.store.memory import MemoryStore
from forms.store.protocol import Reader, Transaction
from forms.web.context import EXTENSION
from tests.forms.acting import DeskActions, browser
from tests.forms.people import Scene

YEAR = dt.timedelta(days=365)


@pytest.fixture
def scene(store: MemoryStore, clock: ManualClock) -> Scene:
    return Scene(store, clock)


def entries(store: MemoryStore) -> list[Entry]:
    with store.read() as reader:
        return AUDIT.find(reader, order="at")


def done(page: TestResponse) -> TestResponse:
    """The answer has gone out: servers close it then."""
    page.get_data()
    page.close()
    return page


def test_looking_at_a_person_is_noted_with_ids_and_no_word_about_them(
    desk: DeskActions, scene: Scene, store: MemoryStore, recruiter: Recruiter
) -> None:
    candidacy = scene.candidacy()
    done(desk.get(f"/desk/candidacies/{candidacy.id}/"))
    (entry,) = entries(store)
    assert (entry.by, entry.deed, entry.page) == (recruiter.id, Deed.SAW, "desk.candidacy.show")
    assert (entry.kind, entry.subject, entry.person) == ("candidacy", candidacy.id, candidacy.candidate_id)
    assert "Ada" not in str(AUDIT.to_record(entry))


def test_looking_again_within_ten_minutes_is_no_other_row(
    desk: DeskActions, scene: Scene, store: MemoryStore, clock: ManualClock
) -> None:
    address = f"/desk/candidates/{scene.candidate().id}/"
    for _ in range(3):
        done(desk.get(address))
    assert len(entries(store)) == 1
    clock.advance(dt.timedelta(minutes=11))
    done(desk.get(address))
    assert len(entries(store)) == 2


def test_lists_of_many_and_refused_pages_are_not_noted(
    app: Flask, desk: DeskActions, store: MemoryStore
) -> None:
    for address in ("/desk/", "/desk/candidates/", "/desk/candidates/nobody/", "/desk/nothing/"):
        done(desk.get(address))
    assert entries(store) == []


def test_a_change_is_noted_every_time_and_knows_what_it_made(
    desk: DeskActions, scene: Scene, store: MemoryStore, clock: ManualClock
) -> None:
    typed = {"name": "Zoe New", "email": "zoe@people.example"}
    done(desk.send("/desk/candidates/new/", typed))
    with store.read() as reader:
        zoe = CANDIDATES.first(reader, {"email": "zoe@people.example"})
    assert zoe
    address = f"/desk/candidates/{zoe.id}/edit/"
    for _ in range(2):
        clock.advance(dt.timedelta(seconds=1))
        done(desk.send(address, typed))
    changed = [each for each in entries(store) if each.deed is Deed.CHANGED]
    assert [(each.page, each.person) for each in changed] == [
        ("desk.candidates.create", zoe.id),
        ("desk.candidates.edit", zoe.id),
        ("desk.candidates.edit", zoe.id),
    ]


def test_a_form_that_was_refused_changed_nothing(desk: DeskActions, store: MemoryStore) -> None:
    assert done(desk.send("/desk/candidates/new/", {"name": ""})).status_code == 422
    assert entries(store) == []


def test_rows_go_when_their_time_is_over(
    desk: DeskActions, scene: Scene, store: MemoryStore, clock: ManualClock
) -> None:
    address = f"/desk/candidates/{scene.candidate().id}/"
    done(desk.get(address))
    clock.advance(dt.timedelta(days=366))
    desk.log_in()
    done(desk.get(address))
    assert [each.at for each in entries(store)] == [clock.now()]


class Unwilling:
    """A store that cannot be used."""

    def read(self) -> AbstractContextManager[Reader]:
        raise StoreUnavailable("the disc is full")

    def transaction(self) -> AbstractContextManager[Transaction]:
        raise StoreUnavailable("the disc is full")

    def close(self) -> None: ...


def test_a_store_that_takes_no_row_costs_a_line_in_the_log_and_nothing_else(
    app: Flask, desk: DeskActions, scene: Scene, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    candidate = scene.candidate()
    seen = Seen("anna", "desk.candidate.show", changed=False, arguments={"candidate_id": candidate.id})
    with caplog.at_level(logging.WARNING):
        note(Unwilling(), seen, now=clock.now(), kept=YEAR)
    assert "could not be written: the disc is full" in caplog.text
    assert "Ada" not in caplog.text


def test_the_page_has_gone_out_before_the_row_is_written(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    page = desk.get(f"/desk/candidates/{scene.candidate().id}/")
    assert "Ada Ashworth" in page.text
    assert entries(store) == []
    done(page)
    assert len(entries(store)) == 1


def test_owners_read_it_by_recruiter_and_by_person(
    app: Flask,
    desk: DeskActions,
    scene: Scene,
    store: MemoryStore,
    recruiter: Recruiter,
    password_hash: str,
    clock: ManualClock,
) -> None:
    ben = service.add_recruiter(
        store,
        name="Ben Colleague",
        email="ben@example.org",
        phone="",
        password_hash=password_hash,
        now=clock.now(),
        role=Role.RECRUITER,
    )
    ada, bob = scene.candidate(), scene.candidate("Bob Baker", "bob@people.example")
    his = DeskActions(browser(app), email=ben.email)
    his.log_in()
    done(his.get(f"/desk/candidates/{ada.id}/"))
    done(desk.get(f"/desk/candidates/{bob.id}/"))
    assert his.get("/desk/audit/").status_code == 403
    whole = desk.get("/desk/audit/").text
    assert "Ada Ashworth" in whole
    assert "Bob Baker" in whole
    by_ben = desk.get(f"/desk/audit/?by={ben.id}").text
    assert "Ada Ashworth" in by_ben
    assert "Bob Baker" not in by_ben
    about_bob = desk.get(f"/desk/audit/?person={bob.id}").text
    assert "About Bob Baker only." in about_bob
    assert "Ada Ashworth" not in about_bob


def test_a_long_list_is_paged_without_losing_a_row(
    desk: DeskActions, scene: Scene, store: MemoryStore, recruiter: Recruiter, clock: ManualClock
) -> None:
    for number in range(120):
        seen = Seen(recruiter.id, f"desk.page{number:03}", changed=True, arguments={})
        note(store, seen, now=clock.now() - dt.timedelta(seconds=number), kept=YEAR)
    address, pages = "/desk/audit/", []
    while address:
        text = desk.get(address).text
        pages.append([number for number in range(120) if f"page{number:03}" in text])
        older = re.search(r'href="([^"]+)" rel="next"', text)
        address = html.unescape(older[1]) if older else ""
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [number for page in pages for number in page] == list(range(120))


def test_who_is_erased_is_gone_from_the_list_too(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    ada = scene.candidate()
    done(desk.get(f"/desk/candidates/{ada.id}/"))
    with store.transaction() as tx:
        CANDIDATES.delete(tx, ada.id)
    page = desk.get("/desk/audit/").text
    assert "Ada" not in page
    assert "No longer here" in page


def test_the_time_it_is_kept_is_said_on_the_page(app: Flask, desk: DeskActions) -> None:
    found = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(found, run=replace(found.run, audit_days=90))
    assert "for 90 days" in desk.get("/desk/audit/").text
