"""Chores: what the mail worker sees to before it looks for mail, such as writing the morning's digest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from forms.outbox.settling import place_of

EXTENSION = "followup-chores"
"""Where an application keeps its chores, among Flask's extensions."""

Chore = Callable[[], None]
"""Asked every second, so it must cost next to nothing while there is nothing to do."""

logger = logging.getLogger(__name__)


def see_to(chores: Sequence[Chore]) -> None:
    """Do each of them. One that fails is logged, and asked again next time; mail goes out all the same."""
    for chore in chores:
        try:
            chore()
        except Exception as error:  # noqa: BLE001  # whatever it raises, mail must not wait for it
            logger.error("a chore failed: %s at %s", type(error).__name__, place_of(error))
