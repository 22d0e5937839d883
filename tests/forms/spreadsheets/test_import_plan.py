"""The dry run: what an import would do, row by row, and what is wrong where."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import Conflict, NotFound
from forms.spreadsheets.aliases import field_named, suggest
from forms.spreadsheets.dates import DateOrder
from forms.spreadsheets.fields import Field
from forms.spreadsheets.plan import Plan
from forms.spreadsheets.steps import Effect
from tests.forms.spreadsheets import sheets
from tests.forms.spreadsheets.practice import Practice


def errors(plan: Plan) -> list[str]:
    return [str(each) for each in plan.problems]


@pytest.mark.parametrize(
    "sheet",
    [sheets.OPENCATS_IMPORT, sheets.OPENCATS_LIST, sheets.GREENHOUSE, sheets.BULLHORN],
    ids=["opencats", "opencats-list", "greenhouse", "bullhorn"],
)
def test_every_column_of_the_programs_we_know_is_matched(practice: Practice, sheet: str) -> None:
    if "Job" in sheet:
        sheet = sheet.replace(",Payroll lead", ",")
    plan = practice.plan(sheet)
    assert plan.unmatched == ()
    assert errors(plan) == []
    assert [row.effect for row in plan.rows] == [Effect.NEW, Effect.NEW]


def test_a_label_counts_whatever_its_case_accents_spaces_and_hyphens() -> None:
    labels = ["  e MAIL ", "First_Name", "LASTNAME", "Prénom", "2nd E-Mail", "Shoe size"]
    wanted = [Field.EMAIL, Field.FIRST_NAME, Field.LAST_NAME, Field.FIRST_NAME, Field.EMAIL_2, None]
    assert list(suggest(labels).values()) == wanted


def test_status_is_the_stage_only_where_the_file_names_jobs() -> None:
    assert suggest(["Name", "Status"])[1] is Field.INTO_NOTES
    assert suggest(["Name", "Status", "Job"])[1] is Field.STAGE


def test_a_column_nobody_knows_is_reported_and_can_be_mapped(practice: Practice) -> None:
    sheet = "Who,Reach,Shoe size\nAda Ashworth,ada@people.example,38\n"
    with pytest.raises(Conflict, match="no column holds names"):
        practice.plan(sheet)
    plan = practice.plan(sheet, "who=name", "Reach=email")
    assert plan.unmatched == ("Shoe size",)
    assert plan.rows[0].draft.notes == ""
    plan = practice.plan(sheet, "who=name", "Reach=email", "Shoe size=into-notes")
    assert plan.rows[0].draft.notes == "Shoe size: 38"


def test_a_mapping_that_names_nothing_is_refused_with_the_nearest(practice: Practice) -> None:
    with pytest.raises(Conflict, match='There is no column “Nmae”: did you mean "Name"'):
        practice.read("Name,Phone\n", "Nmae=name")
    with pytest.raises(Conflict, match='There is no field “emial”: did you mean "email"'):
        field_named("emial")


def test_the_dry_run_changes_nothing(practice: Practice) -> None:
    before = practice.everything()
    plan = practice.plan(sheets.INTERVIEWED)
    assert practice.everything() == before
    assert plan.counts.new == 5
    assert plan.counts.debts == 2


def test_each_row_says_what_it_brings(practice: Practice) -> None:
    plan = practice.plan(sheets.INTERVIEWED)
    assert plan.rows[0].adds() == (
        "candidacy for Payroll lead (a new job)",
        "interview on 2 March 2026",
        "owed an answer by 9 March 2026",
    )
    assert plan.rows[2].adds()[-2:] == ("outcome: The client declined", "answered")
    assert plan.rows[3].adds()[-1] == "answered"
    assert plan.rows[4].adds() == ("candidacy for Payroll lead",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (",a@b.example,,,,", "people.csv:2: column 1 (“Name”): there is no name — add it"),
        ("X,a@b.example,,,,", "column 1 (“Name”): the name has 1 characters — give it 2 to 120"),
        ("Ada,not an address,,,,", "column 2 (“E-mail”): “not” is no e-mail address — correct it, or empty"),
        ("Ada,,,,,", "column 2 (“E-mail”): there is no e-mail address, telephone or profile page — add one"),
        ("Ada,a@b.example,,2026-03-02,,", "column 4 (“Interviewed”): there is no job that this is about"),
        (
            "Ada,a@b.example,Lead,2026-03-02,,",
            "column 3 (“Job”): “Lead” is a new job, and no client is named",
        ),
        ("Ada,a@b.example,Lead,someday,,", "column 4 (“Interviewed”): “someday” is no date — correct it"),
        ("Ada,a@b.example,Lead,1890-01-01,,", "1 January 1890 is not between 1970 and 13 November 2027"),
        (
            "Ada,a@b.example,Lead,,Interviewing,",
            "column 4 (“Interviewed”): the date of the interview is missing",
        ),
        ("Ada,a@b.example,Lead,,Plcaed,", 'column 5 (“Stage”): “Plcaed” — did you mean "placed"?'),
        (
            "Ada,a@b.example,Lead,2026-03-02,,yes",
            "column 6 (“Answered”): is answered, and there is no outcome",
        ),
        (
            "Ada,a@b.example,,,,,extra",
            "people.csv:2: there are 7 cells for 6 columns — put a cell that contains",
        ),
    ],
)
def test_what_is_wrong_is_said_with_line_column_and_repair(
    practice: Practice, row: str, message: str
) -> None:
    plan = practice.plan(f"Name,E-mail,Job,Interviewed,Stage,Answered\n{row}\n")
    assert plan.rows[0].effect is Effect.ERROR
    assert any(message in each for each in errors(plan)), errors(plan)


def test_a_telephone_that_cannot_be_read_is_kept_as_a_note_and_no_reason_to_leave_anybody_out(
    practice: Practice,
) -> None:
    plan = practice.plan("Name,E-mail,Work Phone,Web Site\nAda Ashworth,a@b.example,555-12,my page\n")
    row = plan.rows[0]
    assert row.effect is Effect.NEW
    assert row.draft.notes == "Work Phone: 555-12\nWeb Site: my page"
    assert [(each.column, each.label) for each in row.remarks] == [(3, "Work Phone"), (4, "Web Site")]


def test_a_stage_of_no_job_is_said_to_be_left_out(practice: Practice) -> None:
    (row,) = practice.plan("Name,E-mail,Stage\nAda Ashworth,a@b.example,Contacted\n").rows
    assert row.effect is Effect.NEW
    assert [each.message for each in row.remarks] == ["is the stage of no job, and left out"]


def test_what_follows_from_an_unreadable_cell_is_no_further_error(practice: Practice) -> None:
    plan = practice.plan(
        "Name,E-mail,Job,Client,Stage,Interviewed\nAda,a@b.example,Lead,Works,Interviewing,someday\n"
    )
    assert len(errors(plan)) == 1


def test_notes_that_are_too_long_to_keep_are_an_error(practice: Practice) -> None:
    (row,) = practice.plan(f"Name,E-mail,Notes\nAda,a@b.example,{'x' * 50_001}\n").rows
    assert row.errors[0].message == "the notes have 50,001 characters"


def test_the_order_of_a_column_of_dates_is_found_out_and_other_columns_follow_it(practice: Practice) -> None:
    sheet = (
        "Name,E-mail,Job,Client,Interviewed,Created\n"
        "Ada Ashworth,a@b.example,Lead,Works,04/03/2026,01/02/2026\n"
        "Ben Brook,b@b.example,Lead,Works,13/03/2026,05/02/2026\n"
    )
    plan = practice.plan(sheet)
    assert plan.orders == {4: DateOrder.DMY, 5: DateOrder.DMY}
    assert plan.rows[0].draft.interviews == (dt.date(2026, 3, 4),)
    assert plan.rows[0].draft.notes == "Created: 1 February 2026"


def test_dates_that_show_no_order_are_errors_until_somebody_says(practice: Practice) -> None:
    sheet = "Name,E-mail,Job,Client,Interviewed\nAda Ashworth,a@b.example,Lead,Works,04/03/2026\n"
    (error,) = errors(practice.plan(sheet))
    assert error.startswith(
        "people.csv:2: column 5 (“Interviewed”): “04/03/2026” is 4 March 2026 or 3 April 2026"
    )
    assert practice.plan(sheet, order=DateOrder.MDY).rows[0].draft.interviews == (dt.date(2026, 4, 3),)


def test_opencats_lists_are_month_first(practice: Practice) -> None:
    unclear = sheets.OPENCATS_LIST.replace("03-28-26", "03-08-26")
    notes = practice.plan(unclear).rows[0].draft.notes
    assert notes.startswith('He said "hello"\non two lines\n\n')
    assert "Created: 4 March 2026" in notes
    assert "Modified" not in notes


def test_people_are_recognised_within_the_file(practice: Practice) -> None:
    sheet = (
        "Name,E-mail,Phone,Profile\n"
        "Ada Ashworth,ada@people.example,,\n"
        "Ada Ashworth,ADA@people.example,+44 7700 900123,\n"
        "Ada M. Ashworth,,07700 900123,linkedin.com/in/ada\n"
        "A. Other,,,https://www.linkedin.com/in/ada/\n"
    )
    plan = practice.plan(sheet)
    assert [row.effect for row in plan.rows] == [Effect.NEW, Effect.ADDS, Effect.ADDS, Effect.NOTHING]
    assert [row.same_as for row in plan.rows] == [None, 2, 2, 2]


def test_a_telephone_that_a_family_shares_does_not_make_them_one_person(practice: Practice) -> None:
    plan = practice.plan("Name,Phone\nAda Ashworth,020 7946 0101\nBob Ashworth,020 7946 0101\n")
    assert [row.effect for row in plan.rows] == [Effect.NEW, Effect.NEW]
    (remark,) = plan.rows[1].remarks
    assert str(remark).startswith("line 3, column 2 (“Phone”): Ada Ashworth has the same telephone")


def test_a_job_that_is_not_there_is_refused(practice: Practice) -> None:
    with pytest.raises(NotFound, match="no job with the id nowhere"):
        practice.plan(sheets.BULLHORN, job_id="nowhere")
