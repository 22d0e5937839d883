"""Set-up, before anything that needs the dependencies.

Standard library only, and readable by a Python that is too old, so that it can say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from core.environment import Environment, SetUpFailed, explain, python_version

OLDEST_PYTHON = (3, 11)


def ensure(root: Path, need: str = "run") -> None:
    """Return once the running Python has what `need` ("run" or "test") asks for.

    A Python outside of .venv that has every dependency is used as it is. Otherwise .venv is made or brought
    up to date and this same command starts over in it. Ends the process with a message when that fails.
    """
    try:
        _check_python()
        environment = Environment(root, need)
        if environment.is_running_here():
            if environment.is_current():
                return
        elif _has_dependencies(root, need):
            return
        if not environment.is_current():
            environment.set_up()
    except SetUpFailed as error:
        sys.exit(f"Set-up failed: {error}")
    except OSError as error:
        sys.exit(f"Set-up failed: {explain(str(error)) or error}")
    except KeyboardInterrupt:
        sys.exit("\nSet-up interrupted; the next run begins it anew.")
    _start_over(environment.python)


def _check_python() -> None:
    if sys.version_info >= OLDEST_PYTHON:
        return
    newer = next((name for name in (f"python3.{n}" for n in range(19, 10, -1)) if shutil.which(name)), None)
    way = f"use {newer} instead of python3" if newer else "install a newer one from your system or python.org"
    raise SetUpFailed(f"Follow-up needs Python 3.11 or newer, and this is {python_version()}; {way}.")


def _has_dependencies(root: Path, need: str) -> bool:
    # Not at the top: it reads TOML, which a Python that is too old cannot, and that has just been checked.
    from core.installed import has_dependencies

    return has_dependencies(root, test=need == "test")


def _start_over(python: Path) -> None:
    """Run this same command line with another Python, in the place of this process where the system can."""
    command = [str(python), *sys.orig_argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(python, command)  # noqa: S606  # no shell is what is wanted
