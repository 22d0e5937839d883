"""Everybody as a table that imports again to the same."""

from __future__ import annotations

import csv
import io

from core.settings import ROOT, load_site_settings
from forms import SHAPES
from forms.candidates.models import CANDIDATES
from forms.outbox.models import OUTBOX
from forms.spreadsheets.aliases import suggest
from forms.spreadsheets.exporting import LABELS, people_as_csv
from forms.spreadsheets.fields import Field
from forms.store.memory import MemoryStore
from tests.forms.spreadsheets.practice import Practice

SITE = load_site_settings(ROOT / "content")
ROUNDS = "Name,E-mail,Job,Client,Interviewed,Interview kind\n"
PEOPLE = """\
Name,E-mail,Phone,Notes,Job,Client,Stage,Outcome,Interviewed,Interview kind,Answered
Ada Quill,ada@example.org,+44 7700 900111,"Two lines
of notes",Data engineer,Finch,Interviewing,,2026-10-01; 2026-10-08,by video,no
Ada Quill,ada@example.org,,,Designer,Quillmark,Interviewing,Client declined,2026-06-01,on site,2026-06-09
Bo Fern,,+44 7700 900112,,Data engineer,Finch,Interviewing,Withdrew,2026-10-02,by phone,by phone
Cy Moss,cy@example.org,,=1+1,,,,,,,
Di Reed,di@example.org,,,Data engineer,Finch,Submitted,,,,
"""


def exported(practice: Practice) -> bytes:
    with practice.store.read() as reader:
        return people_as_csv(reader, SITE)


def another() -> Practice:
    """A practice with nobody on its books."""
    return Practice(MemoryStore(SHAPES))


def test_an_export_imports_again_to_the_same(practice: Practice) -> None:
    practice.bring_new(PEOPLE)
    first = exported(practice)
    second = another()
    second.bring_new(first)
    assert exported(second) == first
    assert second.bring(first) is None


def test_an_export_changes_nothing_where_it_came_from(practice: Practice) -> None:
    practice.bring_new(PEOPLE)
    assert practice.bring(exported(practice)) is None


def test_every_column_is_matched_by_its_label() -> None:
    assert None not in suggest(LABELS).values()
    assert Field.LEAVE_OUT not in suggest(LABELS).values()


def test_a_person_with_two_candidacies_has_two_rows_and_their_notes_once(practice: Practice) -> None:
    practice.bring_new(PEOPLE)
    rows = list(csv.DictReader(io.StringIO(exported(practice).decode("utf-8-sig"))))
    ada = [row for row in rows if row["Name"] == "Ada Quill"]
    assert {row["Job"] for row in ada} == {"Data engineer", "Designer"}
    assert [row["Private notes"] for row in ada] == ["Two lines\nof notes", ""]
    assert len(rows) == 5


def test_interviews_held_in_different_ways_come_back_as_they_were(practice: Practice) -> None:
    practice.bring_new(f"{ROUNDS}Ada Quill,ada@example.org,J,C,2026-10-01,by phone\n")
    practice.bring_new(f"{ROUNDS}Ada Quill,ada@example.org,J,C,2026-10-08,in person\n")
    first = exported(practice)
    assert first.decode("utf-8-sig").count("Ada Quill") == 2
    second = another()
    second.bring_new(first)
    assert exported(second) == first


def test_no_cell_is_a_formula_to_a_spreadsheet(practice: Practice) -> None:
    practice.bring_new(PEOPLE)
    for row in csv.reader(io.StringIO(exported(practice).decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row)


def test_with_nobody_on_the_books_the_labels_are_there() -> None:
    assert exported(another()).decode("utf-8-sig").strip() == ",".join(
        f'"{label}"' if "," in label else label for label in LABELS
    )


def test_exporting_writes_nothing_and_mails_nobody(practice: Practice) -> None:
    practice.bring_new(PEOPLE)
    exported(practice)
    with practice.store.read() as reader:
        assert CANDIDATES.count(reader) == 4
        assert OUTBOX.count(reader) == 0
