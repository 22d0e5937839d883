"""Brings the public figures up to date: on command, and from hour to hour while the endpoint is served."""

from __future__ import annotations

import logging
import threading

from core.errors import FollowUpError
from forms.follow_up.promise_file import export, public_figures
from forms.web.context import Context

LOOK_SECONDS = 3600.0
"""How often a running endpoint looks: within an hour of midnight the day's figures are there."""

logger = logging.getLogger(__name__)


def refresh(found: Context, *, at_once: bool = False) -> bool:
    """Write `content/figures.json` if it should change, see `promise_file.export`; tells whether it did.

    Raises StoreError, OSError; the file that is there then stays.
    """
    with found.store.read() as reader:
        content = public_figures(reader, found.today(), found.site.timezone, found.run.promise_days)
    return export(found.content, content, at_once=at_once)


class Publisher:
    """A thread that looks once at its start and then every hour, until stopped.

    A failure is logged and tried again at the next turn. It is not the mail worker: a slow count must not
    hold mail up, and mail that cannot be sent must not hold the figures up.
    """

    def __init__(self, found: Context, *, pause: float = LOOK_SECONDS) -> None:
        self._found = found
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="figures", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the turn at hand."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                refresh(self._found)
            except (FollowUpError, OSError) as error:
                logger.error("the public figures were not brought up to date: %s", error)
            self._stop.wait(self._pause)
