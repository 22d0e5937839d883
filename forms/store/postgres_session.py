"""One connection to PostgreSQL, and how long it may keep anybody waiting."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

R = TypeVar("R")


@dataclass(frozen=True)
class Patience:
    """How long each wait may take, in seconds; at its end StoreUnavailable is raised."""

    connect: float = 5
    """For a connection: for one of the pool to become free, or for the server to accept a new one."""
    lock: float = 5
    """For another transaction to let go of a row."""
    statement: float = 10
    """For a statement to be done. The server counts."""
    silence: float = 15
    """For any answer at all. We count: a server that is stopped, or a network that drops packets, cannot."""
    idle: float = 60
    """For us: a transaction in which nothing happens for longer is ended by the server, and its locks."""

    def settings(self) -> str:
        """SQL that tells the server, for the whole session.

        `synchronous_commit`: what is acknowledged is on disc, whatever the database's default.
        """
        settings = {
            "lock_timeout": f"'{self.lock * 1000:.0f}ms'",
            "statement_timeout": f"'{self.statement * 1000:.0f}ms'",
            "idle_in_transaction_session_timeout": f"'{self.idle * 1000:.0f}ms'",
            "synchronous_commit": "on",
        }
        return "; ".join(f"SET {name} = {value}" for name, value in settings.items())


class Session(psycopg.Connection[TupleRow]):
    """A connection that gives up when the server is silent for too long, and closes itself then."""

    silence: float = Patience.silence
    home: ConnectionPool[Any] | None = None
    """The pool it came from."""

    def wait(self, gen: PQGen[R], *arguments: Any, **options: Any) -> R:
        """As the driver waits, but not longer than `silence`. Raises OperationalError."""
        return super().wait(self._impatient(gen), *arguments, **options)

    def _impatient(self, gen: PQGen[R]) -> PQGen[R]:
        # The driver wakes such a generator every tenth of a second, so that Ctrl-C is noticed.
        deadline = time.monotonic() + self.silence
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > deadline:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"no answer within {self.silence:g} seconds")
                wanted = gen.send(ready)
        except StopIteration as done:
            result: R = done.value
            return result


def connect(url: str, patience: Patience) -> Session:
    """One connection, outside of any pool. Raises psycopg.OperationalError."""
    session = Session.connect(url, **options(patience))
    prepare(session, patience)
    return session


def options(patience: Patience) -> dict[str, Any]:
    """What a session is opened with."""
    return {
        "autocommit": True,  # transactions are begun in so many words
        "connect_timeout": max(2, round(patience.connect)),  # libpq takes less for 2
        "client_encoding": "UTF8",
        "application_name": "follow-up",
    }


def prepare(session: Session, patience: Patience) -> None:
    """Set the time-outs of a session that was just opened."""
    session.silence = patience.silence
    session.execute(patience.settings().encode(), prepare=False)
