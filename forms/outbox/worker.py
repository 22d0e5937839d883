"""The worker: a thread that delivers what is due, beside the endpoint or by itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from forms.outbox.chores import Chore, see_to
from forms.outbox.delivery import deliver_due
from forms.outbox.outcome import Counts
from forms.outbox.room import MailRoom
from forms.outbox.settling import place_of

PAUSE_SECONDS = 1.0
UNREACHABLE_SECONDS = 30.0
"""Wait after the mail server took nothing, instead of trying it with every message that waits."""

logger = logging.getLogger(__name__)


class Worker:
    """Delivers once a second, or at once when nudged, until stopped.

    It survives whatever a round raises, and logs neither addresses nor private links. One started worker is
    enough for an installation; more do no harm. `counts` is what it has done so far. `chores` are seen to
    before each look for mail.
    """

    def __init__(self, room: MailRoom, *, pause: float = PAUSE_SECONDS, chores: Sequence[Chore] = ()) -> None:
        self._room = room
        self._chores = chores
        self._pause = pause
        self.counts = Counts()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in a thread that does not keep the process alive."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
            self._thread.start()

    def nudge(self) -> None:
        """There is something new: deliver now rather than at the next turn."""
        self._wake.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has ended; whether it did within `timeout` seconds."""
        # Not Thread.join: on Python 3.11 a signal in the middle of it makes a running thread look ended.
        return self._thread is None or self._ended.wait(timeout)

    def ask_to_stop(self) -> None:
        """Have it end after the message at hand, without waiting for that."""
        self._stop.set()
        self._wake.set()

    def stop(self, timeout: float = 10.0) -> bool:
        """End after the message at hand; whether it did within `timeout` seconds.

        Otherwise the thread goes down with the process, and its message becomes unknown.
        """
        self.ask_to_stop()
        return self.wait(timeout)

    def _run(self) -> None:
        try:
            self._deliver()
        finally:
            self._ended.set()

    def _deliver(self) -> None:
        while not self._stop.is_set():
            counts = self._turn()
            self.counts += counts
            if counts.unreachable:
                self._wake.wait(UNREACHABLE_SECONDS)
            elif not counts.total:
                self._wake.wait(self._pause)
            self._wake.clear()

    def _turn(self) -> Counts:
        see_to(self._chores)
        try:
            return deliver_due(self._room, limit=1)  # one, so that a stop need not wait for a long queue
        except Exception as error:  # noqa: BLE001  # a store that fails now may be back in a second
            logger.error("no mail was sent: %s at %s", type(error).__name__, place_of(error))
            return Counts()
