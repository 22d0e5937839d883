"""The store's commands, as they are typed, over a store with the demonstration's records."""

from __future__ import annotations

import datetime as dt
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from click.testing import Result
from flask import Flask

from core.clock import ManualClock
from core.errors import StoreCorrupt
from core.settings import ROOT
from forms import SHAPES, cli, create_app
from forms.demo.fill import fill
from forms.outbox.models import OUTBOX, Mail, MailState
from forms.store.archive import open_archive
from forms.store.layout import documents
from forms.store.opening import shown
from forms.store.paging import tally
from forms.store.tinydb import TinyStore
from forms.web.context import EXTENSION
from tests.postgres_server import PostgresServer, url_of

NOW = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)


def environment(folder: Path) -> dict[str, str]:
    return {"FOLLOWUP_STORE": f"tinydb:{folder}/ledger.json", "FOLLOWUP_SECRET_KEY": "a key for tests, only"}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The ledger of the demonstration, made once."""
    folder = tmp_path_factory.mktemp("demonstration")
    app = create_app(environment(folder), clock=ManualClock(NOW), content=ROOT / "content", root=folder)
    fill(app.extensions[EXTENSION])
    return (folder / "ledger.json").read_bytes()


@pytest.fixture
def ledger(demonstration: bytes, tmp_path: Path) -> Path:
    """A fresh copy of it."""
    path = tmp_path / "ledger.json"
    path.touch(0o600)
    path.write_bytes(demonstration)
    return path


@pytest.fixture
def app(ledger: Path) -> Flask:
    """The application over it."""
    folder = ledger.parent
    return create_app(environment(folder), clock=ManualClock(NOW), content=ROOT / "content", root=folder)


def run(app: Flask, *words: str | Path, answer: str = "") -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words], input=answer)


def hashes(path: Path) -> dict[str, object]:
    """Of all collections but the outbox, see below."""
    names = [shape.name for shape in SHAPES if shape != OUTBOX.shape]
    with TinyStore(path, SHAPES).read() as reader:
        return {name: tally(reader, name) for name in names}


def mail(path: Path, state: MailState) -> list[Mail]:
    with TinyStore(path, SHAPES).read() as reader:
        return OUTBOX.find(reader, {"state": state})


def test_backup_goes_to_var_backups_with_its_time(app: Flask, ledger: Path) -> None:
    done = run(app, "backup")
    path = ledger.parent / "var" / "backups" / "followup-20261112T093000Z.jsonl"
    count = len(documents(ledger.read_bytes())[1])
    assert done.exit_code == 0
    assert f"{path}: {count} records" in done.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_backup_to_a_file_and_back(app: Flask, ledger: Path) -> None:
    before = hashes(ledger)
    assert run(app, "backup", ledger.parent / "mine").exit_code == 0
    with TinyStore(ledger, SHAPES).transaction() as tx:
        assert tx.delete("jobs", tx_first_job(ledger))
    done = run(app, "restore", ledger.parent / "mine", answer="y\n")
    assert done.exit_code == 0, done.output
    assert "12 November 2026, 09:30 UTC. It is whole." in done.output
    assert "ledger.json.replaced-20261112T093000000000Z" in done.output
    assert hashes(ledger) == before


def tx_first_job(ledger: Path) -> str:
    return next(str(record["id"]) for name, record in documents(ledger.read_bytes())[1] if name == "jobs")


def test_mail_that_waited_when_the_backup_was_made_is_not_sent_again_unasked(
    app: Flask, ledger: Path
) -> None:
    """It may have been sent between the backup and the restoring: the desk decides."""
    with TinyStore(ledger, SHAPES).transaction() as tx:
        row = OUTBOX.find(tx, limit=1)[0]
        OUTBOX.put(tx, replace(row, state=MailState.QUEUED, settled=None))
    sent = [each for each in mail(ledger, MailState.SENT) if each.id != row.id]
    run(app, "backup", ledger.parent / "mine")
    done = run(app, "restore", ledger.parent / "mine", "--yes")
    assert "see Mail at the desk" in done.output
    assert mail(ledger, MailState.QUEUED) == []
    assert mail(ledger, MailState.SENT) == sent
    doubtful = next(each for each in mail(ledger, MailState.UNKNOWN) if each.id == row.id)
    assert doubtful.settled == NOW
    assert "may have been sent since" in doubtful.last_error
    assert doubtful.message_id == row.message_id


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_restore_asks_and_without_a_yes_does_nothing(app: Flask, ledger: Path, answer: str) -> None:
    run(app, "backup", ledger.parent / "mine")
    before = ledger.read_bytes()
    done = run(app, "restore", ledger.parent / "mine", answer=answer)
    assert done.exit_code == 1
    assert ledger.read_bytes() == before
    assert run(app, "restore", ledger.parent / "mine", "--yes").exit_code == 0


def test_restore_refuses_a_damaged_file_before_it_asks(app: Flask, ledger: Path) -> None:
    mine = ledger.parent / "mine"
    run(app, "backup", mine)
    mine.write_bytes(mine.read_bytes()[:-10])
    before = ledger.read_bytes()
    done = run(app, "restore", mine, "--yes")
    assert done.exit_code == 1
    assert "Error:" in done.output
    assert "checksum" in done.output
    assert ledger.read_bytes() == before


def test_fsck_finds_nothing_in_what_the_features_wrote(app: Flask) -> None:
    done = run(app, "fsck")
    assert (done.exit_code, done.output) == (0, "Nothing is wrong.\n")


def test_fsck_exits_with_1_and_names_each_finding(app: Flask, ledger: Path) -> None:
    job = tx_first_job(ledger)
    with TinyStore(ledger, SHAPES).transaction() as tx:
        tx.put("jobs", {**(tx.get("jobs", job) or {}), "client_id": "nobody", "state": "asleep"})
    done = run(app, "fsck")
    assert done.exit_code == 1
    assert f"jobs/{job}: client_id is nobody, and there is no such record in clients — " in done.output
    assert (
        f"jobs/{job}: cannot be read: invalid value for type, expected JobState @ $.state — " in done.output
    )
    assert "2 found." in done.output


def test_migrate_moves_everything_and_tells_the_hashes(app: Flask, ledger: Path) -> None:
    other = ledger.parent / "other.json"
    before = ledger.read_bytes()
    done = run(app, "migrate", f"tinydb:{ledger}", f"tinydb:{other}")
    assert done.exit_code == 0, done.output
    assert hashes(other) == hashes(ledger)
    assert ledger.read_bytes() == before
    assert f"FOLLOWUP_STORE=tinydb:{other}" in done.output


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("tinydb:ledger.json", "tinydb:./ledger.json", "the same store"),
        ("tinydb:ledger.json", "memory:", "keeps nothing"),
        ("tinydb:nowhere.json", "tinydb:other.json", "no such ledger"),
        ("tinydb:ledger.json", "mysql:x", "which is no store"),
    ],
)
def test_migrate_refuses_what_makes_no_sense(
    app: Flask, ledger: Path, source: str, target: str, why: str
) -> None:
    done = run(app, "migrate", source, target)
    assert done.exit_code == 1
    assert why in done.output
    assert not (ledger.parent / "nowhere.json").exists()


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("postgresql://anna:s3c/r@t@db/x", "postgresql://…@db/x"),
        ("postgresql:///x?user=a&password=s3cret&host=db", "postgresql:///x?user=a&password=…&host=db"),
        ("tinydb:var/a:b@c.json", "tinydb:var/a:b@c.json"),
    ],
)
def test_a_password_in_a_stores_address_is_not_printed(url: str, printed: str) -> None:
    assert shown(url) == printed


def test_moved_to_postgresql_and_back_every_hash_is_the_same(
    app: Flask, ledger: Path, postgres_server: PostgresServer
) -> None:
    there, back = url_of(ledger, postgres_server.url), ledger.parent / "back.json"
    assert run(app, "migrate", f"tinydb:{ledger}", there).exit_code == 0
    done = run(app, "migrate", there, f"tinydb:{back}")
    assert done.exit_code == 0, done.output
    for path in (ledger, back):
        assert documents(path.read_bytes())[1]
    with TinyStore(ledger, SHAPES).read() as first, TinyStore(back, SHAPES).read() as last:
        for shape in SHAPES:
            assert tally(first, shape.name) == tally(last, shape.name)


def test_on_postgresql_a_backup_restores_and_what_it_replaced_is_a_backup(
    ledger: Path, postgres_server: PostgresServer
) -> None:
    folder, url = ledger.parent, url_of(ledger.parent / "restored", postgres_server.url)
    settings = {**environment(folder), "FOLLOWUP_STORE": url}
    app = create_app(settings, clock=ManualClock(NOW), content=ROOT / "content", root=folder)
    assert run(app, "migrate", f"tinydb:{ledger}", url).exit_code == 0
    assert run(app, "backup", folder / "mine").exit_code == 0
    store = app.extensions[EXTENSION].store
    with store.transaction() as tx:
        assert tx.delete("jobs", tx_first_job(ledger))
    done = run(app, "restore", folder / "mine", "--yes")
    assert done.exit_code == 0, done.output
    aside = folder / "var" / "backups" / "replaced-20261112T093000000000Z.jsonl"
    assert str(aside) in done.output
    assert open_archive(aside, SHAPES).total == open_archive(folder / "mine", SHAPES).total - 1
    with store.read() as restored, TinyStore(ledger, SHAPES).read() as original:
        assert tally(restored, "jobs") == tally(original, "jobs")
    assert run(app, "fsck").exit_code == 0
    store.close()


def typed(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """As a person types it."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "forms", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **environment(folder)},
        capture_output=True,
        text=True,
    )


