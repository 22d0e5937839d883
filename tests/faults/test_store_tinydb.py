"""The embedded store when the system refuses: failing calls, a full disc, limits, places without locks."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import StoreUnavailable
from core.settings import ROOT
from forms.store import mounts
from forms.store.protocol import Query
from forms.store.tinydb import TinyStore
from tests.faults.store_children import SHAPES, write_beyond_limit
from tests.faults.traps import Trap
from tests.processes import start_talking

pytestmark = pytest.mark.faults


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "ledger.json"


@pytest.fixture
def store(path: Path) -> TinyStore:
    """A store that holds one job."""
    made = TinyStore(path, SHAPES)
    put(made, "old")
    return made


def put(store: TinyStore, record_id: str) -> None:
    with store.transaction() as tx:
        tx.put("jobs", {"id": record_id, "state": "open"})


def ids(store: TinyStore) -> list[str]:
    with store.read() as reader:
        return [each["id"] for each in reader.find("jobs", Query({}))]


def calls_of_a_write(store: TinyStore) -> list[str]:
    trap = Trap(None, lambda: None)
    with pytest.MonkeyPatch.context() as patch:
        trap.set(patch.setattr)
        put(store, "old")
    return trap.seen


def fail_with(number: int) -> None:
    raise OSError(number, os.strerror(number))


def put_trapped(store: TinyStore, place: int, number: int) -> Trap:
    trap = Trap(place, lambda: fail_with(number))
    with pytest.MonkeyPatch.context() as patch:
        trap.set(patch.setattr)
        with pytest.raises(StoreUnavailable, match=r"ledger\.json"):
            put(store, "new")
    return trap


FAILURES = (errno.ENOSPC, errno.EIO, errno.EROFS)


@pytest.mark.parametrize("number", FAILURES, ids=errno.errorcode.__getitem__)
def test_when_any_call_fails_the_old_state_or_the_new_stands_and_service_resumes(
    tmp_path: Path, number: int
) -> None:
    """What the disc did not confirm ends writing until a restart, unless it was merely full or read-only."""
    sample = TinyStore(tmp_path / "sample.json", SHAPES)
    calls = calls_of_a_write(sample)
    renamed = calls.index("replace") + 1
    tried = 0
    for place, call in enumerate(calls):
        if call == "close":
            continue
        tried += 1
        path = tmp_path / str(place) / "ledger.json"
        store = TinyStore(path, SHAPES)
        put(store, "old")
        before = path.read_bytes()
        put_trapped(store, place, number)

        stands = ["new", "old"] if place >= renamed else ["old"]
        assert ids(store) == stands
        assert ids(TinyStore(path, SHAPES)) == stands
        assert (path.read_bytes() == before) is (stands == ["old"])
        assert {each.name for each in path.parent.iterdir()} == {"ledger.json", "ledger.json.lock"}

        if number == errno.EIO and (call == "fsync" or place >= renamed):
            for _again in range(2):
                with pytest.raises(StoreUnavailable, match="restart"):
                    put(store, "later")
            store = TinyStore(path, SHAPES)
        put(store, "later")
        assert ids(store) == sorted([*stands, "later"])
    assert tried >= 8


def test_a_read_that_fails_is_told_and_the_next_one_works(store: TinyStore, path: Path) -> None:
    aside = path.with_name("aside.json")
    path.rename(aside)
    path.mkdir()
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        ids(store)
    path.rmdir()
    aside.rename(path)
    assert ids(store) == ["old"]


def test_an_interrupt_in_the_middle_of_a_write_leaves_the_old_state(store: TinyStore) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    for place in range(4):
        trap = Trap(place, interrupt)
        with pytest.MonkeyPatch.context() as patch:
            trap.set(patch.setattr)
            with pytest.raises(KeyboardInterrupt):
                put(store, "new")
        assert ids(store) == ["old"]
    put(store, "new")
    assert ids(store) == ["new", "old"]


def test_a_file_larger_than_the_system_allows_is_refused_and_service_resumes(path: Path) -> None:
    """A real refusal by the kernel: RLIMIT_FSIZE cuts the write short in the middle."""
    process, connection = start_talking(write_beyond_limit, path, 20_000)
    refused, kept = connection.recv(), connection.recv()
    process.join()
    connection.close()
    assert "as it was" in refused
    assert "too large" in refused
    assert kept == ""
    found = ids(TinyStore(path, SHAPES))
    assert "kept" in found
    assert not any(name.startswith("refused") for name in found)


DISC = 64 * 1024
ON_SMALL_DISC = f"""
from pathlib import Path
import sys
from tests.faults.store_children import fill_disc

