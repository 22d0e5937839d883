"""gunicorn's logger, with private links hidden from the first line on.

A module of its own, because gunicorn is not there on Windows.
"""

from __future__ import annotations

from gunicorn.config import Config
from gunicorn.glogging import Logger

from forms.web import logs


class RedactingLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Named in `gunicorn.conf.py`; cleans what is logged before the application is loaded, too."""

    def setup(self, cfg: Config) -> None:
        logs.install()
        super().setup(cfg)
