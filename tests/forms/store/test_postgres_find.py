"""`find` on PostgreSQL is answered from indexes, whatever the number of records."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.store.postgres import PostgresStore
from forms.store.postgres_keys import encoded, encoded_id
from forms.store.postgres_query import Statement, Verbs
from forms.store.postgres_tables import Table
from forms.store.protocol import Match, Query, Scalar, Shape, Span
from tests.postgres_server import PostgresServer, url_of

JOBS = Shape("jobs", keys=("state", "created", "rank", "slug"), unique=(("slug", "state"),))
RECORDS = 20_000


@pytest.fixture(scope="module")
def connection(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[psycopg.Connection]:
    """A connection to a ledger of many jobs, most of them filled."""
    url = url_of(tmp_path_factory.mktemp("many"), postgres_server.url)
    store = PostgresStore(url, (JOBS,))
    with store.transaction() as tx:
        for number in range(RECORDS):
            state = "open" if number % 1000 == 0 else "filled"
            tx.put("jobs", {"id": f"{number:05}", "state": state, "created": f"{number:05}",
                            "rank": number % 9, "slug": str(number)})  # fmt: skip
    store.close()
    with psycopg.connect(url, autocommit=True) as made:
        made.execute("ANALYZE")
        yield made


def plan(connection: psycopg.Connection, statement: Statement) -> str:
    lines = connection.execute(b"EXPLAIN " + statement.text, statement.parameters).fetchall()
    return "\n".join(line for (line,) in lines)


QUERIES = {
    "a rare state": (Query({"state": "open"}), "index_jobs.state"),
    "any of rare states": (Query({"state": ("open", "lost", None)}, order="created"), "index_jobs.state"),
    "a unique pair": (Query({"slug": "77", "state": "filled"}, limit=1), "jobs.slug"),
    "ids": (Query({"id": ("00001", "00002")}), "ledger_jobs_pkey"),
    "a span": (Query({}, Span("created", "00100", "00200"), order="created"), "index_jobs.created"),
    "a page": (Query({}, order="created", limit=20, after=("10000", "10000")), "index_jobs.created"),
    "a page of equal keys": (Query({}, order="rank", limit=20, after=(4, "10000")), "index_jobs.rank"),
    "a page backwards": (
        Query({}, order="created", descending=True, limit=20, after=("10000", "10000")),
        "index_jobs.created",
    ),
    "a page by id": (Query({}, limit=20, after=("10000", "10000")), "ledger_jobs_pkey"),
    "the newest of most": (
        Query({"state": "filled"}, order="created", descending=True, limit=5),
        "index_jobs.created",
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_find_reads_an_index_and_not_the_table(connection: psycopg.Connection, name: str) -> None:
    query, index = QUERIES[name]
    found = plan(connection, Verbs(Table(JOBS)).find(query))
    assert index in found
    assert "Seq Scan" not in found


@pytest.mark.parametrize("descending", [False, True])
def test_a_page_begins_in_the_index_and_needs_no_sorting(
    connection: psycopg.Connection, descending: bool
) -> None:
    query = Query({}, order="rank", descending=descending, limit=20, after=(4, "10000"))
    found = plan(connection, Verbs(Table(JOBS)).find(query))
    assert "Index Cond: (ROW(key_rank, id)" in found
    assert "Sort" not in found


@pytest.mark.parametrize("where", [{"state": "open"}, {"state": ("open", "lost")}])
def test_counting_a_few_reads_an_index(connection: psycopg.Connection, where: dict[str, Match]) -> None:
    assert "index_jobs.state" in plan(connection, Verbs(Table(JOBS)).count(where))


# --- keys ------------------------------------------------------------------------------------------------

NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.booleans()


@given(st.lists(st.text(), max_size=5) | st.lists(NUMBERS, max_size=5))
def test_encoded_values_are_ordered_as_the_values_are(values: list[Scalar]) -> None:
    assert sorted(values, key=encoded) == sorted(values)  # type: ignore[type-var]
    assert all(encoded(None) < encoded(value) for value in values)


@given(st.one_of(st.text(), NUMBERS), st.one_of(st.text(), NUMBERS))
def test_values_are_encoded_alike_only_when_they_are_equal(one: Scalar, other: Scalar) -> None:
    assert (encoded(one) == encoded(other)) is (one == other)


def test_a_number_beyond_all_that_are_kept_may_be_asked_for() -> None:
    assert encoded(-(10**30)) < encoded(-(2**63)) < encoded(0) < encoded(2**64) < encoded(10**30)


def test_half_a_surrogate_pair_is_asked_for_in_vain() -> None:
    assert encoded("\ud800") != encoded("?")
    assert encoded_id("\ud800") == b"\xed\xa0\x80"


# --- names -----------------------------------------------------------------------------------------------


def names(*shapes: Shape) -> list[str]:
    tables = [Table(shape) for shape in shapes]
    return [name for each in tables for name in (each.name, *(index.name for index in each.indexes()))]


def test_every_collection_and_index_has_a_name_of_its_own_that_fits() -> None:
    shapes = [
        Shape(name, keys=("by", "x" * 80, "a.b"), unique=(("a", "b"), ("a.b",), ("b", "a")))
        for name in ("jobs", "Jobs", "x" * 80, "x" * 81, "index_jobs", "", "a\0b", '"; DROP TABLE jobs; --')
    ]
    found = names(*shapes)
    assert len(found) == len(set(found))
    assert all(len(name.encode()) <= 63 for name in found)


def test_plain_names_stay_readable() -> None:
    shape = Shape("people", keys=("email",), unique=(("family", "given"),))
    assert names(shape) == ["ledger_people", "index_people.email", "unique_people.family.given"]
