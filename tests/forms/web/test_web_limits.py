"""Limits: counted in the store, sliding, forgetful, and without anybody's address."""

from __future__ import annotations

import datetime as dt
import json

from flask import Flask

from core.clock import ManualClock
from forms.store.memory import MemoryStore
from forms.web import limits

MINUTE = dt.timedelta(minutes=1)


def allow(store: MemoryStore, clock: ManualClock, bucket: str = "a") -> bool:
    return limits.allow(store, bucket, most=3, per=10 * MINUTE, now=clock.now())


def test_so_many_are_allowed_and_no_more(store: MemoryStore, clock: ManualClock) -> None:
    assert [allow(store, clock) for _ in range(5)] == [True, True, True, False, False]


def test_the_window_slides(store: MemoryStore, clock: ManualClock) -> None:
    for _ in range(3):
        assert allow(store, clock)
        clock.advance(4 * MINUTE)
    # 12 minutes after the first, 8 after the second: one place is free.
    assert [allow(store, clock), allow(store, clock)] == [True, False]


def test_a_refusal_does_not_prolong_the_wait(store: MemoryStore, clock: ManualClock) -> None:
    for _ in range(20):
        allow(store, clock)
    clock.advance(10 * MINUTE)
    assert allow(store, clock)


def test_buckets_do_not_touch_each_other(store: MemoryStore, clock: ManualClock) -> None:
    for _ in range(4):
        allow(store, clock, "a")
    assert allow(store, clock, "b")


def test_a_count_can_be_given_back_and_forgotten(store: MemoryStore, clock: ManualClock) -> None:
    for _ in range(3):
        allow(store, clock)
    limits.give_back(store, "a")
    assert [allow(store, clock), allow(store, clock)] == [True, False]
    limits.forget(store, "a")
    assert allow(store, clock)
    limits.give_back(store, "never counted")


def test_outdated_counts_are_swept_away(store: MemoryStore, clock: ManualClock) -> None:
    for number in range(30):
        allow(store, clock, f"visitor {number}")
    clock.advance(11 * MINUTE)
    allow(store, clock, "one")
    allow(store, clock, "two")
    with store.read() as reader:
        assert limits.COUNTS.count(reader) == 2


def test_no_address_is_kept(app: Flask, store: MemoryStore, clock: ManualClock) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "203.0.113.7"}):
        allow(store, clock, f"login:{limits.visitor()}")
        allow(store, clock, f"login:{limits.hidden('ben@example.org')}")
    with store.read() as reader:
        kept = json.dumps([str(count) for count in limits.COUNTS.find(reader)])
    assert "203.0.113.7" not in kept
    assert "ben@example.org" not in kept


def test_a_visitor_is_an_ipv4_address_or_an_ipv6_network(app: Flask) -> None:
    def visitor(address: str) -> str:
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            return limits.visitor()

    assert visitor("203.0.113.7") != visitor("203.0.113.8")
    assert visitor("2001:db8::1") == visitor("2001:db8::2:3")
    assert visitor("2001:db8::1") != visitor("2001:db8:0:1::1")
    assert visitor("") == visitor("no address")
