"""Makes and changes the tables, step by step; each step and the record of it are one transaction.

`followup_schema` says which steps of this file were done, `followup_collections` how each collection lies.
A step that was interrupted never happened, and several programs may start at once: one does the step, the
others wait and find it done. Every statement is also written so that doing it twice does no harm, for
databases where a change of tables is not undone with its transaction (YugabyteDB). Advisory locks, which
CockroachDB does not have, are not needed.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from core.errors import InvalidSettings, NotFound, Problem, StoreCorrupt, StoreError
from forms.store.postgres_errors import CONFLICTS, explained
from forms.store.postgres_layout import CREATE, Layouts, layouts_in, name_of
from forms.store.postgres_session import Patience, Session, connect
from forms.store.postgres_tables import Table

_STEPS: tuple[bytes, ...] = (CREATE,)
"""Step 1 first. Never change one that was released: add another."""

VERSION = len(_STEPS)

_RACED = CONFLICTS | {"23505", "42P07", "42710", "42701", "55P03"}
"""Somebody else did the same just now, or holds a table: unique, duplicate table, type or column, time-out.

A table brings a type of its name: of two that make it at once, one may be told of that type.
"""

_ATTEMPTS = 10
_URL = "postgresql://USER@HOST:5432/DATABASE; in a password, write @ as %40 and : as %3A"


def place_of(url: str) -> str:
    """Where a URL leads, without user and password. Raises InvalidSettings for one that libpq cannot read."""
    # An error's message would repeat parts of the URL, even of a password with an @ or a colon in it.
    said: Mapping[str, Any] = {"port": "unreadable"}
    with suppress(psycopg.ProgrammingError):
        said = conninfo_to_dict(url)
    if not re.fullmatch(r"[0-9,]*", str(said.get("port") or "")):
        raise InvalidSettings(
            [Problem("environment", 0, '"FOLLOWUP_STORE" is no PostgreSQL address', f"write {_URL}")]
        )
    host = said.get("host") or said.get("hostaddr") or "this machine"
    port = f":{said['port']}" if said.get("port") else ""
    return f"PostgreSQL at {host}{port}/{said.get('dbname') or ''}"


def upgrade(url: str, tables: tuple[Table, ...], patience: Patience, *, change: bool) -> None:
    """Bring the database to what this program and these collections need. One look where nothing changed.

    Without `change` only look. Raises StoreUnavailable, StoreCorrupt (a newer program was here, or records
    forbid a change), StoreError (a database that will not do); without `change` also NotFound.
    """
    place = place_of(url)
    try:
        with connect(url, patience) as session:
            steps = _Upgrade(session, place)
            return steps.run(tables) if change else steps.require(tables)
    except psycopg.Error as error:
        told = explained(error, place, {})
    raise told


class _Upgrade:
    """The steps, over one connection."""

    def __init__(self, session: Session, place: str) -> None:
        session.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        self._session = session
        self._place = place
        self._known: Mapping[str, str] | None = None

    def require(self, tables: tuple[Table, ...]) -> None:
        """Change nothing; raises NotFound, StoreCorrupt where `run` would."""
        version = self._version()
        if version == 0:
            raise NotFound(f"{self._place}: there is no ledger in this database")
        self._refuse_newer(version)
        if version < VERSION or any(not self._is_laid(table) for table in tables):
            raise StoreCorrupt(
                f"{self._place}: an older program wrote it; run `flask --app forms fsck` with it first"
            )

    def run(self, tables: tuple[Table, ...]) -> None:
        """Do what is missing."""
        self._require_utf8()
        for attempt in range(_ATTEMPTS):
            try:
                return self._run_once(tables)
            except psycopg.Error as error:
                if error.sqlstate not in _RACED or attempt == _ATTEMPTS - 1:
                    raise
            time.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - so that two do not meet again
        return None

    def _require_utf8(self) -> None:
        encoding = self._session.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise StoreError(
                f"{self._place}: its encoding is {encoding}, which cannot hold every name; "
                "create the database with ENCODING 'UTF8' TEMPLATE template0"
            )

    def _run_once(self, tables: tuple[Table, ...]) -> None:
        self._known = None
        version = self._version()
        self._refuse_newer(version)
        for number in range(version + 1, VERSION + 1):
            self._step(number)
        for table in tables:
            if not self._is_laid(table):
                Layouts(self._session, self._place).lay(table)

    def _refuse_newer(self, version: int) -> None:
        if version > VERSION:
            raise StoreCorrupt(
                f"{self._place}: a newer program wrote it (its tables have version {version}, this program "
                f"knows {VERSION}). Nothing was changed; start the newer one"
            )

    def _is_laid(self, table: Table) -> bool:
        if self._known is None:
            self._known = layouts_in(self._session)
        return self._known.get(name_of(table)) == table.layout()

    def _version(self) -> int:
        try:
            found = self._session.execute(b"SELECT max(version) FROM followup_schema").fetchone()
        except psycopg.errors.UndefinedTable:
            return 0
        return int(found[0] or 0) if found else 0

    def _step(self, number: int) -> None:
        with self._session.transaction():
            self._session.execute(
                b"CREATE TABLE IF NOT EXISTS followup_schema "
                b"(version integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())"
            )
            # First the record: whoever starts at the same moment waits here, fails, and looks again.
            self._session.execute(b"INSERT INTO followup_schema (version) VALUES (%s)", (number,))
            self._session.execute(_STEPS[number - 1])
