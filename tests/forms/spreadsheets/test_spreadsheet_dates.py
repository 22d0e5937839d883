"""Dates out of spreadsheets: certain ones are read, ambiguous ones settled by their column or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.spreadsheets.dates import EXCEL_DAY_ZERO, Ambiguous, DateOrder, order_of, read_date, read_dates

MARCH_4 = dt.date(2026, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026-03-04 10:30:00",
        "2026-03-04T10:30:00Z",
        "2026/3/4",
        "20260304",
        "4 March 2026",
        "4-Mar-26",
        "March 4, 2026",
        "4th Mar 2026",
        "46085",
        "46085.4375",
    ],
)
def test_a_date_that_is_certain_needs_no_order(text: str) -> None:
    assert read_date(text, None) == MARCH_4


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("04/03/2026", DateOrder.DMY),
        ("4.3.2026", DateOrder.DMY),
        ("4. 3. 2026", DateOrder.DMY),
        ("03/04/2026 9:05 AM", DateOrder.MDY),
        ("03-04-26", DateOrder.MDY),
        ("26-03-04", DateOrder.YMD),
    ],
)
def test_the_order_of_the_column_says_what_comes_first(text: str, order: DateOrder) -> None:
    assert read_date(text, order) == MARCH_4


def test_an_ambiguous_date_is_never_guessed() -> None:
    with pytest.raises(Ambiguous, match="“03/04/2026” is 4 March 2026 or 3 April 2026"):
        read_date("03/04/2026", None)
    assert read_date("04/04/2026", None) == dt.date(2026, 4, 4)
    assert read_date("13/04/2026", None) == dt.date(2026, 4, 13)


@pytest.mark.parametrize("text", ["2026-02-30", "31/04/2026", "soon", "12", "04/13/2026", "1/2/3/4", "99999"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"“{text}” is no date"):
        read_date(text, DateOrder.DMY)


def test_two_digits_of_a_year_are_of_the_century_that_posix_says() -> None:
    assert read_date("31-12-68", None) == dt.date(2068, 12, 31)
    assert read_date("31-12-69", None) == dt.date(1969, 12, 31)


def test_one_unambiguous_date_settles_its_column_and_contradictions_settle_nothing() -> None:
    assert order_of(["04/03/2026", "13/03/2026", ""]) is DateOrder.DMY
    assert order_of(["04/03/2026 10:00", "03/13/2026 10:00"]) is DateOrder.MDY
    assert order_of(["04/03/2026", "05/06/2026", "2026-03-04"]) is None
    assert order_of(["13/03/2026", "03/13/2026"]) is None


def test_a_cell_may_hold_several_dates() -> None:
    days = (dt.date(2026, 3, 2), dt.date(2026, 3, 9))
    for text in (
        "2026-03-09,2026-03-02",
        "2 March 2026; 9 March 2026",
        "2026-03-02 2026-03-09",
        "2026-03-02\n46090",
    ):
        assert read_dates(text, None) == days
    assert read_dates("2026-03-02, 0000-00-00 00:00:00", None) == days[:1]
    assert read_dates("March 2, 2026", None) == days[:1]


DAYS = st.dates(dt.date(1970, 1, 1), dt.date(2060, 12, 31))


@given(day=DAYS)
def test_every_day_is_read_back_from_each_way_to_write_it(day: dt.date) -> None:
    assert read_date(day.isoformat(), None) == day
    assert read_date(str((day - EXCEL_DAY_ZERO).days), None) == day
    assert read_date(f"{day:%d/%m/%Y}", DateOrder.DMY) == day
    assert read_date(f"{day:%m/%d/%Y}", DateOrder.MDY) == day
    assert read_date(f"{day:%d %B %Y}", None) == day


@given(text=st.text(max_size=20), order=st.sampled_from([None, *DateOrder]))
def test_any_text_is_a_date_or_refused(text: str, order: DateOrder | None) -> None:
    try:
        read_dates(text, order)
    except ValueError:
        return