class Say:
    def send(self, said): print(repr(said))

fill_disc(Say(), Path(sys.argv[1]) / "var" / "ledger.json", {DISC})
"""


def test_a_full_disc_refuses_and_when_there_is_room_service_resumes(tmp_path: Path) -> None:
    """A real one: a file system of 64 KiB in memory, mounted in a name space of its own."""
    unshare = shutil.which("unshare")
    mounting = [unshare or "unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    disc = tmp_path / "disc"
    disc.mkdir()
    mount = f'mount -t tmpfs -o size={DISC} none "$0"'
    if unshare is None or subprocess.run([*mounting, mount, str(disc)], capture_output=True).returncode:
        pytest.skip("this system does not let us mount a small disc")
    done = subprocess.run(
        [*mounting, f'{mount} && exec "$1" -c "$2" "$0"', str(disc), sys.executable, ON_SMALL_DISC],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    small, refused, intact, left, kept = map(eval, done.stdout.splitlines())
    assert small == ""
    assert "No space left on device" in refused
    assert intact is True
    assert left == ["ledger.json", "ledger.json.lock"]
    assert kept == ""


# --- where it may lie, and who may read it ---------------------------------------------------------------


def test_only_its_owner_can_read_the_ledger(store: TinyStore, path: Path) -> None:
    put(store, "new")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for each in path.parent.iterdir():
        assert stat.S_IMODE(each.stat().st_mode) == 0o600


def test_a_link_to_the_ledger_stays_a_link(store: TinyStore, path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    put(TinyStore(link, SHAPES), "new")
    assert link.is_symlink()
    assert ids(store) == ["new", "old"]


def test_nothing_is_written_when_nothing_changed(store: TinyStore, path: Path) -> None:
    before = path.stat()
    with store.transaction() as tx:
        assert tx.count("jobs", {}) == 1
        assert not tx.delete("jobs", "nobody")
    with pytest.raises(ValueError, match="text id"):
        put(store, "")
    assert path.stat() == before


@pytest.mark.parametrize(
    ("mounted", "kind"),
    [
        ("/dev/sda / ext4 rw 0 0", ""),
        ("/dev/sda / ext4 rw 0 0\nserver:/x {} nfs4 rw 0 0", "nfs4"),
        ("/dev/sda / ext4 rw 0 0\n//server/x {} cifs rw 0 0\n/dev/sdb {} ext4 rw 0 0", ""),
        ("server:/ / nfs rw 0 0\n/dev/sdb {} btrfs rw 0 0", ""),
        ("/dev/sda / ext4 rw 0 0\nme@host: {} fuse.sshfs rw 0 0", "fuse.sshfs"),
        ("/dev/sda / ext4 rw 0 0\nserver:/x {}x nfs4 rw 0 0", ""),
    ],
)
def test_a_network_file_system_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounted: str, kind: str
) -> None:
    folder = tmp_path / "a folder"
    table = tmp_path / "mounts"
    table.write_text(mounted.replace("{}", str(folder).replace(" ", "\\040")) + "\n")
    monkeypatch.setattr(mounts, "MOUNTS", table)
    assert mounts.network_file_system(folder / "var") == kind
    if kind:
        with pytest.raises(StoreUnavailable, match=rf"network file system \({kind}\)"):
            TinyStore(folder / "var" / "ledger.json", SHAPES)


def test_a_system_without_a_table_of_mounts_counts_as_local(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mounts, "MOUNTS", tmp_path / "none")
    assert mounts.network_file_system(tmp_path) == ""
