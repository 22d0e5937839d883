"""How files look from outside, and digests of them that are kept while they look the same.

A file that looks as it did when it was read (time of change, size, inode) is taken to be what it was. As in
git, that is no proof for a file written within the last moments before it was read: it may have been written
again in the same tick of the file system's clock. So such a file is read once more at the next build, and its
digest decides.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from generator.cache import digest

RACY_NANOSECONDS = 2_000_000_000  # FAT keeps times to two seconds; nothing in use is coarser
# Modification time and change time in nanoseconds, size in bytes, inode.
Stat = tuple[int, int, int, int]
GONE: Stat = (0, 0, -1, 0)
Listing = dict[str, Stat]
SOURCES = ("articles", "pages")  # the folders of the content that hold entries


def is_source(name: str) -> bool:
    """Whether a file of the content, by its name below that, is an article or a page."""
    folder, _, inside = name.partition("/")
    return folder in SOURCES and inside.endswith(".md") and not inside.rpartition("/")[2].startswith(".")


def listing(folder: Path) -> Listing:
    """The files below a folder, by their paths relative to it with "/" between parts.

    Links to folders are not followed. Empty when there is no such folder.
    """
    return dict(_files_below(str(folder), ""))


def _files_below(folder: str, prefix: str) -> Iterator[tuple[str, Stat]]:
    try:
        entries = os.scandir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files_below(entry.path, f"{prefix}{entry.name}/")
            elif not entry.is_dir():
                yield prefix + entry.name, stat_of(entry)


def stat_of(entry: os.DirEntry[str]) -> Stat:
    """How a file looks from outside; GONE for a link that leads nowhere."""
    try:
        return as_stat(entry.stat())
    except OSError:
        return GONE


def as_stat(found: os.stat_result) -> Stat:
    """The part of what the system tells that shows a change."""
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def is_settled(stat: Stat, read_at: int) -> bool:
    """Whether a file that looked so when it was read (at `read_at`, nanoseconds) was old enough by then."""
    return max(stat[0], stat[1]) < read_at - RACY_NANOSECONDS


def is_hidden(name: str) -> bool:
    """Whether an editor or a file manager hides the file of this relative path."""
    return name.startswith(".") or "/." in name


class Digests:
    """Digests of the contents of files, each kept while its file looks the same."""

    def __init__(self, kept: dict[str, tuple[Stat, int, str]] | None = None) -> None:
        self.kept = kept or {}
        self._used: dict[str, tuple[Stat, int, str]] = {}

    def of(self, path: Path, stat: Stat, now: int) -> str:
        """The digest of a file that looks like `stat`; `now` in nanoseconds. Raises OSError."""
        name = str(path)
        known = self._used.get(name) or self.kept.get(name)
        if known is None or known[0] != stat or not is_settled(stat, known[1]):
            known = (stat, now, digest(path.read_bytes()))
        self._used[name] = known
        return known[2]

    def used(self) -> dict[str, tuple[Stat, int, str]]:
        """What was asked for, to be kept."""
        return self._used
