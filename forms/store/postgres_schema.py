"""Makes and changes the tables, step by step; each step and the record of it are one transaction.

`followup_schema` says which steps of this file were done, `followup_collections` how each collection lies.
A step that was interrupted never happened, and several programs may start at once: one does the step, the
others wait and find it done. Every statement is also written so that doing it twice does no harm, for
databases where a change of tables is not undone with its transaction (YugabyteDB). Advisory locks, which
CockroachDB does not have, are not needed.

Key columns only repeat what is in the records, so they may be dropped and filled anew. They have no default:
a program that does not know a column must not insert records that nobody would then find by it.
"""

from __future__ import annotations

import json
import math
import random
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from core.errors import InvalidSettings, Problem, StoreCorrupt, StoreError
from forms.store.postgres_errors import CONFLICTS, explained
from forms.store.postgres_pool import Patience, Session, connect
from forms.store.postgres_tables import Index, Table
from forms.store.protocol import Shape
from forms.store.records import thaw

_STEPS: tuple[bytes, ...] = (
    b"CREATE TABLE IF NOT EXISTS followup_collections (name text PRIMARY KEY, layout text NOT NULL)",
)
"""Step 1 first. Never change one that was released: add another."""

VERSION = len(_STEPS)

_RACED = CONFLICTS | {"23505", "42P07", "42701", "55P03"}
"""Somebody else did the same just now, or holds a table: unique, duplicate table or column, lock time-out."""

_ATTEMPTS = 10
_PAGE = 500
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


def upgrade(url: str, tables: tuple[Table, ...], patience: Patience) -> None:
    """Bring the database to what this program and these collections need. One look where nothing changed.

    Raises StoreUnavailable, StoreCorrupt (a newer program was here), StoreError (records forbid it).
    """
    place = place_of(url)
    try:
        with connect(url, patience) as session:
            _Upgrade(session, place).run(tables)
            return
    except psycopg.Error as error:
        told = explained(error, place, {})
    raise told


def collections_in(session: Session) -> tuple[str, ...]:
    """The names of all collections that hold records, whoever made them."""
    names = [
        json.loads(row[0]) for row in session.execute(b"SELECT name FROM followup_collections ORDER BY name")
    ]
    return tuple(name for name in names if _holds_records(session, Table(Shape(name)).name))


def _holds_records(session: Session, table: str) -> bool:
    found = session.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table)))
    return found.fetchone() is not None


