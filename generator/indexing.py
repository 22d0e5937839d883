"""When the search index must be made again, and putting it into the tree."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.cache import digest
from generator.manifest import Manifest
from generator.search import FOLDER, write_index

_PREFIX = f"{FOLDER}/"


def is_of_index(file: str) -> bool:
    """Whether a file of the tree belongs to the search index."""
    return file.startswith(_PREFIX)


@dataclass(frozen=True)
class IndexPlan:
    """What a build does about the index: `kept` is the part of the manifest that stays, {} for none.

    `made_from` is the fingerprint of all pages that are searched; `is_due` tells whether to index them anew.
    """

    made_from: str
    kept: Manifest
    is_due: bool

    @classmethod
    def of(
        cls, before: Mapping[str, tuple[str, str]], searched: list[str], *, wanted: bool, may_lag: bool
    ) -> IndexPlan:
        """The plan for pages with the fingerprints `searched`, when `before` is what is served.

        An index that `may_lag` is kept while there is one: somebody writes, and waits for the page.
        """
        made_from = digest(*(each.encode() for each in searched))
        if not wanted or not searched:
            return cls(made_from, {}, is_due=False)
        there = {file: entry for file, entry in before.items() if is_of_index(file)}
        is_current = bool(there) and all(entry[0] == made_from for entry in there.values())
        if is_current or (there and may_lag):
            return cls(made_from, there, is_due=False)
        return cls(made_from, {}, is_due=True)

    def make(self, root: Path, scratch: Path) -> Manifest:
        """Index the tree `root`, and put the index there; `scratch` is a folder for it to be made in.

        Not made in its place, because a file there may be the served one under another name.
        Raises FollowUpError, OSError.
        """
        write_index(root, scratch)
        shutil.rmtree(root / FOLDER, ignore_errors=True)
        scratch.rename(root / FOLDER)
        found = sorted(path for path in (root / FOLDER).rglob("*") if path.is_file())
        return {
            path.relative_to(root).as_posix(): (self.made_from, digest(path.read_bytes())) for path in found
        }
