"""Makes a system call fail, or the process die, at a chosen point of a write."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Protocol

CALLS = ("open", "write", "fsync", "close", "replace")
"""What a write asks of the system, by the names in `os`."""


class Patch(Protocol):
    """Sets an attribute; pytest's MonkeyPatch, or plain `setattr` where nothing needs to be put back."""

    def __call__(self, target: object, name: str, value: object, /) -> None: ...


class Trap:
    """Counts the calls of a write, and springs at one of them, before it is done."""

    def __init__(self, at: int | None, spring: Callable[[], None]) -> None:
        self.seen: list[str] = []
        self._at = at
        self._spring = spring

    def set(self, patch: Patch) -> None:
        """Put the trap into `os`."""
        for name in CALLS:
            patch(os, name, self._around(name, getattr(os, name)))

    def _around(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            place = len(self.seen)
            self.seen.append(name)
            if place == self._at:
                self._spring()
            return real(*args, **options)

        return call
