"""Connections to PostgreSQL: a pool for each process, time-outs on every wait, and a way back after a fault.

psycopg's pool has threads, which a fork does not copy, and connections, which parent and child must not both
use. So the pool belongs to the process that opened it, and is opened when first needed.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

R = TypeVar("R")
IDLE = TransactionStatus.IDLE
_LOOK_SECONDS = 0.25
"""How often a thread that waits for a connection looks whether connecting failed."""


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
    home: ConnectionPool[Session] | None = None
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
    session = Session.connect(url, **_options(patience))
    _prepare(session, patience)
    return session


def _options(patience: Patience) -> dict[str, Any]:
    return {
        "autocommit": True,  # transactions are begun in so many words
        "connect_timeout": max(2, round(patience.connect)),  # libpq takes less for 2
        "client_encoding": "UTF8",
        "application_name": "follow-up",
    }


def _prepare(session: Session, patience: Patience) -> None:
    session.silence = patience.silence
    session.execute(patience.settings().encode(), prepare=False)


class Pool:
    """The connections of this process, opened one by one as they are needed. Safe for threads and forks."""

    def __init__(self, url: str, size: int, patience: Patience) -> None:
        """`size`: connections at most, of each process."""
        self._url = url
        self._size = size
        self._patience = patience
        self._begin_anew()
        _POOLS.add(self)

    def _begin_anew(self) -> None:
        self._lock = threading.Lock()
        self._pool: ConnectionPool[Session] | None = None
        self._failure: tuple[float, psycopg.Error] | None = None

    def take(self, begin: bytes) -> Session:
        """A connection in a transaction that `begin` began; to be given back in the same process.

        One that broke while it lay in the pool is thrown away: nothing of the transaction had happened on it.
        Raises psycopg.Error.
        """
        deadline = time.monotonic() + self._patience.connect
        while True:
            session = self._wait_for_one(deadline)
            try:
                session.execute(begin, prepare=False)
            except psycopg.OperationalError:
                self.give_back(session)
                if not session.closed or time.monotonic() > deadline:
                    raise
            else:
                return session

    def give_back(self, session: Session) -> None:
        """Let others have it. A transaction that is still open is rolled back."""
        if not session.closed and session.info.transaction_status != IDLE:
            try:
                session.execute(b"ROLLBACK", prepare=False)
            except psycopg.Error:
                session.close()  # the server rolls back what it loses sight of
        if session.home is not None:
            session.home.putconn(session)

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def after_fork(self) -> None:
        """In a child: leave the parent's connections alone. They must not even be closed."""
        if self._pool is not None:
            _LEFT_BEHIND.append(self._pool)
        self._begin_anew()

    def _wait_for_one(self, deadline: float) -> Session:
        """Wait for a connection; but not where connecting fails, which the pool would try again and again."""
        began = time.monotonic()
        while True:
            try:
                left = deadline - time.monotonic()
                pool = self._opened()
                session = pool.getconn(timeout=max(0.01, min(_LOOK_SECONDS, left)))
            except PoolTimeout:
                failure = self._failure
                if failure is not None and failure[0] >= began:
                    raise failure[1] from None
                if time.monotonic() > deadline:
                    raise psycopg.OperationalError(
                        f"no connection came free within {self._patience.connect:g} seconds"
                    ) from None
            else:
                session.home = pool
                return session

    def _opened(self) -> ConnectionPool[Session]:
        with self._lock:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._url,
                    connection_class=_telling(self._tell),
                    kwargs=_options(self._patience),
                    configure=lambda session: _prepare(session, self._patience),
                    min_size=0,
                    max_size=self._size,
                    num_workers=1,
                    timeout=self._patience.connect,
                    # Failed connecting is tried again this long; after that, by the next who asks.
                    reconnect_timeout=self._patience.connect,
                    name=f"followup-{os.getpid()}",
                    open=True,
                )
                # A process that ends without closing the store ends quietly all the same.
                weakref.finalize(self, _close_own, self._pool, os.getpid())
            return self._pool

    def _tell(self, error: psycopg.Error) -> None:
        self._failure = (time.monotonic(), error)


def _telling(tell: Callable[[psycopg.Error], None]) -> type[Session]:
    """Sessions that tell why they could not be opened; the pool would only log it."""

    class Telling(Session):
        @classmethod
        def connect(cls, *arguments: Any, **options: Any) -> Any:
            try:
                return super().connect(*arguments, **options)
            except psycopg.Error as error:
                tell(error)
                raise

    return Telling


def _close_own(pool: ConnectionPool[Session], process: int) -> None:
    if os.getpid() == process:
        with suppress(psycopg.Error):
            pool.close()


_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()
_LEFT_BEHIND: list[ConnectionPool[Session]] = []
"""Pools of a parent, kept so that nothing tidies them up here."""


def _after_fork() -> None:
    for pool in list(_POOLS):
        pool.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
