"""`flask --app forms import …`, as it is typed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from forms.candidates.models import CANDIDATES
from forms.jobs.models import JOBS
from forms.outbox.models import OUTBOX
from forms.recruiters import RECRUITERS, Recruiter
from forms.spreadsheets.models import IMPORTS
from forms.store.memory import MemoryStore
from tests.forms.spreadsheets import sheets


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """People who were interviewed, in a file."""
    path = tmp_path / "people.csv"
    path.write_text(sheets.INTERVIEWED, "utf-8")
    return path


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["import", *map(str, arguments)])


def names(store: MemoryStore) -> list[str]:
    with store.read() as reader:
        return [each.name for each in CANDIDATES.find(reader, order="name")]


@pytest.mark.usefixtures("recruiter")
def test_a_dry_run_an_import_a_list_and_an_undo(app: Flask, store: MemoryStore, sheet: Path) -> None:
    tried = run(app, "candidates", sheet, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "people.csv: 5 rows, utf-8, separated by comma." in tried.output
    assert "line 2: New: Ada Ashworth: candidacy for Payroll lead (a new job), interview on" in tried.output
    assert "It would add 5, add to 0, leave 0 as they are; 2 would be owed an answer." in tried.output
    assert names(store) == []
    made = run(app, "candidates", sheet)
    assert made.exit_code == 0, made.output
    with store.read() as reader:
        (kept,) = IMPORTS.find(reader)
        assert OUTBOX.count(reader) == 0
    assert "Imported: 5 new, 0 added to, 0 unchanged; 2 owed an answer. To take it back: " in made.output
    assert f"import undo {kept.id}" in made.output
    assert run(app, "candidates", sheet).output.endswith("Nothing in it is new; nothing was changed.\n")
    listed = run(app, "list")
    assert listed.output == (
        f"{kept.id}  2026-11-12 09:30  Anna Headhunter  people.csv: "
        "Imported: 5 new, 0 added to, 0 unchanged; 2 owed an answer\n"
    )
    back = run(app, "undo", kept.id[:8])
    assert back.exit_code == 0, back.output
    assert "records of people.csv are taken back." in back.output
    assert names(store) == []
    assert "Taken back: 5 new" in run(app, "list").output


@pytest.mark.usefixtures("recruiter")
def test_a_file_with_errors_imports_nothing_and_says_each_with_line_and_column(
    app: Flask, store: MemoryStore, sheet: Path
) -> None:
    sheet.write_text("Name,E-mail\nAda Ashworth,ada@people.example\nBen,ben@\n", "utf-8")
    for arguments in (["--dry-run"], []):
        refused = run(app, "candidates", sheet, *arguments)
        assert refused.exit_code == 1
        assert "column 2 (“E-mail”)" in refused.output
        assert names(store) == []
    assert "1 of 2 rows cannot be imported, so nothing was." in refused.output
    made = run(app, "candidates", sheet, "--skip-errors")
    assert made.exit_code == 0
    assert "1 new, 0 added to, 0 unchanged, 1 left out" in made.output


@pytest.mark.usefixtures("recruiter")
def test_what_the_file_does_not_say_is_said_by_options(app: Flask, store: MemoryStore, sheet: Path) -> None:
    row = "Person^Reach^Tag^Gespräch^Job\nZoë Zorn^zoe@b.example^x^03.04.2026^Lead\n"
    sheet.write_bytes(row.encode("cp1252"))
    said = ["--delimiter=^", "--encoding=windows-1252", "--dates=dmy", "--client=Works", "--kind=video"]
    maps = ["--map=Reach=email", "--map=Tag=into-notes", "--map=Gespräch=interviewed"]
    made = run(app, "candidates", sheet, *said, *maps)
    assert made.exit_code == 0, made.output
    with store.read() as reader:
        (zoe,) = CANDIDATES.find(reader)
        (job,) = JOBS.find(reader)
    assert (zoe.name, zoe.email, zoe.notes, job.title) == ("Zoë Zorn", "zoe@b.example", "Tag: x", "Lead")
    sheet.write_text("Name,E-mail,Interviewed\nAda Ashworth,a@b.example,2026-11-02\n", "utf-8")
    assert "There is no job called “Head”" in run(app, "candidates", sheet, "--job", "Head").output
    assert run(app, "candidates", sheet, "--job", "lead").exit_code == 0
    sheet.write_text("Name,E-mail,Interviewed\nBen Brook,b@b.example,2020-11-02\n", "utf-8")
    made = run(app, "candidates", sheet, "--job", job.id, "--since", "2026-01-01")
    assert "1 new, 0 added to, 0 unchanged; 0 owed an answer" in made.output


@pytest.mark.usefixtures("recruiter")
def test_a_column_that_is_left_out_and_an_encoding_that_was_guessed_are_said(app: Flask, sheet: Path) -> None:
    sheet.write_bytes("Name;E-mail;Shoe size\nZoë Zorn;z@b.example;38\n".encode("cp1252"))
    output = run(app, "candidates", sheet, "--dry-run").output
    assert "people.csv: 1 rows, windows-1252, separated by semicolon." in output
    assert "The encoding was guessed: see that “Zoë Zorn” is right, or use --encoding." in output
    assert 'Shoe size → left out; to keep it: --map "Shoe size=into-notes"' in output


def test_without_anybody_at_the_desk_nothing_is_imported(app: Flask, sheet: Path) -> None:
    refused = run(app, "candidates", sheet)
    assert refused.exit_code == 1
    assert "Set it up first: flask --app forms setup-link" in refused.output


def test_with_several_recruiters_one_must_be_named(
    app: Flask, store: MemoryStore, recruiter: Recruiter, sheet: Path
) -> None:
    with store.transaction() as tx:
        RECRUITERS.put(tx, replace(recruiter, id="bob", email="bob@letters.example"))
    refused = run(app, "candidates", sheet)
    assert refused.exit_code == 1
    assert "Say whose candidates they become, with --as and one of:" in refused.output
    assert run(app, "candidates", sheet, "--as", "Bob@letters.example").exit_code == 0
    with store.read() as reader:
        assert {each.recruiter_id for each in CANDIDATES.find(reader)} == {"bob"}


@pytest.mark.usefixtures("recruiter")
def test_what_stays_of_an_undone_import_is_named(app: Flask, store: MemoryStore, sheet: Path) -> None:
    run(app, "candidates", sheet)
    with store.transaction() as tx:
        for each in CANDIDATES.find(tx, {"name": "Ada Ashworth"}):
            CANDIDATES.put(tx, replace(each, notes="mine"))
        (kept,) = IMPORTS.find(tx)
    back = run(app, "undo", kept.id)
    assert back.exit_code == 1
    assert "line 2: “Ada Ashworth” stays: it was changed since (candidates)" in back.output
    assert names(store) == ["Ada Ashworth"]
    assert run(app, "undo", "ffff").exit_code == 1
    assert run(app, "list").exit_code == 0


def test_before_the_first_import_the_list_says_so(app: Flask) -> None:
    assert run(app, "list").output == "Nothing was imported yet.\n"
