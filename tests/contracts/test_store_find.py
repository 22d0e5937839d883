"""What every engine promises of `find` and `count`: conditions, spans, order, pages."""

from __future__ import annotations

import pytest

from forms.store.protocol import Match, Query, Record, Span, Store
from tests.contracts.ledger import find, put

RANKED: list[Record] = [
    {"id": "a", "rank": 2, "state": "open", "open": True},
    {"id": "b", "rank": None, "state": "open", "open": False},
    {"id": "c", "rank": 1, "state": "filled", "open": False},
    {"id": "d", "rank": 2, "state": "closed", "open": True},
    {"id": "e", "state": "open"},
    {"id": "f", "rank": 10, "state": None, "open": True},
]


@pytest.fixture
def ranked(store: Store) -> Store:
    put(store, "jobs", *reversed(RANKED))
    return store


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, "abcdef"),
        ({"state": "open"}, "abe"),
        ({"state": ("filled", "closed")}, "cd"),
        ({"state": ("closed", "closed", "no such")}, "d"),
        ({"state": ()}, ""),
        ({"rank": None}, "be"),
        ({"rank": (None, 1)}, "bce"),
        ({"open": True}, "adf"),
        ({"open": False}, "bc"),
        ({"id": ("f", "a", "zz")}, "af"),
        ({"state": "open", "rank": 2}, "a"),
        ({"state": ("open", None), "open": (True, None)}, "aef"),
        ({"state": "open", "rank": 10}, ""),
    ],
)
def test_find_and_count_compare_declared_keys(ranked: Store, where: dict[str, Match], found: str) -> None:
    assert find(ranked, "jobs", where) == list(found)
    with ranked.read() as reader:
        assert reader.count("jobs", where) == len(found)


@pytest.mark.parametrize(
    ("span", "found"),
    [
        (Span("rank", 1, 2), "c"),
        (Span("rank", 2, None), "adf"),
        (Span("rank", None, 2), "c"),
        (Span("rank"), "acdf"),
        (Span("rank", 3, 2), ""),
        (Span("id", "b", "d"), "bc"),
        (Span("state", "filled", "open"), "c"),
    ],
)
def test_a_span_includes_its_start_and_not_its_end(ranked: Store, span: Span, found: str) -> None:
    assert find(ranked, "jobs", span=span) == list(found)


def test_a_span_and_conditions_hold_together(ranked: Store) -> None:
    assert find(ranked, "jobs", {"open": True}, span=Span("rank", 2, 10), order="rank") == ["a", "d"]


@pytest.mark.parametrize(
    ("order", "descending", "found"),
    [
        ("id", False, "abcdef"),
        ("id", True, "fedcba"),
        ("rank", False, "becadf"),
        ("rank", True, "fdaceb"),
        ("state", False, "fdcabe"),
        ("open", True, "fdacbe"),
    ],
)
def test_order_puts_none_first_and_breaks_ties_by_id(
    ranked: Store, order: str, descending: bool, found: str
) -> None:
    assert find(ranked, "jobs", order=order, descending=descending) == list(found)


@pytest.mark.parametrize("where", [{}, {"open": (True, False, None)}, {"state": ("open", "closed", None)}])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", ["id", "rank", "state", "open"])
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_over_equal_keys_give_each_record_once_and_in_order(
    ranked: Store, where: dict[str, Match], descending: bool, order: str, limit: int
) -> None:
    whole = find(ranked, "jobs", where, order=order, descending=descending)
    query = Query(where, order=order, descending=descending, limit=limit)
    pages: list[str] = []
    with ranked.read() as reader:
        while page := reader.find("jobs", query):
            assert len(page) <= limit
            pages += [each["id"] for each in page]
            last = page[-1]
            query = Query(
                where, order=order, descending=descending, limit=limit, after=(last.get(order), last["id"])
            )
    assert pages == whole


def test_the_record_a_page_ended_with_may_have_gone(ranked: Store) -> None:
    with ranked.transaction() as tx:
        tx.delete("jobs", "c")
    assert find(ranked, "jobs", order="rank", after=(1, "c")) == ["a", "d", "f"]


def test_limit_takes_the_first(ranked: Store) -> None:
    assert find(ranked, "jobs", {"state": "open"}, order="rank", limit=2) == ["b", "e"]
    assert find(ranked, "jobs", limit=0) == []


def test_text_is_ordered_by_code_point(store: Store) -> None:
    words = ["", "B", "Z", "a", "ä", "z", "é", "\uffee", "\U0001f600"]
    put(store, "jobs", *({"id": f"{9 - place}", "state": word} for place, word in enumerate(words)))
    with store.read() as reader:
        found = [each["state"] for each in reader.find("jobs", Query({}, order="state"))]
    assert found == sorted(words)


@pytest.mark.parametrize(
    "query",
    [
        Query({"note": "x"}),
        Query({}, order="note"),
        Query({}, span=Span("note", "a")),
        Query({"state": "open"}, span=Span("family", "a")),
    ],
)
def test_an_undeclared_key_is_refused_and_named(store: Store, query: Query) -> None:
    with store.read() as reader, pytest.raises(ValueError, match=r"note|family"):
        reader.find("jobs", query)


def test_counting_by_an_undeclared_key_is_refused(store: Store) -> None:
    with store.read() as reader, pytest.raises(ValueError, match="note"):
        reader.count("jobs", {"note": "x"})
