"""The tables of the PostgreSQL engine: made once, changed with the collections, never half."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from core.errors import InvalidSettings, StoreCorrupt, StoreError, StoreUnavailable
from forms.store import postgres_schema
from forms.store.postgres import PostgresStore
from forms.store.postgres_schema import VERSION, place_of
from forms.store.protocol import Query, Record, Shape, Span, Store
from tests.postgres_ledgers import close_opened, open_at
from tests.postgres_server import PostgresServer, url_of

OLD = Shape("people", keys=("name",))
NEW = Shape("people", keys=("name", "born"), unique=(("email",),))
ANN: Record = {"id": "1", "name": "Ann", "born": 1990, "email": "ann@example.org"}
BO: Record = {"id": "2", "name": "Bo", "born": 1970}

pytestmark = pytest.mark.usefixtures("closing")


@pytest.fixture
def closing() -> Iterator[None]:
    """Close what was opened, even when the test failed."""
    yield
    close_opened()


@pytest.fixture
def url(postgres_server: PostgresServer, tmp_path: Path) -> str:
    """The URL of an empty schema, the one `open_at(tmp_path, …)` uses."""
    return url_of(tmp_path, postgres_server.url)


def put(store: Store, *records: Record) -> None:
    with store.transaction() as tx:
        for record in records:
            tx.put("people", record)


def by_birth(store: Store) -> list[str]:
    with store.read() as reader:
        return [each["id"] for each in reader.find("people", Query({}, Span("born"), order="born"))]


def rows(url: str, statement: bytes) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        done = connection.execute(statement)
        return done.fetchall() if done.description else []


def test_each_step_is_recorded_once(url: str, tmp_path: Path) -> None:
    for _ in range(2):
        open_at(tmp_path, (OLD,))
    assert rows(url, b"SELECT version, applied <= now() FROM followup_schema") == [
        (number, True) for number in range(1, VERSION + 1)
    ]


def test_a_newer_layout_is_refused_and_left_alone(url: str, tmp_path: Path) -> None:
    open_at(tmp_path, (OLD,))
    rows(url, b"INSERT INTO followup_schema (version) VALUES (999)")
    with pytest.raises(StoreCorrupt, match="newer program"):
        open_at(tmp_path, (NEW,))
    assert len(rows(url, b"SELECT * FROM followup_collections")) == 1


def test_a_key_that_is_new_finds_records_that_were_there_before(url: str, tmp_path: Path) -> None:
    put(open_at(tmp_path, (OLD,)), ANN, BO, {"id": "3"})
    store = open_at(tmp_path, (NEW,))
    assert by_birth(store) == ["2", "1"]
    with pytest.raises(StoreError, match="email"):
        put(store, {"id": "4", "email": "ann@example.org"})


def test_many_records_are_filled_in_page_by_page(url: str, tmp_path: Path) -> None:
    put(open_at(tmp_path, (OLD,)), *({"id": f"{number:04}", "born": number} for number in range(1203)))
    assert by_birth(open_at(tmp_path, (NEW,))) == [f"{number:04}" for number in range(1203)]


def test_a_key_that_was_dropped_and_comes_back_is_filled_anew(url: str, tmp_path: Path) -> None:
    put(open_at(tmp_path, (NEW,)), ANN)
    put(open_at(tmp_path, (OLD,)), BO)
    assert by_birth(open_at(tmp_path, (NEW,))) == ["2", "1"]


def test_a_program_that_does_not_know_a_key_may_read_and_not_write(url: str, tmp_path: Path) -> None:
    """Nobody would find its records by that key; it is told to restart."""
    old = open_at(tmp_path, (OLD,))
    put(old, ANN)
    open_at(tmp_path, (NEW,))
    with old.read() as reader:
        assert reader.get("people", "1") == ANN
    with pytest.raises(StoreError, match="restart"):
        put(old, BO)
    with pytest.raises(StoreError, match="restart"):
        put(old, {**ANN, "name": "Anna"})


def test_records_that_are_the_same_forbid_a_new_uniqueness_and_nothing_changes(
    url: str, tmp_path: Path
) -> None:
    old = open_at(tmp_path, (OLD,))
    put(old, ANN, {**BO, "email": "ann@example.org"})
    with pytest.raises(StoreCorrupt, match=r"people must now differ in email.*Nothing was changed"):
        open_at(tmp_path, (NEW,))
    put(old, {"id": "3"})
    columns = b"SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
    found = rows(url, columns + b"AND table_name = 'ledger_people'")
    assert {name for (name,) in found} == {"id", "record", "key_name"}


def test_a_record_that_a_new_key_cannot_compare_forbids_it_and_is_not_shown(url: str, tmp_path: Path) -> None:
    put(open_at(tmp_path, (OLD,)), {"id": "1", "born": ["nineteen ninety"]})
    with pytest.raises(StoreCorrupt, match="born is compared") as caught:
        open_at(tmp_path, (NEW,))
    assert "nineteen" not in str(caught.value)


def test_programs_that_start_at_once_make_one_ledger(url: str, tmp_path: Path) -> None:
    shapes = tuple(Shape(f"kind{number}", keys=("a", "b"), unique=(("a", "b"),)) for number in range(5))
    failed: list[Exception] = []

    def start() -> None:
        try:
            open_at(tmp_path, shapes)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(rows(url, b"SELECT * FROM followup_collections")) == 5
    assert rows(url, b"SELECT count(*) FROM followup_schema") == [(VERSION,)]


def test_a_type_that_is_there_before_its_table_is_waited_for(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one of two programs that start at once may see of the other, held still."""
    rows(url, b"CREATE TYPE followup_schema AS ENUM ()")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        rows(url, b"DROP TYPE IF EXISTS followup_schema")

    monkeypatch.setattr(postgres_schema, "time", SimpleNamespace(sleep=wait))
    put(open_at(tmp_path, (OLD,)), ANN)
    assert len(waits) == 1


def test_collections_of_another_program_are_named(url: str, tmp_path: Path) -> None:
    put(open_at(tmp_path, (OLD,)), ANN)
    open_at(tmp_path, (Shape("empty"),))
    with open_at(tmp_path, (Shape("jobs"),)).read() as reader:
        assert reader.collections() == ("people",)  # type: ignore[attr-defined]


def test_a_database_that_cannot_hold_every_name_is_refused(postgres_server: PostgresServer) -> None:
    rows(postgres_server.url, b"CREATE DATABASE old ENCODING 'SQL_ASCII' TEMPLATE template0")
    with pytest.raises(StoreError, match="ENCODING 'UTF8'"):
        PostgresStore(postgres_server.url.replace("/postgres?", "/old?"), (OLD,))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:s3cret@h:port/db",
        "postgresql://anna:pass@s3c:1@127.0.0.1/db",
        "postgresql://anna:s3cret@[::1/db",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InvalidSettings, match="postgresql://USER@HOST") as caught:
        PostgresStore(url, (OLD,))
    assert "s3c" not in str(caught.value)


def test_the_place_in_messages_has_no_password(tmp_path: Path) -> None:
    assert (
        place_of("postgresql://anna:s3cret@db.example:5433/ledger") == "PostgreSQL at db.example:5433/ledger"
    )
    with pytest.raises(StoreUnavailable) as caught:
        PostgresStore(f"postgresql://anna:s3cret@/ledger?host={tmp_path}", (OLD,))
    assert str(tmp_path) in str(caught.value)
    assert "s3cret" not in str(caught.value)
