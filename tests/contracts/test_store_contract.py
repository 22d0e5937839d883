"""What every engine promises: the verbs of `forms.store.protocol`, one suite for all."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import pytest

from forms.store.protocol import MAX_KEY_BYTES, MAX_RECORD_BYTES, Query, Record, Shape, Store, Transaction
from tests.contracts.ledger import OpenStore, fail_after, find, in_threads, increment, put


def test_an_engine_is_a_store_and_gives_readers_and_transactions(store: Store) -> None:
    assert isinstance(store, Store)
    with store.transaction() as tx:
        assert not isinstance(tx, Store)


def test_what_was_put_is_given_back(store: Store) -> None:
    record = {"id": "a", "state": "open", "nested": {"list": [1, 2.5, None, True], "empty": {}}, "none": None}
    put(store, "jobs", record)
    with store.read() as reader:
        assert reader.get("jobs", "a") == record
        assert reader.get("jobs", "b") is None
        assert reader.get("people", "a") is None


def test_put_replaces_the_whole_record_of_that_id(store: Store) -> None:
    put(store, "jobs", {"id": "a", "state": "open", "note": "x"})
    put(store, "jobs", {"id": "a", "state": "filled"})
    with store.read() as reader:
        assert reader.get("jobs", "a") == {"id": "a", "state": "filled"}
        assert reader.count("jobs", {}) == 1
        assert reader.count("jobs", {"state": "open"}) == 0


def test_delete_says_whether_there_was_one(store: Store) -> None:
    put(store, "jobs", {"id": "a", "state": "open"})
    with store.transaction() as tx:
        assert tx.delete("jobs", "a")
        assert not tx.delete("jobs", "a")
        assert tx.get("jobs", "a") is None
    assert find(store, "jobs", {"state": "open"}) == []


def test_a_transaction_sees_what_it_wrote_and_others_do_not(store: Store) -> None:
    with store.transaction() as tx:
        tx.put("jobs", {"id": "a", "state": "open"})
        assert tx.get("jobs", "a") == {"id": "a", "state": "open"}
        assert [each["id"] for each in tx.find("jobs", Query({"state": "open"}))] == ["a"]
        assert tx.count("jobs", {}) == 1
        assert find(store, "jobs") == []
    assert find(store, "jobs") == ["a"]


def test_an_exception_drops_all_of_a_transaction(store: Store) -> None:
    put(store, "jobs", {"id": "a", "state": "open"})

    def work(tx: Transaction) -> None:
        tx.put("jobs", {"id": "a", "state": "filled"})
        tx.put("jobs", {"id": "b", "state": "open"})
        tx.put("people", {"id": "p"})
        tx.delete("jobs", "a")

    with pytest.raises(KeyError):
        fail_after(store, work)
    assert find(store, "jobs", {"state": "open"}) == ["a"]
    assert find(store, "people") == []


def test_a_view_stays_of_its_moment(store: Store) -> None:
    put(store, "jobs", {"id": "a", "rank": 1})
    with store.read() as reader:
        assert reader.count("jobs", {}) == 1
        put(store, "jobs", {"id": "a", "rank": 2}, {"id": "b"})
        assert reader.get("jobs", "a") == {"id": "a", "rank": 1}
        assert reader.count("jobs", {}) == 1


def test_copies_go_in_and_copies_come_out(store: Store) -> None:
    mine: Record = {"id": "a", "tags": ["x"]}
    with store.transaction() as tx:
        tx.put("jobs", mine)
        mine["tags"].append("changed after put")
        given = tx.get("jobs", "a")
        assert given == {"id": "a", "tags": ["x"]}
        given["tags"].append("changed after get")
        tx.find("jobs", Query({}))[0]["tags"].append("changed after find")
    with store.read() as reader:
        assert reader.get("jobs", "a") == {"id": "a", "tags": ["x"]}


def test_a_block_that_ended_is_of_no_more_use(store: Store) -> None:
    with store.transaction() as tx:
        pass
    with pytest.raises(RuntimeError, match="ended"):
        tx.put("jobs", {"id": "late"})
    assert find(store, "jobs") == []


def test_transactions_do_not_nest(store: Store) -> None:
    with store.transaction() as tx:
        tx.put("jobs", {"id": "a"})
        with pytest.raises(RuntimeError, match="do not nest"), store.transaction():
            pass
    assert find(store, "jobs") == ["a"]


def test_an_unknown_collection_is_refused_by_every_verb(store: Store) -> None:
    verbs: list[Callable[[Transaction], object]] = [
        lambda tx: tx.get("jbos", "a"),
        lambda tx: tx.find("jbos", Query({})),
        lambda tx: tx.count("jbos", {}),
        lambda tx: tx.put("jbos", {"id": "a"}),
        lambda tx: tx.delete("jbos", "a"),
    ]
    with store.transaction() as tx:
        for verb in verbs:
            with pytest.raises(ValueError, match="jbos"):
                verb(tx)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"id": None},
        {"id": 7},
        {"id": ""},
        pytest.param({"id": "a", "x": object()}, id="object"),
        {"id": "a", "x": {1, 2}},
        {"id": "a", "x": b"bytes"},
        {"id": "a", "x": float("nan")},
        {"id": "a", "x": float("inf")},
        {"id": "a", "x": "\ud800"},
        {"id": "a", "x": {1: "a key that is no text"}},
        {"id": "a", "state": ["compared, but no scalar"]},
        {"id": "a", "rank": 1.5},
    ],
    ids=repr,
)
def test_what_is_no_record_is_refused_and_nothing_changes(store: Store, record: Record) -> None:
    with store.transaction() as tx:
        with pytest.raises(ValueError, match="jobs"):
            tx.put("jobs", record)
        tx.put("jobs", {"id": "kept"})
    assert find(store, "jobs") == ["kept"]


def test_a_tuple_is_an_array(store: Store) -> None:
    put(store, "jobs", {"id": "a", "tags": ("x", ("y",))})
    with store.read() as reader:
        assert reader.get("jobs", "a") == {"id": "a", "tags": ["x", ["y"]]}


def test_a_record_of_a_megabyte_is_refused_and_one_just_below_is_kept(store: Store) -> None:
    frame = len(b'{"id":"a","text":""}')
    fits: Record = {"id": "a", "text": "x" * (MAX_RECORD_BYTES - frame)}
    put(store, "jobs", fits)
    with store.transaction() as tx, pytest.raises(ValueError, match="1000001 bytes"):
        tx.put("jobs", {"id": "a", "text": fits["text"] + "x"})
    with store.read() as reader:
        assert reader.get("jobs", "a") == fits


def test_a_compared_value_that_fits_no_index_is_refused_and_the_longest_is_kept(store: Store) -> None:
    chance = random.Random(7)  # incompressible, so that no engine has it easier than it looks
    longest, other, third = ("".join(chance.choices(string.printable, k=MAX_KEY_BYTES)) for _ in range(3))
    put(store, "people", {"id": longest, "email": other, "family": third, "given": "x"})
    for record in ({"id": longest + "x"}, {"id": "a", "email": "ß" * (MAX_KEY_BYTES // 2) + "x"}):
        with store.transaction() as tx, pytest.raises(ValueError, match=r"people: (id|email) is compared"):
            tx.put("people", record)
    assert find(store, "people", {"email": other}) == [longest]


UNICODE = [
    "Zoë Müller-Łukasiewicz",
    "e\u0301 is not é",
    "日本語 العربية עברית",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0010ffff",
    "line\nbreak\r\n\ttab \x00 nul \x1f \x7f \x85 \u2028 \u2029 \ufeff",
    '"quotes\\" },\n}\n,"jobs":{"1":\n',
]


@pytest.mark.parametrize("text", UNICODE)
def test_any_text_may_stand_in_ids_keys_and_names(open_store: OpenStore, text: str) -> None:
    store = open_store((Shape(text, keys=("key",), unique=(("key",),)),))
    put(store, text, {"id": text, "key": text, text: [text]}, {"id": "other", "key": text + "x"})
    with store.read() as reader:
        assert reader.get(text, text) == {"id": text, "key": text, text: [text]}
        assert [each["id"] for each in reader.find(text, Query({"key": text}))] == [text]
        assert reader.count(text, {"id": (text, "other")}) == 2


def test_threads_lose_no_update(store: Store) -> None:
    in_threads(4, lambda _number: increment(store, 15))
    with store.read() as reader:
        assert reader.get("jobs", "counter") == {"id": "counter", "rank": 60}


def test_a_reader_does_not_wait_for_an_open_transaction(store: Store) -> None:
    put(store, "jobs", {"id": "a", "rank": 1})
    seen: list[list[str]] = []
    with store.transaction() as tx:
        tx.put("jobs", {"id": "b"})
        in_threads(1, lambda _number: seen.append(find(store, "jobs")))
    assert seen == [["a"]]
