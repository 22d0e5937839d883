"""The whole suite: lint, format, types, import rules, then the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
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
    codes = {} if arguments else {name: _check(name, *command) for name, *command in CHECKS}
    if codes:
        _say("  ".join(f"{name}: {'FAILED' if code else 'ok'}" for name, code in codes.items()))
    codes["tests"] = _run("pytest", *(arguments or PYTEST))
    failed = {name: code for name, code in codes.items() if code}
    if set(failed) - {"tests"}:
        _say(f"FAILED: {', '.join(failed)} (see above)")
    return next(iter(failed.values()), 0)


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
    started = time.monotonic()
    _say(f"— {name}: {' '.join(command)}")
    code = _run(*command)
    _say(f"  {'FAILED' if code else 'ok'} after {time.monotonic() - started:.0f} s")
    return code


def _run(tool: str, *arguments: str) -> int:
    """Run a tool of the environment this Python belongs to, wherever its scripts are on PATH."""
    beside = Path(sys.executable).with_name(tool)
    command = [str(beside)] if beside.exists() else [sys.executable, "-m", tool]
    return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode


def _say(text: str) -> None:
    print(text, flush=True)
