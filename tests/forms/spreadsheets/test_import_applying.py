"""Importing: the people, their candidacies and the debts, once, whatever the engine, and without any mail."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core.errors import Conflict
from forms import COLLECTIONS
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDATES, Outcome, Stage
from forms.desk.visibility import store_for
from forms.follow_up.answers import told_outcome
from forms.follow_up.ledger import owed
from forms.follow_up.models import DebtState
from forms.jobs.models import JOBS, JobState
from forms.outbox.models import OUTBOX
from forms.recruiters import RECRUITERS, Recruiter, Role
from forms.spreadsheets import applying
from forms.spreadsheets.models import IMPORTS, ImportState
from forms.spreadsheets.plan import make_plan
from forms.spreadsheets.reading import InvalidSpreadsheet
from forms.spreadsheets.steps import Effect
from forms.spreadsheets.undoing import undo
from forms.store.fsck import fsck
from tests.forms.spreadsheets import sheets
from tests.forms.spreadsheets.practice import NOW, OPTIONS, Practice

SHEETS = {
    "opencats": sheets.OPENCATS_IMPORT.encode(),
    "opencats-list": sheets.OPENCATS_LIST.encode("utf-8-sig"),
    "greenhouse": sheets.GREENHOUSE.encode("utf-8"),
    "bullhorn": sheets.BULLHORN.encode("utf-16"),
    "excel": sheets.EXCEL.encode("cp1252"),
    "interviewed": sheets.INTERVIEWED.encode(),
}


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_file_comes_in_a_second_time_changes_nothing_and_is_taken_back(
    any_practice: Practice, sheet: bytes
) -> None:
    practice = any_practice
    before = practice.everything()
    made = practice.bring_new(sheet, client="Northwind")
    assert made.state is ImportState.DONE
    assert made.new == practice.count(CANDIDATES) == made.rows
    assert practice.person("Ada Ashworth").email == "ada@people.example"
    after = practice.everything()
    assert practice.bring(sheet, client="Northwind", later=5) is None
    assert practice.everything() == after
    assert practice.count(OUTBOX) == 0
    assert fsck(practice.store, COLLECTIONS) == []
    back = practice.take_back(made)
    assert back.kept == ()
    assert back.record.state is ImportState.UNDONE
    assert practice.everything() == before
    again = practice.bring_new(sheet, client="Northwind", later=10)
    assert again.new == made.new


def test_everything_that_is_known_of_a_person_is_kept(practice: Practice) -> None:
    practice.bring(sheets.OPENCATS_IMPORT)
    ada = practice.person("Ada Ashworth")
    assert ada.phone == "+447700900123"
    assert ada.profile_url == "https://linkedin.com/in/ada"
    assert ada.notes == (
        "Strong, but shy\n\n"
        "Email 2: ada.old@people.example\n"
        "Home Phone: +442079460101\n"
        "Address: 1 Mill Lane\nCity: Leeds\nZip: LS1 1AA\n"
        "Current Employer: Northwind\nKey Skills: python, payroll"
    )
    ben = practice.person("Ben Brook")
    assert (ben.phone, ben.notes) == ("+447700900456", "Work Phone: 555-12")


def test_whoever_was_interviewed_and_not_answered_is_owed_an_answer(any_practice: Practice) -> None:
    practice = any_practice
    practice.bring(sheets.INTERVIEWED)
    with practice.store.read() as reader:
        names = [CANDIDATES.require(reader, each.candidate_id).name for each in owed(reader)]
        (job,) = JOBS.find(reader)
    assert names == ["Ada Ashworth", "Ben Brook"]
    assert job.state is JobState.ON_HOLD
    ada, ben, cem = (practice.debt(name) for name in ("Ada Ashworth", "Ben Brook", "Cem Celik"))
    assert ada is not None
    assert (ada.state, ada.since, ada.due) == (DebtState.DUE, dt.date(2026, 3, 2), dt.date(2026, 3, 9))
    assert ben is not None
    assert practice.candidacy("Ben Brook").outcome is Outcome.CLIENT_DECLINED
    assert cem is not None
    assert cem.state is DebtState.SENT
    assert cem.answered == dt.datetime(2026, 3, 6, 12, tzinfo=dt.UTC)
    assert practice.candidacy("Dee Dale").stage is Stage.PLACED
    assert practice.debt("Eve East") is None
    assert practice.candidacy("Eve East").stage is Stage.SUBMITTED


def test_an_answer_from_before_is_what_the_candidate_may_see(practice: Practice) -> None:
    practice.bring(sheets.INTERVIEWED)
    with practice.store.read() as reader:
        told = told_outcome(reader, practice.candidacy("Cem Celik").id)
        untold = told_outcome(reader, practice.candidacy("Ben Brook").id)
    assert told is not None
    assert told.told == dt.datetime(2026, 3, 6, 12, tzinfo=dt.UTC)
    assert untold is None


def test_excels_quirks_all_at_once(practice: Practice) -> None:
    made = practice.bring_new(sheets.EXCEL.encode("cp1252"), "Notizen=notes")
    assert (made.new, made.debts) == (3, 2)
    assert practice.person("Ada Ashworth").notes == "größer – “besser”"
    assert practice.interviews("Ada Ashworth") == [dt.date(2026, 3, 9)]
    assert practice.interviews("Zoë O’Hara") == [dt.date(2026, 3, 2), dt.date(2026, 3, 9)]
    debt = practice.debt("Zoë O’Hara")
    assert debt is not None
    assert (debt.since, debt.due) == (dt.date(2026, 3, 2), dt.date(2026, 3, 16))


def test_a_known_person_is_added_to_and_never_overwritten(practice: Practice) -> None:
    practice.bring("Name,E-mail,Notes\nAda Ashworth,ada@people.example,Shy\n")
    sheet = (
        "Name,E-mail,Phone,Profile,Notes\n"
        "Ada Ashworth,ada@people.example,07700 900123,https://ada.example/,Shy\n"
        "Ada Ashworth,ada@work.example,07700 900123,https://other.example/,Strong\n"
    )
    made = practice.bring_new(sheet)
    assert (made.new, made.added, made.unchanged) == (0, 2, 0)
    ada = practice.person("Ada Ashworth")
    assert (ada.email, ada.phone, ada.profile_url) == (
        "ada@people.example",
        "+447700900123",
        "https://ada.example",
    )
    assert ada.notes == "Shy\n\nStrong\nE-mail: ada@work.example\nProfile page: https://other.example"
    practice.take_back(made)
    assert practice.person("Ada Ashworth").notes == "Shy"


def test_a_later_file_moves_candidacies_on(practice: Practice) -> None:
    head = "Name,E-mail,Job,Client,Stage,Interviewed\n"
    practice.bring(head + "Ada Ashworth,ada@people.example,Lead,Works,Contacted,\n")
    practice.bring(head + "Ada Ashworth,ada@people.example,Lead,Works,Submitted,\n", later=1)
    assert practice.candidacy("Ada Ashworth").stage is Stage.SUBMITTED
    row = "Ada Ashworth,ada@people.example,Lead,Works,Interviewing,2026-11-02\n"
    practice.bring(head + row, later=2)
    more = practice.bring_new(head + row.replace("2026-11-02", '"2026-11-02, 2026-11-09"'), later=3)
    assert (more.added, more.debts) == (1, 1)
    assert practice.interviews("Ada Ashworth") == [dt.date(2026, 11, 2), dt.date(2026, 11, 9)]
    assert practice.jobs() == ["Lead"]


def test_what_was_decided_at_the_desk_stays_decided(practice: Practice) -> None:
    head = "Name,E-mail,Job,Client,Interviewed,Outcome\n"
    practice.bring(head + "Ada Ashworth,ada@people.example,Lead,Works,2026-11-02,\n")
    candidates.decide(
        practice.store,
        practice.candidacy("Ada Ashworth").id,
        Outcome.WITHDREW,
        reason="",
        private_reason="",
        by="anna",
        now=NOW,
    )
    sheet = head + "Ada Ashworth,ada@people.example,Lead,Works,2026-11-02,Client declined\n"
    (row,) = practice.plan(sheet).rows
    assert [each.message for each in row.remarks] == ["is decided at the desk (“The candidate withdrew”)"]
    assert practice.bring(sheet) is None


def test_a_file_with_an_error_imports_nothing_unless_its_rows_are_skipped(any_practice: Practice) -> None:
    practice = any_practice
    sheet = "Name,E-mail\nAda Ashworth,ada@people.example\nBen Brook,ben@\nCem Celik,cem@people.example\n"
    before = practice.everything()
    with pytest.raises(InvalidSpreadsheet, match=r"people\.csv:3: column 2") as refused:
        practice.bring(sheet)
    assert len(refused.value.problems) == 1
    assert practice.everything() == before
    assert practice.count(IMPORTS) == 0
    made = practice.bring_new(sheet, skip_errors=True)
    assert (made.rows, made.new, made.skipped) == (3, 2, 1)
    assert practice.people() == ["Ada Ashworth", "Cem Celik"]


def test_old_interviews_go_into_the_notes_when_only_newer_ones_count(practice: Practice) -> None:
    practice.bring(sheets.INTERVIEWED, since=dt.date(2026, 3, 4))
    assert (
        "Interviewed for Payroll lead at Northwind on 2 March 2026" in practice.person("Ada Ashworth").notes
    )
    assert practice.person("Ben Brook").notes.endswith("on 3 March 2026 (the client declined)")
    assert practice.debt("Dee Dale") is not None
    with practice.store.read() as reader:
        assert owed(reader) == []


def test_rows_without_a_job_take_the_one_that_is_given(practice: Practice) -> None:
    practice.bring("Name,E-mail,Job,Client\nEve East,eve@people.example,Lead,Works\n")
    with practice.store.read() as reader:
        (job,) = JOBS.find(reader)
    practice.bring("Name,E-mail,Interviewed\nAda Ashworth,a@b.example,2026-11-02\n", job_id=job.id)
    assert practice.candidacy("Ada Ashworth").job_id == job.id


def test_two_jobs_of_one_title_are_told_apart_by_the_client(practice: Practice) -> None:
    head = "Name,E-mail,Job,Client\n"
    practice.bring(head + "Ada Ashworth,a@b.example,Lead,Works\nBen Brook,b@b.example,Lead,Mills\n")
    assert practice.jobs() == ["Lead", "Lead"]
    (row,) = practice.plan("Name,E-mail,Job\nCem Celik,c@b.example,lead\n").rows
    assert row.errors[0].message == "there are 2 jobs called “lead”"
    assert practice.bring_new(head + "Cem Celik,c@b.example,LEAD,works\n").new == 1
    assert practice.jobs() == ["Lead", "Lead"]


def test_an_interrupted_import_goes_on_where_it_stopped(
    any_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = any_practice
    monkeypatch.setattr(applying, "BATCH", 2)
    sheet = sheets.INTERVIEWED
    table, columns = practice.read(sheet)

    def stop(_more: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        applying.run_import(practice.store, table, columns, OPTIONS, by="anna", now=NOW, advance=stop)
    assert practice.people() == ["Ada Ashworth", "Ben Brook"]
    made = practice.bring_new(sheet)
    assert (made.rows, made.new, made.debts, made.state) == (5, 5, 2, ImportState.DONE)
    assert practice.count(IMPORTS) == 1
    assert practice.take_back(made).kept == ()
    assert practice.people() == []


def test_a_row_without_a_client_has_that_of_the_other_rows_of_its_job(practice: Practice) -> None:
    sheet = "Name,E-mail,Job,Client\nAda Ashworth,a@b.example,Lead,\nBen Brook,b@b.example,LEAD,Works\n"
    assert practice.bring_new(sheet).new == 2
    assert practice.jobs() == ["Lead"]


def test_an_import_never_writes_mail_and_neither_does_undoing_it(any_practice: Practice) -> None:
    made = any_practice.bring_new(sheets.INTERVIEWED)
    assert any_practice.count(OUTBOX) == 0
    any_practice.take_back(made)
    assert any_practice.count(OUTBOX) == 0


def test_cells_that_were_escaped_against_formulas_come_in_as_they_were(practice: Practice) -> None:
    practice.bring(
        "Name,Phone,Notes\nAda Ashworth,'+44 7700 900123,'=SUM(A1)\nBen Brook,+447700900456,it's\n"
    )
    ada, ben = practice.person("Ada Ashworth"), practice.person("Ben Brook")
    assert (ada.phone, ada.notes) == ("+447700900123", "=SUM(A1)")
    assert (ben.phone, ben.notes) == ("+447700900456", "it's")


def test_every_engine_imports_more_rows_than_fit_into_a_batch(any_practice: Practice) -> None:
    rows = "".join(f"Person {each},p{each}@people.example\n" for each in range(applying.BATCH + 20))
    made = any_practice.bring_new("Name,E-mail\n" + rows)
    assert made.new == applying.BATCH + 20 == any_practice.count(CANDIDATES)
    assert any_practice.take_back(made).record.state is ImportState.UNDONE
    assert any_practice.count(CANDIDATES) == 0


def test_an_import_that_is_taken_back_while_it_runs_stops(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "BATCH", 2)
    table, columns = practice.read(sheets.INTERVIEWED)

    def take_back(_more: int) -> None:
        with practice.store.read() as reader:
            (running,) = IMPORTS.find(reader)
        practice.take_back(running)

    with pytest.raises(Conflict, match="ended from elsewhere"):
        applying.run_import(practice.store, table, columns, OPTIONS, by="anna", now=NOW, advance=take_back)
    assert practice.people() == []


def test_a_colleagues_private_candidate_is_neither_named_nor_touched(practice: Practice) -> None:
    made = practice.bring_new("Name,E-mail,Phone\nAda Ashworth,ada@people.example,07700 900123\n")
    ada = practice.person("Ada Ashworth")
    carol = Recruiter("carol", "Carol", "carol@letters.example", "", NOW, "scrypt:HASH", Role.RECRUITER)
    with practice.store.transaction() as tx:
        RECRUITERS.put(tx, carol)
        CANDIDATES.put(tx, replace(ada, shared=False))
    before = practice.everything()
    table, columns = practice.read(
        "Name,E-mail,Phone,Job,Client\n"
        "A. A.,ada@people.example,,Lead,Works\nEve East,eve@people.example,07700 900123,,\n"
    )
    hers = store_for(practice.store, carol)
    with hers.read() as reader:
        plan = make_plan(reader, table, columns, OPTIONS)
    assert [row.effect for row in plan.rows] == [Effect.NOTHING, Effect.NEW]
    assert "Ashworth" not in str([(row.known_as, row.findings) for row in plan.rows])
    brought = applying.run_import(hers, table, columns, OPTIONS, by="carol", now=NOW)
    assert brought is not None
    assert (brought.new, brought.unchanged) == (1, 1)
    assert undo(hers, brought.id, COLLECTIONS, now=NOW).kept == ()
    assert practice.everything() == before
    assert undo(hers, made.id, COLLECTIONS, now=NOW).record.state is ImportState.PARTLY_UNDONE
    assert practice.everything() == before


@pytest.mark.parametrize("shared", [True, False])
def test_colleagues_see_who_was_imported_as_the_setting_says(practice: Practice, shared: bool) -> None:
    practice.bring_new("Name,E-mail\nAda Quill,ada@example.org\n", shared=shared)
    with practice.store.read() as reader:
        assert [each.shared for each in CANDIDATES.find(reader)] == [shared]
