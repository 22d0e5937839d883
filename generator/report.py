"""What a build is told, and what it tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from core.errors import Problem


class Step(Enum):
    """What a build is doing."""

    READ = "reading"
    WRITE = "writing"
    CHECK = "checking"
    SEARCH = "indexing"
    SWAP = "swapping"
    DONE = "done"


# Told of each step, and of how many files of how many are written.
Progress = Callable[[Step, int, int], None]

# What is wrong with files of the content folder that make no page, such as messages: somebody else's to say.
ContentCheck = Callable[[Path], list[Problem]]


@dataclass(frozen=True)
class BuildOptions:
    """How to build.

    `full` believes nothing that an earlier build left; `search`, `images` and `compress` tell whether to
    make the search index, pictures in several sizes, and compressed copies; `search_may_lag` keeps an index
    that is there, though it is older than the pages; `jobs` is the number of processes, None for one on each
    core.
    """

    full: bool = False
    search: bool = True
    search_may_lag: bool = False
    images: bool = True
    compress: bool = True
    jobs: int | None = None


@dataclass(frozen=True)
class Report:
    """What a build did.

    `made` are the files that were made again; of these, `written` are those that are new or came out
    otherwise than they were; `removed` are gone. `next_due` is when the next scheduled article appears;
    `next_change` is when the site is next out of date by itself (an article falls due, or something expires);
    `seconds` is wall-clock time; `warnings` are what a person should know, and need not mend.
    """

    files: int
    articles: int
    pages: int
    drafts: int
    scheduled: int
    expired: int
    next_due: dt.datetime | None
    next_change: dt.datetime | None
    seconds: float
    made: tuple[str, ...] = field(default=(), repr=False)
    written: tuple[str, ...] = field(default=(), repr=False)
    removed: tuple[str, ...] = field(default=(), repr=False)
    warnings: tuple[str, ...] = ()

    @property
    def unchanged(self) -> int:
        """How many files are what they were."""
        return self.files - len(self.written)
