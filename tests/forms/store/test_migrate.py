"""migrate: all records from one engine to another, however often it is interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import Conflict, StoreError
from forms.store.memory import MemoryStore
from forms.store.migrate import migrate, total
from forms.store.paging import PAGE, tally
from forms.store.protocol import Shape, Store
from forms.store.tinydb import TinyStore
from tests.contracts.ledger import JOBS, PEOPLE, find, put

SHAPES = (JOBS, PEOPLE)


class _Interrupted(Exception):
    pass


def move(source: Store, target: Store, *, stop_after: int | None = None) -> int:
    """Migrate; gives how far the progress came. `stop_after`: interrupted at so many records."""
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        if stop_after is not None and done >= stop_after:
            raise _Interrupted

    moved = migrate(source, target, SHAPES, advance)
    assert sum(each.tally.records for each in moved) == done
    return done


def equal(one: Store, other: Store) -> bool:
    with one.read() as first, other.read() as second:
        return all(tally(first, shape.name) == tally(second, shape.name) for shape in SHAPES)


def full(records: int) -> MemoryStore:
    store = MemoryStore(SHAPES)
    put(store, "jobs", *({"id": f"{number:05}", "rank": number} for number in range(records)))
    put(store, "people", {"id": "p", "email": "p@example.org"})
    return store


def test_from_any_engine_and_back_all_records_are_equal(filled: Store, tmp_path: Path) -> None:
    there = TinyStore(tmp_path / "other.json", SHAPES)
    assert total(filled, SHAPES) == 3
    assert move(filled, there) == 3
    back = MemoryStore(SHAPES)
    move(there, back)
    assert equal(filled, there)
    assert equal(filled, back)


def test_interrupted_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    source, target = full(3 * PAGE + 7), TinyStore(tmp_path / "target.json", SHAPES)
    for stop in (1, PAGE + 1, 2 * PAGE + 1):
        with pytest.raises(_Interrupted):
            move(source, target, stop_after=stop)
        assert not equal(source, target)
        assert 0 < len(find(target, "jobs")) < 3 * PAGE + 7
    assert move(source, target) == 3 * PAGE + 8
    assert equal(source, target)
    before = (tmp_path / "target.json").read_bytes()
    assert move(source, target) == 3 * PAGE + 8
    assert (tmp_path / "target.json").read_bytes() == before


@pytest.mark.parametrize(
    "other",
    [
        {"id": "00000", "rank": 7},
        {"id": "00001", "rank": 1},
        {"id": "00002x"},
    ],
)
def test_a_target_that_holds_anything_else_is_refused_unchanged(other: dict[str, object]) -> None:
    source, target = full(3), MemoryStore(SHAPES)
    put(target, "jobs", other)
    with pytest.raises(Conflict, match=f"TO is not empty: jobs/{other['id']}"):
        move(source, target)
    assert find(target, "jobs") == [other["id"]]
    assert find(target, "people") == []


def test_a_source_that_is_written_to_meanwhile_is_told() -> None:
    source, target = full(10), MemoryStore(SHAPES)

    def write(_more: int) -> None:
        put(source, "jobs", {"id": "00003", "rank": 99})

    with pytest.raises(Conflict, match="FROM was written to while it was copied, in: jobs"):
        migrate(source, target, SHAPES, write)


def test_a_target_that_others_write_to_is_told() -> None:
    source, target = full(10), MemoryStore(SHAPES)

    def write(_more: int) -> None:
        put(target, "people", {"id": "x"})

    with pytest.raises(StoreError, match="TO does not hold what was copied, in: people"):
        migrate(source, target, SHAPES, write)


def test_records_this_program_does_not_know_are_not_left_behind_in_silence(tmp_path: Path) -> None:
    put(TinyStore(tmp_path / "source.json", (Shape("later"),)), "later", {"id": "x"})
    source, empty = TinyStore(tmp_path / "source.json", SHAPES), MemoryStore(SHAPES)
    with pytest.raises(Conflict, match="FROM holds collections this program does not know: later"):
        move(source, empty)
    with pytest.raises(Conflict, match="TO holds collections this program does not know: later"):
        move(empty, source)
