"""Any sequence of verbs: an engine gives what a plain dict would."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.errors import UniqueViolation
from forms.store.protocol import Match, Query, Record, Scalar, Shape, Span, Store, Transaction
from tests.contracts.engines import Engine

NOTES = Shape("notes", keys=("word", "number", "flag"), unique=(("word", "number"),))

ids = st.sampled_from([f"i{number}" for number in range(8)])
words = st.none() | st.sampled_from(["", "a", "B", "ä", "\U0001f600"])
numbers = st.none() | st.integers(-2, 2)
flags = st.none() | st.booleans()
records = st.fixed_dictionaries(
    {"id": ids}, optional={"word": words, "number": numbers, "flag": flags, "text": st.text(max_size=20)}
)
steps = st.lists(st.tuples(st.just("put"), records) | st.tuples(st.just("delete"), ids), max_size=6)
fields: dict[str, st.SearchStrategy[Any]] = {"id": ids, "word": words, "number": numbers, "flag": flags}
wheres = st.fixed_dictionaries(
    {}, optional={name: values | st.lists(values, max_size=3).map(tuple) for name, values in fields.items()}
)
bounds = st.none() | st.integers(-2, 2)
spans = st.none() | st.builds(Span, st.just("number"), bounds, bounds)


def rank(value: Scalar) -> tuple[bool, Any]:
    return (value is not None, 0 if value is None else value)


class Dict:
    """The plain dict an engine is held against. Nothing here is clever."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}

    def put(self, record: Record) -> None:
        pair = (record.get("word"), record.get("number"))
        for other in self.records.values():
            if (
                other["id"] != record["id"]
                and None not in pair
                and (other.get("word"), other.get("number")) == pair
            ):
                raise UniqueViolation("notes", ("word", "number"))
        self.records[record["id"]] = record

    def find(self, query: Query) -> list[Record]:
        def order(record: Record) -> Any:
            return (rank(record.get(query.order)), record["id"])

        found = [each for each in self.records.values() if self._matches(each, query)]
        found.sort(key=order, reverse=query.descending)
        if query.after is not None:
            edge = (rank(query.after[0]), query.after[1])
            found = [
                each for each in found if (order(each) < edge if query.descending else order(each) > edge)
            ]
        return found[: query.limit]

    @staticmethod
    def _matches(record: Record, query: Query) -> bool:
        for key, value in query.where.items():
            if record.get(key) not in (value if isinstance(value, tuple) else (value,)):
                return False
        span = query.span
        if span is None:
            return True
        value = record.get(span.key)
        return (
            value is not None
            and (span.start is None or value >= span.start)
            and (span.end is None or value < span.end)
        )


class StoreAgainstDict(RuleBasedStateMachine):
    """Transactions, kept or dropped, and questions; reopening an engine that lasts."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = self.open()
        self.dict = Dict()

    def open(self) -> Store:
        return self.engine.open(Path(self.folder.name), (NOTES,))

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(steps=steps, keep=st.booleans())
    def transaction(self, steps: list[tuple[str, Any]], keep: bool) -> None:
        before = dict(self.dict.records)
        expected = self.outcome(lambda: self.play_on_dict(steps, keep))
        if expected is not None:
            self.dict.records = before
        assert self.outcome(lambda: self.play_on_store(steps, keep)) is expected

    @staticmethod
    def outcome(play: Callable[[], None]) -> type[Exception] | None:
        try:
            play()
        except (UniqueViolation, KeyError) as error:
            return type(error)
        return None

    def play_on_dict(self, steps: list[tuple[str, Any]], keep: bool) -> None:
        for verb, value in steps:
            if verb == "put":
                self.dict.put(value)
            else:
                self.dict.records.pop(value, None)
        if not keep:
            raise KeyError

    def play_on_store(self, steps: list[tuple[str, Any]], keep: bool) -> None:
        with self.store.transaction() as tx:
            for verb, value in steps:
                self.step(tx, verb, value)
            if not keep:
                raise KeyError

    @staticmethod
    def step(tx: Transaction, verb: str, value: Any) -> None:
        if verb == "put":
            tx.put("notes", value)
            assert tx.get("notes", value["id"]) == value
        else:
            there = tx.get("notes", value) is not None
            assert tx.delete("notes", value) is there

    @rule(
        where=wheres,
        span=spans,
        order=st.sampled_from(["id", *NOTES.keys]),
        descending=st.booleans(),
        limit=st.none() | st.integers(0, 5),
        data=st.data(),
    )
    def ask(
        self,
        where: dict[str, Match],
        span: Span | None,
        order: str,
        descending: bool,
        limit: int | None,
        data: st.DataObject,
    ) -> None:
        after = data.draw(st.none() | st.tuples(fields[order], ids))
        query = Query(where, span, order, descending, limit, after)
        with self.store.read() as reader:
            assert reader.find("notes", query) == self.dict.find(query)
            assert reader.count("notes", where) == len(self.dict.find(Query(where)))

    @rule()
    def reopen(self) -> None:
        if self.engine.durable:
            self.store.close()
            self.store = self.open()

    @invariant()
    def holds_the_same(self) -> None:
        with self.store.read() as reader:
            assert {each["id"]: each for each in reader.find("notes", Query({}))} == self.dict.records


def test_an_engine_does_as_a_dict_would(engine: Engine) -> None:
    machine = type("Machine", (StoreAgainstDict,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
