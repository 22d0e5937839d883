"""The door: no page of the desk opens without a session, whoever adds it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from forms.desk.permissions import OPEN
from tests.forms.acting import DeskActions, browser, some_values, token_in

PROBE = "/desk/probe/"
TYPED = {"name": "Ben", "why": "He listens."}


def test_every_page_of_the_desk_leads_the_anonymous_to_the_door(app: Flask, client: FlaskClient) -> None:
    """Walks every rule and method."""
    adapter = app.url_map.bind("localhost")
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/desk/") or rule.endpoint in OPEN:
            continue
        for method in (rule.methods or set()) - {"OPTIONS"}:
            address = adapter.build(rule.endpoint, some_values(rule), method=method)
            answer = client.open(address, method=method)
            assert answer.status_code == 303, (method, address)
            assert answer.headers["Location"].startswith("/desk/login/"), (method, address)
            tried += 1
    assert tried >= 3


def test_only_the_door_itself_is_open() -> None:
    assert {"desk.log_in", "desk.second_step", "desk.set_up", "desk.welcome"} == OPEN


@pytest.mark.parametrize("value", ["", "nonsense", "eyJzZXNzaW9uIjoieCJ9.aaaaaa.bbbbbbbbbbbbbbbb"])
def test_a_cookie_of_ones_own_making_opens_nothing(client: FlaskClient, value: str) -> None:
    client.set_cookie("followup_desk", value, path="/desk/")
    assert client.get(PROBE).status_code == 303


def test_a_signed_cookie_with_an_unknown_token_opens_nothing(client: FlaskClient) -> None:
    with client.session_transaction(path="/desk/") as cookie:
        cookie["session"] = "no such token"
    assert client.get(PROBE).status_code == 303


def test_a_saved_form_leads_on_with_a_message_shown_once(desk: DeskActions) -> None:
    page = desk.send(PROBE, TYPED, follow=True)
    assert "Saved Ben." in page.text
    assert "Saved Ben." not in desk.get(PROBE).text


def test_a_form_sent_after_the_session_ended_is_kept_and_can_be_sent_after_login(
    app: Flask, desk: DeskActions, clock: ManualClock
) -> None:
    """The way a person walks it: log in in another window, come back, send again, and once more."""
    typed = {**TYPED, "csrf_token": token_in(desk.get(PROBE))}
    clock.advance(dt.timedelta(hours=13))
    refused = desk.client.post(PROBE, data=typed)
    assert refused.status_code == 403
    assert "You are logged out" in refused.text
    assert "He listens." in refused.text
    assert 'href="/desk/login/"' in refused.text
    desk.log_in()
    again = desk.client.post(PROBE, data={**TYPED, "csrf_token": token_in(refused)})
    assert "He listens." in again.text
    last = desk.client.post(PROBE, data={**TYPED, "csrf_token": token_in(again)}, follow_redirects=True)
    assert "Saved Ben." in last.text


def test_a_form_of_the_session_before_is_refused_and_kept(desk: DeskActions) -> None:
    typed = {**TYPED, "csrf_token": token_in(desk.get(PROBE))}
    desk.log_in()
    refused = desk.client.post(PROBE, data=typed)
    assert refused.status_code == 403
    assert "He listens." in refused.text
    again = desk.client.post(PROBE, data={**TYPED, "csrf_token": token_in(refused)})
    assert again.status_code == 303


def test_a_message_is_not_shown_to_the_next_visitor(app: Flask, desk: DeskActions) -> None:
    desk.send(PROBE, TYPED)
    assert "Saved Ben." not in browser(app).get("/desk/login/").text
