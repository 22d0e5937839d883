"""The base form: tidy text, untouched passwords, errors where they belong."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms.web.csrf import set_bearer
from forms.web.form import bind, blank, tidy
from tests.forms.acting import token_in
from tests.forms.probe import ProbeForm


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ben  ", "Ben"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("e\u0301te\u0301", "été"),
        ("a\tb", "a\tb"),
        (None, ""),
        (7, 7),
    ],
)
def test_text_is_kept_tidy(typed: object, kept: object) -> None:
    assert tidy(typed) == kept


def test_a_password_stays_as_typed(client: FlaskClient) -> None:
    data = {"csrf_token": token_in(client.get("/probe/anna/")), "name": "Ben", "password": "  two spaces "}
    assert client.post("/probe/anna/", data=data).get_json()["password"] == "  two spaces "


def test_a_field_that_was_not_sent_is_empty_text(client: FlaskClient) -> None:
    data = {"csrf_token": token_in(client.get("/probe/anna/")), "name": "Ben"}
    assert client.post("/probe/anna/", data=data).get_json()["why"] == ""


def test_spaces_only_do_not_fill_a_field_and_the_rest_is_kept(client: FlaskClient) -> None:
    data = {"csrf_token": token_in(client.get("/probe/anna/")), "name": "   ", "why": "Because"}
    page = client.post("/probe/anna/", data=data).text
    assert 'href="#name">Enter a name.</a>' in page
    assert "Because" in page


def test_a_get_shows_what_is_there_already(app: Flask) -> None:
    with app.test_request_context("/?name=ignored"):
        set_bearer("anna")
        assert bind(ProbeForm, name="Ben").name.data == "Ben"


def test_a_blank_form_takes_nothing_of_what_was_sent(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"name": "Ben"}):
        set_bearer("anna")
        assert bind(ProbeForm).name.data == "Ben"
        assert blank(ProbeForm, name="Carl").name.data == "Carl"


def test_a_use_cases_refusal_stands_beside_its_field_or_at_the_top(app: Flask) -> None:
    with app.test_request_context("/"):
        set_bearer("anna")
        form = bind(ProbeForm)
        form.refuse("name", "This name is taken.")
        form.refuse("", "Nothing was saved.")
        assert form.name.errors == ["This name is taken."]
        assert form.form_errors == ["Nothing was saved."]


def test_forms_on_one_page_have_tokens_with_ids_of_their_own(app: Flask) -> None:
    with app.test_request_context("/"):
        set_bearer("anna")
        assert blank(ProbeForm)["csrf_token"].id != blank(ProbeForm)["csrf_token"].id
