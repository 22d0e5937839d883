"""Snapshots: the states before, kept by whoever writes, rotated, and good to restore."""

from __future__ import annotations

import datetime as dt
import errno
import os
import stat
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.errors import StoreCorrupt
from forms.store.layout import documents
from forms.store.protocol import Shape
from forms.store.snapshots import SnapshotRule, Snapshots
from forms.store.tinydb import TinyStore
from tests.contracts.ledger import find, put

SHAPES = (Shape("jobs"),)
NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ALWAYS = SnapshotRule(count=3, hours=0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.json"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def snapshots(path: Path, clock: ManualClock) -> Snapshots:
    """At most three, one a day, of a file that is there."""
    path.write_bytes(b"first")
    return Snapshots(path, SnapshotRule(count=3, hours=24), clock)


def ids_in(path: Path) -> list[str]:
    return [record["id"] for _name, record in documents(path.read_bytes())[1]]


def test_each_snapshot_is_the_state_before_a_write(path: Path) -> None:
    store = TinyStore(path, SHAPES, snapshots=ALWAYS)
    for name in "abc":
        put(store, "jobs", {"id": name})
    assert [ids_in(each.path) for each in store.snapshots().found()] == [["a"], ["a", "b"]]
    assert find(store, "jobs") == ["a", "b", "c"]


def test_writing_in_place_of_the_ledger_does_not_reach_a_snapshot(path: Path) -> None:
    """As `cp backup followup.json` does, or stock TinyDB."""
    store = TinyStore(path, SHAPES, snapshots=ALWAYS)
    put(store, "jobs", {"id": "a"})
    put(store, "jobs", {"id": "b"})
    path.write_bytes(b"overwritten")
    assert [ids_in(each.path) for each in store.snapshots().found()] == [["a"]]


def test_only_their_owner_can_read_them(path: Path) -> None:
    store = TinyStore(path, SHAPES, snapshots=ALWAYS)
    put(store, "jobs", {"id": "a"})
    put(store, "jobs", {"id": "b"})
    (snapshot,) = store.snapshots().found()
    assert stat.S_IMODE(snapshot.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(snapshot.path.parent.stat().st_mode) == 0o700


def test_by_default_a_store_makes_none(path: Path) -> None:
    store = TinyStore(path, SHAPES)
    put(store, "jobs", {"id": "a"})
    put(store, "jobs", {"id": "b"})
    assert store.snapshots().found() == []


def test_the_next_one_is_due_after_its_hours(snapshots: Snapshots, clock: ManualClock) -> None:
    for _write in range(50):
        snapshots.take_if_due()
        clock.advance(HOUR)
    assert [each.taken for each in snapshots.found()] == [NOW, NOW + 24 * HOUR, NOW + 48 * HOUR]


def test_processes_share_the_rule(path: Path, snapshots: Snapshots, clock: ManualClock) -> None:
    other = Snapshots(path, SnapshotRule(count=3, hours=24), clock)
    snapshots.take_if_due()
    clock.advance(HOUR)
    other.take_if_due()
    assert len(other.found()) == 1


def test_the_oldest_go(snapshots: Snapshots, clock: ManualClock) -> None:
    """After as many as are kept, nothing of an erased person is left in them."""
    for _day in range(5):
        snapshots.take_if_due()
        clock.advance(24 * HOUR)
    assert [each.taken for each in snapshots.found()] == [NOW + day * 24 * HOUR for day in (2, 3, 4)]


def test_a_clock_that_was_ahead_neither_stops_them_nor_wears_them_out(
    snapshots: Snapshots, clock: ManualClock
) -> None:
    clock.advance(1000 * HOUR)
    for _day in range(3):
        snapshots.take_if_due()
        clock.advance(24 * HOUR)
    clock.advance(-1072 * HOUR)
    for _hour in range(25):
        snapshots.take_if_due()
        clock.advance(HOUR)
    assert [each.taken for each in snapshots.found()][:2] == [NOW, NOW + 24 * HOUR]


def test_other_files_in_the_folder_are_none_of_them(snapshots: Snapshots, path: Path) -> None:
    snapshots.take_if_due()
    for name in ("other-20261112T093000000000Z.json", "ledger-mine.json", "notes.txt"):
        (snapshots.folder / name).touch()
    assert len(snapshots.found()) == 1


def test_where_there_are_no_hard_links_a_copy_is_made(
    snapshots: Snapshots, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_names: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    snapshots.take_if_due()
    path.write_bytes(b"second")
    (snapshot,) = snapshots.found()
    assert snapshot.path.read_bytes() == b"first"
    assert stat.S_IMODE(snapshot.path.stat().st_mode) == 0o600
    assert len(list(snapshots.folder.iterdir())) == 1


def test_a_snapshot_that_fails_is_logged_and_the_write_is_kept(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = TinyStore(path, SHAPES, snapshots=ALWAYS)
    put(store, "jobs", {"id": "a"})
    (path.parent / "snapshots").write_text("a file where the folder should be")
    put(store, "jobs", {"id": "b"})
    assert find(store, "jobs") == ["a", "b"]
    assert "no snapshot could be made" in caplog.text


def test_an_unreadable_ledger_names_the_command_and_the_newest_snapshot(path: Path) -> None:
    store = TinyStore(path, SHAPES, snapshots=ALWAYS)
    put(store, "jobs", {"id": "a"})
    put(store, "jobs", {"id": "b"})
    path.write_bytes(b"damaged")
    newest = store.snapshots().found()[-1].path
    with pytest.raises(StoreCorrupt, match=rf"flask --app forms restore FILE .*{newest}"):
        TinyStore(path, SHAPES)


def test_a_ledger_that_is_missing_beside_its_snapshots_is_not_begun_anew(path: Path) -> None:
    store = TinyStore(path, SHAPES, snapshots=ALWAYS)
    put(store, "jobs", {"id": "a"})
    put(store, "jobs", {"id": "b"})
    path.unlink()
    with pytest.raises(StoreCorrupt, match="has gone, though there are snapshots of it"):
        TinyStore(path, SHAPES)
    assert not path.exists()
    (path.parent / "snapshots").rename(path.parent / "moved")
    assert find(TinyStore(path, SHAPES), "jobs") == []
