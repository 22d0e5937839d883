"""Every error a person can repair.

FollowUpError                 something we can explain; commands print it and exit 1
├── InvalidContent            problems in content/, all of them at once
├── InvalidSettings           site.toml or the FOLLOWUP_ environment
├── Conflict                  the request does not fit the present state (an illegal transition)
├── NotFound                  no such record
└── StoreError                the ledger could not be read or written
    ├── StoreUnavailable      try again: lock time-out, disc full (the endpoint answers 503)
    ├── StoreCorrupt          unreadable or newer than this program; never overwritten
    └── UniqueViolation       another record holds this value already
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class FollowUpError(Exception):
    """An error with a message meant for the person who can repair it."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong at one place: `path:line: message — repair`. Line 0 is the whole file."""

    path: str
    line: int
    message: str
    repair: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message} — {self.repair}"


class ProblemList(FollowUpError):
    """Several problems reported in one run, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class InvalidContent(ProblemList):
    """What the headhunter wrote in content/ cannot be published as it stands."""


class InvalidSettings(ProblemList):
    """A setting is unknown, of the wrong type, or missing."""


class Conflict(FollowUpError):
    """The request does not fit the present state; the message says why."""


class NotFound(FollowUpError):
    """There is no such record."""


class StoreError(FollowUpError):
    """The ledger could not be read or written."""


class StoreUnavailable(StoreError):
    """The ledger cannot be reached now; trying again later may succeed."""


class TransactionConflict(StoreUnavailable):
    """Two transactions met and this one gave way; the same work may be done again at once."""


class StoreCorrupt(StoreError):
    """The ledger is unreadable, or written by a newer program. It is left as it is."""


class UniqueViolation(StoreError):
    """Another record of the collection holds the same value of a unique key."""

    def __init__(self, collection: str, fields: tuple[str, ...]) -> None:
        self.collection = collection
        self.fields = fields
        super().__init__(f"{collection}: another record has the same {', '.join(fields)}")


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """The repair for a misspelt name: the nearest choice, or the list of all."""
    known = sorted(choices)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else f"use one of: {', '.join(known)}"
