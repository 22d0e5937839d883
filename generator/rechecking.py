"""A second look at pages that were not made again, when something has come or gone that they may name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.check import Finding, Inspector
from generator.urls import Address

_COPIES = {"static", "images"}


@dataclass(frozen=True)
class RecheckContext:
    """Where the pages lie, and pieces of text: a page without any of them needs no second look."""

    inspector: Inspector
    served: Path
    suspicious: tuple[str, ...]


class Rechecker:
    """Looks at pages again, a share at a time. For one process."""

    def __init__(self, context: RecheckContext) -> None:
        self._context = context
        self._suspicious = tuple(piece.encode() for piece in context.suspicious)

    def __call__(self, share: Sequence[Address]) -> list[Finding]:
        """What is wrong with these pages. Raises OSError."""
        return [finding for address in share for finding in self._look(address)]

    def close(self) -> None:
        """It holds nothing."""

    def _look(self, address: Address) -> list[Finding]:
        if address.endpoint in _COPIES:
            return []
        data = (self._context.served / address.file).read_bytes()
        if not any(piece in data for piece in self._suspicious):
            return []
        return self._context.inspector.page(address, data)


def needles_of(inspector: Inspector) -> frozenset[str]:
    """The pieces of text by which what is withheld would be recognised."""
    return frozenset(secret.needle for secret in inspector.secrets.each)
