"""How soon `build.py serve` shows an edit: from the write of the file to the event in the browser."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.measure import CommandFailed, MemoryWatch, last_words, surroundings
from bench.peers import OURS, PROJECT, Site
from bench.rounds import EDITED, say

EVENTS = "/_preview/events"
PATIENCE_SECONDS = 60.0
START_SECONDS = 600.0
PAUSE_SECONDS = 1.0
"""Between two edits: somebody who writes pauses, and what a build leaves to be done afterwards is done."""


@dataclass(frozen=True)
class Shown:
    """Seconds from an edit to the event, for each edit; the first edit after the start apart."""

    articles: int
    first: float
    seconds: tuple[float, ...]
    megabytes: float | None

    @property
    def median(self) -> float:
        """Of the edits after the first, in seconds."""
        return statistics.median(self.seconds)


def edits_shown(count: int, rounds: int, peers: Path) -> Shown:
    """Edit one of `count` articles so many times, and once before. Raises CommandFailed."""
    say(f"{count:>6,} articles, serve")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        site = OURS.site(folder / "site", count, peers)
        with _serving(site, folder) as (port, process), contextlib.closing(_Events(port)) as events:
            times = [_edit(site, events, port, number) for number in range(rounds + 1)]
            with MemoryWatch() as memory:  # looking takes time: this edit does not count
                memory.begin(process)
                _edit(site, events, port, rounds + 1)
            return Shown(count, times[0], tuple(times[1:]), memory.megabytes)


@contextlib.contextmanager
def _serving(site: Site, folder: Path) -> Iterator[tuple[int, int]]:
    """`serve`, everything on, for the time of the block; its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = {name: value for name, value in surroundings().items() if not name.startswith("FOLLOWUP_")}
    environ |= {
        "FOLLOWUP_CONTENT": str(site.folder / "content"),
        "FOLLOWUP_SITE_DIR": str(site.output),
        "FOLLOWUP_STORE": f"tinydb:{folder / 'ledger.json'}",
    }
    log = folder / "log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, str(PROJECT / "build.py"), "serve", "--port", str(port)],
            cwd=PROJECT, env=environ, stdout=stream, stderr=stream,
        )  # fmt: skip
        try:
            _wait_until_built(site, server, log)
            yield port, server.pid
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)


def _wait_until_built(site: Site, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        said = log.read_text(encoding="utf-8", errors="replace")
        if "The site:" in said and site.page(EDITED).exists():
            return
        if server.poll() is not None:
            raise CommandFailed(last_words(said, server.returncode))
        time.sleep(0.2)
    raise CommandFailed(f"nothing was served within {START_SECONDS:.0f} s")


class _Events:
    """The stream that a page of the preview listens to."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self._connection.request("GET", EVENTS, headers={"Accept": "text/event-stream"})
        self._stream = self._connection.getresponse()
        self.next()  # the build at hand

    def next(self) -> None:
        """Wait for an event. Raises CommandFailed when none comes."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:  # heartbeats come meanwhile
            line = self._stream.readline()
            if line.startswith(b"data:"):
                return
            if not line:
                raise CommandFailed("the stream of events ended")
        raise CommandFailed(f"no event within {PATIENCE_SECONDS:.0f} s")

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _edit(site: Site, events: _Events, port: int, number: int) -> float:
    """Seconds until the event upon which the browser is given the edited page."""
    time.sleep(PAUSE_SECONDS)
    sentence = f"This is edit {number}."
    began = time.perf_counter()
    site.edit(EDITED, sentence)
    while True:
        events.next()
        seconds = time.perf_counter() - began
        if sentence in _page(port):
            return seconds


def _page(port: int) -> str:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", f"/articles/{EDITED}/")
        return connection.getresponse().read().decode()
