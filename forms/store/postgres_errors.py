"""What PostgreSQL says, in the words of `core.errors`. No record's content ever reaches a message.

The server's own texts quote values ("Key (email)=(…) already exists"), so they are left out: a code of five
characters (SQLSTATE) and its name say what happened. Codes: the manual's appendix A; CockroachDB, YugabyteDB
and Citus use the same.
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

from core.errors import StoreCorrupt, StoreError, StoreUnavailable, TransactionConflict, UniqueViolation

Groups = Mapping[str, tuple[str, tuple[str, ...]]]
"""By the name of a unique index: its collection and fields."""

CONFLICTS = {"40001", "40P01"}
"""Serialization failure, deadlock: nothing was kept, and the same work may be done again."""

_PASSING = ("08", "53", "57")
"""Connection; out of memory, disc or connections; cancelled by a time-out, shut down or starting up."""

_PASSING_CODES = {
    "25006",  # only reading is possible: a standby that was promoted elsewhere, or not yet
    "25P03",  # idle in a transaction for too long
    "40003",  # whether it was kept is not known (CockroachDB)
    "55P03",  # lock time-out
    "58030",  # an input or output error of the server's disc
}

_ANOTHER_LAYOUT = {"23502", "42703", "42P01"}
"""A column that must be filled, is missing, or a missing table."""

_DAMAGED = {"XX001", "XX002"}


def explained(error: psycopg.Error, place: str, groups: Groups) -> StoreError:
    """The error to raise in the driver's stead. `place`: the database, without a password."""
    code = error.sqlstate
    if code == "23505":
        return _unique(error, place, groups)
    if code in CONFLICTS:
        return TransactionConflict(f"{place}: two transactions met, and this one gave way")
    if _is_passing(error):
        return StoreUnavailable(f"{place}: {_said(error)}")
    if code in _DAMAGED:
        return StoreCorrupt(f"{place}: {_said(error)}. Stop writing to it and restore a backup")
    if code in _ANOTHER_LAYOUT:
        return StoreError(
            f"{place}: {_said(error)}. Another version of this program changed the tables; "
            "restart this one, or start the newer one everywhere"
        )
    return StoreError(f"{place}: {_said(error)}")


def unknown_outcome(error: psycopg.Error, place: str) -> StoreUnavailable:
    """For a connection lost while a transaction was being kept."""
    return StoreUnavailable(
        f"{place}: {_said(error)} while a transaction was being kept. Whether it was is not known: "
        "look before doing the same again"
    )


def is_lost(error: psycopg.Error) -> bool:
    """Whether the connection itself broke, so that no answer will come. 40003 says the same of a commit."""
    code = error.sqlstate or ""
    return (not code and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)) or (
        code.startswith(("08", "57P")) or code == "40003"
    )


def _is_passing(error: psycopg.Error) -> bool:
    code = error.sqlstate or ""
    return is_lost(error) or code.startswith(_PASSING) or code in _PASSING_CODES


def _unique(error: psycopg.Error, place: str, groups: Groups) -> StoreError:
    index = error.diag.constraint_name or ""
    if index in groups:
        return UniqueViolation(*groups[index])
    return StoreError(f"{place}: two records would be the same in a way no collection declares")


def _said(error: psycopg.Error) -> str:
    """The code and its name; without a code the driver's words, which are of connections only."""
    if error.sqlstate:
        return f"{type(error).__name__} ({error.sqlstate})"
    return " ".join(str(error).split()) or type(error).__name__
