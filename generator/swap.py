"""A new site takes the place of the old one in a single step, whatever happens meanwhile.

Beside the output `build` lies a folder `build.aside` that holds the lock, the cache, the tree that is made
into the next site (see `tree`) and, for a moment, where two folders cannot be exchanged, the site that was
replaced. All carry a marker: a folder without it is not ours, and is never touched.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from core.errors import FollowUpError
from core.settings import display_path

MARKER = ".followup-build"
MARKER_TEXT = "Made by Follow-up and replaced whole at every build. Whatever else is put here is lost.\n"
_GENERATION = "Build: "
SCRATCH = "pages-"  # begins the names of folders in which what is indexed is made
LOCK_SECONDS = 120.0
_TICK = 50_000_000  # nanoseconds by which a file system's clock may be behind
_AT_FDCWD = -100  # linux/fcntl.h
_RENAME_EXCHANGE = 2  # linux/fs.h
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}


class Workplace:
    """The output folder and what lies beside it. Use `open_workplace`."""

    def __init__(self, output: Path) -> None:
        self.output = output.resolve()
        self.aside = self.output.with_name(f"{self.output.name}.aside")
        self.cache = self.aside / "cache"
        self.old = self.aside / "old"

    def recover(self) -> None:
        """Undo a swap by two renames that was interrupted between them; clear what a killed build left."""
        if self.old.exists() and not self.output.exists():
            self.old.rename(self.output)
        if self.old.exists():
            shutil.rmtree(self.old)
        self.clear(SCRATCH)

    def generation(self) -> str:
        """What the marker of the output says it is; '' when there is no output, or it does not say."""
        try:
            text = (self.output / MARKER).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""
        _, found, generation = text.rpartition(_GENERATION)
        return generation.strip() if found else ""

    def was_swapped_since(self, moment: int) -> bool:
        """Whether the output may have been replaced since then (nanoseconds)."""
        try:
            return (self.output / MARKER).stat().st_mtime_ns > moment - _TICK
        except FileNotFoundError:
            return False  # nor is there anything that a build put there
        except OSError:
            return True

    def clear(self, prefix: str) -> None:
        """Delete the trees beside the output whose names begin so."""
        for path in self.aside.glob(f"{prefix}*"):
            # A process of a build that was killed may write a last file: what it leaves goes the next time.
            shutil.rmtree(path, ignore_errors=True)

    def swap(self, new: Path) -> bool:
        """Put a tree in the place of the output; whether the old output now stands where that stood."""
        if not self.output.exists():
            new.rename(self.output)
            return False
        if not exchange(new, self.output):
            self.output.rename(self.old)
            new.rename(self.output)
            self.old.rename(new)
        return True


def marker_text(generation: str) -> str:
    """What the marker of a tree says; `generation` names exactly what the tree holds."""
    return f"{MARKER_TEXT}{_GENERATION}{generation}\n"


@contextlib.contextmanager
def open_workplace(output: Path) -> Iterator[Workplace]:
    """Take the output folder for one build, waiting for another build that has it.

    Raises FollowUpError when the folder is not ours to replace, or when the other build does not end.
    """
    import filelock  # here: 10 ms, of the 110 in which a build ends that finds nothing changed

    place = Workplace(output)
    refuse_foreign(place.output)
    refuse_foreign(place.aside)
    place.aside.mkdir(parents=True, exist_ok=True)
    (place.aside / MARKER).write_text(MARKER_TEXT, encoding="utf-8")
    try:
        with filelock.FileLock(place.aside / "lock", timeout=LOCK_SECONDS):
            place.recover()
            yield place
    except filelock.Timeout as error:
        raise FollowUpError(
            f"{display_path(output)}: another build has been at work for {LOCK_SECONDS:.0f} seconds — "
            "wait for it to end, or stop it"
        ) from error


def refuse_foreign(folder: Path) -> None:
    """Raise FollowUpError unless the folder is absent, empty, or one that we made."""
    if not folder.exists() or (folder / MARKER).is_file():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise FollowUpError(
            f"{display_path(folder)}: this was not made by a build, and a build would replace it — "
            "choose another --output, or move it away"
        )


def refuse_nested(content: Path, output: Path) -> None:
    """A site inside its own content would be content at the next build, and replacing it deletes that."""
    source, target = content.resolve(), output.resolve()
    if source == target or source in target.parents or target in source.parents:
        raise FollowUpError(
            f"{display_path(output)}: this lies inside the content, or the content inside it — "
            "choose an --output beside it"
        )


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step (Linux's renameat2); False, and nothing done, where that is unknown.

    Raises OSError when the system knows the call and refuses it.
    """
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))
