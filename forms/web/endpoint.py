"""The Flask class of the endpoint: doors are shut unless opened."""

from __future__ import annotations

from flask import Flask, request
from flask.typing import ResponseReturnValue

from forms.web import csrf, errors, headers, origin, templates


class Endpoint(Flask):
    """Flask, with checks that no view can forget.

    Order of a request that may change something: origin (before anything else), then the blueprints'
    `before_request` (who is this? they set the bearer), then the token, then the view.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        if request.routing_exception is None:
            csrf.protect()
        return super().dispatch_request()


def init_app(app: Endpoint) -> None:
    """Everything all pages share."""
    app.before_request(origin.require_same_origin)
    headers.init_app(app)
    templates.init_app(app)
    errors.init_app(app)