class _Upgrade:
    """The steps, over one connection."""

    def __init__(self, session: Session, place: str) -> None:
        # Once a table is locked, the statements that follow must see what others kept until then.
        session.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        self._session = session
        self._place = place

    def run(self, tables: tuple[Table, ...]) -> None:
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
        version = self._version()
        if version > VERSION:
            raise StoreCorrupt(
                f"{self._place}: a newer program wrote it (its tables have version {version}, this program "
                f"knows {VERSION}). Nothing was changed; start the newer one"
            )
        for number in range(version + 1, VERSION + 1):
            self._step(number)
        known = self._layouts()
        for table in tables:
            if known.get(_key(table)) != table.layout():
                self._lay(table)

    def _version(self) -> int:
        try:
            found = self._session.execute(b"SELECT max(version) FROM followup_schema").fetchone()
        except psycopg.errors.UndefinedTable:
            return 0
        return int(found[0] or 0) if found else 0

    def _layouts(self) -> Mapping[str, str]:
        rows = self._session.execute(b"SELECT name, layout FROM followup_collections").fetchall()
        return dict(rows)

    def _step(self, number: int) -> None:
        with self._session.transaction():
            self._session.execute(
                b"CREATE TABLE IF NOT EXISTS followup_schema "
                b"(version integer PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())"
            )
            # First the record: whoever starts at the same moment waits here, fails, and looks again.
            self._session.execute(b"INSERT INTO followup_schema (version) VALUES (%s)", (number,))
            self._session.execute(_STEPS[number - 1])

    def _lay(self, table: Table) -> None:
        with self._session.transaction():
            self._session.execute(b"SET LOCAL statement_timeout = 0")
            self._session.silence = math.inf
            before = self._claim(table)
            if before is None:
                self._create(table)
            elif before != table.layout():
                self._change(table, json.loads(before))
            for index in table.indexes():
                self._index(table, index)
            self._session.execute(
                b"UPDATE followup_collections SET layout = %s WHERE name = %s", (table.layout(), _key(table))
            )

    def _claim(self, table: Table) -> str | None:
        """Hold the collection's record; gives its layout, or None when it had none."""
        asked = b"SELECT layout FROM followup_collections WHERE name = %s FOR UPDATE"
        found = self._session.execute(asked, (_key(table),)).fetchone()
        if found is None:
            self._session.execute(
                b"INSERT INTO followup_collections (name, layout) VALUES (%s, '')", (_key(table),)
            )
        return None if found is None else str(found[0])

    def _create(self, table: Table) -> None:
        columns = [sql.SQL("{} bytea NOT NULL").format(sql.Identifier(name)) for name in table.columns()]
        self._say(
            "CREATE TABLE IF NOT EXISTS {} ({})",
            sql.Identifier(table.name),
            sql.SQL(", ").join([sql.SQL("id bytea PRIMARY KEY"), sql.SQL("record text NOT NULL"), *columns]),
        )

    def _change(self, table: Table, before: Mapping[str, Any]) -> None:
        name = sql.Identifier(table.name)
        wanted = {index.name for index in table.indexes()}
        for index, _columns in before["indexes"]:
            if index not in wanted:
                self._say("DROP INDEX IF EXISTS {}", sql.Identifier(index))
        for column in set(before["columns"]) - set(table.columns()):
            self._say("ALTER TABLE {} DROP COLUMN IF EXISTS {}", name, sql.Identifier(column))
        added = [column for column in table.columns() if column not in before["columns"]]
        for column in added:
            self._say(
                "ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} bytea NOT NULL DEFAULT ''",
                name,
                sql.Identifier(column),
            )
        if added:
            self._fill(table)
        for column in added:
            self._say("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", name, sql.Identifier(column))

    def _fill(self, table: Table) -> None:
        """Write the key columns of every record anew, page by page."""
        name = sql.Identifier(table.name)
        page = sql.SQL("SELECT id, record FROM {} WHERE id > %b ORDER BY id LIMIT %s").format(name)
        columns = [sql.SQL("{} = %b").format(sql.Identifier(column)) for column in table.columns()]
        update = sql.SQL("UPDATE {} SET {} WHERE id = %b").format(name, sql.SQL(", ").join(columns))
        last = b""
        while rows := self._session.execute(page, (last, _PAGE)).fetchall():
            with self._session.cursor() as cursor:
                cursor.executemany(update, [self._filling(table, *row) for row in rows])
            last = rows[-1][0]

    def _filling(self, table: Table, _record_id: bytes, record: str) -> tuple[bytes, ...]:
        try:
            record_id, *keys = table.values(thaw(table.shape.name, record.encode(), table.fields))
        except ValueError as error:
            raise StoreCorrupt(f"{self._place}: {error}. Nothing was changed") from error
        return (*keys, record_id)

    def _index(self, table: Table, index: Index) -> None:
        columns = [sql.Identifier(column) for column in index.columns]
        present = [sql.SQL("{} <> ''").format(column) for column in columns]
        text = "CREATE INDEX IF NOT EXISTS {} ON {} ({})"
        if index.unique:
            text = "CREATE UNIQUE INDEX IF NOT EXISTS {} ON {} ({}) WHERE {}"
        try:
            self._say(
                text,
                sql.Identifier(index.name),
                sql.Identifier(table.name),
                sql.SQL(", ").join(columns),
                sql.SQL(" AND ").join(present),
            )
        except psycopg.errors.UniqueViolation as error:
            if error.diag.constraint_name != index.name:
                raise
            fields = ", ".join(table.groups[index.name])
        else:
            return
        raise StoreCorrupt(
            f"{self._place}: {table.shape.name} must now differ in {fields}, and two records do not. "
            "Nothing was changed; make them differ with the program that wrote them"
        )

    def _say(self, text: str, *parts: sql.Composable) -> None:
        self._session.execute(sql.SQL(text).format(*parts))


def _key(table: Table) -> str:
    """A collection's name as text that may hold any name: JSON writes U+0000 as letters."""
    return json.dumps(table.shape.name)
