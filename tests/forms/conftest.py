"""What every test of the endpoint may ask for."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash

from core.clock import ManualClock
from core.settings import ROOT
from forms import SHAPES, create_app
from forms.desk import service
from forms.recruiters import Recruiter
from forms.store.memory import MemoryStore
from tests.forms.acting import BASE_URL, EMAIL, PASSWORD, DeskActions, browser
from tests.forms.compiled import COMPILED_TEMPLATES, address_builders_kept

NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)

SITE_TOML = """\
title = "Letters on follow-up"
url = "https://letters.example"
author = "Anna Headhunter"
timezone = "Europe/London"
copyright_from = 2020
comments = true
"""


@pytest.fixture(scope="session", autouse=True)
def _address_builders() -> Iterator[None]:
    """Made once for all applications."""
    with address_builders_kept():
        yield


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
    """A content folder with `site.toml`, and the messages that the product ships with."""
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "content" / "messages", folder / "messages")
    (folder / "site.toml").write_text(SITE_TOML, encoding="utf-8")
    return folder


@pytest.fixture
def environ() -> dict[str, str]:
    """The settings of the application under test; override the fixture, or change it before using `app`."""
    return {
        "FOLLOWUP_BASE_URL": BASE_URL,
        "FOLLOWUP_SECRET_KEY": "a key for tests, not for use",
        "FOLLOWUP_UNDO_MINUTES": "0",  # what is sent goes out at the worker's next turn
    }


@pytest.fixture
def app(
    environ: dict[str, str], store: MemoryStore, clock: ManualClock, content: Path, tmp_path: Path
) -> Flask:
    """The whole endpoint over the memory store. Errors of ours reach the test instead of the 500 page."""
    made = create_app(environ, store=store, clock=clock, content=content, root=tmp_path)
    made.testing = True
    made.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser nobody is logged in with."""
    return browser(app)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, at a low cost: most tests log in, and few of them are about passwords."""
    return generate_password_hash(PASSWORD, method="scrypt:1024:8:1")


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
