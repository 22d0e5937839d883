"""The whole suite: lint, format, types, import rules, and meanwhile the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core import browser
from core.settings import ROOT

CHECKS = (
    ("lint", "ruff", "check", "."),
    ("format", "ruff", "format", "--check", "."),
    ("types", "mypy"),
    ("import rules", "lint-imports"),
)
# Three workers on two cores, as many tests wait for processes; files in their order, so that the long ones
# begin early. Coverage takes its time: `build.py test -n 2 --cov --cov-branch` measures it when asked.
PYTEST = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")


def run(arguments: Sequence[str] = ()) -> int:
    """Run everything, or with `arguments` only pytest with them; the exit code of the first that failed.

    All of it is run even when something fails. Raises NoBrowser when CI is set and no browser is to be had.
    """
    os.environ[browser.VARIABLE] = _browser()
    # The tests start some hundred processes: each would compile all that it imports anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with ThreadPoolExecutor(len(CHECKS)) as beside:  # each waits for a process of its own
        checks = {name: beside.submit(_check, name, *command) for name, *command in CHECKS if not arguments}
        tests = subprocess.run(_command("pytest", *(arguments or PYTEST)), cwd=ROOT, check=False).returncode
    codes = {name: check.result() for name, check in checks.items()}
    if codes:
        _say("  ".join(f"{name}: {'FAILED' if code else 'ok'}" for name, code in codes.items()))
    if any(codes.values()):
        _say(f"FAILED: {', '.join(name for name, code in codes.items() if code)} (see above)")
    return next((code for code in (*codes.values(), tests) if code), 0)


def _browser() -> str:
    """The browser's path; empty when there is none and that is not an error, which it is in CI."""
    try:
        found = str(browser.find_or_fetch())
    except browser.NoBrowser as error:
        if os.environ.get("CI"):
            raise
        _say(f"{error} Tests that need one are skipped.")
        return ""
    _say(f"Browser for the tests: {found}")
    return found


def _check(name: str, *command: str) -> int:
    """Its exit code; what it said is shown in one piece, as others speak meanwhile."""
    started = time.monotonic()
    done = subprocess.run(
        _command(*command), cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    outcome = "FAILED" if done.returncode else "ok"
    _say(
        f"\n— {name}: {' '.join(command)}\n{done.stdout}  {outcome} after {time.monotonic() - started:.0f} s"
    )
    return done.returncode


def _command(tool: str, *arguments: str) -> list[str]:
    """A tool of the environment this Python belongs to, wherever its scripts are on PATH."""
    beside = Path(sys.executable).with_name(tool)
    return [*([str(beside)] if beside.exists() else [sys.executable, "-m", tool]), *arguments]


def _say(text: str) -> None:
    print(text, flush=True)
