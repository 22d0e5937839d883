"""What the project's own virtual environment holds. Standard library only.

`.venv/set-up.json` says so: a fingerprint of pyproject.toml and the lock files. Every command asks before it
does anything else, and mostly all is well: this module imports little, and `set_up` knows what to do if not.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

LOCKS = {"run": ("requirements.lock",), "test": ("requirements.lock", "requirements-test.lock")}
UNFINISHED = "unfinished"


class Environment:
    """The project's own virtual environment."""

    def __init__(self, root: Path, need: str) -> None:
        self.root = root
        self.need = need
        self.folder = root / ".venv"
        scripts = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        self.python = self.folder / scripts
        self._state_file = self.folder / "set-up.json"

    def is_running_here(self) -> bool:
        """Whether this process runs in it."""
        return self.folder.is_dir() and self.folder.samefile(sys.prefix)

    def is_current(self) -> bool:
        """Whether a finished set-up put in what the lock files say now, for the Python it still has."""
        state = self.state()
        same_python = not self.is_running_here() or state.get("python") == python_version()
        return same_python and state.get(self.need) == self.fingerprint(self.need) and self.python.exists()

    def fingerprint(self, need: str) -> str:
        """Of what it should hold for `need`. Raises OSError."""
        digest = hashlib.sha256()
        for name in ("pyproject.toml", *LOCKS[need]):
            digest.update((self.root / name).read_bytes())
        return digest.hexdigest()

    def state(self) -> dict[str, str]:
        """What the last set-up wrote down of itself; UNFINISHED is in it when it did not end."""
        try:
            state = json.loads(self._state_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            return {UNFINISHED: "true"}
        return state if isinstance(state, dict) else {UNFINISHED: "true"}

    def write_state(self, state: dict[str, str]) -> None:
        """Write it down. Raises OSError."""
        aside = self._state_file.with_suffix(".tmp")
        aside.write_text(json.dumps(state, indent=1), encoding="utf-8")
        aside.replace(self._state_file)


def python_version() -> str:
    """The running Python, as "3.11"."""
    return ".".join(map(str, sys.version_info[:2]))
