"""Making the project's virtual environment, and bringing it up to date. Standard library only.

While pip works `.venv/set-up.json` says "unfinished", so that a set-up that was killed is begun anew.
`.venv/set-up.lock` is held meanwhile, so that two commands started at once do not fill one environment
together.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from core.environment import LOCKS, UNFINISHED, Environment, python_version
from core.errors import FollowUpError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_OWN_FILES = {"set-up.json", "set-up.lock", "set-up.log"}
_DIVERTS_PIP = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_DRY_RUN"}


class SetUpFailed(FollowUpError):
    """The environment could not be made; the message says what to do."""


def set_up(environment: Environment) -> None:
    """Make it, or bring it up to date. Raises SetUpFailed, OSError."""
    environment.folder.mkdir(exist_ok=True)
    with _alone(environment.folder / "set-up.lock"):
        if environment.is_current():
            return  # another process did it while this one waited
        before = environment.state()
        if not _is_usable(environment, before):
            _make(environment)
            before = {}
        environment.write_state({UNFINISHED: "true"})
        try:
            _install(environment)
        except SetUpFailed:
            environment.write_state(before)  # pip gave up before it touched anything, and says so
            raise
        needs = ("run", "test") if environment.need == "test" else ("run",)
        done = {need: environment.fingerprint(need) for need in needs}
        environment.write_state({**done, "python": before.get("python", python_version())})


def _is_usable(environment: Environment, state: dict[str, str]) -> bool:
    if UNFINISHED in state or (
        environment.is_running_here() and state.get("python", python_version()) != python_version()
    ):
        return False
    python = environment.python
    return python.exists() and _run([python, "-I", "-m", "pip", "--version"]).returncode == 0


def _make(environment: Environment) -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise SetUpFailed(
            f"this Python has no {' and no '.join(missing)}. On Debian or Ubuntu: "
            "sudo apt install python3-venv. Then run the same command again."
        )
    _say("Making .venv …")
    folder = environment.folder
    for entry in folder.iterdir():
        if entry.name not in _OWN_FILES:
            _remove(entry)
    environment.write_state({UNFINISHED: "true"})
    base = getattr(sys, "_base_executable", None) or sys.executable
    _logged(folder, [base, "-I", "-m", "venv", str(folder)], "the virtual environment could not be made")


def _install(environment: Environment) -> None:
    locks = LOCKS[environment.need]
    _say(f"Installing what {' and '.join(locks)} list into .venv (once; a minute or so) …")
    started = time.monotonic()
    files = [argument for lock in locks for argument in ("-r", str(environment.root / lock))]
    command = [str(environment.python), "-I", "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--retries", "2", "--disable-pip-version-check", "--no-warn-script-location"]
    command += ["--require-hashes", *files]
    _logged(environment.folder, command, "the dependencies could not be installed")
    _say(f"Done in {time.monotonic() - started:.0f} seconds.")


def _logged(folder: Path, command: Sequence[str | Path], failure: str) -> None:
    log = folder / "set-up.log"
    result = _run(command)
    log.write_text(result.stdout, encoding="utf-8")
    if result.returncode:
        lines = [line for line in result.stdout.splitlines() if line.strip()]
        reason = explain(result.stdout) or "see the last lines:\n  " + "\n  ".join(lines[-5:])
        raise SetUpFailed(f"{failure}; {reason}\nThe whole output is in {log}.")


_EXPLANATIONS = (
    (r"No space left on device|Errno 28|Disk quota exceeded",
     "the disc is full; the environment needs about 500 MB with the tests, 150 MB without."),
    (r"Permission denied|Read-only file system",
     "this folder cannot be written to; make a clone that belongs to you."),
    (r"CERTIFICATE_VERIFY_FAILED",
     "the certificate of the package index is not trusted here; set PIP_CERT to your organisation's."),
    (r"DO NOT MATCH THE HASHES",
     "a package differs from the one in the lock file; it was not installed."),
    (r"name resolution|Name or service not known|nodename nor servname|getaddrinfo|NewConnectionError"
     r"|Network is unreachable|Connection refused|ConnectTimeout|ProxyError|Read timed out",
     "the package index could not be reached; check the connection (HTTPS_PROXY, PIP_INDEX_URL)."),
    (r"No matching distribution found",
     "the package index has no fitting version; does PIP_INDEX_URL or PIP_NO_INDEX point elsewhere?"),
)  # fmt: skip


def explain(output: str) -> str:
    """What to do about a failure, from what pip or the system said of it; empty when that is not known."""
    return next((text for pattern, text in _EXPLANATIONS if re.search(pattern, output)), "")


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock file; it is let go when the process ends, however it ends."""
    with path.open("a+b") as stream:
        waiting = False
        while not _try_lock(stream):
            if not waiting:
                _say("Another set-up is at work; waiting for it …")
            waiting = True
            time.sleep(0.2)
        yield


def _try_lock(stream: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _run(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run to the end; what it says, on either channel, is in `stdout`."""
    environment = {name: value for name, value in os.environ.items() if name not in _DIVERTS_PIP}
    return subprocess.run(  # noqa: S603  # the commands are our own
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        encoding="utf-8", errors="replace",
    )  # fmt: skip


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201  # whoever started it waits
