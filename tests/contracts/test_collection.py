"""Typed collections and use cases, on every engine."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from core.errors import NotFound, TransactionConflict
from forms.store.collection import ATTEMPTS, Collection, new_id, timestamp, use_case
from forms.store.memory import MemoryStore
from forms.store.protocol import Reader, Shapes, Store, Transaction


class Stage(enum.StrEnum):
    ASKED = "asked"
    MET = "met"


class Grade(enum.Enum):
    GOOD = "good"


@dataclass(frozen=True)
class Talk:
    id: str
    stage: Stage
    at: dt.datetime
    day: dt.date | None = None
    grade: Grade | None = None
    tags: tuple[str, ...] = ()
    price: int = 0


TALKS = Collection("talks", Talk, keys=("stage", "at", "day", "price"), unique=(("day", "price"),))
MIDNIGHT = dt.datetime(2026, 3, 29, 0, 0, tzinfo=dt.UTC)


@pytest.fixture
def store(open_store: Callable[[Shapes], Store]) -> Store:
    return open_store((TALKS.shape,))


def talk(number: int, **changes: object) -> Talk:
    return replace(Talk(f"{number}", Stage.ASKED, MIDNIGHT + dt.timedelta(days=number)), **changes)  # type: ignore[arg-type]


def test_values_come_back_as_they_were(store: Store) -> None:
    value = Talk(
        new_id(), Stage.MET, MIDNIGHT.replace(microsecond=7), dt.date(2026, 3, 1), Grade.GOOD, ("x", "ß"), 3
    )
    with store.transaction() as tx:
        assert TALKS.put(tx, value) is value
        assert TALKS.get(tx, value.id) == value
    with store.read() as reader:
        assert TALKS.require(reader, value.id) == value
        assert TALKS.first(reader, {"day": value.day, "price": 3}) == value
        kept = reader.get("talks", value.id)
    assert kept is not None
    assert type(kept["stage"]) is str
    assert kept["at"] == "2026-03-29T00:00:00.000007Z"


def test_a_moment_of_another_zone_is_the_same_moment(store: Store) -> None:
    abroad = MIDNIGHT.astimezone(dt.timezone(dt.timedelta(hours=5, minutes=45)))
    with store.transaction() as tx:
        TALKS.put(tx, talk(1, at=abroad))
        found = TALKS.find(tx, span=("at", MIDNIGHT, MIDNIGHT + dt.timedelta(microseconds=1)))
    assert [each.at for each in found] == [MIDNIGHT]


def test_text_order_of_timestamps_is_time_order() -> None:
    moments = [MIDNIGHT + dt.timedelta(microseconds=step) for step in (-1, 0, 1, 10**6, 10**9)]
    assert sorted(map(timestamp, moments)) == list(map(timestamp, moments))


def test_find_pages_and_counts_by_typed_values(store: Store) -> None:
    with store.transaction() as tx:
        for number in range(5):
            TALKS.put(tx, talk(number, stage=Stage.MET if number % 2 else Stage.ASKED))
    with store.read() as reader:
        page = TALKS.find(reader, {"stage": Stage.ASKED}, order="at", descending=True, limit=2)
        assert [each.id for each in page] == ["4", "2"]
        rest = TALKS.find(
            reader, {"stage": Stage.ASKED}, order="at", descending=True, after=(page[-1].at, page[-1].id)
        )
        assert [each.id for each in rest] == ["0"]
        assert TALKS.count(reader, {"stage": (Stage.MET, Stage.ASKED)}) == 5
        assert TALKS.find(reader, {"day": None}, span=("at", talk(1).at, talk(3).at)) == [
            talk(1, stage=Stage.MET),
            talk(2),
        ]
        assert TALKS.first(reader, {"price": 9}) is None


def test_what_is_not_there_is_none_or_not_found(store: Store) -> None:
    with store.transaction() as tx:
        assert TALKS.get(tx, "nobody") is None
        assert not TALKS.delete(tx, "nobody")
        with pytest.raises(NotFound):
            TALKS.require(tx, "nobody")


def test_a_key_that_is_no_field_is_refused_when_declared() -> None:
    with pytest.raises(TypeError, match="stag"):
        Collection("talks", Talk, keys=("stag",))


# --- use cases -------------------------------------------------------------------------------------------


@use_case
def meet(tx: Transaction, talk_id: str, *, price: int = 0) -> Talk:
    found = TALKS.require(tx, talk_id)
    return TALKS.put(tx, replace(found, stage=Stage.MET, price=price))


@use_case
def meet_both(tx: Transaction, first: str, second: str) -> tuple[Talk, Talk]:
    return meet(tx, first), meet(tx, second)


@pytest.fixture
def two(store: Store) -> Store:
    with store.transaction() as tx:
        TALKS.put(tx, talk(1))
        TALKS.put(tx, talk(2))
    return store


def test_a_use_case_opens_a_transaction_on_a_store(two: Store) -> None:
    assert meet(two, "1", price=5).price == 5
    with two.read() as reader:
        assert TALKS.require(reader, "1").stage is Stage.MET


def test_use_cases_joined_into_one_are_kept_or_dropped_together(two: Store) -> None:
    with pytest.raises(NotFound):
        meet_both(two, "1", "nobody")
    with two.read() as reader:
        assert TALKS.count(reader, {"stage": Stage.MET}) == 0
    meet_both(two, "1", "2")
    with two.read() as reader:
        assert TALKS.count(reader, {"stage": Stage.MET}) == 2


class Contested:
    """A memory store whose transactions meet another, the first few times, as they end."""

    def __init__(self, store: MemoryStore, conflicts: int) -> None:
        self._store = store
        self.conflicts = conflicts

    @contextmanager
    def read(self) -> Iterator[Reader]:
        with self._store.read() as reader:
            yield reader

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._store.transaction() as transaction:
            yield transaction
            if self.conflicts:
                self.conflicts -= 1
                raise TransactionConflict("met another")

    def close(self) -> None:
        self._store.close()


@pytest.mark.parametrize("conflicts", range(ATTEMPTS))
def test_a_use_case_that_met_another_is_done_again_and_once(conflicts: int) -> None:
    store = Contested(MemoryStore((TALKS.shape,)), conflicts)

    @use_case
    def raise_price(tx: Transaction) -> Talk:
        before = TALKS.get(tx, "1") or talk(1)
        return TALKS.put(tx, replace(before, price=before.price + 1))

    assert raise_price(store).price == 1
    assert store.conflicts == 0


def test_a_use_case_gives_up_at_last() -> None:
    store = Contested(MemoryStore((TALKS.shape,)), ATTEMPTS)
    with pytest.raises(TransactionConflict):
        use_case(lambda tx: TALKS.put(tx, talk(1)))(store)
    with store.read() as reader:
        assert TALKS.count(reader) == 0
