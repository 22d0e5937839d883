"""How collections come to lie in PostgreSQL: a table is made, or changed when the collection's keys have.

`followup_collections` records, for each collection, the columns and indexes its table has. Key columns only
repeat what is in the records, so they may be dropped and filled anew. They have no default: a program that
does not know a column must not insert records that nobody would then find by it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from core.errors import StoreCorrupt
from forms.store.postgres_session import Session
from forms.store.postgres_tables import Index, Table
from forms.store.protocol import Shape
from forms.store.records import thaw

CREATE = b"CREATE TABLE IF NOT EXISTS followup_collections (name text PRIMARY KEY, layout text NOT NULL)"

_PAGE = 500
"""Records filled in at once."""


def collections_in(session: Session) -> tuple[str, ...]:
    """The names of all collections that hold records, whoever made them."""
    names = [
        json.loads(row[0]) for row in session.execute(b"SELECT name FROM followup_collections ORDER BY name")
    ]
    return tuple(name for name in names if _holds_records(session, Table(Shape(name)).name))


def _holds_records(session: Session, table: str) -> bool:
    found = session.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table)))
    return found.fetchone() is not None


def layouts_in(session: Session) -> Mapping[str, str]:
    """By the recorded name of each collection (`name_of`), what its table has."""
    return dict(session.execute(b"SELECT name, layout FROM followup_collections").fetchall())


def name_of(table: Table) -> str:
    """A collection's name as text that may hold any name: JSON writes U+0000 as letters."""
    return json.dumps(table.shape.name)


class Layouts:
    """Changes tables over one connection, which must be READ COMMITTED: once a table is locked, the
    statements that follow must see what others kept until then.
    """

    def __init__(self, session: Session, place: str) -> None:
        self._session = session
        self._place = place

    def lay(self, table: Table) -> None:
        """Make or change the table of a collection, in one transaction with the record of it."""
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
                b"UPDATE followup_collections SET layout = %s WHERE name = %s",
                (table.layout(), name_of(table)),
            )

    def _claim(self, table: Table) -> str | None:
        """Hold the collection's record; gives its layout, or None when it had none."""
        asked = b"SELECT layout FROM followup_collections WHERE name = %s FOR UPDATE"
        found = self._session.execute(asked, (name_of(table),)).fetchone()
        if found is None:
            self._session.execute(
                b"INSERT INTO followup_collections (name, layout) VALUES (%s, '')", (name_of(table),)
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
