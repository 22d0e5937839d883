"""All pictures of `content/images/`, each read again only when its file looks otherwise than before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import InvalidContent, Problem
from generator.files import Listing, Stat, is_hidden, is_settled
from generator.pictures import Picture, read_picture

# How the file looked, when that was (nanoseconds), and what picture it is, if it is one.
Known = tuple[Stat, int, Picture | None]


@dataclass
class Gallery:
    """What is known of the pictures, from build to build."""

    kept: dict[str, Known] = field(default_factory=dict)

    def read(self, folder: Path, listed: Listing, now: int) -> tuple[Mapping[str, Picture], list[Problem]]:
        """The pictures below `folder` by their names, and what is wrong with some; `now` in nanoseconds."""
        known: dict[str, Known] = {}
        problems: list[Problem] = []
        for name, stat in listed.items():
            if is_hidden(name):
                continue
            try:
                known[name] = self._one(folder / name, name, stat, now)
            except InvalidContent as error:
                problems += error.problems
        self.kept = known
        return {name: picture for name, (_, _, picture) in known.items() if picture is not None}, problems

    def _one(self, path: Path, name: str, stat: Stat, now: int) -> Known:
        before = self.kept.get(name)
        if before is not None and before[0] == stat and is_settled(stat, before[1]):
            return before
        return stat, now, read_picture(path, name)
