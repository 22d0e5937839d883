"""A damaged, foreign or newer ledger is refused with the way out, and never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from tinydb import TinyDB, where

from core.errors import StoreCorrupt
from forms.store.protocol import Query, Shape
from forms.store.tinydb import TinyStore
from tests.faults.store_children import SHAPES

pytestmark = pytest.mark.faults


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with records in two collections."""
    path = tmp_path / "ledger.json"
    with TinyStore(path, SHAPES).transaction() as tx:
        tx.put("jobs", {"id": "a", "state": "open", "note": "one\ntwo"})
        tx.put("jobs", {"id": "b", "state": "filled"})
        tx.put("people", {"id": "p", "job": "a"})
    return path


def refuses(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(StoreCorrupt, match="backup") as caught:
        TinyStore(path, SHAPES)
    assert path.read_bytes() == data
    return str(caught.value)


def test_a_file_cut_short_anywhere_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(len(whole)):
        refuses(path, whole[:length])
    path.write_bytes(whole)
    TinyStore(path, SHAPES)


def test_one_flipped_bit_anywhere_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for place in range(len(whole)):
        for bit in range(8):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << bit
            refuses(path, bytes(flipped))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"\x00" * 4096, "first line"),
        (b'{"_default": {"1": {"id": "x"}}}', "first line"),
        (b"<html>", "first line"),
    ],
)
def test_what_is_no_ledger_is_refused_with_the_reason(path: Path, data: bytes, why: str) -> None:
    assert why in refuses(path, data)


def test_a_ledger_of_a_newer_program_is_refused(path: Path) -> None:
    newer = path.read_bytes().replace(b'"format":1', b'"format":2')
    assert "a newer program wrote it (format 2; this one reads 1)" in refuses(path, newer)


def test_damage_under_a_running_store_is_told_and_not_written_over(path: Path) -> None:
    store = TinyStore(path, SHAPES)
    whole = path.read_bytes()
    damaged = whole.replace(b"filled", b"opened")
    path.write_bytes(damaged)
    for _again in range(2):
        with pytest.raises(StoreCorrupt, match="checksum"), store.read():
            pass
        with pytest.raises(StoreCorrupt, match="checksum"), store.transaction():
            pass
    assert path.read_bytes() == damaged
    path.write_bytes(whole)
    with store.read() as reader:
        assert reader.count("jobs", {}) == 2


def test_a_ledger_that_vanished_in_use_is_not_begun_anew(path: Path) -> None:
    store = TinyStore(path, SHAPES)
    path.unlink()
    with pytest.raises(StoreCorrupt, match="has gone"), store.transaction():
        pass
    assert not path.exists()


def test_a_backup_put_in_its_place_is_noticed(path: Path) -> None:
    store = TinyStore(path, SHAPES)
    backup = path.read_bytes()
    with store.transaction() as tx:
        tx.delete("jobs", "a")
    path.write_bytes(backup)
    with store.read() as reader:
        assert [each["id"] for each in reader.find("jobs", Query({}))] == ["a", "b"]


def test_stock_tinydb_reads_the_ledger(path: Path) -> None:
    with TinyDB(path, access_mode="r") as database:
        assert database.tables() == {"_followup", "jobs", "people"}
        assert database.table("jobs").all() == [
            {"id": "a", "state": "open", "note": "one\ntwo"},
            {"id": "b", "state": "filled"},
        ]
        assert database.table("people").search(where("job") == "a") == [{"id": "p", "job": "a"}]


def test_collections_this_program_does_not_know_are_kept(path: Path) -> None:
    with TinyStore(path, SHAPES[:1]).transaction() as tx:
        tx.delete("jobs", "a")
    with TinyStore(path, SHAPES).read() as reader:
        assert reader.get("people", "p") == {"id": "p", "job": "a"}


def test_a_key_declared_later_finds_what_was_there_before(path: Path) -> None:
    with TinyStore(path, (Shape("jobs", keys=("note",)),)).read() as reader:
        assert [each["id"] for each in reader.find("jobs", Query({"note": "one\ntwo"}))] == ["a"]
