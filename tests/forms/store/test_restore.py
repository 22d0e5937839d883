"""Restoring: the archive is checked whole first; then all of it is there, or nothing has changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from core.errors import InvalidSettings, StoreCorrupt
from forms.store.archive import open_archive
from forms.store.backup import write_backup
from forms.store.paging import tally
from forms.store.protocol import Reader, Record, Shape, Store
from forms.store.restore import replace_records, restore
from forms.store.tinydb import TinyStore
from forms.store.upgrades import Located
from tests.contracts.ledger import JOBS, PEOPLE, find, put

SHAPES = (JOBS, PEOPLE)
NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def backup(filled: Store, tmp_path: Path) -> Path:
    """A backup of `filled`."""
    path = tmp_path / "backup.jsonl"
    with filled.read() as reader:
        write_backup(reader, SHAPES, path, NOW)
    return path


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """An embedded store, holding one job."""
    path = tmp_path / "var" / "ledger.json"
    put(TinyStore(path, SHAPES), "jobs", {"id": "present"})
    return path


def tallies(reader: Reader) -> list[object]:
    return [tally(reader, shape.name) for shape in SHAPES]


def url(path: Path) -> str:
    return f"tinydb:{path}"


def test_a_backup_of_any_engine_restores_into_the_embedded_one(
    filled: Store, backup: Path, ledger: Path, tmp_path: Path
) -> None:
    archive = open_archive(backup, SHAPES)
    assert (archive.total, archive.created) == (3, NOW)
    restore(archive, url(ledger), SHAPES, tmp_path, now=NOW)
    with TinyStore(ledger, SHAPES).read() as restored, filled.read() as original:
        assert tallies(restored) == tallies(original)


def test_a_backup_of_any_engine_restores_into_any_and_the_replaced_is_a_backup(
    filled: Store, backup: Path, tmp_path: Path
) -> None:
    with filled.read() as reader:
        before = tallies(reader)
    put(filled, "jobs", {"id": "later"}, {"id": "b", "state": "filled"})
    with filled.transaction() as tx:
        tx.delete("people", "p")
    aside = tmp_path / "aside.jsonl"
    replace_records(filled, open_archive(backup, SHAPES), SHAPES, aside=aside, now=NOW)
    with filled.read() as reader:
        assert tallies(reader) == before
    replace_records(filled, open_archive(aside, SHAPES), SHAPES, aside=tmp_path / "two.jsonl", now=NOW)
    assert find(filled, "jobs") == ["a", "b", "later"]
    assert find(filled, "people") == []


def test_the_replaced_ledger_is_kept_with_its_time(backup: Path, ledger: Path, tmp_path: Path) -> None:
    before = ledger.read_bytes()
    kept = restore(open_archive(backup, SHAPES), url(ledger), SHAPES, tmp_path, now=NOW)
    assert kept is not None
    assert kept.name == "ledger.json.replaced-20261112T093000000000Z"
    assert kept.read_bytes() == before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    put(TinyStore(ledger, SHAPES), "jobs", {"id": "later"})
    assert kept.read_bytes() == before


def test_a_running_store_notices(backup: Path, ledger: Path, tmp_path: Path) -> None:
    running = TinyStore(ledger, SHAPES)
    assert find(running, "jobs") == ["present"]
    restore(open_archive(backup, SHAPES), url(ledger), SHAPES, tmp_path, now=NOW)
    assert find(running, "jobs") == ["a", "b"]
    put(running, "jobs", {"id": "c"})
    assert find(TinyStore(ledger, SHAPES), "jobs") == ["a", "b", "c"]


@pytest.mark.parametrize("damage", [b"", b"no ledger", b'{"_followup":'])
def test_an_unreadable_ledger_can_be_replaced_and_is_kept(
    backup: Path, ledger: Path, tmp_path: Path, damage: bytes
) -> None:
    ledger.write_bytes(damage)
    kept = restore(open_archive(backup, SHAPES), url(ledger), SHAPES, tmp_path, now=NOW)
    assert kept is not None
    assert kept.read_bytes() == damage
    assert find(TinyStore(ledger, SHAPES), "jobs") == ["a", "b"]


def test_where_there_is_no_ledger_one_is_made(backup: Path, tmp_path: Path) -> None:
    assert restore(open_archive(backup, SHAPES), "tinydb:new/l.json", SHAPES, tmp_path, now=NOW) is None
    assert find(TinyStore(tmp_path / "new" / "l.json", SHAPES), "jobs") == ["a", "b"]


def test_a_snapshot_or_a_copied_ledger_can_be_restored_too(ledger: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_bytes(ledger.read_bytes())
    put(TinyStore(ledger, SHAPES), "jobs", {"id": "later"})
    archive = open_archive(copy, SHAPES)
    assert archive.total == 1
    restore(archive, url(ledger), SHAPES, tmp_path, now=NOW)
    assert find(TinyStore(ledger, SHAPES), "jobs") == ["present"]


def test_what_only_memory_holds_cannot_be_restored(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="keeps nothing"):
        restore(open_archive(backup, SHAPES), "memory:", SHAPES, tmp_path, now=NOW)


# --- what is refused ----------------------------------------------------------------------------------


def test_a_backup_cut_short_anywhere_is_refused(backup: Path) -> None:
    whole = backup.read_bytes()
    for length in range(len(whole)):
        backup.write_bytes(whole[:length])
        with pytest.raises(StoreCorrupt, match="Nothing was changed"):
            open_archive(backup, SHAPES)


def test_one_flipped_bit_anywhere_is_refused(backup: Path) -> None:
    whole = backup.read_bytes()
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        backup.write_bytes(flipped)
        with pytest.raises(StoreCorrupt, match="Nothing was changed"):
            open_archive(backup, SHAPES)


def rewritten(path: Path, old: bytes, new: bytes) -> None:
    """Edit a backup and give it the checksum of what it then holds."""
    *lines, _trailer = path.read_bytes().replace(old, new).splitlines(keepends=True)
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    path.write_bytes(b"".join(lines) + orjson.dumps({"sha256": digest}) + b"\n")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"version":1', b'"version":2', r"newer program wrote it \(format 2; this one reads 1\)"),
        (b'"version":1', b'"version":"1"', "first line"),
        (b'"jobs":2', b'"jobs":3', "as many records as it says"),
        (b'"jobs":2', b'"jobs":null', "first line"),
        (b'"collection":"people"', b'"collection":"aliens"', 'collection "aliens", which this program'),
        (b'"record":{', b'"rec":{', "is no record"),
        (b'"id":"p"', b'"id":7', "is no record"),
        (b'"created":"2026-11-12T09:30:00Z"', b'"created":"yesterday"', "damaged"),
    ],
)
def test_what_this_program_cannot_take_is_refused_with_the_reason(
    backup: Path, old: bytes, new: bytes, why: str
) -> None:
    rewritten(backup, old, new)
    with pytest.raises(StoreCorrupt, match=why):
        open_archive(backup, SHAPES)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"id":"b"', b'"id":"a"', "two records have the id a"),
        (b'"collection":"jobs","record":{"id":"b"', b'"collection":"jobs","record":{"id":""', "text id"),
    ],
)
def test_records_that_contradict_each_other_change_nothing(
    filled: Store, backup: Path, ledger: Path, tmp_path: Path, old: bytes, new: bytes, why: str
) -> None:
    rewritten(backup, old, new)
    archive = open_archive(backup, SHAPES)
    before = ledger.read_bytes()
    with pytest.raises(StoreCorrupt, match=why):
        restore(archive, url(ledger), SHAPES, tmp_path, now=NOW)
    assert ledger.read_bytes() == before
    assert {each.name for each in ledger.parent.iterdir()} == {"ledger.json", "ledger.json.lock"}
    with pytest.raises(ValueError, match=why):
        replace_records(filled, archive, SHAPES, aside=tmp_path / "aside", now=NOW)
    assert find(filled, "jobs") == ["a", "b"]


def test_a_damaged_or_newer_snapshot_is_refused(ledger: Path) -> None:
    whole = ledger.read_bytes()
    for data in (
        whole[:-4],
        whole.replace(b"present", b"absent!"),
        whole.replace(b'"format":1', b'"format":2'),
    ):
        ledger.write_bytes(data)
        with pytest.raises(StoreCorrupt, match="Nothing was changed"):
            open_archive(ledger, SHAPES)


# --- older ones ---------------------------------------------------------------------------------------


def _titles(name: str, record: Record) -> Iterator[Located]:
    yield ("people" if name == "folk" else name), {**record, "title": "None yet"}


def test_an_older_backup_or_snapshot_is_brought_up_to_date(tmp_path: Path) -> None:
    older = (JOBS, Shape("folk"))
    store = TinyStore(tmp_path / "older.json", older)
    put(store, "folk", {"id": "p"})
    with store.read() as reader:
        write_backup(reader, older, tmp_path / "older.jsonl", NOW)
    for name in ("older.json", "older.jsonl"):
        archive = open_archive(tmp_path / name, SHAPES, (_titles,))
        assert list(archive.records()) == [("people", {"id": "p", "title": "None yet"})]
        with pytest.raises(StoreCorrupt, match='collection "folk"'):
            open_archive(tmp_path / name, SHAPES, ())
