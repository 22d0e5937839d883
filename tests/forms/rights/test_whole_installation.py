"""Somebody whom every feature knows is erased, and then looked for in every byte that is kept."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import psycopg
import pytest
from flask import Flask

from core.clock import ManualClock
from forms import SHAPES, create_app
from forms.follow_up.publishing import refresh
from forms.outbox.chores import EXTENSION as CHORES
from forms.outbox.chores import see_to
from forms.outbox.delivery import deliver_due
from forms.outbox.room import EXTENSION as ROOM
from forms.outbox.room import MailRoom
from forms.outbox.transport import MemoryTransport
from forms.store.memory import MemoryStore
from forms.web.context import EXTENSION, Context
from tests.forms.acting import browser, token_in
from tests.forms.people import Scene
from tests.forms.rights.everywhere import SIGNS, written_everywhere
from tests.postgres_ledgers import close_opened, open_at
from tests.postgres_server import VARIABLE, url_of


@pytest.fixture
def log(tmp_path: Path) -> Iterator[None]:
    """Everything that is logged, in a file of the installation."""
    handler = logging.FileHandler(tmp_path / "followup.log")
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(before)
    root.removeHandler(handler)
    handler.close()


def erase_by_the_page(app: Flask, scene: Scene) -> None:
    """The whole way: their link, the code in the mail, the decision."""
    there = written_everywhere(scene)
    found = cast(Context, app.extensions[EXTENSION])
    refresh(found, at_once=True)
    transport = MemoryTransport()
    room = replace(cast(MailRoom, app.extensions[ROOM]), transport=transport)
    deliver_due(room)
    visitor = browser(app)
    page = f"/status/{scene.link(there.candidate.id)[0]}/data/erase/"
    visitor.post(page + "code/", data={"csrf_token": token_in(visitor.get(page))})
    deliver_due(room)
    code = re.search(r"^(\d{4} \d{4})\s*$", transport.sent[-1].get_content(), re.MULTILINE)
    assert code
    form = {"csrf_token": token_in(visitor.get(page)), "code": code[1], "sure": "yes"}
    assert visitor.post(page, data=form).location == "/erased/"


def chores_of(app: Flask) -> None:
    see_to(app.extensions[CHORES])


@pytest.mark.usefixtures("log")
def test_no_file_of_an_installation_on_one_file_holds_anything(
    environ: dict[str, str], clock: ManualClock, content: Path, tmp_path: Path
) -> None:
    """Store, copies, key, figures, log: after the rotation that is stated on the page."""
    environ |= {
        "FOLLOWUP_STORE": "tinydb:var/followup.json",
        "FOLLOWUP_SNAPSHOT_HOURS": "0",
        "FOLLOWUP_SNAPSHOT_COUNT": "40",
        "FOLLOWUP_COPY_DAYS": "1",
        "FOLLOWUP_PUBLISH_FIGURES": "on",
    }
    app = create_app(environ, clock=clock, content=content, root=tmp_path)
    store = cast(Context, app.extensions[EXTENSION]).store
    scene = Scene(cast(MemoryStore, store), clock)
    erase_by_the_page(app, scene)
    figures = (content / "figures.json").read_bytes()
    assert files_with_signs(tmp_path), "the copies from before still hold the person"
    chores_of(app)
    refresh(cast(Context, app.extensions[EXTENSION]), at_once=True)
    assert files_with_signs(tmp_path) == []
    assert (content / "figures.json").read_bytes() == figures, "they were counts, and still count everybody"
    assert (tmp_path / "followup.log").stat().st_size > 0
    store.close()


def files_with_signs(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(sign.encode() in path.read_bytes().lower() for sign in SIGNS)]


@pytest.mark.usefixtures("postgres_server")
def test_no_row_of_any_table_holds_anything(
    environ: dict[str, str], clock: ManualClock, content: Path, tmp_path: Path
) -> None:
    """Records, and the columns by which they are found, which hold values in bytes."""
    store = open_at(tmp_path, SHAPES)
    app = create_app(environ, store=store, clock=clock, content=content, root=tmp_path)
    scene = Scene(cast(MemoryStore, store), clock)
    written = rows_with_signs
    erase_by_the_page(app, scene)
    assert written(tmp_path) == []
    scene.candidate("Zephyrine Quillfeather", "zephyrine@quillfeather.example")
    assert written(tmp_path), "they would have been found"
    close_opened()


def rows_with_signs(place: Path) -> list[str]:
    """The rows of all tables, as text, that hold one of the signs, plainly or as the hex of its bytes."""
    wanted = [*SIGNS, *(sign.encode().hex() for sign in SIGNS)]
    found = []
    with psycopg.connect(url_of(place, os.environ[VARIABLE])) as connection:
        tables = connection.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
            "WHERE schemaname = current_schema()"
        ).fetchall()
        assert tables
        for (table,) in tables:
            query = psycopg.sql.SQL("SELECT each::text FROM {} AS each").format(psycopg.sql.SQL(table))
            rows = [str(text).lower() for (text,) in connection.execute(query)]
            found += [row for row in rows if any(sign in row for sign in wanted)]
    return found
