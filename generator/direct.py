"""What Frozen-Flask asks of a test client, without the detour through WSGI.

Frozen-Flask fetches every page with the app's test client, which builds a WSGI environment, a request,
cookies and a session for each. That is a fifth of the work on a page. The views of the site app depend on the
path alone, so this client hands them the path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from generator.templating import SiteEnvironment

# Makes the answer to a path.
Answer = Callable[[str], Response]


class DirectClient:
    """Stands in for `flask.testing.FlaskClient` where nothing but `get` is asked for."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def get(self, path: str, **_how: Any) -> Response:
        """The answer to a path of the app; a page of its error where it has none."""
        try:
            return self._answer(path)
        except HTTPException as error:
            return Response(error.get_body(), status=error.code or 500, mimetype="text/html")


class SiteApp(Flask):
    """A Flask app whose test client answers directly, once `answer` is set."""

    jinja_environment = SiteEnvironment
    answer: Answer

    def test_client(self, use_cookies: bool = True, **kwargs: Any) -> Any:
        """A client for Frozen-Flask."""
        del use_cookies, kwargs
        return DirectClient(self.answer)
