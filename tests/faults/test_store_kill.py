"""The embedded store under kill -9, SIGSTOP and fork, with real processes.

FOLLOWUP_TEST_ROUNDS: how often the writers are killed (200 unless set; fewer for a quick look).
"""

from __future__ import annotations

import os
import random
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import orjson
import pytest
from tinydb import TinyDB

from core.errors import StoreUnavailable
from forms.store.protocol import Query
from forms.store.tinydb import TinyStore
from tests.faults.store_children import (
    SHAPES,
    die_at,
    hold,
    read_and_write_after_fork,
    write_until_killed,
)
from tests.faults.traps import Trap
from tests.processes import heard, start_talking

pytestmark = pytest.mark.faults

ROUNDS = int(os.environ.get("FOLLOWUP_TEST_ROUNDS", "200"))
WRITERS = 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "ledger.json"


def told(connection: Connection) -> list[str]:
    """All that a killed process had said."""
    said: list[str] = []
    try:
        while connection.poll():
            said.append(connection.recv())
    except (EOFError, OSError):
        pass
    finally:
        connection.close()
    return said


def one_round(path: Path, number: int, chance: random.Random) -> list[str]:
    """Writers at work, killed at any moment; what they had been told was kept."""
    writers = [start_talking(write_until_killed, path, f"{number}.{each}") for each in range(WRITERS)]
    heard(writers[0][1], "a writer")
    time.sleep(chance.uniform(0, 0.08))
    for process, _connection in writers:
        process.kill()
    for process, _connection in writers:
        process.join()
    return [name for _process, connection in writers for name in told(connection)]


def kept_in(path: Path) -> list[str]:
    """The ids in the file, as stock TinyDB reads them; people and jobs must agree."""
    with TinyDB(path, access_mode="r") as database:
        jobs = [document["id"] for document in database.table("jobs")]
        people = [document["job"] for document in database.table("people")]
    assert sorted(jobs) == sorted(people), "half of a transaction was kept"
    return jobs


def test_kill_9_loses_nothing_acknowledged_and_doubles_nothing(path: Path) -> None:
    """Each acknowledged record exactly once; the file parses; one temporary file at most; both or neither."""
    chance = random.Random(9)
    acknowledged: set[str] = set()
    for number in range(ROUNDS):
        acknowledged.update(one_round(path, number, chance))
        orjson.loads(path.read_bytes())
        kept = kept_in(path)
        assert len(kept) == len(set(kept))
        assert acknowledged <= set(kept)
        left = {each.name for each in path.parent.iterdir()} - {"ledger.json", "ledger.json.lock"}
        assert left <= {".ledger.json.tmp"}
    assert len(acknowledged) >= ROUNDS
    with TinyStore(path, SHAPES).read() as reader:
        assert reader.count("jobs", {}) == len(kept)


def calls_of_a_write(path: Path) -> list[str]:
    store = TinyStore(path, SHAPES)
    trap = Trap(None, lambda: None)
    with pytest.MonkeyPatch.context() as patch:
        trap.set(patch.setattr)
        with store.transaction() as tx:
            tx.put("jobs", {"id": "traced", "state": "open"})
    return trap.seen


def test_killed_before_any_system_call_the_old_state_or_the_new_stands(path: Path, tmp_path: Path) -> None:
    calls = calls_of_a_write(tmp_path / "traced.json")
    assert calls.count("fsync") == 2
    store = TinyStore(path, SHAPES)
    with store.transaction() as tx:
        tx.put("jobs", {"id": "old", "state": "open"})
    for place in range(len(calls)):
        with store.transaction() as tx:
            tx.delete("jobs", "new")
        process, connection = start_talking(die_at, path, place)
        process.join()
        connection.close()
        assert process.exitcode == -signal.SIGKILL
        ids = ["new", "old"] if "replace" in calls[:place] else ["old"]
        for looking in (store, TinyStore(path, SHAPES)):
            with looking.read() as reader:
                assert [each["id"] for each in reader.find("jobs", Query({}))] == ids


def test_a_stopped_lock_holder_makes_others_give_up_in_time_and_readers_go_on(path: Path) -> None:
    process, connection = start_talking(hold, path)
    assert connection.recv() == "holding"
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSTOP)
    store = TinyStore(path, SHAPES, lock_seconds=0.2)
    with pytest.raises(StoreUnavailable, match="another process"), store.transaction():
        pass
    with store.read() as reader:
        assert reader.count("jobs", {}) == 0
    os.kill(process.pid, signal.SIGCONT)
    connection.send("end")
    assert connection.recv() == "done"
    process.join()
    connection.close()
    with store.transaction() as tx:
        assert tx.get("jobs", "held") is not None


def test_a_killed_lock_holder_holds_nothing(path: Path) -> None:
    process, connection = start_talking(hold, path)
    assert connection.recv() == "holding"
    process.kill()
    process.join()
    connection.close()
    with TinyStore(path, SHAPES, lock_seconds=5).transaction() as tx:
        assert tx.get("jobs", "held") is None


def test_a_store_opened_before_a_fork_serves_the_child(path: Path) -> None:
    process, connection = start_talking(read_and_write_after_fork, path)
    assert connection.recv() == 0
    process.join()
    connection.close()
    with TinyStore(path, SHAPES).read() as reader:
        assert [each["id"] for each in reader.find("jobs", Query({}))] == ["before", "child"]
