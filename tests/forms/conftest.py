"""What every test of the endpoint may ask for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.clock import ManualClock
from forms import SHAPES, create_app
from forms.desk import passwords, service
from forms.recruiters import Recruiter
from forms.store.memory import MemoryStore

BASE_URL = "http://localhost"
EMAIL = "anna@example.org"
PASSWORD = "quiet river under bridge"
NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)

SITE_TOML = """\
title = "Letters on follow-up"
url = "https://letters.example"
author = "Anna Headhunter"
timezone = "Europe/London"
copyright_from = 2020
"""


@pytest.fixture
def clock() -> ManualClock:
    """A Thursday morning in November 2026, standing still."""
    return ManualClock(NOW)


@pytest.fixture
def store() -> MemoryStore:
    """An empty store that knows every collection."""
    return MemoryStore(SHAPES)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder with nothing but `site.toml`."""
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "site.toml").write_text(SITE_TOML, encoding="utf-8")
    return folder


@pytest.fixture
def environ() -> dict[str, str]:
    """The settings of the application under test; override the fixture, or change it before using `app`."""
    return {"FOLLOWUP_BASE_URL": BASE_URL, "FOLLOWUP_SECRET_KEY": "a key for tests, not for use"}


@pytest.fixture
def app(
    environ: dict[str, str], store: MemoryStore, clock: ManualClock, content: Path, tmp_path: Path
) -> Flask:
    """The whole endpoint over the memory store. Errors of ours reach the test instead of the 500 page."""
    made = create_app(environ, store=store, clock=clock, content=content, root=tmp_path)
    made.testing = True
    return made


def browser(app: Flask) -> FlaskClient:
    """A client that says, as browsers do, from which origin its forms are sent."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = BASE_URL
    return client


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser nobody is logged in with."""
    return browser(app)


_TOKEN = re.compile(r'name="(?:[\w-]+-)?csrf_token"[^>]* value="([^"]+)"')


def token_in(page: TestResponse) -> str:
    """The form token of a page: of its last form, which is the page's own, not the logout button's."""
    found = _TOKEN.findall(page.text)
    assert found, f"no form with a token on this page ({page.status})"
    return str(found[-1])


@dataclass
class DeskActions:
    """What a recruiter does at the desk, over real requests."""

    client: FlaskClient
    email: str = EMAIL
    password: str = field(default=PASSWORD, repr=False)

    def log_in(self, *, next_page: str = "", password: str | None = None) -> TestResponse:
        """Open the login page and send it."""
        address = "/desk/login/" + (f"?next={next_page}" if next_page else "")
        typed = {"email": self.email, "password": self.password if password is None else password}
        return self.send(address, typed)

    def log_out(self) -> TestResponse:
        """Press the logout button of the page at hand."""
        return self.post("/desk/logout/")

    def get(self, address: str) -> TestResponse:
        """Open a page."""
        return self.client.get(address)

    def send(
        self, address: str, typed: Mapping[str, object] | None = None, *, follow: bool = False
    ) -> TestResponse:
        """Open the page at `address` and send its form back with `typed`."""
        data = {"csrf_token": token_in(self.client.get(address)), **(typed or {})}
        return self.client.post(address, data=data, follow_redirects=follow)

    def post(
        self,
        address: str,
        typed: Mapping[str, object] | None = None,
        *,
        page: str = "/desk/",
        follow: bool = False,
    ) -> TestResponse:
        """Send a form that stands on another page than the address it goes to, such as a button."""
        data = {"csrf_token": token_in(self.client.get(page)), **(typed or {})}
        return self.client.post(address, data=data, follow_redirects=follow)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, worked out once."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def recruiter(store: MemoryStore, clock: ManualClock, password_hash: str) -> Recruiter:
    """Anna, who may log in with EMAIL and PASSWORD."""
    return service.add_recruiter(
        store,
        name="Anna Headhunter",
        email=EMAIL,
        phone="+442079460123",
        password_hash=password_hash,
        now=clock.now(),
    )


@pytest.fixture
def desk(app: Flask, recruiter: Recruiter) -> DeskActions:
    """Anna at her desk, logged in."""
    actions = DeskActions(browser(app))
    assert actions.log_in().status_code == 303
    return actions
