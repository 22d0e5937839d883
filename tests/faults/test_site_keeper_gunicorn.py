"""The production endpoint keeps the site it serves up to date: schedule, edits, errors, and a clean end."""

from __future__ import annotations

import datetime as dt
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from core.settings import ROOT
from tests.generator.publication import Publication
from tests.ports import free_port
from tests.processes import LONG

pytestmark = [pytest.mark.faults, pytest.mark.skipif(os.name == "nt", reason="gunicorn is not for Windows")]


@dataclass
class Production:
    """A running gunicorn that serves a publication."""

    site: Publication
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    def status(self, path: str) -> int:
        """The status of a page; 0 while nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until it is so."""
        deadline = time.monotonic() + LONG
        while not true():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def keepers(self) -> list[int]:
        """The processes that began to keep the site, in order."""
        return [int(pid) for pid in re.findall(r"up to date \(process (\d+)\)", self.log.read_text())]


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Production]:
    site = Publication(tmp_path)
    shutil.copytree(ROOT / "content" / "messages", site.content / "messages")
    site.article("first")
    port = free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FOLLOWUP_")},
        "FOLLOWUP_STORE": f"tinydb:{tmp_path / 'ledger.json'}",
        "FOLLOWUP_BASE_URL": f"http://127.0.0.1:{port}",
        "FOLLOWUP_CONTENT": str(site.content),
        "FOLLOWUP_SERVE_SITE": "on",
        "FOLLOWUP_SITE_DIR": str(site.output),
    }
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "forms:create_app()"],
            cwd=ROOT, env=environ, stdout=stream, stderr=stream,
        )  # fmt: skip
    running = Production(site, port, log, process)
    try:
        running.until(lambda: process.poll() is not None or running.status("/articles/first/") == 200)
        assert process.poll() is None, log.read_text()
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=LONG)


def now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()


def in_seconds(seconds: float) -> str:
    """A time to come, as front matter has it."""
    return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)).isoformat(timespec="seconds")


def one_ends_as_another_begins(production: Production) -> str:
    """The articles `ends` and `later`; gives their moment; until then the site shows the first alone.

    A machine that did not manage to build the site in time has another moment.
    """
    for seconds in (6, 18, 72):
        soon = in_seconds(seconds)
        production.site.article("ends", expires=soon)
        production.site.article("later", date=soon)
        production.until(partial(is_over_or_shows_the_first, production, soon))
        if now() < soon:
            return soon
    raise AssertionError(production.log.read_text())


def is_over_or_shows_the_first(production: Production, soon: str) -> bool:
    shown = production.status("/articles/ends/"), production.status("/articles/later/")
    return shown == (200, 404) or now() >= soon


def test_an_article_appears_and_another_goes_at_their_times_and_an_edit_is_shown(
    production: Production,
) -> None:
    soon = one_ends_as_another_begins(production)
    production.until(lambda: production.status("/articles/later/") == 200)
    assert now() >= soon
    production.until(lambda: production.status("/articles/ends/") == 404)
    production.site.figures()  # as the endpoint writes them
    production.until(lambda: production.status("/promise/") == 200)
    assert len(production.keepers()) == 1


def test_an_error_is_told_once_and_the_old_site_stays_until_it_is_mended(production: Production) -> None:
    production.site.article("second", tittle="x")
    production.until(lambda: "unknown key" in production.log.read_text())
    production.site.article("third")
    time.sleep(3)  # time for a second complaint, if there were one
    assert production.log.read_text().count('second.md:4: unknown key "tittle"') == 1
    assert production.status("/articles/first/") == 200
    assert production.status("/articles/third/") == 404
    production.site.article("second")
    production.until(lambda: production.status("/articles/third/") == 200)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_keeper_ends_with_the_server(production: Production) -> None:
    (keeper,) = production.keepers()
    production.process.send_signal(signal.SIGTERM)
    assert production.process.wait(timeout=LONG) == 0
    assert not is_running(keeper)


def test_a_reload_starts_another_keeper_and_a_killed_server_leaves_none_behind(
    production: Production,
) -> None:
    production.process.send_signal(signal.SIGHUP)
    production.until(lambda: len(production.keepers()) == 2)
    first, second = production.keepers()
    production.until(lambda: not is_running(first))
    production.process.kill()
    production.process.wait(timeout=LONG)
    production.until(lambda: not is_running(second))


def test_of_two_keepers_one_waits_and_takes_over(production: Production) -> None:
    words = ["keep", "--content", str(production.site.content), "--output", str(production.site.output)]
    log = production.log.with_name("other")
    with log.open("wb") as stream:
        other = subprocess.Popen(
            [sys.executable, str(ROOT / "build.py"), *words], cwd=ROOT, stdout=stream, stderr=stream
        )
    try:
        production.until(lambda: "Somebody else keeps this site" in log.read_text())
        assert "up to date (process" not in log.read_text()
        production.process.send_signal(signal.SIGTERM)
        production.process.wait(timeout=LONG)
        production.until(lambda: "up to date (process" in log.read_text())
    finally:
        other.send_signal(signal.SIGTERM)
        assert other.wait(timeout=LONG) == 0