def test_with_an_unreadable_ledger_the_commands_say_how_to_restore_and_restore_does(
    app: Flask, ledger: Path
) -> None:
    mine = ledger.parent / "mine"
    run(app, "backup", mine)
    before = hashes(ledger)
    ledger.write_bytes(ledger.read_bytes()[:1000])
    told = typed(ledger.parent, "fsck")
    assert told.returncode == 1
    assert "flask --app forms restore FILE" in told.stderr
    assert "Traceback" not in told.stderr
    done = typed(ledger.parent, "restore", "--yes", mine)
    assert done.returncode == 0, done.stderr
    assert hashes(ledger) == before
    assert typed(ledger.parent, "fsck").returncode == 0


def test_a_server_that_does_not_answer_is_told_in_one_line(ledger: Path) -> None:
    folder = ledger.parent
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "forms", "backup", folder / "mine"],
        cwd=ROOT,
        env={**os.environ, **environment(folder), "FOLLOWUP_STORE": f"postgresql:///x?host={folder}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: PostgreSQL")
    assert "Traceback" not in done.stderr
    assert not (folder / "mine").exists()


def test_the_endpoint_does_not_start_on_an_unreadable_ledger(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.write_bytes(b"")
    with pytest.raises(StoreCorrupt, match="restore"):
        create_app(environment(ledger.parent), content=ROOT / "content", root=ledger.parent)
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    assert cli.is_running()
    closed = create_app(environment(ledger.parent), content=ROOT / "content", root=ledger.parent)
    assert closed.test_client().get("/healthz", base_url="http://localhost").status_code == 503


def test_snapshots_follow_the_settings(demonstration: bytes, tmp_path: Path) -> None:
    for count, made in (("2", 2), ("0", 0)):
        folder = tmp_path / count
        folder.mkdir()
        (folder / "ledger.json").write_bytes(demonstration)
        settings = {"FOLLOWUP_SNAPSHOT_COUNT": count, "FOLLOWUP_SNAPSHOT_HOURS": "0"}
        app = create_app({**environment(folder), **settings}, content=ROOT / "content", root=folder)
        for number in range(4):
            with app.extensions[EXTENSION].store.transaction() as tx:
                tx.put("clients", {"id": f"x{number}"})
        assert len(list(folder.glob("snapshots/ledger-*.json"))) == made
    assert orjson.loads((tmp_path / "2" / "ledger.json").read_bytes())
