"""Every public address, tried by candidate Ada with all of her own links, and with every id of candidate Bea.

The addresses are the application's own list, so a page that is added is tried by itself.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from core.clock import ManualClock
from forms import SHAPES, links
from forms.candidates.models import CANDIDATES, Candidate, Outcome
from forms.links import Purpose
from forms.store.memory import MemoryStore
from forms.store.protocol import Query
from tests.forms.acting import browser
from tests.forms.people import Scene, someone

BEA = "Beatrix Unmistakable"
BEAS_FRIEND = "Wolfram Unmistakable"
MARKS = ("Unmistakable", "bea@unmistakable.example", "wolfram@unmistakable.example")
FIELD = re.compile(r"""<(?:input|select|textarea)[^>]*\sname="([^"]+)\"""")
TOKEN = re.compile(r'name="((?:[\w-]+-)?csrf_token)"[^>]* value="([^"]+)"')
DAY = dt.timedelta(days=1)


@dataclass
class Two:
    """Ada, who tries; and Bea, of whom she may learn nothing."""

    app: Flask
    store: MemoryStore
    tokens: tuple[str, ...]
    ids: tuple[str, ...]

    def of_bea(self) -> list[dict[str, Any]]:
        """Every record that is hers, or names her or whom she named."""
        found = (record for name in self.names() for record in self.records(name))
        return [record for record in found if self._is_hers(record)]

    def names(self) -> list[str]:
        """The collections; counts of attempts say nothing of anybody."""
        return [shape.name for shape in SHAPES if shape.name != "counts"]

    def records(self, name: str) -> list[Any]:
        """All records of a collection."""
        with self.store.read() as reader:
            return list(reader.find(name, Query({})))

    def _is_hers(self, record: dict[str, Any]) -> bool:
        text = json.dumps(record, ensure_ascii=False, default=str)
        return any(each in text for each in (*MARKS, *self.ids))


@pytest.fixture
def two(app: Flask, store: MemoryStore, clock: ManualClock) -> Two:
    """Both were interviewed, answered, and have named somebody; of Ada we have a link of every purpose."""
    scene = Scene(store, clock)
    bea = scene.declined(BEA, "bea@unmistakable.example")
    ada = scene.declined("Ada Ashworth", "ada@people.example")
    named = scene.refer(
        _candidate(scene, bea.candidate_id),
        someone("key-bea", name=BEAS_FRIEND, email="wolfram@unmistakable.example"),
        link_id="link-of-bea",
    )
    mine = scene.refer(_candidate(scene, ada.candidate_id), someone("key-ada"), link_id="link-of-ada")
    tokens = []
    for purpose in Purpose:
        if purpose not in (Purpose.DESK_SETUP, Purpose.DESK_ACCOUNT):
            for holder in (ada.candidate_id, mine.id):
                token, _link = links.mint(store, purpose, holder, now=clock.now(), lifetime=DAY)
                tokens.append(token)
    ids = {bea.id, bea.candidate_id, named.id, *_ids_about(store, bea.candidate_id, named.id)}
    return Two(app, store, tuple(tokens), tuple(sorted(ids)))


def _candidate(scene: Scene, candidate_id: str) -> Candidate:
    with scene.store.read() as reader:
        return CANDIDATES.require(reader, candidate_id)


def _ids_about(store: MemoryStore, *of: str) -> Iterator[str]:
    """The ids of all records that refer to one of these."""
    with store.read() as reader:
        for shape in SHAPES:
            for record in reader.find(shape.name, Query({})):
                if any(each in map(str, record.values()) for each in of):
                    yield str(record["id"])


def rules(app: Flask) -> list[Rule]:
    """The addresses that are open to whoever has a link."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/desk") and rule.endpoint != "static"
    ]


def addresses(two: Two, rule: Rule) -> Iterator[str]:
    """The rule with Ada's tokens for tokens, and Bea's ids for everything else."""
    choices: list[tuple[str, ...]] = []
    names = sorted(rule.arguments)
    for name in names:
        fixed = getattr(rule._converters.get(name), "items", None)
        choices.append(tuple(fixed) if fixed else two.tokens if name in ("token", "code") else two.ids)
    for values in itertools.product(*choices):
        with two.app.test_request_context():
            yield two.app.url_map.bind("localhost").build(
                rule.endpoint,
                dict(zip(names, values, strict=True)),
                method=min((rule.methods or set()) - {"OPTIONS"}),
            )


def assert_says_nothing(text: str, address: str) -> None:
    assert not any(mark in text for mark in MARKS), address


def test_no_page_that_ada_can_open_shows_anything_of_bea(two: Two) -> None:
    client = browser(two.app)
    before = two.of_bea()
    tried = 0
    for rule in rules(two.app):
        for address in addresses(two, rule):
            if "GET" in (rule.methods or ()):
                with client.get(address) as answer:
                    assert_says_nothing(answer.get_data(as_text=True), address)
                tried += 1
    assert tried > 100
    assert two.of_bea() == before


def test_no_form_that_ada_can_send_reads_or_changes_anything_of_beas(two: Two) -> None:
    """Every form, with its own token, and in every field an id of Bea's: the fields that forms have are known
    from the pages that show them.
    """
    client = browser(two.app)
    before = two.of_bea()
    fields, token = _fields_and_token(two, client)
    sent = 0
    for rule in rules(two.app):
        if "POST" not in (rule.methods or ()):
            continue
        for address in addresses(two, rule):
            for value in two.ids[:6]:
                form = dict.fromkeys(fields, value) | token
                with client.post(address, data=form) as answer:
                    assert_says_nothing(answer.get_data(as_text=True), address)
                sent += 1
    assert sent > 100
    assert two.of_bea() == before


def _fields_and_token(two: Two, client: FlaskClient) -> tuple[set[str], dict[str, str]]:
    """The names of all fields of all forms that Ada sees, and a token that her page gave out."""
    fields: set[str] = set()
    token: dict[str, str] = {}
    for rule in rules(two.app):
        if "GET" in (rule.methods or ()):
            for address in itertools.islice(addresses(two, rule), 40):
                with client.get(address) as answer:
                    fields |= set(FIELD.findall(answer.get_data(as_text=True)))
                    token |= dict(TOKEN.findall(answer.get_data(as_text=True)))
    assert token
    return fields - {"notify"}, token


def test_nothing_of_the_desk_opens_with_any_of_adas_links(two: Two) -> None:
    client = browser(two.app)
    for rule in two.app.url_map.iter_rules():
        if not rule.rule.startswith("/desk"):
            continue
        values = {
            name: min(getattr(rule._converters.get(name), "items", {two.tokens[0]}))
            for name in rule.arguments
        }
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            with two.app.test_request_context():
                address = two.app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            with client.open(address, method=method) as answer:
                assert answer.status_code in {200, 302, 303, 400, 403, 404}, address
                assert_says_nothing(answer.get_data(as_text=True), address)
                assert "Ada Ashworth" not in answer.get_data(as_text=True), address


def test_an_outcome_that_bea_was_not_told_yet_is_on_nobodys_page(
    two: Two, store: MemoryStore, clock: ManualClock
) -> None:
    client = browser(two.app)
    for token in two.tokens:
        assert Outcome.PLACED.label not in client.get(f"/status/{token}/").text
