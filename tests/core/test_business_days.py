"""Business days: weekdays without the public holidays of a place."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.business_days import WEEKDAYS, BusinessDays, HolidayRegion
from core.errors import InvalidSettings
from core.settings import ROOT, load_run_settings

ENGLAND, SCOTLAND, ONTARIO, BAVARIA = (
    BusinessDays(HolidayRegion(name)) for name in ("GB-ENG", "GB-SCT", "CA-ON", "DE-BY")
)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2050, 12, 31))
COUNTS = st.integers(0, 60)
CALENDARS = st.sampled_from([WEEKDAYS, ENGLAND, ONTARIO, BAVARIA])


@pytest.mark.parametrize(
    ("calendar", "start", "days", "expected"),
    [
        # Easter 2026: Good Friday is 3 April, Easter Monday the 6th.
        (WEEKDAYS, dt.date(2026, 4, 1), 5, dt.date(2026, 4, 8)),
        (ENGLAND, dt.date(2026, 4, 1), 5, dt.date(2026, 4, 10)),
        (SCOTLAND, dt.date(2026, 4, 1), 5, dt.date(2026, 4, 9)),  # Easter Monday is no holiday there
        (ONTARIO, dt.date(2026, 4, 1), 5, dt.date(2026, 4, 9)),  # nor there
        (BAVARIA, dt.date(2026, 4, 1), 5, dt.date(2026, 4, 10)),
        (ENGLAND, dt.date(2026, 4, 2), 1, dt.date(2026, 4, 7)),
        # Christmas 2026: Boxing Day is a Saturday, so that Monday the 28th is kept.
        (WEEKDAYS, dt.date(2026, 12, 24), 1, dt.date(2026, 12, 25)),
        (ENGLAND, dt.date(2026, 12, 24), 1, dt.date(2026, 12, 29)),
        (ENGLAND, dt.date(2026, 12, 21), 5, dt.date(2026, 12, 30)),
        (ONTARIO, dt.date(2026, 12, 24), 5, dt.date(2027, 1, 5)),
        # Family Day in Ontario: the third Monday of February.
        (ONTARIO, dt.date(2026, 2, 13), 1, dt.date(2026, 2, 17)),
        (ENGLAND, dt.date(2026, 2, 13), 1, dt.date(2026, 2, 16)),
        (ONTARIO, dt.date(2027, 2, 12), 5, dt.date(2027, 2, 22)),
    ],
)
def test_a_promise_steps_over_public_holidays(
    calendar: BusinessDays, start: dt.date, days: int, expected: dt.date
) -> None:
    assert calendar.after(start, days) == expected


@given(CALENDARS, DAYS, st.integers(1, 60))
def test_a_date_that_was_counted_to_is_a_business_day(
    calendar: BusinessDays, start: dt.date, days: int
) -> None:
    end = calendar.after(start, days)
    between = [start + dt.timedelta(days=step) for step in range(1, (end - start).days + 1)]
    assert calendar.includes(end)
    assert sum(map(calendar.includes, between)) == days


@given(CALENDARS, DAYS, COUNTS, COUNTS)
def test_counting_on_is_counting_at_once(calendar: BusinessDays, start: dt.date, one: int, two: int) -> None:
    assert calendar.after(calendar.after(start, one), two) == calendar.after(start, one + two)


@given(CALENDARS, DAYS, COUNTS)
def test_holidays_never_bring_a_date_nearer(calendar: BusinessDays, start: dt.date, days: int) -> None:
    assert calendar.after(start, days) >= WEEKDAYS.after(start, days) >= start


@given(CALENDARS, DAYS)
def test_the_first_business_day_is_the_day_itself_or_the_next_one(
    calendar: BusinessDays, day: dt.date
) -> None:
    first = calendar.first_from(day)
    assert calendar.includes(first)
    assert first == (day if calendar.includes(day) else calendar.after(day, 1))


@pytest.mark.parametrize("name", ["", "GB", "GB-ENG", "CA-ON", "DE-BY", "US-CA"])
def test_a_place_is_named_by_its_code(name: str) -> None:
    assert load_run_settings({"FOLLOWUP_HOLIDAYS": name}).holidays == name


@pytest.mark.parametrize(
    ("name", "repair"),
    [
        ("GB-EGN", 'did you mean "GB-ENG"?'),
        ("CA-ONT", 'did you mean "CA-ON"?'),
        ("gb-eng", 'did you mean "GB-ENG"?'),
        ("GB-", 'did you mean "GB"?'),
        ("England", 'write it as "GB-ENG" or "CA-ON"'),
    ],
)
def test_a_place_that_is_not_known_is_refused_with_the_nearest(name: str, repair: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        load_run_settings({"FOLLOWUP_HOLIDAYS": name})
    assert '"FOLLOWUP_HOLIDAYS"' in str(refused.value)
    assert repair in str(refused.value)


@pytest.mark.parametrize("typed", ["7:30", "07:30", " 07:30 "])
def test_the_digest_has_a_time_of_day(typed: str) -> None:
    assert load_run_settings({"FOLLOWUP_DIGEST": typed}).digest == dt.time(7, 30)


@pytest.mark.parametrize("typed", ["24:00", "7.30", "07:60", "morning", "7", "07:30:00"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(InvalidSettings, match='"FOLLOWUP_DIGEST" must be a time of day such as "07:30"'):
        load_run_settings({"FOLLOWUP_DIGEST": typed})


def test_the_digest_is_off_unless_asked_for() -> None:
    assert load_run_settings({}).digest is None
    assert load_run_settings({"FOLLOWUP_DIGEST": ""}).digest is None


def test_who_names_no_place_does_not_wait_for_the_library_of_holidays() -> None:
    program = (
        "import sys, datetime, forms\n"
        "from core.business_days import WEEKDAYS\n"
        "WEEKDAYS.after(datetime.date(2026, 1, 1), 5)\n"
        "assert 'holidays' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)
