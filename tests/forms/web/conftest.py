"""The endpoint with a page of the tests' own."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.forms.probe import add_public_probe


@pytest.fixture
def app(app: Flask) -> Flask:
    """The whole endpoint, and /probe/."""
    add_public_probe(app)
    return app
