"""What a recruiter keeps private: a colleague's whole desk shows no trace of it, whichever way they look."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask

from core.clock import ManualClock
from forms import links
from forms.candidates.models import CANDIDATES, Candidate, Outcome
from forms.desk import service
from forms.desk.agenda import agenda
from forms.desk.digest import write_digests
from forms.desk.permissions import LOOKING, OPEN
from forms.desk.visibility import reader_for, store_for
from forms.follow_up import taking_up
from forms.jobs.models import JobState
from forms.links import LINKS, Purpose
from forms.outbox.models import OUTBOX
from forms.recruiters import RECRUITERS, Recruiter, Role
from forms.referrals.models import REFERRALS
from forms.rights.models import WISHES, Wish, WishKind
from forms.store.collection import Collection
from forms.store.memory import MemoryStore
from forms.store.protocol import Query
from forms.store.veil import everything
from forms.web.context import EXTENSION
from tests.forms.acting import DeskActions, browser, some_values, token_in
from tests.forms.people import Scene, someone
from tests.forms.reading import dump

HIDDEN = ("Zelda", "zelda@hidden.example", "Quentin", "quentin@hidden.example", "Yvette")
"""The private candidate, whom she named, and who named her."""


def person(store: MemoryStore, clock: ManualClock, password_hash: str, name: str, role: Role) -> Recruiter:
    return service.add_recruiter(
        store,
        name=name,
        email=f"{name.lower()}@example.org",
        phone="",
        password_hash=password_hash,
        now=clock.now(),
        role=role,
    )


@pytest.fixture
def ben(store: MemoryStore, clock: ManualClock, password_hash: str) -> Recruiter:
    """He keeps somebody private."""
    return person(store, clock, password_hash, "Ben", Role.RECRUITER)


@pytest.fixture
def carol(store: MemoryStore, clock: ManualClock, password_hash: str) -> Recruiter:
    """His colleague."""
    return person(store, clock, password_hash, "Carol", Role.RECRUITER)


def at_the_desk(app: Flask, who: Recruiter) -> DeskActions:
    actions = DeskActions(browser(app), email=who.email)
    assert actions.log_in().status_code == 303
    return actions


@pytest.fixture
def scene(store: MemoryStore, clock: ManualClock) -> Scene:
    return Scene(store, clock)


def keep_private(store: MemoryStore, candidate: Candidate, owner: Recruiter) -> Candidate:
    with store.transaction() as tx:
        found = CANDIDATES.require(tx, candidate.id)
        return CANDIDATES.put(tx, replace(found, recruiter_id=owner.id, shared=False))


@pytest.fixture
def ids(scene: Scene, store: MemoryStore, ben: Recruiter, clock: ManualClock) -> dict[str, str]:
    """Of Ben's private Zelda: a value for each argument that an address of the desk may have."""
    yvette = scene.candidate("Yvette Namer", "yvette@people.example")
    brought = scene.refer(yvette, someone("key-1", name="Zelda Hidden", email="zelda@hidden.example"))
    zelda = taking_up.as_candidate(store, brought.id, by=ben.id, now=clock.now())
    candidacy = scene.candidacy(zelda)
    interview = scene.interview(candidacy, dt.date(2026, 11, 2))
    scene.decide(candidacy, Outcome.CLIENT_DECLINED)
    answer = scene.send(candidacy)
    named = scene.refer(zelda, someone("key-2", name="Quentin Named", email="quentin@hidden.example"))
    _, link = links.mint(store, Purpose.STATUS, zelda.id, now=clock.now(), lifetime=dt.timedelta(days=9))
    mail = scene.mail(answer)
    wish = Wish("wish", WishKind.ERASE, zelda.id, candidacy.id, None, clock.now())
    with store.transaction() as tx:
        WISHES.put(tx, wish)
    keep_private(store, yvette, ben)
    keep_private(store, zelda, ben)
    return {
        "candidate_id": zelda.id,
        "candidacy_id": candidacy.id,
        "interview_id": interview.id,
        "link_id": link.id,
        "referral_id": named.id,
        "mail_id": mail.id,
        "holder_id": zelda.id,
        "wish_id": wish.id,
        "job_id": scene.job.id,
        "client_id": scene.client_id,
        "recruiter_id": ben.id,
        "how": "fill",
    }


PRIVATE = frozenset(
    {
        "candidate_id",
        "candidacy_id",
        "holder_id",
        "interview_id",
        "link_id",
        "mail_id",
        "referral_id",
        "wish_id",
    }
)


