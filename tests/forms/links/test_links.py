"""Private links."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from core.clock import ManualClock
from core.errors import NotFound
from forms import links
from forms.links import LINKS, Link, Purpose
from forms.store.memory import MemoryStore
from forms.store.protocol import Query

LIFETIME = dt.timedelta(days=180)
SECOND = dt.timedelta(seconds=1)


def minted(store: MemoryStore, clock: ManualClock, holder: str = "ada") -> tuple[str, Link]:
    return links.mint(store, Purpose.STATUS, holder, now=clock.now(), lifetime=LIFETIME)


def opened(
    store: MemoryStore, clock: ManualClock, token: str, purpose: Purpose = Purpose.STATUS
) -> Link | None:
    with store.read() as reader:
        return links.verify(reader, purpose, token, clock.now())


def test_a_link_opens_its_holders_page(store: MemoryStore, clock: ManualClock) -> None:
    token, link = minted(store, clock)
    assert opened(store, clock, token) == link
    assert link.holder == "ada"


def test_a_link_can_be_opened_as_often_as_one_likes(store: MemoryStore, clock: ManualClock) -> None:
    """Mail scanners follow links: opening consumes nothing."""
    token, link = minted(store, clock)
    assert [opened(store, clock, token) for _ in range(3)] == [link] * 3


def test_a_link_opens_until_the_last_second_of_its_life(store: MemoryStore, clock: ManualClock) -> None:
    token, _ = minted(store, clock)
    clock.advance(LIFETIME - SECOND)
    assert opened(store, clock, token)
    clock.advance(SECOND)
    assert opened(store, clock, token) is None


def test_a_revoked_link_opens_nothing(store: MemoryStore, clock: ManualClock) -> None:
    token, link = minted(store, clock)
    links.revoke(store, link.id, clock.now())
    assert opened(store, clock, token) is None


def test_revoking_twice_keeps_the_first_moment(store: MemoryStore, clock: ManualClock) -> None:
    _, link = minted(store, clock)
    first = links.revoke(store, link.id, clock.now())
    clock.advance(SECOND)
    assert links.revoke(store, link.id, clock.now()) == first


def test_a_link_that_does_not_exist_cannot_be_revoked(store: MemoryStore, clock: ManualClock) -> None:
    with pytest.raises(NotFound):
        links.revoke(store, "none", clock.now())


@pytest.mark.parametrize("token", ["", "wrong", "é", "a" * 10_000, "../../etc/passwd", "\x00"])
def test_a_wrong_token_opens_nothing(store: MemoryStore, clock: ManualClock, token: str) -> None:
    minted(store, clock)
    assert opened(store, clock, token) is None


def test_neither_the_id_nor_the_hash_opens_anything(store: MemoryStore, clock: ManualClock) -> None:
    """A stolen copy of the store is no key."""
    _, link = minted(store, clock)
    assert opened(store, clock, link.id) is None
    assert opened(store, clock, link.token_hash) is None


def test_a_link_opens_only_what_it_is_for(store: MemoryStore, clock: ManualClock) -> None:
    token, _ = minted(store, clock)
    assert opened(store, clock, token, Purpose.DESK_SETUP) is None


def test_the_token_is_kept_nowhere(store: MemoryStore, clock: ManualClock) -> None:
    token, _ = minted(store, clock)
    with store.read() as reader:
        records = reader.find(LINKS.shape.name, Query({}))
    assert token not in repr(records)
    assert [record["token_hash"] for record in records] == [hashlib.sha256(token.encode()).hexdigest()]


def test_a_token_has_256_random_bits(store: MemoryStore, clock: ManualClock) -> None:
    tokens = {minted(store, clock)[0] for _ in range(50)}
    assert len(tokens) == 50
    assert {len(token) for token in tokens} == {43}


def test_one_holder_may_have_several_links_and_lose_one_of_them(
    store: MemoryStore, clock: ManualClock
) -> None:
    first, second = minted(store, clock), minted(store, clock)
    links.revoke(store, first[1].id, clock.now())
    assert opened(store, clock, first[0]) is None
    assert opened(store, clock, second[0]) == second[1]


def test_the_links_of_a_holder_are_listed_newest_first(store: MemoryStore, clock: ManualClock) -> None:
    _, old = minted(store, clock)
    minted(store, clock, holder="bea")
    clock.advance(SECOND)
    _, new = minted(store, clock)
    with store.read() as reader:
        assert links.links_of(reader, "ada") == [new, old]
