"""A form sent from somebody else's page is refused, whatever it carries."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.forms.acting import token_in

OURS = "http://localhost"
THEIRS = "https://evil.example"


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Origin": OURS}, True),
        ({"Origin": THEIRS}, False),
        ({"Origin": "http://localhost.evil.example"}, False),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": THEIRS, "Sec-Fetch-Site": "same-origin"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Referer": f"{OURS}/probe/anna/"}, True),
        ({"Referer": f"{THEIRS}/localhost"}, False),
        ({"Referer": f"{OURS}.evil.example/"}, False),
        ({}, False),
    ],
)
def test_a_form_is_taken_only_from_our_own_pages(app: Flask, headers: dict[str, str], taken: bool) -> None:
    client = app.test_client()
    token = token_in(client.get("/probe/anna/"))
    answer = client.post("/probe/anna/", data={"csrf_token": token, "name": "Ben"}, headers=headers)
    assert answer.status_code == (200 if taken else 403)


def test_what_another_site_sent_is_shown_but_not_offered_for_sending(app: Flask) -> None:
    """Else the other site would only need one more click."""
    answer = app.test_client().post("/probe/anna/", data={"name": "Ben"}, headers={"Origin": THEIRS})
    assert "Ben" in answer.text
    assert "<form" not in answer.text


class TestBehindAProxyThatEndsTLS:
    """The address people use is not the one we are reached under."""

    @pytest.fixture
    def environ(self, environ: dict[str, str]) -> dict[str, str]:
        return {**environ, "FOLLOWUP_BASE_URL": "https://desk.example"}

    def test_the_public_origin_counts_as_ours(self, app: Flask) -> None:
        client = app.test_client()
        token = token_in(client.get("/probe/anna/"))
        answer = client.post(
            "/probe/anna/",
            data={"csrf_token": token, "name": "Ben"},
            headers={"Origin": "https://desk.example"},
        )
        assert answer.status_code == 200
