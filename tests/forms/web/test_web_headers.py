"""What every answer tells the browser."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.forms.acting import DeskActions

PAGES = [
    "/healthz",
    "/nowhere/",
    "/desk/login/",
    "/desk/",
    "/status/some-token/",
    "/probe/anna/fault/conflict/",
]

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_what_may_be_done_with_it(client: FlaskClient, page: str) -> None:
    headers = client.get(page).headers
    assert {name: headers[name] for name in EVERYWHERE} == EVERYWHERE
    assert "Permissions-Policy" in headers
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("page", PAGES)
def test_nothing_inline_nothing_foreign_nothing_framed(client: FlaskClient, page: str) -> None:
    policy = dict(
        part.split(" ", 1) for part in client.get(page).headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    for kind in ("script-src", "style-src", "font-src", "img-src", "connect-src", "form-action"):
        assert policy[kind] == "'self'"


def test_a_static_file_may_be_kept(client: FlaskClient) -> None:
    with client.get("/static/css/site.css") as answer:
        assert answer.status_code == 200
        assert "no-store" not in answer.headers.get("Cache-Control", "")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("page", ["/status/some-token/", "/healthz", "/nowhere/", "/probe/anna/"])
def test_no_page_but_the_desk_sets_a_cookie(client: FlaskClient, page: str) -> None:
    assert "Set-Cookie" not in client.get(page).headers


def test_a_candidates_page_sets_no_cookie_and_needs_none(app: Flask, desk: DeskActions) -> None:
    """Not even in the browser of somebody who is logged in at the desk."""
    added = desk.send("/desk/candidates/new/", {"name": "Cara Madeup", "email": "cara@example.org"})
    made = desk.post(added.location + "links/", page=added.location)
    found = re.search(r"/status/[\w-]{43}/", made.text)
    assert found
    for client in (desk.client, app.test_client(use_cookies=False)):
        for address in (found[0], found[0] + "refer/?kind=client"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")


def test_the_desk_cookie_is_for_the_desk_and_for_no_script(client: FlaskClient) -> None:
    cookie = client.get("/desk/login/").headers["Set-Cookie"]
    assert "Path=/desk/" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


class TestReachedByHttps:
    """With an https base URL, plain http is over."""

    @pytest.fixture
    def environ(self, environ: dict[str, str]) -> dict[str, str]:
        return {**environ, "FOLLOWUP_BASE_URL": "https://desk.example"}

    def test_browsers_are_told_to_stay_with_it(self, client: FlaskClient) -> None:
        assert client.get("/healthz").headers["Strict-Transport-Security"].startswith("max-age=31536000")

    def test_the_cookie_never_leaves_by_http(self, client: FlaskClient) -> None:
        assert "Secure" in client.get("/desk/login/").headers["Set-Cookie"]
