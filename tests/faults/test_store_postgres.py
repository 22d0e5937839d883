"""The PostgreSQL engine when the server is killed, stopped, gone or contested, with a real server.

FOLLOWUP_TEST_ROUNDS: how often the server is killed under its writers (a fifth of it; 25 unless set).
"""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from core.clock import ManualClock
from core.errors import StoreUnavailable, TransactionConflict, UniqueViolation
from core.settings import ROOT
from forms import SHAPES as ALL_SHAPES
from forms import create_app
from forms.referrals.models import REFERRALS
from forms.store.collection import use_case
from forms.store.memory import MemoryStore
from forms.store.postgres import PostgresStore
from forms.store.protocol import Query, Record, Transaction
from tests.faults.postgres_children import (
    SHAPES,
    Said,
    count_one,
    fork_inside_a_transaction,
    fork_twice,
    write_through_faults,
)
from tests.forms.acting import BASE_URL, browser, token_in
from tests.forms.conftest import NOW
from tests.forms.people import Scene
from tests.postgres_ledgers import UNHURRIED
from tests.postgres_server import NoServer, PostgresServer, running, url_of
from tests.processes import LONG, ended, heard, start_talking

pytestmark = pytest.mark.faults

ROUNDS = max(2, int(os.environ.get("FOLLOWUP_TEST_ROUNDS", "25")) // 5)
WRITERS = 3

OpenStore = Callable[..., PostgresStore]


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """A server for this module, which kills it; it writes as in production."""
    try:
        with running(fsync=True) as server:
            yield server
    except NoServer as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture
def url(own_server: PostgresServer, tmp_path: Path) -> str:
    return url_of(tmp_path, own_server.url)


@pytest.fixture
def open_store(url: str) -> Iterator[OpenStore]:
    """Opens stores on one empty ledger, that wait for long unless told otherwise."""
    opened: list[PostgresStore] = []

    def open_it(**options: Any) -> PostgresStore:
        opened.append(PostgresStore(url, options.pop("shapes", SHAPES), **{"patience": UNHURRIED, **options}))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> PostgresStore:
    return open_store()


def put(store: PostgresStore, record: Record) -> None:
    with store.transaction() as tx:
        tx.put("jobs", record)


def ids(store: PostgresStore, collection: str = "jobs") -> list[str]:
    with store.read() as reader:
        return [each["id"] for each in reader.find(collection, Query({}))]


def backends(server: PostgresServer, state: str) -> list[int]:
    """The processes that serve our stores, in a state such as `idle in transaction`."""
    asked = b"SELECT pid FROM pg_stat_activity WHERE application_name = 'follow-up' AND state = %s"
    with psycopg.connect(server.url, autocommit=True) as connection:
        return [int(pid) for (pid,) in connection.execute(asked, (state,))]


def terminate(server: PostgresServer, state: str) -> None:
    """Cut the connections in a state, and wait until they are gone."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        for pid in backends(server, state):
            connection.execute(b"SELECT pg_terminate_backend(%s, 5000)", (pid,))


# --- the server is killed --------------------------------------------------------------------------------


def said_by(connection: Connection) -> list[Said]:
    """Everything a writer said until it was told to stop."""
    connection.send("stop")
    said: list[Said] = []
    while True:
        one = connection.recv()
        if one is None:
            connection.close()
            return said
        said.append(one)


def test_a_killed_server_loses_nothing_acknowledged_and_keeps_nothing_by_halves(
    own_server: PostgresServer, url: str, store: PostgresStore
) -> None:
    """Writers go on through every kill with the store they have, and are told the truth of each write."""
    writers = [start_talking(write_through_faults, url, f"w{number}") for number in range(WRITERS)]
    chance = random.Random(57)
    for _ in range(ROUNDS):
        for _process, connection in writers:
            heard(connection, "a writer")
        time.sleep(chance.uniform(0.05, 0.4))
        own_server.kill()
        time.sleep(chance.uniform(0, 0.2))
        own_server.start()
    said = [said_by(connection) for _process, connection in writers]
    assert [ended(process) for process, _connection in writers] == [0] * WRITERS
    assert [lines[-1].outcome for lines in said] == ["kept"] * WRITERS, "a writer did not recover"

    told = {one.record_id: one.outcome for lines in said for one in lines}
    kept = set(ids(store))
    assert {job.removeprefix("p-") for job in ids(store, "people")} == kept, "half of a transaction was kept"
    assert {name for name, outcome in told.items() if outcome == "kept"} <= kept
    assert {told[name] for name in kept} <= {"kept", "unknown"}, "what was refused had been kept"
    assert "refused" in told.values()


def test_connections_that_broke_while_nobody_used_them_cost_nobody_anything(
    own_server: PostgresServer, store: PostgresStore
) -> None:
    with store.read() as one, store.read() as two, store.transaction() as tx:
        assert one.count("jobs", {}) == two.count("jobs", {}) == 0
        tx.put("jobs", {"id": "before"})
    own_server.kill()
    own_server.start()
    for number in range(4):
        put(store, {"id": f"after-{number}"})
    assert len(ids(store)) == 5


def test_a_server_that_is_gone_is_told_at_once_with_the_reason_and_its_return_noticed(
    own_server: PostgresServer, open_store: OpenStore, store: PostgresStore
) -> None:
    put(store, {"id": "before"})
    own_server.stop()
    try:
        for _ in range(3):  # had it waited for its minute, it would not know the reason
            with pytest.raises(StoreUnavailable, match=r"No such file|refused"):
                ids(store)
        with pytest.raises(StoreUnavailable, match="PostgreSQL at"):
            open_store()
    finally:
        own_server.start()
    assert ids(store) == ["before"]


def test_a_transaction_whose_connection_is_cut_ends_with_nothing_kept(
    own_server: PostgresServer, store: PostgresStore
) -> None:
    def be_cut() -> None:
        with store.transaction() as tx:
            tx.put("jobs", {"id": "lost"})
            terminate(own_server, "idle in transaction")
            with pytest.raises(StoreUnavailable):
                tx.get("jobs", "lost")
            tx.put("jobs", {"id": "more"})

    with pytest.raises(StoreUnavailable) as caught:
        be_cut()
    assert "not known" not in str(caught.value)
    assert ids(store) == []


def test_when_the_connection_is_lost_while_committing_the_error_says_that_nobody_knows(
    own_server: PostgresServer, store: PostgresStore
) -> None:
    def lose_it() -> None:
        with store.transaction() as tx:
            tx.put("jobs", {"id": "a"})
            terminate(own_server, "idle in transaction")

    with pytest.raises(StoreUnavailable, match="Whether it was is not known"):
        lose_it()
    put(store, {"id": "b"})


# --- the server is slow, or stopped ----------------------------------------------------------------------


def with_little_patience(attempt: Callable[[float], None]) -> None:
    """Have so many seconds end; should the machine need them for what else is done, come with more.

    The last failure is told. An attempt leaves nothing behind that would trouble the next.
    """
    for seconds in (0.2, 2.0):
        try:
            return attempt(seconds)
        except (AssertionError, StoreUnavailable, pytest.fail.Exception):
            continue
    return attempt(20.0)


def test_a_stopped_backend_is_given_up_in_time_and_others_are_served(
    own_server: PostgresServer, store: PostgresStore, open_store: OpenStore
) -> None:
    def wait_in_vain(impatient: PostgresStore, stopped: list[int]) -> None:
        with impatient.transaction() as tx:
            tx.put("jobs", {"id": "a"})
            stopped.extend(backends(own_server, "idle in transaction"))
            os.kill(stopped[0], signal.SIGSTOP)
            tx.get("jobs", "a")

    def attempt(seconds: float) -> None:
        impatient = open_store(patience=replace(UNHURRIED, silence=seconds))
        stopped: list[int] = []
        try:
            with pytest.raises(StoreUnavailable, match=f"no answer within {seconds:g} seconds"):
                wait_in_vain(impatient, stopped)
            assert len(stopped) == 1
            put(impatient, {"id": "b"})
            assert ids(impatient) == ["b"]
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)

    with_little_patience(attempt)
    assert ids(store) == ["b"]


@pytest.mark.parametrize(("wait", "name"), [("lock", "LockNotAvailable"), ("statement", "QueryCanceled")])
def test_who_waits_too_long_for_a_row_is_told_to_come_back(
    store: PostgresStore, open_store: OpenStore, wait: str, name: str
) -> None:
    def attempt(seconds: float) -> None:
        hurried = open_store(patience=replace(UNHURRIED, **{wait: seconds}))
        with store.transaction() as tx:
            tx.put("jobs", {"id": "a", "rank": 1})
            with pytest.raises(StoreUnavailable, match=name):
                put(hurried, {"id": "a", "rank": 2})
        put(hurried, {"id": "b"})
        assert ids(store) == ["a", "b"]

    with_little_patience(attempt)


def test_who_forgets_a_transaction_loses_it_and_its_locks(
    own_server: PostgresServer, store: PostgresStore, open_store: OpenStore
) -> None:
    def forget(forgetful: PostgresStore) -> None:
        with forgetful.transaction() as tx:
            tx.put("jobs", {"id": "a", "rank": 1})
            while backends(own_server, "idle in transaction"):
                time.sleep(0.05)
            put(store, {"id": "a", "rank": 2})
            tx.get("jobs", "a")

    def attempt(seconds: float) -> None:
        forgetful = open_store(patience=replace(UNHURRIED, idle=seconds))
        with pytest.raises(StoreUnavailable):
            forget(forgetful)
        with forgetful.read() as reader:
            assert reader.get("jobs", "a") == {"id": "a", "rank": 2}

    with_little_patience(attempt)


def test_when_all_connections_are_in_use_one_waits_only_so_long(open_store: OpenStore) -> None:
    def attempt(seconds: float) -> None:
        store = open_store(connections=1, patience=replace(UNHURRIED, connect=seconds))
        with store.read() as reader:
            assert reader.count("jobs", {}) == 0
            with pytest.raises(StoreUnavailable, match="no connection came free"):
                ids(store)
            assert reader.count("jobs", {}) == 0
        assert ids(store) == []

    with_little_patience(attempt)


# --- transactions meet -----------------------------------------------------------------------------------


def test_of_two_that_change_what_they_read_one_is_asked_to_do_it_again(open_store: OpenStore) -> None:
    one, other = open_store(), open_store()
    put(one, {"id": "counter", "rank": 0})

    def meet() -> None:
        with one.transaction() as tx:
            record = tx.get("jobs", "counter")
            assert record is not None
            count_one(other)
            tx.put("jobs", {**record, "rank": record["rank"] + 1})

    with pytest.raises(TransactionConflict):
        meet()
    with one.read() as reader:
        assert reader.get("jobs", "counter") == {"id": "counter", "rank": 1}


def test_of_two_that_search_for_what_the_other_inserts_one_is_asked_to_do_it_again(
    open_store: OpenStore,
) -> None:
    """No row is touched twice, yet one after the other they would have seen each other (write skew)."""
    one, other = open_store(), open_store()

    def take_the_last_place(tx: Transaction, name: str) -> None:
        if tx.count("jobs", {"state": "open"}) == 0:
            tx.put("jobs", {"id": name, "state": "open"})

    def meet() -> None:
        with one.transaction() as tx:
            take_the_last_place(tx, "one")
            with_other()

    def with_other() -> None:
        thread = threading.Thread(target=use_case(take_the_last_place), args=(other, "other"))
        thread.start()
        thread.join()

    with pytest.raises(TransactionConflict):
        meet()
    use_case(take_the_last_place)(one, "one")
    assert ids(one) == ["other"]


def test_a_use_case_that_met_another_is_done_again_by_itself(open_store: OpenStore) -> None:
    one, other = open_store(), open_store()
    runs: list[int] = []

    @use_case
    def count_beside_another(tx: Transaction) -> None:
        runs.append(tx.count("jobs", {}))
        record = tx.get("jobs", "counter") or {"id": "counter", "rank": 0}
        if len(runs) == 1:
            count_one(other)
        tx.put("jobs", {**record, "rank": record["rank"] + 1})

    count_beside_another(one)
    assert len(runs) == 2
    with one.read() as reader:
        assert reader.get("jobs", "counter") == {"id": "counter", "rank": 2}


def test_two_that_wait_for_each_other_both_get_done(store: PostgresStore) -> None:
    """Rows taken in opposite order: the server breaks the deadlock (40P01) before anybody stops waiting."""
    met = threading.Barrier(2, timeout=LONG)
    runs: list[str] = []

    @use_case
    def take(tx: Transaction, first: str, second: str) -> None:
        runs.append(first)
        tx.put("jobs", {"id": first, "rank": 1})
        if len(runs) <= 2:
            met.wait()
        tx.put("jobs", {"id": second, "rank": 1})

    threads = [threading.Thread(target=take, args=(store, *pair)) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(runs) > 2
    assert ids(store) == ["a", "b"]


# --- nothing of a record in an error ---------------------------------------------------------------------


def test_no_error_shows_what_is_in_a_record(store: PostgresStore) -> None:
    def violate() -> None:
        with store.transaction() as tx:
            tx.put("people", {"id": "1", "job": "s3cret"})
            tx.put("people", {"id": "2", "job": "s3cret"})

    with pytest.raises(UniqueViolation) as caught:
        violate()
    shown = "".join(traceback.format_exception(caught.value))
    assert "people: another record has the same job" in shown
    assert "psycopg.errors" not in shown
    assert "DETAIL" not in shown


# --- forks -----------------------------------------------------------------------------------------------


def test_a_store_opened_before_a_fork_serves_parent_and_children(url: str, store: PostgresStore) -> None:
    process, connection = start_talking(fork_twice, url, 10)
    assert connection.recv() == [0, 0]
    process.join()
    connection.close()
    assert process.exitcode == 0
    with store.read() as reader:
        assert reader.get("jobs", "counter") == {"id": "counter", "rank": 41}


def test_a_fork_inside_a_transaction_leaves_it_to_the_parent(url: str, store: PostgresStore) -> None:
    process, connection = start_talking(fork_inside_a_transaction, url)
    assert connection.recv() == 0
    assert connection.recv() == "kept"
    process.join()
    connection.close()
    assert ids(store) == ["child", "parent"]


# --- the endpoint ----------------------------------------------------------------------------------------


def hidden_fields(page: str) -> dict[str, str]:
    """What the referral form carries unseen, besides its token."""
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    pairs = [re.search(r'name="([^"]+)".*value="([^"]*)"', tag) for tag in tags]
    return {found[1]: found[2] for found in pairs if found and "csrf" not in found[1]}


def test_with_the_server_down_the_endpoint_keeps_what_was_typed_and_then_goes_on(
    own_server: PostgresServer, url: str, tmp_path: Path
) -> None:
    """A referral sent in an outage: 503 with all of it on the page; sent again, twice, it is one referral."""
    clock = ManualClock(NOW)
    settings = {
        "FOLLOWUP_BASE_URL": BASE_URL,
        "FOLLOWUP_SECRET_KEY": "a key for tests, not for use",
        "FOLLOWUP_STORE": url,
    }
    app = create_app(settings, clock=clock, content=ROOT / "content", root=tmp_path)
    store = PostgresStore(url, ALL_SHAPES, patience=UNHURRIED)
    scene = Scene(cast(MemoryStore, store), clock)
    token, _link = scene.link(scene.interviewed().candidate_id)
    client = browser(app)
    address = f"/status/{token}/refer/?kind=candidate"
    page = client.get(address)
    assert page.status_code == 200
    typed = {"csrf_token": token_in(page), **hidden_fields(page.text), **REFERRAL}
    scene.later(minutes=2)

    own_server.kill()
    try:
        refused = client.post(address, data=typed)
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert REFERRAL["name"] in refused.text
        assert REFERRAL["why"] in refused.text
        assert client.get("/healthz").status_code == 503
    finally:
        own_server.start()

    again = {**typed, "csrf_token": token_in(refused)}
    for _ in range(2):
        assert client.post(address, data=again).status_code == 303
    with store.read() as reader:
        assert [each.name for each in REFERRALS.find(reader)] == [REFERRAL["name"]]
    assert client.get("/healthz").status_code == 200
    store.close()
    app.extensions["followup"].store.close()


REFERRAL = {
    "kind": "candidate",
    "name": "Bea Bright",
    "email": "bea@people.example",
    "relation": "colleague",
    "why": "She writes the clearest code I know.",
    "knows": "yes",
    "may_name": "yes",
    "accuracy": "y",
    "field_of_work": "Back end",
}