def test_no_page_of_a_colleague_shows_a_trace_and_no_form_of_theirs_reaches_it(
    app: Flask, ids: dict[str, str], carol: Recruiter, store: MemoryStore
) -> None:
    """Walks every address of the desk, whoever added it, with the private person's ids."""
    desk = at_the_desk(app, carol)
    token = token_in(desk.get("/desk/"))
    adapter = app.url_map.bind("localhost")
    before = dump(store, "desk_sessions", "limits")
    private = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/desk/") or rule.endpoint in {*OPEN, "desk.log_out"}:
            continue
        values = {**some_values(rule), **{name: ids[name] for name in rule.arguments if name in ids}}
        for method in (rule.methods or set()) & {"GET", "POST"}:
            if method == "POST" and not rule.arguments & PRIVATE:
                continue
            address = adapter.build(rule.endpoint, values, method=method)
            data = None if method in LOOKING else {"csrf_token": token}
            page = desk.client.open(address, method=method, data=data)
            assert not [name for name in HIDDEN if name in page.text], (method, address)
            if rule.arguments & PRIVATE:
                private += 1
                unknown = values | dict.fromkeys(rule.arguments & PRIVATE, "word")
                elsewhere = adapter.build(rule.endpoint, unknown, method=method)
                other = desk.client.open(elsewhere, method=method, data=data)
                # Some pages lead back to their list, where nothing is either.
                assert page.status_code == other.status_code, (method, address)
                assert page.status_code in {403, 404, 303}, (method, address)
    assert private > 20
    assert dump(store, "desk_sessions", "limits") == before


@pytest.mark.parametrize(
    "address", ["/desk/", "/desk/candidates/?q=zelda", "/desk/referrals/", "/desk/mail/"]
)
def test_their_own_recruiter_and_an_owner_see_them(
    app: Flask, ids: dict[str, str], ben: Recruiter, desk: DeskActions, address: str
) -> None:
    for who in (at_the_desk(app, ben), desk):
        assert [name for name in HIDDEN if name in who.get(address).text]
        assert who.get(f"/desk/candidacies/{ids['candidacy_id']}/").status_code == 200


def test_a_job_is_not_closed_over_a_colleagues_private_person(
    app: Flask, scene: Scene, store: MemoryStore, ben: Recruiter, carol: Recruiter
) -> None:
    candidacy = scene.interviewed("Zelda Hidden", "zelda@hidden.example")
    with store.read() as reader:
        zelda = CANDIDATES.require(reader, candidacy.candidate_id)
    keep_private(store, zelda, ben)
    desk, address = at_the_desk(app, carol), f"/desk/jobs/{scene.job.id}/"
    page = desk.get(address)
    assert "1 person of a colleague is owed an answer" in page.text
    assert "Zelda" not in page.text
    assert "1 person of a colleague is owed an answer" in desk.get(f"{address}fill/").text
    scene.job_to(JobState.FILLED)
    refused = desk.post(f"{address}state/", {"state": "closed"}, page=address, follow=True)
    assert "cannot be closed: 1 interviewed person is still owed an answer" in refused.text


def test_the_figures_count_everybody(app: Flask, ids: dict[str, str], carol: Recruiter) -> None:
    page = at_the_desk(app, carol).get("/desk/")
    assert '<th scope="row">Interviewed</th><td>1</td>' in page.text


def test_an_address_that_is_a_private_persons_is_refused_without_their_name(
    app: Flask, ids: dict[str, str], carol: Recruiter
) -> None:
    typed = {"name": "Somebody Else", "email": "zelda@hidden.example"}
    page = at_the_desk(app, carol).send("/desk/candidates/new/", typed)
    assert page.status_code == 422
    assert "a colleague keeps private" in page.text
    assert "Zelda" not in page.text


def test_a_recruiter_keeps_a_new_person_private_and_shares_them_later(
    app: Flask, store: MemoryStore, ben: Recruiter, carol: Recruiter
) -> None:
    mine, hers = at_the_desk(app, ben), at_the_desk(app, carol)
    typed = {"name": "Zelda Hidden", "email": "zelda@hidden.example"}
    address = mine.send("/desk/candidates/new/", {**typed, "private": "y"}).headers["Location"]
    assert hers.get(address).status_code == 404
    assert "checked" in mine.get(f"{address}edit/").text
    mine.send(f"{address}edit/", typed)
    assert hers.get(address).status_code == 200
    # A colleague may correct what is shared, and cannot hide it from its recruiter.
    assert 'name="private"' not in hers.get(f"{address}edit/").text
    hers.send(f"{address}edit/", {**typed, "private": "y"})
    assert hers.get(address).status_code == 200


