"""Handing over: candidates and jobs change hands, with what is owed, and the histories say so."""

from __future__ import annotations

import pytest
from flask import Flask

from core.clock import ManualClock
from forms import history
from forms.candidates.models import CANDIDATES
from forms.desk import handover, service
from forms.desk.handover import HandOver
from forms.jobs.models import JOBS
from forms.recruiters import Recruiter, Role
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions, browser
from tests.forms.people import Scene


@pytest.fixture
def scene(store: MemoryStore, clock: ManualClock) -> Scene:
    """Its people and job are of the Anna it makes, whose id is `anna`."""
    return Scene(store, clock)


def colleague(
    store: MemoryStore, clock: ManualClock, password_hash: str, name: str, role: Role = Role.RECRUITER
) -> Recruiter:
    return service.add_recruiter(
        store,
        name=name,
        email=f"{name.lower()}@example.org",
        phone="+442079460999",
        password_hash=password_hash,
        now=clock.now(),
        role=role,
    )


@pytest.fixture
def ben(store: MemoryStore, clock: ManualClock, password_hash: str) -> Recruiter:
    return colleague(store, clock, password_hash, "Ben")


def owner_of(store: MemoryStore, candidate_id: str) -> str:
    with store.read() as reader:
        return CANDIDATES.require(reader, candidate_id).recruiter_id


def test_a_candidate_is_handed_over_and_their_history_says_so(
    desk: DeskActions, scene: Scene, store: MemoryStore, ben: Recruiter, recruiter: Recruiter
) -> None:
    candidacy = scene.interviewed()
    address = f"/desk/hand-over/candidates/{candidacy.candidate_id}/"
    page = desk.send(address, {"to": ben.id}, follow=True)
    assert "Ada Ashworth is handed over." in page.text
    assert owner_of(store, candidacy.candidate_id) == ben.id
    with store.read() as reader:
        event = history.history_of(reader, candidacy.id)[0]
    assert event.text == "Handed over from Anna Headhunter to Ben"
    assert event.by == recruiter.id
    assert event.told == ""
    assert scene.owed(candidacy).is_owed


def test_the_candidates_page_names_the_new_recruiter(desk: DeskActions, scene: Scene, ben: Recruiter) -> None:
    candidacy = scene.interviewed()
    desk.send(f"/desk/hand-over/candidates/{candidacy.candidate_id}/", {"to": ben.id})
    assert scene.page(candidacy).recruiter.name == "Ben"


def test_a_job_is_handed_over(desk: DeskActions, scene: Scene, store: MemoryStore, ben: Recruiter) -> None:
    page = desk.send(f"/desk/hand-over/jobs/{scene.job.id}/", {"to": ben.id}, follow=True)
    assert "Handed over from Anna Headhunter to Ben" in page.text
    with store.read() as reader:
        assert JOBS.require(reader, scene.job.id).recruiter_id == ben.id


def test_everything_of_somebody_is_handed_over_at_once(
    desk: DeskActions, scene: Scene, store: MemoryStore, ben: Recruiter
) -> None:
    people = [scene.candidate(), scene.candidate("Bob Baker", "bob@people.example")]
    desk.send(f"/desk/hand-over/users/{scene.recruiter.id}/", {"to": ben.id})
    assert {owner_of(store, each.id) for each in people} == {ben.id}
    with store.read() as reader:
        assert JOBS.require(reader, scene.job.id).recruiter_id == ben.id


def test_only_their_own_recruiter_and_owners_hand_over(
    app: Flask, scene: Scene, store: MemoryStore, ben: Recruiter, recruiter: Recruiter
) -> None:
    ada = scene.candidate()
    his = DeskActions(browser(app), email=ben.email)
    his.log_in()
    address = f"/desk/hand-over/candidates/{ada.id}/"
    assert his.get(address).status_code == 403
    assert his.post(address, {"to": ben.id}).status_code == 403
    assert owner_of(store, ada.id) == scene.recruiter.id
    handover.candidate(store, ada.id, HandOver(ben.id, recruiter.id, scene.clock.now()))
    assert his.get(address).status_code == 200
    his.send(address, {"to": recruiter.id})
    assert owner_of(store, ada.id) == recruiter.id


def test_nobody_who_may_only_look_is_handed_anything(
    desk: DeskActions,
    scene: Scene,
    store: MemoryStore,
    clock: ManualClock,
    password_hash: str,
    ben: Recruiter,
) -> None:
    eve = colleague(store, clock, password_hash, "Eve", Role.READ_ONLY)
    ada = scene.candidate()
    page = desk.get(f"/desk/hand-over/candidates/{ada.id}/")
    assert ben.id in page.text
    assert eve.id not in page.text
    assert desk.send(f"/desk/hand-over/candidates/{ada.id}/", {"to": eve.id}).status_code == 422
    assert owner_of(store, ada.id) == scene.recruiter.id
