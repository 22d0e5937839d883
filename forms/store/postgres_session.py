"""One connection to PostgreSQL, and how long it may keep anybody waiting."""

from __future__ import annotations

import select
import time
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
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
    process: int = 0
    """Which took it from there."""
    pending: bytes = b""
    """How its transaction will begin: sent with what is said first, so it costs no message of its own."""

    def say(self, text: bytes) -> list[bytes]:
        """Send SQL as it stands, several statements at once if need be; gives the last one's first column.

        libpq's own calls: for statements as small as ours the driver's cursor costs more than the server.
        Raises psycopg.Error.
        """
        begin, self.pending = self.pending, b""
        self.pgconn.send_query(begin + b"; " + text if begin else text)
        results = self._answers(time.monotonic() + self.silence)
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(result)
        last = results[-1]
        return [last.get_value(row, 0) or b"" for row in range(last.ntuples)]

    def _answers(self, deadline: float) -> list[PGresult]:
        while self.pgconn.flush():
            self._await(deadline, writing=True)
        results: list[PGresult] = []
        while True:
            while self.pgconn.is_busy():
                self._await(deadline)
            result = self.pgconn.get_result()
            if result is None:
                return results
            results.append(result)

    def _await(self, deadline: float, *, writing: bool = False) -> None:
        if not _is_ready(self.pgconn.socket, deadline - time.monotonic(), writing):
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer within {self.silence:g} seconds")
        self.pgconn.consume_input()

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


def _is_ready(socket: int, seconds: float, writing: bool) -> bool:
    """Whether something arrived, or with `writing` may be sent, within so many seconds."""
    if not hasattr(select, "poll"):  # Windows
        return any(select.select([socket], [socket] if writing else [], [], max(0, seconds)))
    poll = select.poll()
    poll.register(socket, select.POLLIN | (select.POLLOUT if writing else 0))
    return bool(poll.poll(max(0, seconds) * 1000))


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
