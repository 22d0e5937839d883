"""Whether this process can do its work, for whoever watches it. Tells nothing else."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from core.errors import StoreError
from forms.web.context import context
from forms.web.limits import COUNTS

bp = Blueprint("health", __name__)

PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 `ok` when the store can be read, else 503."""
    try:
        with context().store.read() as reader:
            COUNTS.count(reader)
    except StoreError as error:
        current_app.logger.error("Not healthy: %s", error)
        return "the store cannot be read\n", 503, PLAIN
    return "ok\n", 200, PLAIN
