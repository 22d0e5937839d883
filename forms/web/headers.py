"""What a browser is told about every answer: what it may load, keep, and pass on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask, request
from werkzeug.wrappers import Response

from forms.web.context import context

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Everything from here, nothing inline, in nobody's frame."""

SEARCH_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""For the search, whose index is read by a program in WebAssembly from this same place."""

ALWAYS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        # Not `no-referrer`: with it, browsers send our own forms with `Origin: null`.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
)

PRIVATE: Mapping[str, str] = MappingProxyType(
    {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
)
"""For all that the application itself answers; the public site is made of files."""

STRICT_TRANSPORT = "max-age=31536000"
"""A year of https only, told where the endpoint is reached by https."""


def init_app(app: Flask) -> None:
    """Put the headers on every answer, error pages included."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    response.headers.update(ALWAYS)
    if request.endpoint != "static":
        response.headers.update(PRIVATE)
    if context().run.base_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    return response
