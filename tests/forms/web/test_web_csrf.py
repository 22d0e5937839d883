"""Forms belong to whom they were given, for a day, and nothing is taken without their token."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from forms.web import csrf
from tests.forms.acting import DeskActions, browser, some_values, token_in


def test_a_form_with_its_token_is_taken(client: FlaskClient) -> None:
    token = token_in(client.get("/probe/anna/"))
    answer = client.post("/probe/anna/", data={"csrf_token": token, "name": "Ben"})
    assert answer.get_json()["name"] == "Ben"


def test_the_token_is_found_under_the_prefix_of_its_form(client: FlaskClient) -> None:
    token = token_in(client.get("/probe/anna/"))
    answer = client.post("/probe/anna/", data={"answer-csrf_token": token})
    assert answer.status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "no-such-token.aaaa.bbbb"])
def test_a_form_with_a_wrong_token_is_refused(client: FlaskClient, token: str) -> None:
    answer = client.post("/probe/anna/", data={"csrf_token": token, "name": "Ben"})
    assert answer.status_code == 403


def test_a_token_of_one_bearer_opens_nothing_for_another(client: FlaskClient) -> None:
    token = token_in(client.get("/probe/anna/"))
    answer = client.post("/probe/ben/", data={"csrf_token": token, "name": "Ben"})
    assert answer.status_code == 403


def test_a_token_grows_old_after_a_day(client: FlaskClient, clock: ManualClock) -> None:
    token = token_in(client.get("/probe/anna/"))
    clock.advance(csrf.LIFETIME)
    assert client.post("/probe/anna/", data={"csrf_token": token, "name": "Ben"}).status_code == 200
    clock.advance(dt.timedelta(seconds=1))
    assert client.post("/probe/anna/", data={"csrf_token": token, "name": "Ben"}).status_code == 403


def test_a_refused_form_can_be_sent_again_from_the_page_that_refuses_it(
    client: FlaskClient, clock: ManualClock
) -> None:
    token = token_in(client.get("/probe/anna/"))
    clock.advance(dt.timedelta(days=2))
    refused = client.post("/probe/anna/", data={"csrf_token": token, "name": "Ben"})
    assert "Ben" in refused.text
    again = client.post("/probe/anna/", data={"csrf_token": token_in(refused), "name": "Ben"})
    assert again.get_json()["name"] == "Ben"


def test_two_tokens_of_one_page_differ(client: FlaskClient) -> None:
    """So that a compressed page does not give them away (BREACH)."""
    assert token_in(client.get("/probe/anna/")) != token_in(client.get("/probe/anna/"))


def test_a_form_without_a_bearer_is_a_mistake_of_ours(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(RuntimeError, match="set_bearer"):
        csrf.new_token()


def test_what_carries_no_authority_needs_no_token(app: Flask) -> None:
    assert app.test_client().post("/probe/open/").text == "taken"


def _posts(app: Flask) -> list[tuple[str, str]]:
    """Endpoint and address of every rule that takes a POST; arguments are filled with a word."""
    adapter = app.url_map.bind("localhost")
    return [
        (rule.endpoint, adapter.build(rule.endpoint, some_values(rule), method="POST"))
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
    ]


def _note(ran: list[str], name: str, **_values: str) -> str:
    ran.append(name)
    return "ran"


@pytest.mark.parametrize("who", ["anybody", "recruiter"])
def test_no_view_ever_runs_for_a_post_without_a_token(app: Flask, desk: DeskActions, who: str) -> None:
    """Walks every rule: a view that forgets to check is not possible."""
    ran: list[str] = []
    client = desk.client if who == "recruiter" else browser(app)
    posts = [(name, url) for name, url in _posts(app) if name != "probe.open_to_all"]
    assert posts
    for name, _ in posts:
        app.view_functions[name] = partial(_note, ran, name)
    for _, url in posts:
        assert client.post(url, data={"x": "y"}).status_code in (303, 403, 404)
        assert client.post(url).status_code in (303, 403, 404)
    assert ran == []
