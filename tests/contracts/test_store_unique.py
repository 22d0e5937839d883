"""What every engine promises of unique values."""

from __future__ import annotations

import pytest

from core.errors import UniqueViolation
from forms.store.protocol import Record, Store
from tests.contracts.ledger import fail_after, find, in_threads, put


def violates(store: Store, *records: Record) -> UniqueViolation:
    with pytest.raises(UniqueViolation) as caught:
        put(store, "people", *records)
    return caught.value


def test_two_records_never_share_a_unique_value(store: Store) -> None:
    put(store, "people", {"id": "1", "email": "a@example.org"})
    violation = violates(store, {"id": "2", "email": "a@example.org"})
    assert (violation.collection, violation.fields) == ("people", ("email",))
    assert find(store, "people") == ["1"]


def test_uniqueness_holds_within_one_transaction(store: Store) -> None:
    violates(store, {"id": "1", "email": "a@example.org"}, {"id": "2", "email": "a@example.org"})
    assert find(store, "people") == []


def test_a_group_is_unique_as_a_whole(store: Store) -> None:
    put(
        store,
        "people",
        {"id": "1", "family": "Ng", "given": "Ann"},
        {"id": "2", "family": "Ng", "given": "Bo"},
        {"id": "3", "family": "Om", "given": "Ann"},
    )
    assert violates(store, {"id": "4", "family": "Ng", "given": "Bo"}).fields == ("family", "given")


def test_a_record_with_none_in_a_group_is_exempt(store: Store) -> None:
    put(
        store,
        "people",
        {"id": "1", "family": "Ng", "given": None},
        {"id": "2", "family": "Ng", "given": None},
        {"id": "3", "family": "Ng"},
        {"id": "4", "email": None},
    )
    assert find(store, "people", {"email": None}) == ["1", "2", "3", "4"]


def test_a_record_may_keep_its_own_unique_value(store: Store) -> None:
    put(store, "people", {"id": "1", "email": "a@example.org"})
    put(store, "people", {"id": "1", "email": "a@example.org", "given": "Ann"})
    assert find(store, "people", {"email": "a@example.org"}) == ["1"]


def test_a_change_or_a_delete_frees_a_unique_value(store: Store) -> None:
    put(store, "people", {"id": "1", "email": "a@example.org"}, {"id": "2", "email": "b@example.org"})
    with store.transaction() as tx:
        tx.put("people", {"id": "1", "email": "c@example.org"})
        tx.put("people", {"id": "3", "email": "a@example.org"})
        tx.delete("people", "2")
        tx.put("people", {"id": "4", "email": "b@example.org"})
    assert find(store, "people", order="email") == ["3", "4", "1"]


def test_after_a_violation_a_transaction_can_only_end(store: Store) -> None:
    put(store, "people", {"id": "1", "email": "a@example.org"})

    def carry_on() -> None:
        with store.transaction() as tx:
            tx.put("jobs", {"id": "lost"})
            with pytest.raises(UniqueViolation):
                tx.put("people", {"id": "2", "email": "a@example.org"})
            with pytest.raises(UniqueViolation):
                tx.get("people", "1")

    with pytest.raises(UniqueViolation):
        carry_on()
    assert find(store, "jobs") == []


def test_a_rolled_back_transaction_claims_no_unique_value(store: Store) -> None:
    with pytest.raises(KeyError):
        fail_after(store, lambda tx: tx.put("people", {"id": "1", "email": "a@example.org"}))
    put(store, "people", {"id": "2", "email": "a@example.org"})
    assert find(store, "people") == ["2"]


def test_of_threads_that_race_for_a_unique_value_one_wins(store: Store) -> None:
    lost: list[int] = []

    def claim(number: int) -> None:
        try:
            put(store, "people", {"id": str(number), "email": "a@example.org"})
        except UniqueViolation:
            lost.append(number)

    in_threads(6, claim)
    assert len(lost) == 5
    assert len(find(store, "people")) == 1
