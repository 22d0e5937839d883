"""OpenCATS' pipelines: the shipped SQL runs over its tables, and its result is imported.

The SQL is run by SQLite: it uses nothing that MySQL has alone.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sqlite3

import pytest

from core.settings import ROOT
from forms.candidates.models import Outcome, Stage
from forms.follow_up.models import DebtState
from tests.forms.spreadsheets.practice import Practice

SQL = ROOT / "docs" / "opencats.sql"

# The columns that matter of db/cats_schema.sql, OpenCATS 0.9.
SCHEMA = """
CREATE TABLE candidate (candidate_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT,
    email1 TEXT, email2 TEXT, phone_home TEXT, phone_cell TEXT, phone_work TEXT);
CREATE TABLE company (company_id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE joborder (joborder_id INTEGER PRIMARY KEY, company_id INTEGER, title TEXT, city TEXT);
CREATE TABLE candidate_joborder (candidate_joborder_id INTEGER PRIMARY KEY, candidate_id INTEGER,
    joborder_id INTEGER, status INTEGER);
CREATE TABLE candidate_joborder_status_history (candidate_id INTEGER, joborder_id INTEGER, date TEXT,
    status_from INTEGER, status_to INTEGER);
INSERT INTO company VALUES (7, 'Northwind');
INSERT INTO joborder VALUES (3, 7, 'Payroll lead', 'Leeds'), (4, 7, 'Welder', NULL);
INSERT INTO candidate VALUES (11, 'Ada', 'Ashworth', 'ADA@people.example', NULL, '', '+44 7700 900123', NULL),
    (12, 'Ben', 'Brook', '', NULL, '', '07700 900456', ''),
    (13, 'Cem', 'Çelik', 'cem@people.example', '', '', '', ''),
    (14, 'Dee', 'Dale', 'dee@people.example', '', '', '', ''),
    (15, 'Eve', 'East', 'eve@people.example', '', '', '', '');
INSERT INTO candidate_joborder VALUES (1, 11, 3, 500), (2, 12, 3, 700), (3, 13, 3, 800), (4, 14, 3, 650),
    (5, 15, 3, 250), (6, 11, 4, 600);
INSERT INTO candidate_joborder_status_history VALUES
    (11, 3, '2026-03-02 10:00:00', 400, 500), (11, 3, '2026-03-09 11:30:00', 500, 500),
    (12, 3, '2026-03-03 10:00:00', 400, 500), (12, 3, '2026-03-20 10:00:00', 500, 700),
    (13, 3, '2026-03-04 10:00:00', 400, 500), (13, 3, '2026-03-11 10:00:00', 500, 600),
    (13, 3, '2026-03-18 10:00:00', 600, 800),
    (14, 3, '2026-03-05 10:00:00', 300, 650),
    (11, 4, '2026-04-01 10:00:00', 400, 600);
"""


@pytest.fixture
def exported() -> str:
    """What the SQL writes, as MySQL's client does: tabs, and no quotes."""
    database = sqlite3.connect(":memory:")
    database.executescript(SCHEMA)
    found = database.execute(SQL.read_text("utf-8"))
    written = io.StringIO()
    writer = csv.writer(written, delimiter="\t", lineterminator="\n")
    writer.writerow([column[0] for column in found.description])
    writer.writerows(found)
    database.close()
    return written.getvalue()


def test_pipelines_become_candidacies_and_the_unanswered_are_owed(practice: Practice, exported: str) -> None:
    plan = practice.plan(exported)
    assert (plan.unmatched, plan.problems) == ((), ())
    made = practice.bring_new(exported)
    assert (made.rows, made.new, made.added, made.debts) == (6, 5, 1, 3)
    both = [dt.date(2026, 3, 2), dt.date(2026, 3, 9)]
    assert practice.interviews("Ada Ashworth", "Payroll lead") == both
    assert practice.candidacy("Ada Ashworth", "Welder").stage is Stage.OFFERED
    ben = practice.candidacy("Ben Brook")
    assert (ben.stage, ben.outcome) == (Stage.INTERVIEWING, Outcome.CLIENT_DECLINED)
    debt = practice.debt("Ben Brook")
    assert debt is not None
    assert (debt.state, debt.due) == (DebtState.DUE, dt.date(2026, 3, 10))
    placed = practice.debt("Cem Çelik")
    assert practice.candidacy("Cem Çelik").outcome is Outcome.PLACED
    assert placed is not None
    assert placed.answered == dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)
    assert practice.candidacy("Dee Dale").outcome is Outcome.RECRUITER_DECLINED
    assert practice.debt("Dee Dale") is None
    assert practice.candidacy("Eve East").stage is Stage.CONTACTED
    assert practice.jobs() == ["Payroll lead", "Welder"]


def test_pipelines_find_the_people_of_the_list_by_address_telephone_and_number(
    practice: Practice, exported: str
) -> None:
    practice.bring(
        "Candidate ID,First Name,Last Name,E-Mail,Cell Phone,Key Skills\n"
        "11,Ada,Ashworth,ada@people.example,,python\n"
        "12,Ben,Brook,,07700 900456,\n"
        "14,Dee,Dale,dee.dale@work.example,,\n"
    )
    without = exported.replace("dee@people.example", "")
    made = practice.bring_new(without)
    assert (made.new, made.added) == (2, 4)
    assert practice.candidacy("Dee Dale").outcome is Outcome.RECRUITER_DECLINED
    assert practice.people() == ["Ada Ashworth", "Ben Brook", "Cem Çelik", "Dee Dale", "Eve East"]


def test_pipelines_come_in_twice_and_are_taken_back(practice: Practice, exported: str) -> None:
    before = practice.everything()
    made = practice.bring_new(exported)
    assert practice.bring(exported, later=1) is None
    assert practice.take_back(made).kept == ()
    assert practice.everything() == before


def test_what_mysql_writes_for_nothing_is_nothing(practice: Practice) -> None:
    sheet = (
        "First Name\tLast Name\tE-Mail\tCell Phone\tJob\tClient\tStatus\tInterviewed\n"
        "Ada\tAshworth\tada@people.example\tNULL\tLead\tWorks\t100\t0000-00-00 00:00:00\n"
    )
    (row,) = practice.plan(sheet).rows
    assert (row.findings, row.draft.phones, row.draft.interviews) == ((), (), ())