def test_new_people_are_shared_unless_the_setting_says_otherwise(app: Flask, desk: DeskActions) -> None:
    assert "checked" not in desk.get("/desk/candidates/new/").text
    found = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(found, run=replace(found.run, share_candidates=False))
    assert "checked" in desk.get("/desk/candidates/new/").text


def test_somebody_who_was_named_begins_as_the_setting_says(
    app: Flask, scene: Scene, store: MemoryStore, ben: Recruiter, carol: Recruiter
) -> None:
    found = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(found, run=replace(found.run, share_candidates=False))
    named = scene.refer(scene.candidate(), someone())
    address = f"/desk/referrals/{named.id}/"
    made = at_the_desk(app, ben).post(f"{address}take-up/candidate/", page=address).headers["Location"]
    assert at_the_desk(app, ben).get(made).status_code == 200
    assert at_the_desk(app, carol).get(made).status_code == 404


def test_each_digest_names_whom_its_reader_may_see_and_stays_theirs(
    app: Flask, scene: Scene, store: MemoryStore, ben: Recruiter, carol: Recruiter
) -> None:
    candidacy = scene.interviewed("Zelda Hidden", "zelda@hidden.example")
    with store.read() as reader:
        keep = CANDIDATES.require(reader, candidacy.candidate_id)
    keep_private(store, keep, ben)
    scene.later(days=20)
    write_digests(app.extensions[EXTENSION])
    with store.read() as reader:
        bodies = {mail.recipient: mail.body for mail in OUTBOX.find(reader)}
        hers = OUTBOX.find(reader_for(reader, carol))
    assert "Zelda" in bodies[ben.email]
    assert "Zelda" not in bodies[carol.email]
    assert {mail.recipient for mail in hers} == {carol.email}


def test_who_has_left_gets_no_digest(app: Flask, store: MemoryStore, scene: Scene, ben: Recruiter) -> None:
    with store.transaction() as tx:
        RECRUITERS.put(tx, replace(ben, left=scene.clock.now()))
    write_digests(app.extensions[EXTENSION])
    with store.read() as reader:
        assert ben.email not in {mail.recipient for mail in OUTBOX.find(reader)}


def test_a_page_of_records_is_full_although_some_are_hidden(
    store: MemoryStore, scene: Scene, ben: Recruiter, carol: Recruiter
) -> None:
    for number in range(10):
        made = scene.candidate(f"Person {number}", f"person{number}@people.example")
        if number % 2:
            keep_private(store, made, ben)
    with store_for(store, carol).read() as reader:
        first = CANDIDATES.find(reader, order="name", limit=3)
        rest = CANDIDATES.find(reader, order="name", limit=3, after=(first[-1].name, first[-1].id))
        names = [each.name for each in (*first, *rest)]
        assert names == [f"Person {number}" for number in (0, 2, 4, 6, 8)]
        assert CANDIDATES.count(reader) == 5
        assert CANDIDATES.count(everything(reader)) == 10


def test_what_is_hidden_cannot_be_deleted_or_claimed(
    store: MemoryStore, scene: Scene, ids: dict[str, str], carol: Recruiter
) -> None:
    with store_for(store, carol).transaction() as tx:
        assert not LINKS.delete(tx, ids["link_id"])
        assert OUTBOX.claim(tx) == []
        assert agenda(tx, scene.today).referrals.in_all == 0
    with store.read() as reader:
        assert LINKS.get(reader, ids["link_id"])


@pytest.mark.parametrize("collection", [CANDIDATES, REFERRALS], ids=lambda each: each.shape.name)
def test_an_owner_sees_the_store_as_it_is(
    store: MemoryStore, recruiter: Recruiter, ids: dict[str, str], collection: Collection[object]
) -> None:
    assert store_for(store, recruiter) is store
    with store.read() as reader:
        assert reader_for(reader, recruiter) is reader
        assert reader.find(collection.shape.name, Query({}))


def test_a_candidate_from_before_there_was_a_choice_is_shared(store: MemoryStore, scene: Scene) -> None:
    made = scene.candidate()
    with store.transaction() as tx:
        old = CANDIDATES.to_record(made)
        del old["shared"]
        tx.put("candidates", old)
    with store.read() as reader:
        assert CANDIDATES.require(reader, made.id).shared
