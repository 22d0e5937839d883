"""An installation as a person runs it: its own folder and store, and `build.py serve` as a real process."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from core.settings import ROOT
from tests.ports import free_port

PATIENCE = 120.0
"""Seconds to wait for a process on a busy machine before calling it a failure."""


class Installation:
    """`start` and `stop` it as often as needed; what it keeps stays in `folder`.

    With `demo` it is the demonstration, whose store and site are gone when it stops, and which mails nobody.
    `settings` are environment variables beside those that every installation here has.
    """

    def __init__(
        self,
        folder: Path,
        smtp_port: int = 0,
        *,
        store: str | None = None,
        demo: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.demo = demo
        self.content = folder / "content"
        self.site = folder / "build"
        self.bounces = folder / "Maildir"
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self._log = folder / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None
        shutil.copytree(ROOT / "content", self.content)
        keep_away_from_nine_and_midnight(self.content / "site.toml")
        (folder / "home").mkdir()
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "PYTHONUNBUFFERED": "1",
            "FOLLOWUP_STORE": store or f"tinydb:{folder / 'var' / 'followup.json'}",
            "FOLLOWUP_CONTENT": str(self.content),
            "FOLLOWUP_SITE_DIR": str(self.site),
            "FOLLOWUP_MAIL": f"smtp://127.0.0.1:{smtp_port}",
            "FOLLOWUP_UNDO_MINUTES": "0",
            "FOLLOWUP_MAIL_FROM": "anna@example.org",
            "FOLLOWUP_BOUNCE_ADDRESS": "bounces@example.org",
            "FOLLOWUP_BOUNCES": str(self.bounces),
            **(settings or {}),
        }

    @property
    def store(self) -> str:
        """Where it keeps its records, as the setting says it."""
        return self._environment["FOLLOWUP_STORE"]

    @property
    def output(self) -> str:
        """Everything it has printed."""
        return self._log.read_text(encoding="utf-8")

    @property
    def setup_link(self) -> str:
        """The one-time link that it printed for an empty store."""
        found = re.search(rf"{self.origin}/desk/setup/\S+", self.output)
        assert found, self.output
        return found[0]

    @property
    def login(self) -> tuple[str, str]:
        """The address and the password of the demonstration's desk."""
        found = re.search(r"log in as (\S+) with (\S+)", self.output)
        assert found, self.output
        return found[1], found[2]

    @property
    def private_pages(self) -> list[str]:
        """The candidates' links that the demonstration printed."""
        return re.findall(rf"{self.origin}/status/\S+/", self.output)

    def start(self) -> None:
        """Begin to serve; comes back once it answers."""
        command = [sys.executable, str(ROOT / "build.py"), "serve", "--port", str(self.port)]
        if self.demo:
            command.append("--demo")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """What `flask --app forms …` does and prints, run beside the server on the same store."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "forms", *words],
            cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    def stop(self) -> int:
        """Ask it to end, as Ctrl-C does, and give its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        """End it without a word; nothing happens when it has ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(PATIENCE)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.origin}/healthz", timeout=1) as answer:
                return bool(answer.status == 200) and "/desk/" in self.output
        except (urllib.error.URLError, OSError):
            return False


def keep_away_from_nine_and_midnight(settings: Path) -> None:
    """Have the site in a zone where no morning's letters go out and no day ends while a test runs."""
    for zone in ("Europe/London", "Asia/Karachi"):
        now = dt.datetime.now(ZoneInfo(zone))
        minute = 60 * now.hour + now.minute
        if minute not in (*range(8 * 60 + 45, 9 * 60), *range(23 * 60 + 45, 24 * 60)):
            break
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('"Europe/London"', f'"{zone}"'), encoding="utf-8")
