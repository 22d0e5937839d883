"""The promise page: what the figures say, as sentences, as rows of a table and as one bar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from generator.promise import ALL_BUT_FEW, FEW, FEWEST, Count, Promise

NOT_SHOWN = "not shown"
ANSWER_LABELS = {
    "interviewed": "People interviewed",
    "answered": "Have had their answer",
    "answered_in_time": "Had it by the date first promised",
}
DAY_LABELS = {
    "median": "Days to the answer, median",
    "nine_in_ten": "Days within which nine in ten had it",
    "oldest_open": "Days of the longest open wait",
}
REFERRAL_LABELS = {
    "referrals": "People named",
    "referred_candidates": "Looking for a new role",
    "referred_clients": "Hiring",
    "referrals_that_led_on": "Led to a placement or a new client",
}


Segment = tuple[str, int, str]
"""A piece of the bar: its kind (kept, later, answered, open or rest), its number, and what it is in words."""


@dataclass(frozen=True)
class Row:
    """A line of the table: `value` and, where there is one, the whole it is a part of."""

    label: str
    value: str
    of: int | None = None


@dataclass(frozen=True)
class Account:
    """What the page shows. `bar` is empty where too little may be told to draw it."""

    start: dt.date
    exported: dt.date
    promise_days: int
    sentences: tuple[str, ...]
    referrals: tuple[str, ...]
    rows: tuple[Row, ...]
    referral_rows: tuple[Row, ...]
    bar: tuple[Segment, ...]

    @property
    def summary(self) -> str:
        """The first two sentences, for search engines."""
        return " ".join(self.sentences[:2])


def account_of(promise: Promise) -> Account:
    """The page for these figures."""
    return Account(
        start=promise.start,
        exported=promise.exported,
        promise_days=promise.promise_days,
        sentences=tuple(_sentences(promise)),
        referrals=tuple(_referrals(promise.counts)),
        rows=tuple(_rows(promise)),
        referral_rows=tuple(_count_rows(promise.counts, REFERRAL_LABELS)),
        bar=bar_of(promise.counts),
    )


def _sentences(promise: Promise) -> Iterator[str]:
    interviewed, answered = promise.counts["interviewed"], promise.counts["answered"]
    if interviewed.number is None:
        yield "Fewer than five people were interviewed in this time: too few to give figures."
        return
    people = f"{interviewed.number} people interviewed"
    yield _part(answered, people, "have had their answer", "are still waiting for it")
    in_time, by_then = promise.counts["answered_in_time"], "had it by the date they were first promised"
    if in_time.of is not None and answered.number is not None:
        yield _part(in_time, f"{in_time.of} who were answered", by_then, "had it later")
    elif in_time.of is not None:
        yield _part(in_time, people, by_then, "had it later or are still waiting")
    yield from _days(promise)


def _part(count: Count, whole: str, verb: str, other: str) -> str:
    if count.number is not None and count.rest == 0:
        return f"All {whole} {verb}."
    if count.number is not None:
        return f"Of {whole}, {count.number} {verb} and {count.rest} {other}."
    if count.note == ALL_BUT_FEW:
        return f"All but fewer than five of the {whole} {verb}."
    if count.note == FEW:
        return f"Fewer than five of the {whole} {verb}."
    return f"How many of the {whole} {verb} is not shown: one side would be fewer than five."


def _days(promise: Promise) -> Iterator[str]:
    median, ninth, oldest = (promise.days[name] for name in ("median", "nine_in_ten", "oldest_open"))
    if median is not None:
        more = f", nine in ten within {_day_count(ninth)}" if ninth is not None else ""
        yield f"Half of those answered heard within {_day_count(median)} of their first interview{more}."
    if oldest is not None:
        yield f"The longest wait that is still open has lasted {_day_count(oldest)}."


def _referrals(counts: dict[str, Count]) -> Iterator[str]:
    received, led_on = counts["referrals"], counts["referrals_that_led_on"]
    if received.number is None:
        return
    yield f"The people who were interviewed named {received.number} others."
    candidates, clients = counts["referred_candidates"], counts["referred_clients"]
    if candidates.number is not None and clients.number is not None:
        yield f"{candidates.number} were looking for a new role; {clients.number} were hiring."
    if led_on.number is not None:
        yield f"{led_on.number} of the names led to a placement or to a new client."


def _rows(promise: Promise) -> Iterator[Row]:
    yield from _count_rows(promise.counts, ANSWER_LABELS)
    for name, label in DAY_LABELS.items():
        days = promise.days[name]
        yield Row(label, NOT_SHOWN if days is None else str(days))


def _count_rows(counts: dict[str, Count], labels: dict[str, str]) -> Iterator[Row]:
    for name, label in labels.items():
        yield Row(label, *_value(counts[name]))


def _value(count: Count) -> tuple[str, int | None]:
    if count.number is not None:
        return str(count.number), count.of
    return (count.note if count.note in (FEW, ALL_BUT_FEW) else NOT_SHOWN) or NOT_SHOWN, count.of


def bar_of(counts: dict[str, Count]) -> tuple[Segment, ...]:
    """The people interviewed, divided as far as may be told; empty when nothing may."""
    interviewed, answered, in_time = (
        counts[name].number for name in ("interviewed", "answered", "answered_in_time")
    )
    if interviewed is None:
        return ()
    if answered is None:
        return _bar_of_in_time(interviewed, in_time)
    pieces: list[Segment] = [("open", interviewed - answered, "still waiting")]
    if in_time is None:
        pieces.insert(0, ("answered", answered, "answered"))
    else:
        pieces.insert(0, ("later", answered - in_time, "answered later"))
        pieces.insert(0, ("kept", in_time, "answered by the date promised"))
    return tuple(piece for piece in pieces if piece[1])


def _bar_of_in_time(interviewed: int, in_time: int | None) -> tuple[Segment, ...]:
    if in_time is None or interviewed - in_time < FEWEST:
        return ()
    kept = ("kept", in_time, "answered by the date promised")
    return kept, ("rest", interviewed - in_time, "answered later or still waiting")


def _day_count(days: int) -> str:
    return "a day" if days <= 1 else f"{days} days"
