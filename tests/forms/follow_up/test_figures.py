"""The figures of a period, counted over ledgers made by hand and by chance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import SHAPES
from forms.follow_up.figures import Answers, Figures, Names, figures, ninth_of
from forms.follow_up.models import FOLLOW_UPS, DebtState, FollowUp
from forms.follow_up.periods import ALL_TIME, PeriodKind, period_named, period_of
from forms.referrals.models import REFERRALS, Referral, ReferralKind, ReferralState
from forms.store.memory import MemoryStore
from tests.forms.people import Scene, someone, someone_hiring

LONDON = ZoneInfo("Europe/London")
TODAY = dt.date(2026, 11, 22)
NOON = dt.time(12, tzinfo=dt.UTC)


def debt(number: int, since: str, promised: str, answered: str | None = None, due: str = "") -> FollowUp:
    """One row of a ledger made by hand; all dates as 10-31 of 2026."""
    day, first = dt.date.fromisoformat(f"2026-{since}"), dt.date.fromisoformat(f"2026-{promised}")
    stands = dt.date.fromisoformat(f"2026-{due}") if due else first
    made = FollowUp(f"{number:032x}", "job", "one", DebtState.DUE, day, first, stands)
    if answered is None:
        return made
    at = dt.datetime.combine(dt.date.fromisoformat(f"2026-{answered}"), NOON)
    return made.answered_by(DebtState.CALLED, at)


def counted(
    debts: Sequence[FollowUp], name: str = "all", today: dt.date = TODAY, named: Sequence[Referral] = ()
) -> Figures:
    store = MemoryStore(SHAPES)
    with store.transaction() as tx:
        for each in debts:
            FOLLOW_UPS.put(tx, each)
        for referral in named:
            REFERRALS.put(tx, referral)
    with store.read() as reader:
        return figures(reader, period_named(name), today, LONDON)


LEDGER = (
    debt(1, "09-30", "10-07", "10-02"),
    debt(2, "10-01", "10-08", "10-08"),  # on the very day
    debt(3, "10-31", "11-06", "11-07"),  # a day late
    debt(4, "11-01", "11-06", due="12-01"),  # told that nothing is decided; not late
    debt(5, "11-02", "11-09"),  # late
    debt(6, "11-22", "11-27"),  # today
    debt(7, "11-23", "11-30"),  # to come
    debt(8, "11-10", "11-17", "11-08"),  # answered before the interview: it was called off
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("all", Answers(7, 4, 3, 1, median_days=7, ninth_days=7, oldest_days=21)),
        ("2026", Answers(7, 4, 3, 1, median_days=7, ninth_days=7, oldest_days=21)),
        ("2026-Q3", Answers(1, 1, 1, 0, median_days=2, ninth_days=2)),
        ("2026-09", Answers(1, 1, 1, 0, median_days=2, ninth_days=2)),
        ("2026-10", Answers(2, 2, 1, 0, median_days=7, ninth_days=7)),
        ("2026-11", Answers(4, 1, 1, 1, median_days=0, ninth_days=0, oldest_days=21)),
        ("2026-12", Answers()),
        ("2025", Answers()),
    ],
)
def test_a_period_counts_those_first_interviewed_in_it(name: str, expected: Answers) -> None:
    assert counted(LEDGER, name).answers == expected


def test_an_answer_is_dated_by_the_calendar_on_the_headhunters_wall() -> None:
    """Half past midnight in London in summer is still yesterday in UTC."""
    due = debt(1, "07-01", "07-08")
    at = dt.datetime(2026, 7, 8, 23, 30, tzinfo=dt.UTC)
    late = counted([due.answered_by(DebtState.SENT, at)], "2026-07").answers
    assert (late.in_time, late.median_days) == (0, 8)


@pytest.mark.parametrize(
    ("days", "median", "ninth"),
    [([3], 3, 3), ([1, 4], 4, 4), (range(1, 11), 6, 9), (range(1, 12), 6, 10), ([2] * 19 + [90], 2, 2)],
)
def test_median_and_ninth_tenth_are_days_somebody_really_waited(
    days: Sequence[int], median: int, ninth: int
) -> None:
    rows = [
        debt(n, "06-01", "06-08", (dt.date(2026, 6, 1) + dt.timedelta(days=d)).isoformat()[5:])
        for n, d in enumerate(days)
    ]
    found = counted(rows).answers
    assert (found.median_days, found.ninth_days) == (median, ninth)


@given(st.integers(1, 10_000))
def test_nine_in_ten_are_at_or_below_the_ninth_tenth(count: int) -> None:
    assert ninth_of(count) == min(n for n in range(1, count + 1) if 10 * n >= 9 * count)
    assert 1 <= ninth_of(count) <= count


def test_a_reopened_answer_is_owed_again() -> None:
    paid = debt(1, "10-01", "10-08", "10-02")
    assert counted([paid.reopened(TODAY)]).answers == Answers(1, oldest_days=52)


def test_a_year_is_drawn_by_its_months_and_they_add_up() -> None:
    found = counted(LEDGER, "2026")
    assert [part.period.short_label for part in found.parts][8:11] == ["Sep", "Oct", "Nov"]
    assert [part.answers.interviewed for part in found.parts] == [0] * 8 + [1, 2, 4, 0]
    assert counted(LEDGER, "2026-11").parts == ()


def test_all_time_is_drawn_by_quarters_and_after_three_years_by_years() -> None:
    assert [part.period.label for part in counted(LEDGER).parts] == [
        "July to September 2026",
        "October to December 2026",
    ]
    old = replace(LEDGER[0], since=dt.date(2023, 5, 1))
    assert [part.period.name for part in counted([old, *LEDGER[1:]]).parts] == [
        "2023",
        "2024",
        "2025",
        "2026",
    ]


def test_referrals_are_counted_by_kind_and_by_what_came_of_them(scene: Scene) -> None:
    by = scene.candidate()
    made = [
        scene.refer(by, someone("a", email="a@x.org")),
        scene.refer(by, someone("b", email="b@x.org")),
        scene.refer(by, someone_hiring("c", email="c@x.org")),
        scene.refer(by, someone_hiring("d", email="d@x.org")),
    ]
    became = (
        ReferralState.PLACED,
        ReferralState.CONTACTING,
        ReferralState.CLIENT_WON,
        ReferralState.CLOSED,
    )
    rows = [replace(each, state=state) for each, state in zip(made, became, strict=True)]
    # Half past eleven in the evening of 31 October in UTC is that of London, too: summer time has ended.
    rows[3] = replace(rows[3], created=dt.datetime(2026, 10, 31, 23, 30, tzinfo=dt.UTC))
    found = counted((), "2026-11", named=rows)
    assert found.candidates == Names(ReferralKind.CANDIDATE, received=2, in_hand=1, succeeded=1)
    assert found.clients == Names(ReferralKind.CLIENT, received=1, succeeded=1)
    assert counted((), named=rows).clients == Names(ReferralKind.CLIENT, received=2, succeeded=1, closed=1)


days = st.integers(0, 900).map(lambda n: dt.date(2024, 7, 1) + dt.timedelta(days=n))
rows = st.builds(
    lambda since, promise, wait: (since, since + dt.timedelta(days=promise), wait),
    days,
    st.integers(0, 45),
    st.none() | st.integers(-3, 200),
)


def random_debt(number: int, since: dt.date, promised: dt.date, wait: int | None) -> FollowUp:
    made = FollowUp(f"{number:032x}", "job", "one", DebtState.EXTENDED, since, promised, promised)
    if wait is None:
        return made
    at = dt.datetime.combine(since + dt.timedelta(days=wait), NOON)
    return made.answered_by(DebtState.SENT, at)


@given(st.lists(rows, max_size=40), st.sampled_from(["2024", "2025", "2026", "2025-Q2", "all"]))
def test_whatever_the_ledger_the_parts_make_the_whole(
    ledger: list[tuple[dt.date, dt.date, int | None]], name: str
) -> None:
    found = counted([random_debt(n, *row) for n, row in enumerate(ledger)], name)
    whole = found.answers
    assert whole.interviewed == sum(s in found.period and s <= TODAY for s, _, _ in ledger)
    assert whole.interviewed == whole.in_time + whole.after_date + whole.waiting
    assert whole.late <= whole.waiting
    assert (whole.median_days is None) == (whole.answered == 0)
    if whole.median_days is not None and whole.ninth_days is not None:
        assert 0 <= whole.median_days <= whole.ninth_days
    if found.parts:
        for count in ("interviewed", "answered", "in_time", "late"):
            assert sum(getattr(part.answers, count) for part in found.parts) == getattr(whole, count)
        oldest = [part.answers.oldest_days for part in found.parts if part.answers.oldest_days is not None]
        assert max(oldest, default=None) == whole.oldest_days


@pytest.mark.parametrize(
    ("name", "label", "before", "after"),
    [
        ("2026-11", "November 2026", "2026-10", "2026-12"),
        ("2026-12", "December 2026", "2026-11", "2027-01"),
        ("2026-Q1", "January to March 2026", "2025-Q4", "2026-Q2"),
        ("2026", "2026", "2025", "2027"),
        ("all", "all time", "all", "all"),
    ],
)
def test_a_period_has_a_name_an_address_and_neighbours(
    name: str, label: str, before: str, after: str
) -> None:
    period = period_named(name)
    assert (period.name, period.label) == (name, label)
    assert (period.moved(-1).name, period.moved(1).name) == (before, after)


@pytest.mark.parametrize("name", ["", "2026-13", "2026-00", "2026-Q5", "26", "2026-1", "0000", "9999", "ALL"])
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the calendar's own words for some of them
        period_named(name)


@given(st.dates(dt.date(1, 1, 1), dt.date(9998, 12, 31)), st.sampled_from(PeriodKind))
def test_every_day_lies_in_exactly_one_period_of_a_kind(day: dt.date, kind: PeriodKind) -> None:
    period = period_of(kind, day)
    assert day in period
    assert period_named(period.name) == period
    if period is not ALL_TIME and day.year > 1:
        assert day not in period.moved(-1)
        assert period.moved(1).start == period.end
