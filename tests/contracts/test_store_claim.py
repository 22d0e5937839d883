"""Work that one of several takes: `claim`, on every engine."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from forms.store.collection import use_case
from forms.store.protocol import Query, Store, Transaction
from tests.contracts.ledger import JOBS, PEOPLE, find, in_threads, put
from tests.postgres_ledgers import open_at

OPEN = Query({"state": "open"}, order="rank", limit=1)


@use_case
def take(tx: Transaction) -> str | None:
    """Take the open job of the lowest rank."""
    for job in tx.claim("jobs", OPEN):
        tx.put("jobs", {**job, "state": "taken"})
        return str(job["id"])
    return None


def test_claim_gives_what_find_gives(store: Store) -> None:
    put(store, "jobs", *({"id": f"{rank}", "state": "open", "rank": rank} for rank in range(5)))
    query = Query({"state": "open"}, order="rank", limit=3)
    with store.transaction() as tx:
        assert tx.claim("jobs", query) == tx.find("jobs", query)
        with pytest.raises(ValueError, match="colour"):
            tx.claim("jobs", Query({"colour": "red"}))


def test_what_is_claimed_and_left_alone_can_be_claimed_again(store: Store) -> None:
    put(store, "jobs", {"id": "a", "state": "open", "rank": 1})
    for _ in range(2):
        with store.transaction() as tx:
            assert len(tx.claim("jobs", OPEN)) == 1


def test_of_many_who_claim_at_once_each_gets_another(store: Store) -> None:
    put(store, "jobs", *({"id": f"{rank:02}", "state": "open", "rank": rank} for rank in range(24)))
    taken: list[str] = []

    def work(_number: int) -> None:
        while (record_id := take(store)) is not None:
            taken.append(record_id)

    in_threads(4, work)
    assert Counter(taken) == Counter(f"{rank:02}" for rank in range(24))
    assert find(store, "jobs", {"state": "open"}) == []


@pytest.mark.usefixtures("postgres_server")
def test_postgresql_passes_over_what_another_holds(tmp_path: Path) -> None:
    """Nobody waits: the second worker is given the second row while the first is still held."""
    store = open_at(tmp_path, (JOBS, PEOPLE))
    put(store, "jobs", *({"id": f"{rank}", "state": "open", "rank": rank} for rank in range(2)))
    other = open_at(tmp_path, (JOBS, PEOPLE))
    with store.transaction() as tx:
        assert [job["id"] for job in tx.claim("jobs", OPEN)] == ["0"]
        with other.transaction() as beside:
            assert [job["id"] for job in beside.claim("jobs", OPEN)] == ["1"]
    store.close()
    other.close()
