"""The key that signs sessions and forms: given by the environment, or made once and kept beside the store."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from core.errors import InvalidSettings, Problem
from core.files import sync_directory
from core.settings import RunSettings

SHORTEST = 16
"""Characters below which a given key is refused: it could be guessed."""

FILE = "secret-key"


def secret_key(run: RunSettings, root: Path) -> bytes:
    """The key. Raises InvalidSettings when the one given, or the one kept, is too short to be a secret."""
    if run.secret_key:
        return _long_enough(run.secret_key.encode(), "FOLLOWUP_SECRET_KEY")
    engine, _, place = run.store.partition(":")
    if engine == "memory":
        return secrets.token_bytes(32)
    folder = (root / place).parent if engine == "tinydb" else root / "var"
    path = folder / FILE
    if not path.exists():
        _make(path)
    return _long_enough(path.read_bytes().strip(), str(path))


def _make(path: Path) -> None:
    """Write a fresh key, whole or not at all; where several processes try at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_urlsafe(48).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        # A link fails when the name is taken, unlike a rename: nobody's key is replaced under their feet.
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    sync_directory(path.parent)


def _long_enough(key: bytes, place: str) -> bytes:
    if len(key) >= SHORTEST:
        return key
    repair = "give at least 16 random characters, or leave it out and one is made"
    raise InvalidSettings([Problem(place, 0, "the secret key is too short", repair)])
