"""Set-up, before anything that needs the dependencies.

Standard library only, and readable by a Python that is too old, so that it can say so. It comes before every
command, twice when it starts over in .venv: what is rarely needed is imported where it is.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from core.environment import Environment, python_version

OLDEST_PYTHON = (3, 11)


def ensure(root: Path, need: str = "run") -> None:
    """Return once the running Python has what `need` ("run" or "test") asks for.

    A Python outside of .venv that has every dependency is used as it is. Otherwise .venv is made or brought
    up to date and this same command starts over in it. Ends the process with a message when that fails.
    """
    _check_python()
    environment = Environment(root, need)
    try:
        if environment.is_running_here():
            if environment.is_current():
                return
        elif _has_dependencies(root, need):
            return
        is_current = environment.is_current()
    except OSError as error:
        sys.exit(f"Set-up failed: {error}")
    if not is_current:
        _set_up(environment)
    _start_over(environment.python)


def _check_python() -> None:
    if sys.version_info >= OLDEST_PYTHON:
        return
    from shutil import which

    newer = next((name for name in (f"python3.{n}" for n in range(19, 10, -1)) if which(name)), None)
    way = f"use {newer} instead of python3" if newer else "install a newer one from your system or python.org"
    sys.exit(f"Set-up failed: Follow-up needs Python 3.11 or newer, and this is {python_version()}; {way}.")


def _has_dependencies(root: Path, need: str) -> bool:
    if PathFinder.find_spec("flask_frozen") is None:
        return False  # the rarest of them, told at once: to read what is installed takes 20 ms
    # Not at the top: it reads TOML, which a Python that is too old cannot, and that has just been checked.
    from core.installed import has_dependencies

    return has_dependencies(root, test=need == "test")


def _set_up(environment: Environment) -> None:
    from core.set_up import SetUpFailed, explain, set_up  # takes 15 ms, and is needed once

    try:
        set_up(environment)
    except SetUpFailed as error:
        sys.exit(f"Set-up failed: {error}")
    except OSError as error:
        sys.exit(f"Set-up failed: {explain(str(error)) or error}")
    except KeyboardInterrupt:
        sys.exit("\nSet-up interrupted; the next run begins it anew.")


def _start_over(python: Path) -> None:
    """Run this same command line with another Python, in the place of this process where the system can."""
    command = [str(python), *sys.orig_argv[1:]]
    if os.name == "nt":
        import subprocess

        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(python, command)  # noqa: S606  # no shell is what is wanted
