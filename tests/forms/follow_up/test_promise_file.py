"""The exported figures: right, and silent about every group of fewer than five."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import SHAPES
from forms.candidates.models import Outcome
from forms.follow_up.figures import Answers, Names
from forms.follow_up.promise_file import (
    ALL_BUT_FEW,
    FEW,
    UNCLEAR,
    Content,
    counts_of,
    days_of,
    export,
    last_months,
    public_figures,
    referral_counts,
)
from forms.referrals.models import ACCURACY_VERSION, ReferralKind
from forms.store.protocol import Query
from tests.forms.people import Scene, someone, someone_hiring

LONDON = ZoneInfo("Europe/London")
TODAY = dt.date(2026, 11, 12)


def answers(interviewed: int, answered: int, in_time: int) -> Answers:
    return Answers(
        interviewed,
        answered,
        in_time,
        median_days=4 if answered else None,
        ninth_days=9 if answered else None,
        oldest_days=30 if interviewed > answered else None,
    )


def names(candidates: int, clients: int, succeeded: int = 0) -> tuple[Names, Names]:
    return (
        Names(ReferralKind.CANDIDATE, candidates, succeeded=succeeded),
        Names(ReferralKind.CLIENT, clients),
    )


@pytest.mark.parametrize(
    ("interviewed", "answered", "in_time", "expected"),
    [
        (41, 36, 30, [(41, None, None), (36, 41, None), (30, 36, None)]),
        (41, 41, 41, [(41, None, None), (41, 41, None), (41, 41, None)]),
        (41, 39, 30, [(41, None, None), (None, 41, ALL_BUT_FEW), (30, 41, None)]),
        (41, 36, 33, [(41, None, None), (36, 41, None), (None, 36, ALL_BUT_FEW)]),
        (41, 3, 3, [(41, None, None), (None, 41, FEW), (None, None, FEW)]),
        (41, 0, 0, [(41, None, None), (None, 41, FEW), (None, None, FEW)]),
        (6, 5, 5, [(6, None, None), (None, 6, UNCLEAR), (None, None, UNCLEAR)]),
        (5, 5, 3, [(5, None, None), (5, 5, None), (None, 5, UNCLEAR)]),
        (4, 4, 4, [(None, None, FEW)] * 3),
        (0, 0, 0, [(None, None, FEW)] * 3),
    ],
)
def test_counts_under_five_and_what_would_give_them_away_are_left_out(
    interviewed: int, answered: int, in_time: int, expected: list[tuple[int | None, int | None, str | None]]
) -> None:
    found = counts_of(answers(interviewed, answered, in_time))
    assert [tuple(each.values()) for each in found.values()] == expected


def what_is_told(found: Answers) -> str:
    return json.dumps([counts_of(found), days_of(found)])


def test_no_group_of_one_to_four_can_be_worked_out_from_the_ledgers_counts() -> None:
    """By trying: every ledger up to a size, gathered by what the file says of it.

    Who knows the rules can narrow a ledger down to one such lot; in each, a small group has several sizes.
    """
    lots = defaultdict(list)
    for n in range(62):
        for a, t in itertools.combinations_with_replacement(range(n, -1, -1), 2):
            lots[what_is_told(answers(n, a, t))].append((n, a, t, n - a, a - t, n - t))
    for told, lot in lots.items():
        for group in zip(*lot, strict=True):
            assert len(set(group)) > 1 or group[0] == 0 or group[0] >= 5, (told, lot)


def test_no_group_of_one_to_four_can_be_worked_out_from_the_referrals() -> None:
    lots = defaultdict(list)
    for c, k in itertools.product(range(16), repeat=2):
        for s in range(c + k + 1):
            told = json.dumps(referral_counts(*names(c, k, s)))
            lots[told].append((c + k, c, k, s, c + k - s))
    for told, lot in lots.items():
        for group in zip(*lot, strict=True):
            assert len(set(group)) > 1 or group[0] == 0 or group[0] >= 5, (told, lot)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_every_published_count_is_at_least_five_and_true(n: int, a: int, t: int) -> None:
    n, a, t = sorted((n, a, t), reverse=True)
    told = counts_of(answers(n, a, t))
    for count, true in zip(told.values(), (n, a, t), strict=True):
        assert count["count"] in (None, true)
        for number in (count["count"], count["of"]):
            assert number is None or (isinstance(number, int) and number >= 5)
        assert (count["count"] is None) == (count["note"] is not None)
    days = days_of(answers(n, a, t))
    assert days["median"] is None or a >= 5
    assert days["nine_in_ten"] is None or a >= 40
    assert days["oldest_open"] is None or n - a >= 5


@pytest.mark.parametrize(
    ("candidates", "clients", "led_on", "expected"),
    [
        (9, 6, 5, [15, 9, 6, 5]),
        (9, 4, 5, [13, None, None, 5]),
        (13, 0, 0, [13, None, None, None]),
        (9, 6, 13, [15, 9, 6, None]),
        (3, 1, 1, [None, None, None, None]),
    ],
)
def test_referrals_are_told_by_kind_when_both_kinds_may_be(
    candidates: int, clients: int, led_on: int, expected: list[int | None]
) -> None:
    found = referral_counts(*names(candidates, clients, led_on))
    assert [each["count"] for each in found.values()] == expected


def test_the_file_covers_this_month_and_the_eleven_before() -> None:
    period = last_months(TODAY)
    assert (period.start, period.end) == (dt.date(2025, 12, 1), dt.date(2026, 12, 1))


def content_of(scene: Scene, today: dt.date | None = None) -> Content:
    with scene.store.read() as reader:
        return public_figures(reader, today or scene.today, LONDON, 5)


def a_good_year(scene: Scene, people: int = 7) -> None:
    """Seven people answered within two days, six referrals, and one interview of long ago."""
    some = [scene.interviewed(f"Zacharias {n}", f"zacharias{n}@people.example") for n in range(people)]
    scene.later(days=2)
    for one in some:
        scene.call(scene.decide(one, Outcome.CLIENT_DECLINED))
    by = scene.candidate("Referrer Quint", "quint@people.example")
    for n in range(3):
        scene.refer(by, someone(f"a{n}", name=f"Named {n}", email=f"named{n}@else.example"))
        scene.refer(by, someone_hiring(f"c{n}", name=f"Hiring {n}", email=f"hiring{n}@else.example"))


def test_what_stands_in_the_file(scene: Scene) -> None:
    a_good_year(scene)
    assert content_of(scene) == {
        "format": 1,
        "exported": "2026-11-14",
        "from": "2025-12-01",
        "promise_business_days": 5,
        "counts": {
            "interviewed": {"count": 7, "of": None, "note": None},
            "answered": {"count": 7, "of": 7, "note": None},
            "answered_in_time": {"count": 7, "of": 7, "note": None},
            "referrals": {"count": 6, "of": None, "note": None},
            "referred_candidates": {"count": None, "of": 6, "note": UNCLEAR},
            "referred_clients": {"count": None, "of": 6, "note": UNCLEAR},
            "referrals_that_led_on": {"count": None, "of": 6, "note": UNCLEAR},
        },
        "days": {"median": 2, "nine_in_ten": None, "oldest_open": None},
    }


def strings_in(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from strings_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings_in(each)
    elif isinstance(value, str):
        yield value


def test_no_word_of_the_store_is_in_the_file(scene: Scene, tmp_path: Path) -> None:
    """Neither a name, an address, a title nor an id, nor a moment finer than its day."""
    a_good_year(scene)
    export(tmp_path, content_of(scene))
    text = (tmp_path / "figures.json").read_text("utf-8")
    with scene.store.read() as reader:
        words = {
            word
            for shape in SHAPES
            for record in reader.find(shape.name, Query({}))
            for word in strings_in(record)
        }
    # The day of the export is a day on which things happened, and in the month of a statement's version.
    words -= {"", scene.today.isoformat(), ACCURACY_VERSION}
    assert len(words) > 100
    assert not [word for word in words if re.search(rf"(?i)\b{re.escape(word)}\b", text)]
    assert not re.search(r"\d:\d|\dT", text)


def test_the_file_is_written_whole_in_a_fixed_order_and_only_when_it_changes(tmp_path: Path) -> None:
    first = file_of(TODAY, 41, 36, 30)
    assert export(tmp_path, first)
    written = (tmp_path / "figures.json").stat().st_mtime_ns
    assert not export(tmp_path, file_of(TODAY + dt.timedelta(days=1), 41, 36, 30), at_once=True)
    assert (tmp_path / "figures.json").stat().st_mtime_ns == written
    text = (tmp_path / "figures.json").read_text("utf-8")
    assert json.loads(text) == first
    assert list(json.loads(text)) == ["format", "exported", "from", "promise_business_days", "counts", "days"]
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"]


@pytest.mark.parametrize(
    ("interviewed", "answered", "in_time", "later", "is_written"),
    [
        (42, 36, 30, 1, False),  # one more interview
        (41, 37, 31, 1, False),  # one more answer
        (41, 41, 30, 1, True),  # five more answers
        (46, 41, 35, 1, True),
        (46, 41, 36, 18, True),
        (46, 42, 35, 1, False),  # a veil falls over how many were answered
        (42, 36, 30, 19, True),  # another month: it counts other people
    ],
)
def test_yesterdays_file_cannot_be_subtracted_to_find_one_person(
    tmp_path: Path, interviewed: int, answered: int, in_time: int, later: int, *, is_written: bool
) -> None:
    export(tmp_path, file_of(TODAY, 41, 36, 30))
    day = TODAY + dt.timedelta(days=later)
    assert export(tmp_path, file_of(day, interviewed, answered, in_time)) is is_written
    export(tmp_path, file_of(day, interviewed, answered, in_time), at_once=True)
    found = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert found["counts"]["interviewed"]["count"] == interviewed


@pytest.mark.parametrize("before", ["", "{", "[]", "3", '{"format": 2}', '{"format": 1, "exported": "x"}'])
def test_what_is_no_export_is_replaced(tmp_path: Path, before: str) -> None:
    (tmp_path / "figures.json").write_text(before)
    assert export(tmp_path, file_of(TODAY, 41, 36, 30))


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    export(tmp_path, file_of(TODAY, 41, 36, 30))
    before = (tmp_path / "figures.json").read_bytes()
    (tmp_path / ".figures.json.tmp").mkdir()
    with pytest.raises(OSError, match="tmp"):
        export(tmp_path, file_of(TODAY, 99, 90, 80))
    assert (tmp_path / "figures.json").read_bytes() == before


def file_of(today: dt.date, interviewed: int, answered: int, in_time: int) -> Content:
    found = answers(interviewed, answered, in_time)
    return {
        "format": 1,
        "exported": today.isoformat(),
        "from": (last_months(today).start or today).isoformat(),
        "promise_business_days": 5,
        "counts": counts_of(found) | referral_counts(*names(0, 0)),
        "days": days_of(found),
    }
