"""A backup holds one moment, whole, and only what is one takes the name of one."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
import time
from pathlib import Path

import orjson
import pytest

from core.errors import StoreUnavailable
from forms.store import backup
from forms.store.backup import write_backup
from forms.store.paging import PAGE, every, tally
from forms.store.protocol import Shape, Store
from forms.store.tinydb import TinyStore
from forms.store.upgrades import FORMAT
from tests.contracts.ledger import JOBS, PEOPLE, put

SHAPES = (JOBS, PEOPLE)
NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)


def write(store: Store, path: Path) -> int:
    with store.read() as reader:
        return write_backup(reader, SHAPES, path, NOW)


def test_it_holds_every_record_of_every_collection_with_their_counts(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "backups" / "one.jsonl"
    assert write(filled, path) == 3
    header, *records, _trailer = map(orjson.loads, path.read_bytes().splitlines())
    assert header == {
        "format": "follow-up backup",
        "version": FORMAT,
        "created": "2026-11-12T09:30:00Z",
        "counts": {"jobs": 2, "people": 1},
    }
    assert [(each["collection"], each["record"]["id"]) for each in records] == [
        ("jobs", "a"),
        ("jobs", "b"),
        ("people", "p"),
    ]
    with filled.read() as reader:
        assert records[0]["record"] == reader.get("jobs", "a")


def test_its_last_line_is_the_checksum_of_all_before(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    write(filled, path)
    *lines, trailer = path.read_bytes().splitlines(keepends=True)
    assert orjson.loads(trailer) == {"sha256": hashlib.sha256(b"".join(lines)).hexdigest()}


def test_only_its_owner_can_read_it_and_nothing_is_left_beside_it(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "backups" / "one.jsonl"
    write(filled, path)
    write(filled, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_it_never_takes_the_place_of_what_is_no_backup(tmp_path: Path) -> None:
    """Above all not of the ledger itself."""
    path = tmp_path / "ledger.json"
    store = TinyStore(path, SHAPES)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="is no backup"):
        write(store, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("place", ["folder", "file/one.jsonl"])
def test_where_it_cannot_be_written_the_place_and_the_reason_are_told(
    filled: Store, tmp_path: Path, place: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match=r"no backup could be written: (Is|Not) a directory"):
        write(filled, tmp_path / place)


def test_what_a_killed_backup_left_goes_with_a_later_one(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    write(filled, folder / "one.jsonl")
    old, fresh = (folder / f".x.jsonl.{name}.backup.tmp" for name in ("0123", "4567"))
    for each in (old, fresh):
        each.touch()
    long_ago = time.time() - backup.STRAY_SECONDS - 1
    os.utime(old, (long_ago, long_ago))
    write(filled, folder / "two.jsonl")
    assert {each.name for each in folder.iterdir()} == {"one.jsonl", "two.jsonl", fresh.name}


def test_collections_the_program_was_opened_without_are_in_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    put(TinyStore(path, (*SHAPES, Shape("later"))), "later", {"id": "x"})
    write(TinyStore(path, SHAPES), tmp_path / "one.jsonl")
    assert b'{"collection":"later","record":{"id":"x"}}\n' in (tmp_path / "one.jsonl").read_bytes()


# --- pages and hashes, on which the tools stand ---------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1])
def test_every_record_comes_once_whatever_the_pages(filled: Store, count: int) -> None:
    ids = [f"x{number:04}" for number in range(count)]
    with filled.transaction() as tx:
        tx.delete("people", "p")
        for each in reversed(ids):
            tx.put("people", {"id": each})
    with filled.read() as reader:
        assert [record["id"] for record in every(reader, "people")] == ids
        assert [record["id"] for record in every(reader, "people", "x0000")] == ids[1:]
        assert tally(reader, "people").records == count


def test_equal_records_have_equal_hashes_whatever_the_order_of_fields(filled: Store) -> None:
    hashes = []
    for record in ({"id": "p", "x": 1, "y": 2}, {"y": 2, "id": "p", "x": 1}, {"id": "p", "x": 1, "y": 3}):
        put(filled, "people", record)
        with filled.read() as reader:
            hashes.append(tally(reader, "people"))
    assert hashes[0] == hashes[1] != hashes[2]
