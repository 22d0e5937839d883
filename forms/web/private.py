"""The one answer to every private link that opens nothing: wrong, expired and revoked ones look alike."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue


def neutral_page() -> ResponseReturnValue:
    """404, with a way to have a fresh link mailed to the address on file."""
    page = render_template(
        "status/neutral.html", page_title="This link does not open a page", lost_url=url_for("status.lost")
    )
    return page, 404
