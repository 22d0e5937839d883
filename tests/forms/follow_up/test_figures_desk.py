"""The page of figures: periods as links, the same numbers drawn and in tables."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask.testing import FlaskClient

from forms.candidates.models import Outcome
from tests.forms.acting import DeskActions
from tests.forms.people import Scene, someone, someone_hiring
from tests.forms.reading import words


@pytest.fixture
def busy(scene: Scene) -> Scene:
    """Three interviewed in October (two answered, one of them late) and one in November; two referrals."""
    for name, on, days in (("A", 1, 2), ("B", 1, 20), ("C", 30, None)):
        scene.clock.advance(dt.datetime(2026, 10, on, 9, tzinfo=dt.UTC) - scene.clock.now())
        one = scene.interviewed(name, f"{name}@people.example")
        if days:
            scene.later(days=days)
            scene.call(scene.decide(one, Outcome.CLIENT_DECLINED))
    scene.clock.advance(dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC) - scene.clock.now())
    scene.interviewed("D", "d@people.example")
    by = scene.candidate("Referrer", "referrer@people.example")
    scene.refer(by, someone("a", email="named@else.example"))
    scene.refer(by, someone_hiring("b", email="hiring@else.example"))
    return scene


def row(page: str, label: str) -> str:
    """A line of a table, in words."""
    found = re.search(rf"<tr[^>]*><th scope=\"row\">(?:<a [^>]*>)?{re.escape(label)}<.*?</tr>", page, re.S)
    assert found, f"no row {label}"
    return words(found[0])


def test_figures_begin_with_this_year(desk: DeskActions, busy: Scene) -> None:
    page = desk.get("/desk/figures/").text
    assert "2026, as things stand on 12 November 2026" in page
    assert "Of 4 people interviewed, 2 have had an answer: 1 by the date promised, 1 later." in page
    assert "2 wait, 1 beyond the date that stands." in page
    for label, number in {
        "Interviewed": "4",
        "Answered": "2 of 4",
        "by the date promised first": "1 of 2",
        "Waiting": "2 of 4",
        "beyond the date that stands": "1 of 2",
        "Days to the answer, median": "20",
        "Days of the longest open wait": "13",
    }.items():
        assert row(page, label) == f"{label} {number}"


def test_what_is_drawn_stands_in_a_table_as_well(desk: DeskActions, busy: Scene) -> None:
    page = desk.get("/desk/figures/2026/").text
    assert row(page, "October 2026") == "October 2026 3 1 1 1 20"
    assert row(page, "November 2026") == "November 2026 1 0 0 1 –"
    assert (
        'aria-label="October 2026: 3 interviewed, 1 answered in time, 1 later, 1 waiting; November 2026: 1 '
        'interviewed, 0 answered in time, 0 later, 1 waiting"' in page
    )
    assert page.count('role="img"') == 2
    assert page.count('<rect class="chart-kept" x="91.5"') == 1
    assert len(re.findall(r"<li>[A-Z][a-z]{2}<b>", page)) == 12


def test_referrals_stand_by_kind_with_what_came_of_them(desk: DeskActions, busy: Scene) -> None:
    page = desk.get("/desk/figures/2026-Q4/").text
    assert row(page, "Looking for a role") == "Looking for a role 1 1 0 0"
    assert row(page, "Hiring") == "Hiring 1 1 0 0"
    assert "No names came in this time." in desk.get("/desk/figures/2026-10/").text


def test_periods_are_links_that_keep_to_the_time_at_hand(desk: DeskActions, busy: Scene) -> None:
    page = desk.get("/desk/figures/2026-10/").text
    tabs = re.findall(r'<li><a href="/desk/figures/([^/]+)/"( aria-current="page")?>(\w+(?: \w+)?)</a>', page)
    assert tabs == [
        ("2026-10", ' aria-current="page"', "Month"),
        ("2026-Q4", "", "Quarter"),
        ("2026", "", "Year"),
        ("all", "", "All time"),
    ]
    assert '<a href="/desk/figures/2026-11/" rel="next">November 2026 →</a>' in page
    assert 'rel="prev"' not in page  # the ledger begins there
    assert 'rel="next"' not in desk.get("/desk/figures/2026-11/").text
    assert 'rel="prev"' in desk.get("/desk/figures/2026-11/").text


@pytest.mark.parametrize("name", ["2026-12", "2027", "2026-13", "9999", "nonsense"])
def test_a_period_to_come_or_of_no_calendar_is_not_found(desk: DeskActions, name: str) -> None:
    assert desk.get(f"/desk/figures/{name}/").status_code == 404


@pytest.mark.parametrize("name", ["", "2026-11/", "2026-Q3/", "2024/", "all/"])
def test_a_desk_without_interviews_is_told_when_figures_begin(desk: DeskActions, name: str) -> None:
    page = desk.get(f"/desk/figures/{name}")
    assert page.status_code == 200
    assert "Figures begin with the first interview." in page.text


def test_one_person_is_said_in_the_singular(desk: DeskActions, scene: Scene) -> None:
    scene.call(scene.declined())
    page = desk.get("/desk/figures/all/").text
    assert "Of 1 person interviewed, 1 has had an answer: 1 by the date promised." in page
    assert "Nobody waits." in page


def test_figures_are_in_the_navigation_and_behind_the_door(client: FlaskClient, desk: DeskActions) -> None:
    assert '<a href="/desk/figures/" aria-current="page">Figures</a>' in desk.get("/desk/figures/all/").text
    assert client.get("/desk/figures/").status_code == 303
