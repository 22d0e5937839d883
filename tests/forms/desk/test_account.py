"""One's own account: another password, and the browsers one is logged in with."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from core.clock import ManualClock
from forms.desk.browsers import browser_name
from forms.desk.models import SESSIONS
from forms.recruiters import Recruiter
from forms.store.memory import MemoryStore
from tests.forms.acting import PASSWORD, DeskActions, browser

ACCOUNT = "/desk/account/"
NEW = "seven paper boats drift"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:133.0) Gecko/20100101 Firefox/133.0"


@pytest.fixture
def elsewhere(app: Flask, desk: DeskActions) -> DeskActions:
    """Anna at a second computer."""
    other = DeskActions(browser(app))
    other.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    other.log_in()
    return other


def change(desk: DeskActions, old: str = PASSWORD, new: str = NEW) -> int:
    typed = {"current_password": old, "new_password": new}
    return desk.post(f"{ACCOUNT}password/", typed, page=ACCOUNT).status_code


def test_another_password_ends_all_other_sessions(
    app: Flask, desk: DeskActions, elsewhere: DeskActions
) -> None:
    assert change(desk) == 303
    assert desk.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/").status_code == 303
    assert DeskActions(browser(app)).log_in().status_code == 422
    assert DeskActions(browser(app), password=NEW).log_in().status_code == 303


def test_the_old_password_is_asked_for(desk: DeskActions, elsewhere: DeskActions) -> None:
    assert change(desk, old="not the password") == 422
    assert elsewhere.get("/desk/").status_code == 200


def test_a_poor_password_is_refused(desk: DeskActions) -> None:
    assert change(desk, new="password123456") == 422
    assert change(desk, new="anna headhunter") == 422


def test_the_browsers_are_listed_and_one_is_logged_out(
    desk: DeskActions, elsewhere: DeskActions, store: MemoryStore, recruiter: Recruiter
) -> None:
    page = desk.get(ACCOUNT).text
    assert "Firefox on Windows" in page
    assert "this one" in page
    with store.read() as reader:
        other = next(each for each in SESSIONS.find(reader) if each.browser == "Firefox on Windows")
    desk.post(f"{ACCOUNT}sessions/{other.id}/end/", page=ACCOUNT)
    assert elsewhere.get("/desk/").status_code == 303
    assert desk.get("/desk/").status_code == 200


def test_all_others_are_logged_out_at_once(desk: DeskActions, elsewhere: DeskActions) -> None:
    desk.post(f"{ACCOUNT}sessions/end/", page=ACCOUNT)
    assert elsewhere.get("/desk/").status_code == 303
    assert desk.get("/desk/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(
    app: Flask, desk: DeskActions, store: MemoryStore, recruiter: Recruiter, clock: ManualClock
) -> None:
    from forms.desk import sessions

    with store.transaction() as tx:
        sessions.begin(tx, "somebody-else", clock.now())
        theirs = sessions.sessions_of(tx, "somebody-else")[0]
    desk.post(f"{ACCOUNT}sessions/{theirs.id}/end/", page=ACCOUNT)
    with store.read() as reader:
        assert SESSIONS.get(reader, theirs.id)


def test_a_stranger_who_types_wrong_passwords_does_not_lock_anna_out_of_her_browser(
    app: Flask, desk: DeskActions, clock: ManualClock
) -> None:
    desk.post("/desk/logout/", page="/desk/")
    stranger = browser(app)
    stranger.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    for _ in range(6):
        last = DeskActions(stranger).log_in(password="not the password")
    assert last.status_code == 429
    assert DeskActions(browser(app)).log_in().status_code == 429  # a browser nobody knows
    assert desk.log_in().status_code == 303
    clock.advance(dt.timedelta(minutes=15))
    assert DeskActions(browser(app)).log_in().status_code == 303


def test_a_known_browser_is_throttled_too_and_forgotten_with_the_password(
    app: Flask, desk: DeskActions
) -> None:
    desk.log_in()
    change(desk)
    desk.post("/desk/logout/", page="/desk/")
    stranger = browser(app)
    stranger.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    for _ in range(5):
        DeskActions(stranger).log_in(password="not the password")
    assert DeskActions(desk.client, password=NEW).log_in().status_code == 429


def test_five_failures_in_a_known_browser_are_enough(desk: DeskActions) -> None:
    desk.post("/desk/logout/", page="/desk/")
    for _ in range(5):
        desk.log_in(password="not the password")
    assert desk.log_in().status_code == 429


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.4 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("<script>", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, name: str) -> None:
    assert browser_name(agent) == name
