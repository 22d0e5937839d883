"""Acting on the endpoint as people do: over requests, with the tokens of its own pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

BASE_URL = "http://localhost"
EMAIL = "anna@example.org"
PASSWORD = "quiet river under bridge"


def browser(app: Flask) -> FlaskClient:
    """A client that says, as browsers do, from which origin its forms are sent."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = BASE_URL
    return client


def some_values(rule: Rule) -> dict[str, str]:
    """A value for every argument of a rule: one that it allows, or a word."""
    return {name: min(getattr(rule._converters.get(name), "items", {"word"})) for name in rule.arguments}


_TOKEN = re.compile(r'name="(?:[\w-]+-)?csrf_token"[^>]* value="([^"]+)"')


def token_in(page: TestResponse) -> str:
    """The form token of a page: of its last form, which is the page's own, not the logout button's."""
    found = _TOKEN.findall(page.text)
    assert found, f"no form with a token on this page ({page.status})"
    return str(found[-1])


@dataclass
class DeskActions:
    """What a recruiter does at the desk, over real requests."""

    client: FlaskClient
    email: str = EMAIL
    password: str = field(default=PASSWORD, repr=False)

    def log_in(self, *, next_page: str = "", password: str | None = None) -> TestResponse:
        """Open the login page and send it."""
        address = "/desk/login/" + (f"?next={next_page}" if next_page else "")
        typed = {"email": self.email, "password": self.password if password is None else password}
        return self.send(address, typed)

    def log_out(self) -> TestResponse:
        """Press the logout button of the page at hand."""
        return self.post("/desk/logout/")

    def get(self, address: str) -> TestResponse:
        """Open a page."""
        return self.client.get(address)

    def send(
        self, address: str, typed: Mapping[str, object] | None = None, *, follow: bool = False
    ) -> TestResponse:
        """Open the page at `address` and send its form back with `typed`."""
        data = {"csrf_token": token_in(self.client.get(address)), **(typed or {})}
        return self.client.post(address, data=data, follow_redirects=follow)

    def post(
        self,
        address: str,
        typed: Mapping[str, object] | None = None,
        *,
        page: str = "/desk/",
        follow: bool = False,
    ) -> TestResponse:
        """Send a form that stands on another page than the address it goes to, such as a button."""
        data = {"csrf_token": token_in(self.client.get(page)), **(typed or {})}
        return self.client.post(address, data=data, follow_redirects=follow)
