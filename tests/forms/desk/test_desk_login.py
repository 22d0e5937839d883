"""Logging in and out: neutral, throttled, with a session that lives on the server."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.clock import ManualClock
from forms.desk import passwords, service
from forms.desk.guard import way_back
from forms.desk.models import SESSIONS
from forms.recruiters import Recruiter
from forms.store.memory import MemoryStore
from tests.forms.acting import EMAIL, DeskActions, browser, token_in

PROBE = "/desk/probe/"


def is_in(client: FlaskClient) -> bool:
    return client.get(PROBE).status_code == 200


@pytest.fixture(autouse=True)
def _strangers_at_a_low_cost(monkeypatch: pytest.MonkeyPatch, password_hash: str) -> None:
    """As accounts of tests are: the cost of a password has tests of its own. Theirs is even the right one."""
    monkeypatch.setattr(passwords, "_NOBODY", password_hash)


@pytest.fixture
def anna(client: FlaskClient, recruiter: Recruiter) -> DeskActions:
    """Anna, in front of the door."""
    return DeskActions(client)


def test_the_right_password_opens_the_desk(anna: DeskActions) -> None:
    assert anna.log_in().headers["Location"] == "/desk/"
    page = anna.get(PROBE)
    assert "Anna Headhunter" in page.text
    assert "Log out" in page.text


def test_the_address_may_be_typed_in_capitals(client: FlaskClient, recruiter: Recruiter) -> None:
    assert DeskActions(client, email=" ANNA@Example.org ").log_in().status_code == 303


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(
    app: Flask, recruiter: Recruiter
) -> None:
    def answer(email: str) -> tuple[int, str]:
        actions = DeskActions(browser(app), email=email)
        got = actions.log_in(password="not the password")
        hidden = got.text.replace(email, "…").replace(token_in(got), "…")
        return got.status_code, "".join(line for line in hidden.splitlines() if "csrf_token" not in line)

    assert answer(EMAIL) == answer("nobody@example.org")
    assert answer(EMAIL)[0] == 422


def test_the_password_is_not_sent_back(anna: DeskActions) -> None:
    assert "not the password" not in anna.log_in(password="not the password").text


def fail(anna: DeskActions, times: int) -> TestResponse:
    for _ in range(times):
        answer = anna.log_in(password="not the password")
    return answer


def test_after_five_failures_even_the_right_password_waits_a_quarter_of_an_hour(
    anna: DeskActions, clock: ManualClock
) -> None:
    assert fail(anna, 5).status_code == 422
    refused = anna.log_in()
    assert refused.status_code == 429
    assert "Too many attempts" in refused.text
    clock.advance(dt.timedelta(minutes=15))
    assert anna.log_in().status_code == 303


def test_an_unknown_account_is_throttled_like_a_known_one(client: FlaskClient, recruiter: Recruiter) -> None:
    nobody = DeskActions(client, email="nobody@example.org")
    assert fail(nobody, 5).status_code == 422
    assert nobody.log_in().status_code == 429


def test_a_success_begins_the_count_anew(anna: DeskActions) -> None:
    fail(anna, 4)
    assert anna.log_in().status_code == 303
    anna.post("/desk/logout/", page=PROBE)
    assert fail(anna, 4).status_code == 422
    assert anna.log_in().status_code == 303


def test_one_address_may_fail_twenty_times_over_all_accounts(client: FlaskClient, anna: DeskActions) -> None:
    for number in range(20):
        assert DeskActions(client, email=f"guess{number}@example.org").log_in().status_code == 422
    assert anna.log_in().status_code == 429


def test_logging_in_often_and_rightly_is_no_attack(anna: DeskActions) -> None:
    for _ in range(25):
        assert anna.log_in().status_code == 303


def test_other_peoples_failures_elsewhere_do_not_count_for_an_address(
    app: Flask, anna: DeskActions, recruiter: Recruiter
) -> None:
    elsewhere = browser(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    for number in range(20):
        DeskActions(elsewhere, email=f"guess{number}@example.org").log_in()
    assert anna.log_in().status_code == 303


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/desk/probe/?page=2", "/desk/probe/?page=2"),
        ("/desk/", "/desk/"),
        ("", "/desk/"),
        ("https://evil.example/desk/", "/desk/"),
        ("//evil.example/desk/", "/desk/"),
        ("/desk//evil.example", "/desk/"),
        ("/desk/../status/x/", "/desk/"),
        ("/desk/\\evil.example", "/desk/"),
        ("\\\\evil.example", "/desk/"),
        ("/status/x/", "/desk/"),
        ("/desk/\r\nSet-Cookie: a=b", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
    ],
)
def test_login_leads_back_to_desk_pages_only(asked: str, led_to: str) -> None:
    assert way_back(asked) == led_to


def test_whoever_asked_for_a_page_is_led_to_it_after_login(anna: DeskActions) -> None:
    to_login = anna.get("/desk/probe/?page=2")
    assert to_login.status_code == 303
    address = to_login.headers["Location"]
    assert address == "/desk/login/?next=/desk/probe/?page%3D2"
    answer = anna.send(address, {"email": anna.email, "password": anna.password})
    assert answer.headers["Location"] == "/desk/probe/?page=2"


def test_logout_ends_the_session_on_the_server(desk: DeskActions, app: Flask) -> None:
    cookie = desk.client.get_cookie("followup_desk", path="/desk/")
    assert cookie is not None
    thief = browser(app)
    thief.set_cookie("followup_desk", cookie.value, path="/desk/")
    assert is_in(thief)
    left = desk.post("/desk/logout/", page=PROBE, follow=True)
    assert "You are logged out." in left.text
    assert not is_in(desk.client)
    assert not is_in(thief)


def test_logout_is_a_button_and_no_link(desk: DeskActions) -> None:
    assert desk.get("/desk/logout/").status_code == 405
    assert is_in(desk.client)


def test_login_gives_a_new_session_each_time(desk: DeskActions) -> None:
    """Whoever planted a cookie before has nothing of it (session fixation)."""
    first = desk.client.get_cookie("followup_desk", path="/desk/")
    desk.log_in()
    second = desk.client.get_cookie("followup_desk", path="/desk/")
    assert first is not None
    assert second is not None
    assert first.value != second.value


def test_a_session_ends_after_twelve_idle_hours(desk: DeskActions, clock: ManualClock) -> None:
    clock.advance(dt.timedelta(hours=11, minutes=50))
    assert is_in(desk.client)
    clock.advance(dt.timedelta(hours=12))
    assert not is_in(desk.client)


def test_a_session_ends_after_seven_days_however_busy(desk: DeskActions, clock: ManualClock) -> None:
    for _ in range(16):
        clock.advance(dt.timedelta(hours=10))
        assert is_in(desk.client)
    clock.advance(dt.timedelta(hours=8))
    assert not is_in(desk.client)


def test_page_views_close_together_do_not_write_to_the_store(
    desk: DeskActions, store: MemoryStore, clock: ManualClock
) -> None:
    def seen() -> dt.datetime:
        with store.read() as reader:
            return SESSIONS.find(reader)[0].seen

    began = seen()
    clock.advance(dt.timedelta(minutes=4))
    desk.get(PROBE)
    assert seen() == began
    clock.advance(dt.timedelta(minutes=4))
    desk.get(PROBE)
    assert seen() == clock.now()


def test_sessions_that_are_over_are_swept_away_at_login(
    desk: DeskActions, store: MemoryStore, clock: ManualClock
) -> None:
    clock.advance(dt.timedelta(days=8))
    desk.log_in()
    with store.read() as reader:
        assert SESSIONS.count(reader) == 1


def test_a_session_ends_with_its_recruiter(
    desk: DeskActions, store: MemoryStore, recruiter: Recruiter
) -> None:
    from forms.recruiters import RECRUITERS

    with store.transaction() as tx:
        RECRUITERS.delete(tx, recruiter.id)
    assert not is_in(desk.client)


def test_neither_token_nor_password_stands_in_the_store(
    desk: DeskActions, store: MemoryStore, recruiter: Recruiter
) -> None:
    with desk.client.session_transaction(path="/desk/") as cookie:
        token = cookie["session"]
    with store.read() as reader:
        kept = str(SESSIONS.find(reader))
    assert token not in kept
    assert recruiter.password_hash not in repr(recruiter)
    assert service.PER_ACCOUNT == 5
