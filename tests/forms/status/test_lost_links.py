"""A lost link: one answer and the same work for every address, limits that are kept, mail to nobody else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from core.clock import ManualClock
from forms import create_app
from forms.outbox.chores import EXTENSION, see_to
from forms.outbox.models import OUTBOX
from forms.status.lost import LOST_REQUESTS
from forms.store.memory import MemoryStore
from forms.store.protocol import Reader, Store, Transaction
from tests.forms.acting import browser
from tests.forms.people import Scene
from tests.forms.reading import dump, hidden

LOST = "/status/lost/"
KNOWN, UNKNOWN = "ada@people.example", "eve@people.example"


class Watched:
    """A store that writes down each step somebody takes in it: what is done, and in which collection."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.steps: list[tuple[str, ...]] = []

    @contextmanager
    def read(self) -> Iterator[Reader]:
        self.steps.append(("read",))
        with self._store.read() as reader:
            yield cast(Reader, _Noted(reader, self.steps))

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self.steps.append(("transaction",))
        with self._store.transaction() as transaction:
            yield cast(Transaction, _Noted(transaction, self.steps))

    def close(self) -> None:
        self._store.close()


class _Noted:
    def __init__(self, inner: Reader, steps: list[tuple[str, ...]]) -> None:
        self._inner, self._steps = inner, steps

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        if verb not in ("get", "find", "count", "put", "delete", "claim"):
            raise AttributeError(verb)

        def step(collection: str, *arguments: Any) -> Any:
            self._steps.append((verb, collection))
            return getattr(self._inner, verb)(collection, *arguments)

        return step


def ask(app: Flask, email: str, visitor: str = "192.0.2.1") -> tuple[int, str, str]:
    """Fill in the form and send it; what is answered, and what the next page says."""
    client = browser(app)
    client.environ_base["REMOTE_ADDR"] = visitor
    answer = client.post(LOST, data={**hidden(client.get(LOST)), "email": email})
    return answer.status_code, answer.location, client.get(answer.location).text


def mailed(app: Flask, store: MemoryStore) -> list[str]:
    """To whom something is on its way, once the worker has seen to its chores."""
    see_to(app.extensions[EXTENSION])
    with store.read() as reader:
        return [mail.recipient for mail in OUTBOX.find(reader)]


@pytest.fixture
def scene(store: MemoryStore, clock: ManualClock) -> Scene:
    made = Scene(store, clock)
    made.candidate()
    return made


def another(store: Store, environ: dict[str, str], clock: ManualClock, content: Path, root: Path) -> Flask:
    """The endpoint over this store."""
    made = create_app(environ, store=store, clock=clock, content=content, root=root)
    made.testing = True
    return made


@pytest.mark.usefixtures("scene")
def test_every_address_is_answered_alike_by_the_same_steps(
    store: MemoryStore, environ: dict[str, str], clock: ManualClock, content: Path, tmp_path: Path
) -> None:
    """Equal work, counted in steps of the store: nothing is looked up, and one thing is written."""
    watched = Watched(store)
    app = another(watched, environ, clock, content, tmp_path)
    answers, steps = [], []
    for email in (KNOWN, UNKNOWN, KNOWN, UNKNOWN):
        watched.steps.clear()
        answers.append(ask(app, email))
        steps.append(list(watched.steps))
    assert len(set(answers)) == 1
    assert steps[0] == steps[1] == steps[2] == steps[3]
    assert ("put", "lost_requests") in steps[0]
    assert not [step for step in steps[0] if step[-1] in ("candidates", "outbox", "recruiters")]


@pytest.mark.usefixtures("scene")
def test_only_the_address_on_file_gets_mail_and_nothing_is_remembered_of_the_other(
    app: Flask, store: MemoryStore
) -> None:
    ask(app, KNOWN)
    ask(app, UNKNOWN)
    assert mailed(app, store) == [KNOWN]
    with store.read() as reader:
        assert LOST_REQUESTS.count(reader) == 0
    assert UNKNOWN not in json.dumps(dump(store))


@pytest.mark.usefixtures("scene")
def test_an_address_gets_three_mails_an_hour_whoever_asks(
    app: Flask, store: MemoryStore, environ: dict[str, str], clock: ManualClock, content: Path, tmp_path: Path
) -> None:
    """The count is kept in the store: a restart, or a second machine, does not begin anew."""
    answers = {ask(app, KNOWN, f"192.0.2.{number}") for number in range(3)}
    restarted = another(store, environ, clock, content, tmp_path)
    answers |= {ask(restarted, KNOWN, f"198.51.100.{number}") for number in range(3)}
    assert len(answers) == 1
    assert mailed(app, store) == [KNOWN] * 3


def test_a_visitor_may_ask_ten_times_an_hour_whatever_the_addresses(
    app: Flask, store: MemoryStore, scene: Scene
) -> None:
    for number in range(12):
        scene.candidate(f"Person {number}", f"p{number}@people.example")
    answers = {ask(app, f"p{number}@people.example") for number in range(12)}
    assert len(answers) == 1
    assert len(mailed(app, store)) == 10
    ask(app, "p11@people.example", "192.0.2.2")
    assert len(mailed(app, store)) == 11


@pytest.mark.usefixtures("scene")
def test_a_request_is_seen_to_once_and_not_a_day_late(
    app: Flask, store: MemoryStore, clock: ManualClock
) -> None:
    ask(app, KNOWN)
    assert mailed(app, store) == mailed(app, store) == [KNOWN]
    ask(app, KNOWN)
    clock.advance(dt.timedelta(days=2))
    assert mailed(app, store) == [KNOWN]
