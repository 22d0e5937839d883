"""Spreadsheets at the desk: choose, look, choose again, import, take back, export."""

from __future__ import annotations

import io
import re
import secrets
import zipfile

import html5lib
import pytest
from werkzeug.test import TestResponse

from forms.candidates.models import CANDIDATES
from forms.follow_up.models import FOLLOW_UPS
from forms.outbox.models import OUTBOX
from forms.spreadsheets import held
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions, token_in
from tests.forms.reading import beside, dump, summary, words

PEOPLE = (
    "Name;E-mail;Interviewed;Job;Client;Shoe size\nAda Quill;ada@example.org;2026-10-01;Designer;Finch;43\n"
)
WRONG = "Name,E-mail\nAda Quill,ada@example.org\n,nobody@example.org\n"


def choose(desk: DeskActions, data: bytes | str, name: str = "people.csv") -> TestResponse:
    """The page after a file was chosen."""
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    sent = {"csrf_token": token_in(desk.get("/desk/import/")), "file": (file, name)}
    return desk.client.post("/desk/import/look/", data=sent, content_type="multipart/form-data")


def filled(page: TestResponse) -> dict[str, str]:
    """What the form of a page would send: its fields as they stand."""
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    (form,) = (each for each in tree.iter("form") if "/look-again/" in (each.get("action") or ""))
    sent = {}
    for field in form.iter("input"):
        if field.get("name") and (field.get("type") != "checkbox" or field.get("checked") is not None):
            sent[str(field.get("name"))] = field.get("value") or ""
    for choice in form.iter("select"):
        options = list(choice.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        sent[str(choice.get("name"))] = (chosen or options)[0].get("value") or ""
    return sent


def run(desk: DeskActions, page: TestResponse, **changed: str) -> TestResponse:
    """The page after the import was confirmed."""
    return desk.client.post("/desk/import/run/", data={**filled(page), **changed}, follow_redirects=True)


def test_a_file_is_looked_at_imported_and_taken_back(desk: DeskActions, store: MemoryStore) -> None:
    page = choose(desk, PEOPLE)
    assert page.status_code == 200
    assert "interview on 1 October 2026" in page.text
    assert "Not known: left out" in page.text
    with store.read() as reader:
        assert CANDIDATES.count(reader) == 0
    done = run(desk, page)
    assert "Imported. No mail was sent." in done.text
    with store.read() as reader:
        assert [each.name for each in CANDIDATES.find(reader)] == ["Ada Quill"]
        assert FOLLOW_UPS.count(reader) == 1
        assert OUTBOX.count(reader) == 0
    undo = re.search(r'action="(/desk/import/[^"]+/undo/)"', done.text)
    assert undo is not None
    undone = desk.post(undo[1], page="/desk/import/", follow=True)
    assert "all it brought in is gone" in undone.text
    with store.read() as reader:
        assert CANDIDATES.count(reader) == 0


def test_looking_changes_nothing(desk: DeskActions, store: MemoryStore) -> None:
    before = dump(store, "desk_sessions", "audit", "counts")
    choose(desk, PEOPLE)
    choose(desk, WRONG)
    assert dump(store, "desk_sessions", "audit", "counts") == before


def test_a_column_that_nobody_knows_can_go_into_the_notes(desk: DeskActions, store: MemoryStore) -> None:
    page = choose(desk, PEOPLE)
    again = desk.client.post("/desk/import/look-again/", data={**filled(page), "column-5": "into-notes"})
    assert filled(again)["column-5"] == "into-notes"
    run(desk, again)
    with store.read() as reader:
        assert CANDIDATES.find(reader)[0].notes == "Shoe size: 43"


def test_a_file_with_an_error_is_not_imported_until_its_rows_are_left_out(
    desk: DeskActions, store: MemoryStore
) -> None:
    page = choose(desk, WRONG)
    assert page.status_code == 422
    assert "line 3, column 1 (“Name”): there is no name" in words(page.text)
    assert "/run/" not in page.text
    refused = run(desk, page)
    assert refused.status_code == 422
    with store.read() as reader:
        assert CANDIDATES.count(reader) == 0
    again = desk.client.post("/desk/import/look-again/", data={**filled(page), "skip_errors": "y"})
    assert "/run/" in again.text
    run(desk, again)
    with store.read() as reader:
        assert CANDIDATES.count(reader) == 1


def test_the_same_file_again_changes_nothing(desk: DeskActions, store: MemoryStore) -> None:
    run(desk, choose(desk, PEOPLE))
    page = choose(desk, PEOPLE)
    assert "on the books already" in page.text
    before = dump(store, "desk_sessions", "audit", "counts")
    assert "on the books already" in run(desk, page).text
    assert dump(store, "desk_sessions", "audit", "counts") == before


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04 workbook", "this is an Excel workbook"),
        (b'Name\n"Ada', "people.csv:2"),
        (b'{"format": 9}', "no export of ours"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_beside_the_field(
    desk: DeskActions, data: bytes, message: str
) -> None:
    page = choose(desk, data)
    assert page.status_code == 422
    assert message in beside(page, "file")


def test_a_file_that_is_too_large_is_refused_with_the_way_that_takes_it(
    desk: DeskActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forms.spreadsheets.desk.LARGEST", 5_000)
    monkeypatch.setattr(held, "LARGEST", 5_000)
    assert "flask --app forms import candidates" in beside(choose(desk, PEOPLE * 60), "file")


def test_no_file_chosen_is_said(desk: DeskActions) -> None:
    sent = {"csrf_token": token_in(desk.get("/desk/import/"))}
    page = desk.client.post("/desk/import/look/", data=sent, content_type="multipart/form-data")
    assert beside(page, "file") == "Choose a file."


def test_a_file_that_was_spoilt_on_the_way_is_asked_for_again(desk: DeskActions) -> None:
    page = run(desk, choose(desk, PEOPLE), held="nonsense")
    assert page.status_code == 422
    assert "choose it again" in summary(page)


def test_a_file_larger_than_any_other_form_passes_through(desk: DeskActions, store: MemoryStore) -> None:
    rows = "".join(f"Person {n},p{n}@example.org,{secrets.token_hex(450)}\n" for n in range(400))
    run(desk, choose(desk, "Name,E-mail,Notes\n" + rows))
    with store.read() as reader:
        assert CANDIDATES.count(reader) == 400


def test_a_name_that_is_html_is_shown_as_text(desk: DeskActions) -> None:
    page = choose(desk, "Name,E-mail\n<script>alert(1)</script>,ada@example.org\n")
    assert "<script>alert(1)" not in page.text


def test_what_was_imported_can_be_exported_and_imported_again(desk: DeskActions, store: MemoryStore) -> None:
    run(desk, choose(desk, PEOPLE))
    table = desk.get("/desk/import/export/people.csv")
    assert table.mimetype == "text/csv"
    assert "attachment" in table.headers["Content-Disposition"]
    assert table.headers["Cache-Control"] == "no-store"
    assert "on the books already" in choose(desk, table.data).text
    everything = desk.get("/desk/import/export/everything.json")
    assert "on the books already" in choose(desk, everything.data, "all.json").text
    with zipfile.ZipFile(io.BytesIO(desk.get("/desk/import/export/everything.zip").data)) as archive:
        assert archive.testzip() is None


def test_other_forms_keep_their_limit(desk: DeskActions) -> None:
    token = token_in(desk.get("/desk/candidates/new/"))
    answer = desk.client.post("/desk/candidates/new/", data={"csrf_token": token, "name": "x" * 70_000})
    assert answer.status_code == 413
