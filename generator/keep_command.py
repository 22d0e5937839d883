"""A site that keeps itself up to date on a server, without anybody at a keyboard."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from core.errors import FollowUpError
from core.settings import STATIC, TEMPLATES, display_path
from generator.keeper import ON_A_SERVER, Keeper, turn
from generator.publish import Publisher
from generator.report import ContentCheck, Report

log = logging.getLogger("site")


def keep_site(
    content: Path, output: Path, also: Sequence[ContentCheck], stop: threading.Event, parent: int | None
) -> None:
    """Keep the site of `content` in `output` up to date until `stop` is set.

    Among several processes that were told to, one does, and the others wait to take over. `parent`: end when
    this process is no longer the child of that one, so that none is left behind when it is killed.
    Raises FollowUpError when `output` is not ours.
    """
    logging.basicConfig(format="%(asctime)s site: %(message)s", level=logging.INFO)
    logging.getLogger("watchfiles").setLevel(logging.WARNING)

    def is_orphan() -> bool:
        return parent is not None and os.getppid() != parent

    keeper = Keeper(
        (content, TEMPLATES, STATIC),
        Publisher(content, output, also=also),
        on_built=_say_built,
        on_failed=_say_failed,
        rhythm=ON_A_SERVER,
        also_stop=is_orphan,
    )
    with turn(output, stop, log.info, is_orphan) as ours:
        if ours:
            log.info("keeping %s up to date (process %d)", display_path(output), os.getpid())
            keeper.build_whatever_happens()
            keeper.keep(stop)


def _say_built(report: Report) -> None:
    due = f"; the next change is due at {report.next_change:%Y-%m-%d %H:%M %Z}" if report.next_change else ""
    log.info("built %d files in %.1f s%s", report.files, report.seconds, due)


def _say_failed(error: FollowUpError, is_news: bool) -> None:
    if is_news:
        for line in str(error).split("\n"):
            log.error("%s", line)
        log.error("the site was not built; what was there before stays")
