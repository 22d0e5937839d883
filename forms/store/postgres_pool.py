"""Connections to PostgreSQL: a pool for each process, and a way back after a fault.

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
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolTimeout

from forms.store.postgres_session import Patience, Session, options, prepare

R = TypeVar("R")

_LOOK_SECONDS = 0.25
"""How often a thread that waits for a connection looks whether connecting failed."""


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
        """A connection in a transaction that `begin` began; to be given back. Raises psycopg.Error."""
        return self.begun(lambda session: session.say(begin))[0]

    def begun(self, first: Callable[[Session], R]) -> tuple[Session, R]:
        """A connection on which `first` was done, which changes nothing, and what that gave.

        One that broke while it lay in the pool is thrown away: nothing of the transaction had happened on it.
        Raises psycopg.Error.
        """
        deadline = time.monotonic() + self._patience.connect
        while True:
            session = self._wait_for_one(deadline)
            try:
                return session, first(session)
            except BaseException as error:
                self.give_back(session)
                lost = isinstance(error, psycopg.OperationalError) and session.closed
                if not lost or time.monotonic() > deadline:
                    raise

    def give_back(self, session: Session) -> None:
        """Let others have it. A transaction that is still open is rolled back.

        A child that was forked meanwhile leaves it alone: it is still the parent's.
        """
        if session.process != os.getpid():
            return
        session.pending = b""
        if not session.closed and session.pgconn.transaction_status != TransactionStatus.IDLE:
            try:
                session.say(b"ROLLBACK")
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
                session.home, session.process = pool, os.getpid()
                return session

    def _opened(self) -> ConnectionPool[Session]:
        with self._lock:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._url,
                    connection_class=_telling(self._tell),
                    kwargs=options(self._patience),
                    configure=lambda session: prepare(session, self._patience),
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
