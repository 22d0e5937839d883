"""Approves a comment and dies (-9) before its file is written, or while; for a process of its own."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from core.clock import SystemClock
from core.files import write_atomically
from core.settings import RunSettings, load_site_settings
from forms import SHAPES
from forms.comments import export
from forms.comments.moderating import Moderation
from forms.store.opening import open_store
from forms.web.context import Context

STEPS = ("unread", "unwritten", "half written", "written")


def die(*_arguments: Any, **_options: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def half(path: Path, data: bytes) -> None:
    """As `write_atomically`, cut short."""
    path.with_name(f".{path.name}.tmp").write_bytes(data[: len(data) // 2])
    die()


def whole(path: Path, data: bytes) -> None:
    """As `write_atomically`, and nothing after it."""
    write_atomically(path, data)
    die()


def approve(url: str, content: Path, comment_id: str, step: str) -> None:
    """Approve, and be killed at the step."""
    if step == "unread":
        export.Exporter.export = die  # type: ignore[assignment,method-assign]
    else:
        deaths: dict[str, Any] = {"unwritten": die, "half written": half, "written": whole}
        vars(export)["write_atomically"] = deaths[step]
    store = open_store(url, SHAPES, content)
    run = RunSettings(store=url)
    found = Context(load_site_settings(content), run, store, SystemClock(), content, content, b"secret")
    Moderation(found).approve(comment_id, by="anna")
