"""A process that runs beside this one, and ends with it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class Companion:
    """Starts `command` in `folder`, and stops it again; what it writes goes where this process writes."""

    def __init__(self, command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> None:
        self._command = tuple(command)
        self._folder = folder
        self._environ = dict(environ)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process else None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.pid is None:
            self._process = subprocess.Popen(  # noqa: S603  # the command is our own
                self._command, cwd=self._folder, env=self._environ, stdin=subprocess.DEVNULL
            )

    def stop(self, timeout: float) -> None:
        """Ask it to end, and end it after `timeout` seconds if it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
