"""A ledger of an older format is brought up to date after a snapshot; a newer one is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import StoreCorrupt, StoreError, StoreUnavailable
from forms.store.layout import documents
from forms.store.protocol import Query, Record, Shape
from forms.store.tinydb import TinyStore
from forms.store.upgrades import FORMAT, STEPS, Located, newest, upgraded
from tests.contracts.ledger import find, put

OLD = (Shape("jobs", keys=("state",)), Shape("folk"), Shape("scraps"))
NEW = (Shape("jobs", keys=("status",), unique=(("title",),)), Shape("people"), Shape("names"))


def _status_instead_of_state(name: str, record: Record) -> Iterator[Located]:
    if name == "jobs":
        record = {
            **{key: value for key, value in record.items() if key != "state"},
            "status": record["state"],
        }
    yield name, record


def _folk_become_people_with_names_apart(name: str, record: Record) -> Iterator[Located]:
    if name == "folk":
        yield "people", {"id": record["id"]}
        yield "names", {"id": f"name-{record['id']}", "text": record["name"]}
    elif name != "scraps":
        yield name, record


TWO_STEPS = (_status_instead_of_state, _folk_become_people_with_names_apart)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of format 1."""
    path = tmp_path / "ledger.json"
    store = TinyStore(path, OLD)
    put(
        store,
        "jobs",
        {"id": "a", "title": "Welder", "state": "open"},
        {"id": "b", "title": "Cook", "state": "on"},
    )
    put(store, "folk", {"id": "p", "name": "Ada"})
    put(store, "scraps", {"id": "s"})
    return path


def test_the_format_counts_the_steps() -> None:
    assert newest(()) == 1
    assert newest(TWO_STEPS) == 3
    assert newest(STEPS) == FORMAT


def test_records_take_the_steps_that_are_missing_and_no_other() -> None:
    folk = ("folk", {"id": "p", "name": "Ada"})
    assert list(upgraded([folk], 3, TWO_STEPS)) == [folk]
    both = [("people", {"id": "p"}), ("names", {"id": "name-p", "text": "Ada"})]
    assert list(upgraded([folk], 2, TWO_STEPS)) == both
    assert list(upgraded([("jobs", {"id": "a", "state": "x"})], 1, TWO_STEPS)) == [
        ("jobs", {"id": "a", "status": "x"})
    ]


def test_an_older_ledger_is_upgraded_when_it_is_opened(path: Path) -> None:
    store = TinyStore(path, NEW, steps=TWO_STEPS)
    assert find(store, "jobs", {"status": "open"}) == ["a"]
    with store.read() as reader:
        assert reader.get("names", "name-p") == {"id": "name-p", "text": "Ada"}
        assert reader.find("people", Query({})) == [{"id": "p"}]
    put(store, "people", {"id": "q"})
    assert find(TinyStore(path, NEW, steps=TWO_STEPS), "people") == ["p", "q"]


def test_a_snapshot_keeps_the_ledger_as_it_was_before_the_upgrade(path: Path) -> None:
    before = path.read_bytes()
    TinyStore(path, NEW, steps=TWO_STEPS)
    TinyStore(path, NEW, steps=TWO_STEPS)
    (snapshot,) = (path.parent / "snapshots").iterdir()
    assert snapshot.read_bytes() == before
    assert documents(path.read_bytes(), 3)[0].format == 3


def test_the_program_before_the_upgrade_refuses_the_ledger_after_it(path: Path) -> None:
    old = TinyStore(path, OLD)
    TinyStore(path, NEW, steps=TWO_STEPS)
    after = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="newer program wrote it"), old.transaction():
        pass
    with pytest.raises(StoreCorrupt, match="newer program wrote it"):
        TinyStore(path, OLD)
    assert path.read_bytes() == after


def test_an_older_ledger_put_under_a_running_store_is_told_and_left_alone(path: Path) -> None:
    older = path.read_bytes()
    store = TinyStore(path, NEW, steps=TWO_STEPS)
    path.write_bytes(older)
    with pytest.raises(StoreCorrupt, match="restart, which upgrades it"), store.transaction():
        pass
    assert path.read_bytes() == older
    assert find(TinyStore(path, NEW, steps=TWO_STEPS), "people") == ["p"]


def test_a_step_whose_result_cannot_be_kept_changes_nothing(path: Path) -> None:
    def same_title(name: str, record: Record) -> Iterator[Located]:
        yield name, {**record, "title": "same"}

    def same_id(name: str, record: Record) -> Iterator[Located]:
        yield name, {**record, "id": "same"}

    before = path.read_bytes()
    for step in (same_title, same_id):
        with pytest.raises(StoreError, match="jobs"):
            TinyStore(path, NEW, steps=(step,))
    assert path.read_bytes() == before


def test_without_room_for_the_snapshot_there_is_no_upgrade(path: Path) -> None:
    before = path.read_bytes()
    (path.parent / "snapshots").write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailable, match="no snapshot"):
        TinyStore(path, NEW, steps=TWO_STEPS)
    assert path.read_bytes() == before
