"""Backup, restore, migrate, snapshots and upgrades under kill -9, and where the system refuses.

FOLLOWUP_TEST_ROUNDS: how often each is killed at random (10).
"""

from __future__ import annotations

import errno
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import StoreUnavailable
from core.settings import ROOT
from forms.store.archive import open_archive
from forms.store.layout import documents
from forms.store.paging import Tally, tally
from forms.store.protocol import Record
from forms.store.tinydb import TinyStore
from forms.store.upgrades import Located
from tests.faults.store_children import SHAPES
from tests.faults.store_tool_children import (
    back_up,
    back_up_beyond_limit,
    back_up_over_and_over,
    die_in_restore,
    die_in_upgrade,
    move,
    move_money_until_told,
    restore_in_turn,
    write_with_snapshots,
)
from tests.faults.traps import Trap
from tests.processes import LONG, heard, start_talking

pytestmark = pytest.mark.faults

ROUNDS = int(os.environ.get("FOLLOWUP_TEST_ROUNDS", "10"))
RECORDS = 4000


def fill(path: Path, records: int = RECORDS, state: str = "open") -> Path:
    with TinyStore(path, SHAPES).transaction() as tx:
        for number in range(records):
            tx.put("jobs", {"id": f"{state}{number:05}", "state": state, "text": "x" * 100})
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger that holds some thousand records."""
    return fill(tmp_path / "var" / "ledger.json")


def hashes(path: Path) -> list[Tally]:
    with TinyStore(path, SHAPES).read() as reader:
        return [tally(reader, shape.name) for shape in SHAPES]


def kill_at_random(
    chance: random.Random, within: float, work: Callable[..., None], *arguments: object
) -> None:
    """Start `work`, and kill it some moment after it said that it begins."""
    process, connection = start_talking(work, *arguments)
    heard(connection, "it")
    time.sleep(chance.uniform(0, within))
    process.kill()
    process.join()
    connection.close()


# --- killed ----------------------------------------------------------------------------------------------


def test_a_killed_backup_leaves_the_one_before_or_a_whole_one(path: Path, tmp_path: Path) -> None:
    """The ledger is untouched, what is half done never has the name, and the next backup succeeds."""
    chance, target, before = random.Random(1), tmp_path / "backups" / "one.jsonl", path.read_bytes()
    for _round in range(ROUNDS):
        kill_at_random(chance, 0.1, back_up_over_and_over, path, target)
        assert path.read_bytes() == before
        if target.exists():
            assert open_archive(target, SHAPES).total == RECORDS
    back_up(path, target)
    assert open_archive(target, SHAPES).total == RECORDS


@pytest.fixture
def archives(tmp_path: Path) -> tuple[Path, ...]:
    """Two backups that hold quite different records."""
    made = []
    for state, records in (("this", RECORDS), ("that", RECORDS // 2)):
        ledger = fill(tmp_path / f"{state}.json", records, state)
        back_up(ledger, tmp_path / f"{state}.jsonl")
        made.append(tmp_path / f"{state}.jsonl")
    return tuple(made)


def test_a_killed_restore_leaves_the_old_records_or_the_new(
    path: Path, archives: tuple[Path, ...], tmp_path: Path
) -> None:
    chance = random.Random(2)
    whole = [hashes(each) for each in (path, tmp_path / "this.json", tmp_path / "that.json")]
    for _round in range(ROUNDS):
        kill_at_random(chance, 0.3, restore_in_turn, path, archives)
        assert hashes(path) in whole
        for kept in path.parent.glob("*.replaced-*"):
            documents(kept.read_bytes())
            kept.unlink()
        assert len(list(path.parent.glob(".*"))) <= 1


def test_killed_before_any_system_call_of_a_restore_the_next_one_finishes(
    path: Path, archives: tuple[Path, ...], tmp_path: Path
) -> None:
    old, new = hashes(path), hashes(tmp_path / "this.json")
    kept = path.read_bytes()
    seen = set()
    for place in range(100):
        path.write_bytes(kept)
        process, connection = start_talking(die_in_restore, path, archives[0], place)
        process.join()
        connection.close()
        found = hashes(path)
        assert found in (old, new)
        seen.add(found == new)
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
    assert process.exitcode == 0
    assert seen == {False, True}


def test_a_killed_move_leaves_its_source_alone_and_goes_on(path: Path, tmp_path: Path) -> None:
    chance, before = random.Random(3), path.read_bytes()
    for number in range(ROUNDS):
        target = tmp_path / f"target{number}.json"
        for _again in range(3):
            kill_at_random(chance, 0.1, move, path, target)
            assert path.read_bytes() == before
        process, connection = start_talking(move, path, target)
        process.join()
        connection.close()
        assert process.exitcode == 0
        assert hashes(target) == hashes(path)
    assert path.read_bytes() == before


def test_writers_killed_while_they_keep_snapshots_leave_whole_ones_only(path: Path) -> None:
    chance = random.Random(4)
    for number in range(ROUNDS):
        kill_at_random(chance, 0.05, write_with_snapshots, path, f"w{number}")
        snapshots = list((path.parent / "snapshots").glob("ledger-*.json"))
        for snapshot in snapshots:
            documents(snapshot.read_bytes())
        assert len(snapshots) <= 4
        documents(path.read_bytes())


def _renamed(name: str, record: Record) -> tuple[Located, ...]:
    return ((name, {**record, "state": "renamed"}),)


def test_killed_before_any_system_call_of_an_upgrade_the_next_opening_finishes_it(tmp_path: Path) -> None:
    for place in range(100):
        path = fill(tmp_path / str(place) / "ledger.json", 3)
        before = path.read_bytes()
        process, connection = start_talking(die_in_upgrade, path, (_renamed,), place)
        process.join()
        connection.close()
        assert documents(path.read_bytes(), 2)[0].format in (1, 2)
        with TinyStore(path, SHAPES, steps=(_renamed,)).read() as reader:
            assert reader.count("jobs", {"state": "renamed"}) == 3
        kept = [each.read_bytes() for each in (path.parent / "snapshots").iterdir()]
        assert kept
        assert set(kept) == {before}
        if process.exitcode == 0:
            break
    assert process.exitcode == 0
    assert place > 5


# --- while others write ----------------------------------------------------------------------------------


def test_each_backup_is_of_one_moment_while_two_processes_write(tmp_path: Path) -> None:
    path = fill(tmp_path / "ledger.json", 500)
    writers = [start_talking(move_money_until_told, path, names) for names in (("a", "z"), ("m", "n"))]
    for _process, connection in writers:
        assert connection.recv() == "writing"
    moments: set[tuple[int, int]] = set()
    late = time.monotonic() + LONG
    for number in itertools.count():
        # As many as should do, and on until somebody has written between two of them.
        if number >= 20 and (len(moments) > 1 or time.monotonic() > late):
            break
        back_up(path, tmp_path / f"{number}.jsonl")
        archive = open_archive(tmp_path / f"{number}.jsonl", SHAPES)
        records = {record["id"]: record for _name, record in archive.records()}
        assert len(records) == 504
        for one, other in (("a", "z"), ("m", "n")):
            assert records[one]["rank"] + records[other]["rank"] == 0
        moments.add((records["a"]["rank"], records["m"]["rank"]))
    for process, connection in writers:
        connection.send("stop")
        process.join()
        connection.close()
    assert len(moments) > 1, "nobody wrote meanwhile"


# --- refused by the system -------------------------------------------------------------------------------


def calls_of_a_backup(path: Path, target: Path) -> list[str]:
    trap = Trap(None, lambda: None)
    with pytest.MonkeyPatch.context() as patch:
        trap.set(patch.setattr)
        back_up(path, target)
    return trap.seen


def fail_with(number: int) -> None:
    raise OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=errno.errorcode.__getitem__)
def test_when_any_call_of_a_backup_fails_the_one_before_stands(
    path: Path, tmp_path: Path, number: int
) -> None:
    target = tmp_path / "backups" / "one.jsonl"
    back_up(path, target)
    before = target.read_bytes()
    calls = calls_of_a_backup(path, target)
    assert {"open", "fsync", "replace"} <= set(calls)
    for place, call in enumerate(calls):
        if call == "close":
            continue
        trap = Trap(place, lambda: fail_with(number))
        with pytest.MonkeyPatch.context() as patch:
            trap.set(patch.setattr)
            with pytest.raises(StoreUnavailable, match="no backup could be written"):
                back_up(path, target)
        assert list(target.parent.iterdir()) == [target]
        assert target.read_bytes()[100:-100] == before[100:-100]
        assert open_archive(target, SHAPES).total == RECORDS


def test_a_backup_larger_than_the_system_allows_leaves_no_half_file(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "backups" / "one.jsonl"
    process, connection = start_talking(back_up_beyond_limit, path, target, 50_000)
    refused, kept = connection.recv(), connection.recv()
    process.join()
    connection.close()
    assert "no backup could be written: File too large" in refused
    assert kept == ""
    assert list(target.parent.iterdir()) == [target]
    assert open_archive(target, SHAPES).total == RECORDS


ON_SMALL_DISC = """
from pathlib import Path
import sys
from tests.faults.store_tool_children import try_to_back_up

folder = Path(sys.argv[1])
print(try_to_back_up(Path(sys.argv[2]), folder / "one.jsonl"))
print(sorted(each.name for each in folder.iterdir()))
"""


def test_a_full_disc_is_told_and_holds_no_half_backup(path: Path, tmp_path: Path) -> None:
    """A real one: a file system of 64 KiB in memory, mounted in a name space of its own."""
    unshare = shutil.which("unshare")
    mounting = [unshare or "unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    disc = tmp_path / "disc"
    disc.mkdir()
    mount = 'mount -t tmpfs -o size=65536 none "$0"'
    if unshare is None or subprocess.run([*mounting, mount, str(disc)], capture_output=True).returncode:
        pytest.skip("this system does not let us mount a small disc")
    done = subprocess.run(
        [
            *mounting,
            f'{mount} && exec "$1" -c "$2" "$0" "$3"',
            str(disc),
            sys.executable,
            ON_SMALL_DISC,
            str(path),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    said, left = done.stdout.splitlines()
    assert "no backup could be written: No space left on device" in said
    assert left == "[]"
