"""What engines promise that several processes can open."""

from __future__ import annotations

from pathlib import Path

from forms.store.protocol import Store
from tests.contracts.children import claim, count_up, finish, move_money, open_by_name, sum_of_ranks
from tests.contracts.engines import Engine
from tests.contracts.ledger import find, put
from tests.processes import start


def opened(durable: Engine, place: Path) -> Store:
    return open_by_name(durable.name, place)


def test_a_store_opened_anew_holds_everything(durable: Engine, tmp_path: Path) -> None:
    store = opened(durable, tmp_path)
    put(store, "jobs", {"id": "a", "state": "open"}, {"id": "b", "state": None, "text": "ü\n"})
    put(store, "people", {"id": "p", "email": "a@example.org"})
    store.close()
    again = opened(durable, tmp_path)
    with again.read() as reader:
        assert reader.get("jobs", "b") == {"id": "b", "state": None, "text": "ü\n"}
    assert find(again, "jobs", {"state": "open"}) == ["a"]
    assert find(again, "people", {"email": "a@example.org"}) == ["p"]


def test_what_one_store_writes_another_sees_at_once(durable: Engine, tmp_path: Path) -> None:
    one, other = opened(durable, tmp_path), opened(durable, tmp_path)
    for number in range(30):
        put(one, "jobs", {"id": f"{number:02}", "rank": number}, {"id": "last", "rank": number})
        assert find(other, "jobs", {"rank": number}) == [f"{number:02}", "last"]
        one, other = other, one
    with one.transaction() as tx:
        for number in range(29):
            tx.delete("jobs", f"{number:02}")
    assert find(other, "jobs", order="rank") == ["29", "last"]


def test_unique_values_may_change_hands_between_looks(durable: Engine, tmp_path: Path) -> None:
    one, other = opened(durable, tmp_path), opened(durable, tmp_path)
    put(one, "people", *({"id": str(number), "email": f"{number}"} for number in range(9)))
    assert len(find(other, "people")) == 9
    put(one, "people", {"id": "1", "email": None})
    put(one, "people", {"id": "2", "email": "1"})
    put(one, "people", {"id": "1", "email": "2"})
    assert find(other, "people", {"email": "1"}) == ["2"]
    assert find(other, "people", {"email": "2"}) == ["1"]


def test_processes_lose_no_update(durable: Engine, tmp_path: Path) -> None:
    finish(*(start(count_up, durable.name, tmp_path, 40) for _ in range(2)))
    with opened(durable, tmp_path).read() as reader:
        assert reader.get("jobs", "counter") == {"id": "counter", "rank": 80}


def test_reads_are_of_one_moment_while_another_process_writes(durable: Engine, tmp_path: Path) -> None:
    store = opened(durable, tmp_path)
    put(store, "jobs", {"id": "a", "rank": 50}, {"id": "b", "rank": 50})
    writer = start(move_money, durable.name, tmp_path, 101)
    sums = {100}
    while writer.is_alive():
        sums.add(sum_of_ranks(store))
    finish(writer)
    assert sums == {100}
    assert find(store, "jobs", order="rank") == ["a", "b"]


def test_of_processes_that_race_for_a_unique_value_one_wins(durable: Engine, tmp_path: Path) -> None:
    finish(*(start(claim, durable.name, tmp_path, number) for number in range(3)))
    assert len(find(opened(durable, tmp_path), "people")) == 1
