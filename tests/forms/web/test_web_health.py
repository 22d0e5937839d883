"""/healthz says whether the store can be read, and nothing else."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from core.errors import StoreUnavailable
from forms.store.protocol import Reader, Transaction


class ShutStore:
    """A store whose lock somebody else holds."""

    def read(self) -> AbstractContextManager[Reader]:
        raise StoreUnavailable("/srv/ledger.json is locked")

    def transaction(self) -> AbstractContextManager[Transaction]:
        raise StoreUnavailable("/srv/ledger.json is locked")

    def close(self) -> None:
        """Nothing to let go of."""


def test_all_is_well(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


class TestWhenTheStoreCannotBeReached:
    """Whoever watches must learn of it, not of where things are; whoever types must not lose a word."""

    @pytest.fixture
    def store(self) -> ShutStore:
        return ShutStore()

    def test_health_says_so_and_nothing_else(self, client: FlaskClient) -> None:
        answer = client.get("/healthz")
        assert (answer.status_code, answer.text) == (503, "the store cannot be read\n")

    def test_a_desk_form_is_kept_with_a_token_that_will_do(self, client: FlaskClient) -> None:
        """The bearer is known from the cookie alone, before the store is asked."""
        with client.session_transaction(path="/desk/") as cookie:
            cookie["session"] = "a token"
        answer = client.post("/desk/logout/", data={"note": "He listens."})
        assert answer.status_code == 503
        assert "He listens." in answer.text
        assert "/srv/" not in answer.text
        assert 'name="csrf_token"' in answer.text
