"""Error pages: the site's look, plain words, and nothing typed is lost."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.forms.acting import token_in

TYPED = {
    "name": "Ben <b>Bold</b>",
    "why": "First line\nSecond line",
    "password": "quiet river under bridge",
    "machine_key": "k-17",
}


def send(client: FlaskClient, address: str) -> TestResponse:
    token = token_in(client.get("/probe/anna/"))
    return client.post(address, data={"csrf_token": token, **TYPED})


@pytest.mark.parametrize(
    ("method", "address", "status", "words"),
    [
        ("GET", "/nowhere/", 404, "There is no such page"),
        ("PUT", "/desk/login/", 405, "cannot be used like that"),
        ("GET", "/probe/anna/fault/missing/", 404, "There is no such page"),
        ("GET", "/probe/anna/fault/conflict/", 409, "A placed candidate cannot withdraw."),
        ("GET", "/probe/anna/fault/twice/", 409, "Somebody saved the same just before."),
        ("GET", "/probe/anna/fault/unavailable/", 503, "Nothing is lost"),
    ],
)
def test_each_error_has_a_page_in_the_look_of_the_site(
    client: FlaskClient, method: str, address: str, status: int, words: str
) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert words in answer.text
    assert "Letters on follow-up" in answer.text
    assert "css/site." in answer.text


def test_a_method_that_is_not_allowed_names_those_that_are(client: FlaskClient) -> None:
    assert "POST" in client.put("/desk/login/").headers["Allow"]


def test_a_store_that_cannot_be_reached_asks_to_come_back(client: FlaskClient) -> None:
    assert int(client.get("/probe/anna/fault/unavailable/").headers["Retry-After"]) > 0


def test_what_was_typed_survives_a_store_that_cannot_be_reached(client: FlaskClient) -> None:
    page = send(client, "/probe/anna/fault/unavailable/").text
    assert "Ben &lt;b&gt;Bold&lt;/b&gt;" in page
    assert "First line<br>Second line" in page
    assert '<form method="post" action="/probe/anna/fault/unavailable/"' in page
    assert "Send again" in page


def test_a_password_is_asked_again_and_never_repeated(client: FlaskClient) -> None:
    page = send(client, "/probe/anna/fault/unavailable/").text
    assert TYPED["password"] not in page
    assert 'type="password"' in page


def test_what_no_person_typed_is_sent_again_unseen(client: FlaskClient) -> None:
    page = send(client, "/probe/anna/fault/unavailable/").text
    assert '<input type="hidden" name="machine_key" value="k-17">' in page
    assert "Machine key" not in page


def test_a_bug_shows_a_page_without_its_cause(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(app.logger, "disabled", True)
    answer = send(client, "/probe/anna/fault/bug/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "a bug" not in answer.text
    assert "Second line" in answer.text


@pytest.mark.parametrize("address", ["/probe/anna/", "/desk/login/"])
def test_a_body_over_64_kib_is_refused(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data={"why": "x" * 70_000})
    assert answer.status_code == 413
    assert "too long" in answer.text


def test_a_body_just_below_is_read(client: FlaskClient) -> None:
    token = token_in(client.get("/probe/anna/"))
    answer = client.post("/probe/anna/", data={"csrf_token": token, "name": "Ben", "why": "x" * 64_000})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_to_a_host_that_is_not_ours_is_refused(client: FlaskClient, method: str) -> None:
    answer = client.open("/desk/login/", method=method, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000"])
def test_loopback_is_ours(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200
