"""The authorisation table, walked: every page of the desk, every method, every role, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from core.clock import ManualClock
from forms.desk import service
from forms.desk.permissions import LOOKING, OPEN, RULE, TABLE, Least, least_role, may
from forms.recruiters import Recruiter, Role
from forms.store.memory import MemoryStore
from tests.forms.acting import EMAIL, DeskActions, browser, some_values, token_in
from tests.forms.people import Scene

PROBE = "desk.probe.index"
REFUSED = "This page is not open to you"

Colleague = Callable[[Role], DeskActions]


@pytest.fixture
def colleague(
    app: Flask, store: MemoryStore, clock: ManualClock, password_hash: str, recruiter: Recruiter
) -> Colleague:
    """Somebody of a role, logged in."""

    def log_in(role: Role) -> DeskActions:
        email = f"{role.value}@example.org"
        service.add_recruiter(
            store,
            name=role.label,
            email=email,
            phone="",
            password_hash=password_hash,
            now=clock.now(),
            role=role,
        )
        actions = DeskActions(browser(app), email=email)
        assert actions.log_in().status_code == 303
        return actions

    return log_in


def desk_rules(app: Flask) -> list[Rule]:
    """Every address of the desk, whoever added it."""
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")]


def requests_of(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, address) of everything behind the door; logging out comes last."""
    adapter = app.url_map.bind("localhost")
    rules = [rule for rule in desk_rules(app) if rule.endpoint not in OPEN]
    for rule in sorted(rules, key=lambda each: each.endpoint == "desk.log_out"):
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            yield rule.endpoint, method, adapter.build(rule.endpoint, some_values(rule), method=method)


def test_every_page_of_the_desk_stands_in_the_table(app: Flask) -> None:
    """New here? Enter your endpoint in `forms/desk/permissions.py`; until then only owners may open it."""
    there = {rule.endpoint for rule in desk_rules(app)} - OPEN - {PROBE}
    assert there - set(TABLE) == set()
    assert set(TABLE) - there == set()


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says_and_nothing_else(
    app: Flask, colleague: Colleague, role: Role
) -> None:
    somebody = colleague(role)
    token = token_in(somebody.get("/desk/"))
    tried = 0
    for endpoint, method, address in requests_of(app):
        data = None if method in LOOKING else {"csrf_token": token}
        answer = somebody.client.open(address, method=method, data=data)
        refused = answer.status_code == 403
        assert refused is not may(role, endpoint, method), (role, method, address, answer.status_code)
        assert not refused or method == "HEAD" or REFUSED in answer.text
        assert "/desk/login/" not in answer.headers.get("Location", "") or endpoint == "desk.log_out"
        tried += 1
    assert tried > len(TABLE)


def test_nobody_may_anything_before_logging_in(app: Flask, recruiter: Recruiter) -> None:
    stranger = browser(app)
    for _, method, address in requests_of(app):
        answer = stranger.open(address, method=method)
        assert answer.status_code == 303, (method, address)
        assert answer.headers["Location"].startswith("/desk/login/")


def test_who_may_change_may_also_look() -> None:
    for endpoint, least in TABLE.items():
        assert least.change.reaches(least.look), endpoint


def test_what_the_table_does_not_name_is_the_owners_alone() -> None:
    assert least_role("desk.forgotten.page", "GET") is Role.OWNER
    assert Least(Role.OWNER, Role.OWNER) == RULE


def test_only_owners_may_change_users() -> None:
    users = [endpoint for endpoint in TABLE if endpoint.startswith("desk.users.")]
    assert users
    assert all(not may(Role.RECRUITER, endpoint) for endpoint in users)


def test_read_only_colleagues_are_told_so_and_shown_no_link_to_what_they_may_not(
    colleague: Colleague,
) -> None:
    page = colleague(Role.READ_ONLY).get("/desk/")
    assert "You may look at everything here, and change nothing." in page.text
    assert 'class="desk looking"' in page.text
    assert "/desk/users/" not in page.text


def test_owners_see_the_way_to_the_users(desk: DeskActions) -> None:
    page = desk.get("/desk/")
    assert 'href="/desk/users/"' in page.text
    assert "change nothing" not in page.text
    assert EMAIL in desk.get("/desk/users/").text


def test_read_only_colleagues_find_no_link_that_leads_nowhere(
    colleague: Colleague, store: MemoryStore, clock: ManualClock
) -> None:
    """On the pages of people and jobs; a form of theirs is not shown, and refused all the same."""
    scene = Scene(store, clock)
    candidacy = scene.declined()
    reader = colleague(Role.READ_ONLY)
    pages = (
        "/desk/",
        f"/desk/candidacies/{candidacy.id}/",
        f"/desk/candidates/{candidacy.candidate_id}/",
        f"/desk/jobs/{scene.job.id}/",
        f"/desk/clients/{scene.client_id}/",
    )
    for page in pages:
        for found in re.findall(r'<a class="button[^>]* href="(/desk/[^"?]*)', reader.get(page).text):
            assert reader.get(found).status_code == 200, (page, found)
