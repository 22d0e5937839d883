"""Taking an import back: exactly what it made, and nothing that was touched since."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import Conflict, NotFound
from forms import COLLECTIONS, links
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDACIES, Outcome, Stage
from forms.jobs import service as jobs
from forms.jobs.models import JOBS, JobState
from forms.links import Purpose
from forms.spreadsheets import undoing
from forms.spreadsheets.models import IMPORTED_ROWS, ImportState
from forms.spreadsheets.undoing import undo
from forms.store.fsck import fsck
from tests.forms.spreadsheets import sheets
from tests.forms.spreadsheets.practice import NOW, Practice


def test_a_person_who_was_changed_since_stays_and_the_others_go(any_practice: Practice) -> None:
    practice = any_practice
    made = practice.bring_new("Name,E-mail\nAda Ashworth,ada@people.example\nBen Brook,ben@people.example\n")
    ada = practice.person("Ada Ashworth")
    candidates.change_candidate(
        practice.store,
        ada.id,
        name=ada.name,
        email=ada.email,
        phone="+447700900123",
        profile_url=None,
        notes="",
    )
    back = practice.take_back(made)
    assert [str(each) for each in back.kept] == [
        "line 2: “Ada Ashworth” stays: it was changed since (candidates)"
    ]
    assert back.record.state is ImportState.PARTLY_UNDONE
    assert practice.people() == ["Ada Ashworth"]
    assert fsck(practice.store, COLLECTIONS) == []


def test_a_person_something_belongs_to_by_now_stays_until_it_is_gone(practice: Practice) -> None:
    made = practice.bring_new("Name,E-mail\nAda Ashworth,ada@people.example\n")
    ada = practice.person("Ada Ashworth")
    links.mint(practice.store, Purpose.STATUS, ada.id, now=NOW, lifetime=dt.timedelta(days=1))
    (kept,) = practice.take_back(made).kept
    assert kept.why == "something belongs to it by now (links)"
    with practice.store.transaction() as tx:
        for each in links.LINKS.find(tx, {"holder": ada.id}):
            links.LINKS.delete(tx, each.id)
    back = practice.take_back(made)
    assert (back.record.state, back.kept) == (ImportState.UNDONE, ())
    assert practice.people() == []
    with pytest.raises(Conflict, match="taken back before"):
        practice.take_back(made)


def test_a_candidacy_that_went_on_stays_with_its_person_and_job(practice: Practice) -> None:
    made = practice.bring_new(sheets.INTERVIEWED)
    candidates.decide(
        practice.store,
        practice.candidacy("Ada Ashworth").id,
        Outcome.JOB_FILLED,
        reason="",
        private_reason="",
        by="anna",
        now=NOW,
    )
    back = practice.take_back(made)
    assert {each.what for each in back.kept} == {
        "“Ada Ashworth”",
        "the candidacy of “Ada Ashworth”",
        "“Payroll lead”",
        "“Northwind”",
    }
    assert practice.people() == ["Ada Ashworth"]
    assert practice.count(CANDIDACIES) == 1


def test_a_job_that_was_opened_since_stays_and_the_people_go(practice: Practice) -> None:
    made = practice.bring_new(sheets.INTERVIEWED)
    with practice.store.read() as reader:
        (job,) = JOBS.find(reader)
    jobs.change_state(practice.store, job.id, JobState.OPEN, by="anna", now=NOW)
    back = practice.take_back(made)
    assert [each.what for each in back.kept] == ["“Payroll lead”", "“Northwind”"]
    assert practice.people() == []


def test_what_was_on_file_before_is_as_it_was(any_practice: Practice) -> None:
    practice = any_practice
    head = "Name,E-mail,Phone,Job,Client,Interviewed,Notes\n"
    practice.bring(head + "Ada Ashworth,ada@people.example,,Lead,Works,2026-11-02,Shy\n")
    before = practice.everything()
    made = practice.bring_new(
        head + "Ada Ashworth,ada@people.example,07700 900123,Lead,Works,2026-11-09,Strong\n"
        "Ada Ashworth,ada@people.example,,Other,Works,2026-11-10,\n",
        later=5,
    )
    assert (made.new, made.added) == (0, 2)
    assert practice.take_back(made).kept == ()
    assert practice.everything() == before
    assert practice.candidacy("Ada Ashworth").stage is Stage.INTERVIEWING


def test_the_earlier_of_two_imports_waits_for_the_later_one(practice: Practice) -> None:
    first = practice.bring_new("Name,E-mail\nAda Ashworth,ada@people.example\n")
    second = practice.bring_new("Name,E-mail,Phone\nAda Ashworth,ada@people.example,07700 900123\n", later=1)
    assert len(practice.take_back(first).kept) == 1
    assert practice.take_back(second).kept == ()
    assert practice.take_back(first).kept == ()
    assert practice.people() == []


def test_many_rows_are_taken_back_in_batches(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "BATCH", 2)
    made = practice.bring_new(sheets.INTERVIEWED)
    seen: list[int] = []
    undo(practice.store, made.id, COLLECTIONS, now=NOW, advance=seen.append)
    assert seen == [2, 2, 1]
    assert practice.people() == []
    assert practice.count(IMPORTED_ROWS) == 0


def test_an_import_that_is_not_there_is_refused(practice: Practice) -> None:
    with pytest.raises(NotFound):
        undo(practice.store, "nothing", COLLECTIONS, now=NOW)
