"""fsck: what a store should not hold is found, with its place and a way out."""

from __future__ import annotations

import enum
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from forms import COLLECTIONS
from forms.store.collection import Collection
from forms.store.fsck import fsck
from forms.store.layout import documents
from forms.store.memory import MemoryStore
from forms.store.protocol import Shape
from forms.store.snapshots import SnapshotRule
from forms.store.tinydb import TinyStore
from tests.contracts.ledger import put


class Colour(enum.StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Owner:
    """Somebody."""

    id: str


@dataclass(frozen=True)
class Thing:
    """Something somebody owns."""

    id: str
    owner_id: str | None = None
    colour: Colour = Colour.RED
    code: str | None = None
    count: int = 0


OWNERS = Collection("owners", Owner)
THINGS = Collection("things", Thing, unique=(("code",),), references={"owner_id": "owners"})
LOOSE = Shape("things")
"""As a program kept them that did not declare anything."""


def found(*things: dict[str, object]) -> list[str]:
    store = MemoryStore((OWNERS.shape, LOOSE))
    put(store, "owners", {"id": "o"})
    put(store, "things", *things)
    return [str(problem) for problem in fsck(store, (OWNERS, THINGS))]


def test_nothing_is_wrong_with_good_records() -> None:
    assert found({"id": "a", "owner_id": "o", "colour": "red", "code": "x"}, {"id": "b", "code": None}) == []


@pytest.mark.parametrize(
    ("thing", "problem"),
    [
        ({"colour": "blue"}, "things/a: cannot be read: invalid value for type, expected Colour @ $.colour"),
        ({"count": "many"}, "things/a: cannot be read: invalid value for type, expected int @ $.count"),
        ({"count": "7"}, "things/a: count is '7', and would be read as 7"),
        ({"count": True}, "things/a: count is True, and would be read as 1"),
        ({"code": 7}, "things/a: code is 7, and would be read as '7'"),
        ({"size": 7}, "things/a: holds the field size, which this program does not know"),
        ({"owner_id": "x"}, "things/a: owner_id is x, and there is no such record in owners"),
    ],
)
def test_each_problem_has_its_place_and_a_repair(thing: dict[str, object], problem: str) -> None:
    (said,) = found({"id": "a", **thing})
    told, _dash, repair = said.partition(" — ")
    assert told == problem
    assert repair


def test_values_that_should_be_unique_are_told_once_for_each_too_many() -> None:
    same: list[dict[str, object]] = [{"id": name, "code": "x"} for name in "abc"]
    said = found(*same, {"id": "d"}, {"id": "e"})
    assert [each.partition(" — ")[0] for each in said] == [
        "things/b: has the same code as a",
        "things/c: has the same code as a",
    ]


def test_a_collection_nobody_knows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    put(TinyStore(path, (Shape("aliens"),)), "aliens", {"id": "x"})
    (problem,) = fsck(TinyStore(path, (OWNERS.shape, THINGS.shape)), (OWNERS, THINGS))
    assert str(problem).startswith("aliens: this program knows no such collection — ")


def test_the_files_of_an_embedded_store_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    store = TinyStore(path, (OWNERS.shape, THINGS.shape), snapshots=SnapshotRule(3, 0))
    for name in "ab":
        put(store, "owners", {"id": name})
    assert fsck(store, (OWNERS, THINGS)) == []
    path.chmod(0o644)
    (snapshot,) = store.snapshots().found()
    snapshot.path.write_bytes(snapshot.path.read_bytes()[:-3])
    said = [str(problem) for problem in fsck(store, (OWNERS, THINGS))]
    assert said == [
        f"{path}: others on this machine can read it — chmod 600 {path}",
        f"{snapshot.path}: cannot be restored: its checksum is wrong: it is cut short, damaged, "
        "or was changed by other means — delete it",
    ]


def test_every_reference_of_the_features_is_to_a_collection_there_is() -> None:
    names = {each.shape.name for each in COLLECTIONS}
    for collection in COLLECTIONS:
        assert set(collection.references.values()) <= names


def test_every_field_named_for_an_id_says_what_it_refers_to() -> None:
    """`subject_id` and `message_id` are no ids of one collection's records, and `source_id` is another
    system's. What an import knows of a person must not keep that person from being taken back.
    """
    undeclared = {
        f"{collection.shape.name}.{field.name}"
        for collection in COLLECTIONS
        for field in fields(collection.of)
        if field.name.endswith("_id") and field.name not in collection.references
    }
    assert undeclared == {
        "events.subject_id",
        "imported_rows.candidate_id",
        "imported_rows.source_id",
        "outbox.message_id",
    }


def test_documents_of_a_ledger_are_all_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    put(TinyStore(path, (OWNERS.shape,)), "owners", {"id": "a"}, {"id": "b"})
    assert documents(path.read_bytes())[1] == [("owners", {"id": "a"}), ("owners", {"id": "b"})]
