"""What a build remembers for the next one, beside the output, and safe to delete at any time.

Everything here only spares work: a build without it makes the same site. So nothing is trusted that does not
prove itself. A file begins with a line that names the program that wrote it (`program_key`: our own code, the
libraries, Python) and a digest of what follows. A file of another program is left aside in silence, a damaged
one with a note. Files are replaced by renaming, so that a build killed at any moment leaves the old one.

The contents are pickles. That is no wider a door than the program's own files: who can write here can write
there, and the digest is checked first.
"""

from __future__ import annotations

import hashlib
import pickle
import secrets
import sys
import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.settings import ROOT, display_path

DIGEST_SIZE = 16  # bytes; enough that nobody meets two equal ones by chance
_NAME = "follow-up"
_BLANKS = 2  # in the line at the top: between the name, the program and the digest


class DamagedCache(Exception):
    """What is kept is not what was written: begin again without it."""


def digest(*parts: bytes) -> str:
    """A digest of byte strings, in hexadecimal; where one ends and the next begins counts."""
    lengths = b"".join(len(part).to_bytes(8, "big") for part in parts)
    return hashlib.blake2b(b"".join((lengths, *parts)), digest_size=DIGEST_SIZE).hexdigest()


@lru_cache(maxsize=1)
def program_key() -> str:
    """What makes a page besides its sources: our code, the libraries by their versions, Python."""
    code = (path.read_bytes() for name in ("core", "generator") for path in _modules(ROOT / name))
    installed = Path(sysconfig.get_path("purelib")).iterdir()
    libraries = sorted(path.name for path in installed if path.suffix == ".dist-info")
    return digest(sys.version.encode(), "\n".join(libraries).encode(), *code)


def _modules(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.glob("*.py")))


class Cache:
    """A folder of remembered values, each under a name. `notes` grows as damage is met."""

    def __init__(self, folder: Path, *, trusted: bool = True) -> None:
        """With `trusted=False` nothing that was there before is believed; what is saved will be."""
        self.folder = folder
        self.notes: list[str] = []
        self._trusted = trusted

    def load(self, name: str, *, of_any_program: bool = False) -> Any:
        """What was saved under `name` by this very program; None when there is none to be believed.

        `of_any_program`: by another version, too; for plain values that tell which version wrote them.
        """
        path = self.folder / name
        if not self._trusted:
            return None
        try:
            head, _, data = path.read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        except OSError as error:
            return self._damaged(path, error.strerror or str(error))
        program = head.split(b" ")[1].decode("ascii", "replace") if head.count(b" ") == _BLANKS else ""
        if program and program != program_key() and not of_any_program:
            return None
        if head != _head(data, program):
            return self._damaged(path, "not what was written")
        return pickle.loads(data)  # noqa: S301  # our own: see above

    def save(self, name: str, value: object) -> None:
        """Remember `value` under `name`. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
        aside = self.folder / f"{name}.{secrets.token_hex(4)}"
        try:
            aside.write_bytes(_head(data, program_key()) + b"\n" + data)
            aside.replace(self.folder / name)
        except OSError:
            aside.unlink(missing_ok=True)
            raise

    def forget(self, name: str) -> None:
        """Remember nothing under `name`."""
        (self.folder / name).unlink(missing_ok=True)

    def _damaged(self, path: Path, reason: str) -> None:
        self.notes.append(f"{display_path(path)}: {reason}; made anew")


def _head(data: bytes, program: str) -> bytes:
    return f"{_NAME} {program} {digest(data)}".encode()
