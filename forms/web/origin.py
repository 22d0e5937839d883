"""A request that may change something must come from one of our own pages.

Browsers say where a POST comes from: `Origin` always, `Sec-Fetch-Site` where it is known, `Referer` when our
own policy lets it through. A request with none of the three is not from a browser that we serve.
Source: OWASP, Cross-Site Request Forgery Prevention, "Verifying Origin"; W3C, Fetch Metadata.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import Forbidden

from forms.web.context import context
from forms.web.csrf import SAFE_METHODS


class CrossSite(Forbidden):
    """The request came from a page that is not ours."""

    description = "This was not sent from one of our own pages."


def require_same_origin() -> None:
    """Refuse what another site sends in a visitor's name. Raises CrossSite."""
    if request.method in SAFE_METHODS or request.routing_exception is not None or _is_open_to_all():
        return
    if not _is_ours():
        raise CrossSite


def _is_open_to_all() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "without_authority", False))


def _is_ours() -> bool:
    origin = request.headers.get("Origin")
    if origin is not None and origin != "null":
        return origin in _own_origins()
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        return fetched_from in ("same-origin", "none")
    return _origin_of(request.headers.get("Referer", "")) in _own_origins()


def _own_origins() -> set[str]:
    """The address people were told, and the one this request was sent to: its host is a trusted one."""
    return {_origin_of(context().run.base_url), _origin_of(request.host_url)}


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
