"""Several recruiters: a colleague is added, changes what they may, leaves and comes back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask

from core.clock import ManualClock
from core.errors import Conflict
from forms.desk import second_factor, users
from forms.recruiters import RECRUITERS, Recruiter, Role
from forms.store.memory import MemoryStore
from tests.forms.acting import PASSWORD, DeskActions, browser

BEN = {"name": "Ben Colleague", "email": "ben@example.org", "phone": "", "role": "recruiter"}
NEW_PASSWORD = "seven paper boats drift"


def link_on(text: str) -> str:
    found = re.search(r'value="http://localhost(/desk/welcome/[^"]+)"', text)
    assert found
    return found.group(1)


def add(desk: DeskActions, **typed: str) -> str:
    page = desk.send("/desk/users/new/", {**BEN, **typed})
    assert page.status_code == 200
    return link_on(page.text)


def enter(app: Flask, link: str, password: str = NEW_PASSWORD) -> DeskActions:
    ben = DeskActions(browser(app), email=BEN["email"], password=password)
    assert ben.send(link, {"password": password}).status_code == 303
    return ben


def record(store: MemoryStore, email: str) -> Recruiter:
    with store.read() as reader:
        found = RECRUITERS.first(reader, {"email": email})
    assert found is not None
    return found


def test_a_colleague_chooses_a_password_by_a_link_and_is_in(app: Flask, desk: DeskActions) -> None:
    ben = enter(app, add(desk))
    assert "Welcome, Ben Colleague." in ben.get("/desk/").text
    assert DeskActions(browser(app), email=BEN["email"], password=NEW_PASSWORD).log_in().status_code == 303


def test_the_link_works_once_and_looking_at_it_uses_nothing_up(app: Flask, desk: DeskActions) -> None:
    link = add(desk)
    stranger = browser(app)
    assert stranger.get(link).status_code == 200
    enter(app, link)
    assert stranger.get(link).status_code == 404
    assert stranger.post(link, data={"password": NEW_PASSWORD}).status_code == 404


def test_the_link_ends_after_three_days(app: Flask, desk: DeskActions, clock: ManualClock) -> None:
    link = add(desk)
    clock.advance(dt.timedelta(days=3))
    assert browser(app).get(link).status_code == 404


def test_a_fresh_link_ends_the_one_before(app: Flask, desk: DeskActions, store: MemoryStore) -> None:
    first = add(desk)
    ben = record(store, BEN["email"])
    page = desk.post(f"/desk/users/{ben.id}/link/", page=f"/desk/users/{ben.id}/")
    assert browser(app).get(first).status_code == 404
    assert browser(app).get(link_on(page.text)).status_code == 200


def test_a_poor_password_is_refused_with_the_reason(app: Flask, desk: DeskActions) -> None:
    page = DeskActions(browser(app)).send(add(desk), {"password": "bencolleague"})
    assert page.status_code == 422
    assert "your name or e-mail address" in page.text


def test_who_has_not_chosen_a_password_cannot_log_in(app: Flask, desk: DeskActions) -> None:
    add(desk)
    for password in ("", " ", "x"):
        assert DeskActions(browser(app), email=BEN["email"], password=password).log_in().status_code == 422


def test_an_address_that_is_taken_is_refused_beside_its_field(desk: DeskActions) -> None:
    add(desk)
    page = desk.send("/desk/users/new/", BEN)
    assert page.status_code == 422
    assert users.TAKEN in page.text
    assert "Ben Colleague" in page.text


def test_a_new_role_holds_from_the_next_click(app: Flask, desk: DeskActions, store: MemoryStore) -> None:
    ben = enter(app, add(desk))
    assert ben.get("/desk/users/").status_code == 403
    address = f"/desk/users/{record(store, BEN['email']).id}/"
    desk.post(f"{address}role/", {"role": "owner"}, page=address)
    assert ben.get("/desk/users/").status_code == 200
    desk.post(f"{address}role/", {"role": "read_only"}, page=address)
    assert ben.get("/desk/clients/new/").status_code == 403


def test_who_leaves_is_logged_out_at_once_and_stays_in_the_history(
    app: Flask, desk: DeskActions, store: MemoryStore
) -> None:
    ben = enter(app, add(desk))
    address = f"/desk/users/{record(store, BEN['email']).id}/"
    assert desk.post(f"{address}leave/", page=address).status_code == 303
    assert ben.get("/desk/").status_code == 303
    assert ben.log_in().status_code == 422
    assert "Has left" in desk.get("/desk/users/").text
    desk.post(f"{address}return/", page=address)
    assert ben.log_in().status_code == 303


def test_who_has_left_gets_no_link(desk: DeskActions, store: MemoryStore) -> None:
    add(desk)
    ben = record(store, BEN["email"])
    address = f"/desk/users/{ben.id}/"
    desk.post(f"{address}leave/", page=address)
    page = desk.post(f"{address}link/", page=address, follow=True)
    assert "has left: let them in again first" in page.text


def test_the_last_owner_can_neither_leave_nor_become_less(
    desk: DeskActions, store: MemoryStore, recruiter: Recruiter
) -> None:
    add(desk, role="owner")  # without a password yet, Ben could let nobody in
    address = f"/desk/users/{recruiter.id}/"
    for step, typed in (("leave", {}), ("role", {"role": "recruiter"})):
        page = desk.post(f"{address}{step}/", typed, page=address, follow=True)
        assert users.LAST_OWNER in page.text
    assert record(store, recruiter.email).role is Role.OWNER


def test_with_another_owner_the_first_may_leave(
    app: Flask, desk: DeskActions, store: MemoryStore, recruiter: Recruiter
) -> None:
    enter(app, add(desk, role="owner"))
    left = users.let_go(store, recruiter.id, now=recruiter.created)
    assert not left.is_active
    assert desk.get("/desk/").status_code == 303
    with pytest.raises(Conflict):
        users.change_role(store, record(store, BEN["email"]).id, Role.RECRUITER)


def test_another_password_by_link_ends_the_sessions_of_the_one_before(
    app: Flask, desk: DeskActions, store: MemoryStore
) -> None:
    ben = enter(app, add(desk))
    address = f"/desk/users/{record(store, BEN['email']).id}/"
    page = desk.post(f"{address}link/", page=address)
    assert ben.get("/desk/").status_code == 200
    enter(app, link_on(page.text), "another quiet evening")
    assert ben.get("/desk/").status_code == 303
    assert ben.log_in().status_code == 422


def test_a_record_from_before_there_were_roles_is_an_owners(
    store: MemoryStore, recruiter: Recruiter, app: Flask
) -> None:
    with store.transaction() as tx:
        old = RECRUITERS.to_record(recruiter)
        del old["role"], old["left"]
        tx.put("recruiters", old)
    assert record(store, recruiter.email).role is Role.OWNER
    anna = DeskActions(browser(app), password=PASSWORD)
    assert anna.log_in().status_code == 303
    assert anna.get("/desk/users/").status_code == 200


def test_who_lost_everything_is_let_in_again_from_the_machine(
    app: Flask, desk: DeskActions, store: MemoryStore, recruiter: Recruiter
) -> None:
    with store.transaction() as tx:
        second_factor.SECOND_FACTORS.put(
            tx, second_factor.SecondFactor(recruiter.id, "nonce", on=recruiter.created)
        )
    said = app.test_cli_runner().invoke(args=["login-link", " Anna@Example.org"])
    assert said.exit_code == 0
    link = re.fullmatch(r"http://localhost(/desk/welcome/\S+/)\n", said.output)
    assert link
    assert desk.get("/desk/").status_code == 303
    anna = DeskActions(browser(app), password=NEW_PASSWORD)
    assert anna.send(link[1], {"password": NEW_PASSWORD}).headers["Location"] == "/desk/"
    assert anna.get("/desk/users/").status_code == 200


def test_the_command_says_so_when_there_is_no_such_user(app: Flask, recruiter: Recruiter) -> None:
    said = app.test_cli_runner().invoke(args=["login-link", "nobody@example.org"])
    assert said.exit_code == 1
    assert "No user of the desk has the address nobody@example.org." in said.output
