"""The first recruiter comes in by a one-time link, and nobody does after them."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from core.errors import Conflict
from forms.desk import service
from forms.recruiters import RECRUITERS, Recruiter
from forms.store.memory import MemoryStore
from tests.forms.acting import EMAIL, PASSWORD, DeskActions

TYPED = {
    "name": "Anna Headhunter",
    "email": "Anna@Example.org",
    "phone": "020 7946 0123",
    "password": PASSWORD,
}


@pytest.fixture
def address(store: MemoryStore, clock: ManualClock) -> str:
    return f"/desk/setup/{service.make_setup_link(store, clock.now())}/"


def recruiters(store: MemoryStore) -> list[Recruiter]:
    with store.read() as reader:
        return RECRUITERS.find(reader)


def test_sending_the_form_makes_the_recruiter_and_logs_in(
    client: FlaskClient, store: MemoryStore, address: str
) -> None:
    assert DeskActions(client).send(address, TYPED).headers["Location"] == "/desk/"
    (anna,) = recruiters(store)
    assert (anna.name, anna.email, anna.phone) == ("Anna Headhunter", EMAIL, "+442079460123")
    assert "Anna Headhunter" in client.get("/desk/probe/").text


def test_looking_at_the_link_uses_nothing_up(client: FlaskClient, address: str) -> None:
    """Mail scanners follow links."""
    for _ in range(3):
        assert client.get(address).status_code == 200


def test_the_link_works_once(client: FlaskClient, store: MemoryStore, address: str) -> None:
    anna = DeskActions(client)
    page = client.get(address)
    anna.send(address, TYPED)
    assert client.get(address).status_code == 404
    assert client.post(address, data={**TYPED, "email": "eve@example.org"}).status_code == 404
    assert page.status_code == 200
    assert len(recruiters(store)) == 1


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "  ", "Enter your name."),
        ("email", "anna", "Enter an e-mail address"),
        ("phone", "12", "too few"),
        ("password", "password1234", "first that others would try"),
        ("password", "", "Choose a password."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_used_up(
    client: FlaskClient, store: MemoryStore, address: str, field: str, typed: str, words: str
) -> None:
    answer = DeskActions(client).send(address, {**TYPED, field: typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert PASSWORD not in answer.text
    assert recruiters(store) == []
    assert client.get(address).status_code == 200


def test_the_link_expires_after_a_day(client: FlaskClient, clock: ManualClock, address: str) -> None:
    clock.advance(dt.timedelta(hours=24))
    assert client.get(address).status_code == 404


def test_a_wrong_link_and_a_used_one_look_alike(client: FlaskClient, address: str) -> None:
    DeskActions(client).send(address, TYPED)
    fresh = client.application.test_client()
    assert fresh.get(address).text == fresh.get("/desk/setup/never-existed/").text


def test_an_older_link_ends_when_a_new_one_is_made(
    client: FlaskClient, store: MemoryStore, clock: ManualClock, address: str
) -> None:
    service.make_setup_link(store, clock.now())
    assert client.get(address).status_code == 404


def test_there_is_no_link_once_there_is_a_recruiter(
    store: MemoryStore, clock: ManualClock, recruiter: Recruiter
) -> None:
    with pytest.raises(Conflict, match="set up already"):
        service.make_setup_link(store, clock.now())


def test_a_link_left_over_opens_nothing_once_there_is_a_recruiter(
    client: FlaskClient, address: str, recruiter: Recruiter
) -> None:
    assert client.get(address).status_code == 404


def test_the_command_prints_a_link_that_opens(app: Flask, client: FlaskClient) -> None:
    result = app.test_cli_runner().invoke(args=["setup-link"])
    assert result.exit_code == 0
    assert client.get(result.output.strip()).status_code == 200


def test_the_command_explains_why_there_is_none(app: Flask, recruiter: Recruiter) -> None:
    result = app.test_cli_runner().invoke(args=["setup-link"])
    assert result.exit_code == 1
    assert result.output == "Error: The desk is set up already: log in at /desk/login/.\n"
