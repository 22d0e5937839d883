"""Everything, to take elsewhere: a zip of CSV, or JSON, of which the people import again."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from core.settings import ROOT, load_site_settings
from forms.recruiters import RECRUITERS
from forms.spreadsheets.aliases import suggest
from forms.spreadsheets.applying import run_import
from forms.spreadsheets.everything import (
    RECORDS,
    everything_as_json,
    everything_as_zip,
    is_json,
    people_of_json,
)
from forms.spreadsheets.exporting import people_as_csv
from forms.spreadsheets.reading import InvalidSpreadsheet
from tests.forms.spreadsheets.practice import NOW, OPTIONS, Practice
from tests.forms.spreadsheets.test_exporting import PEOPLE, SITE, another

assert load_site_settings(ROOT / "content") == SITE


def as_json(practice: Practice) -> bytes:
    with practice.store.read() as reader:
        return everything_as_json(reader, SITE)


def test_the_people_of_the_json_import_again_to_the_same(practice: Practice) -> None:
    practice.bring_new(PEOPLE)
    table = people_of_json("all.json", as_json(practice))
    second = another()
    run_import(second.store, table, suggest(table.header), OPTIONS, by="anna", now=NOW)
    with practice.store.read() as before, second.store.read() as after:
        assert people_as_csv(after, SITE) == people_as_csv(before, SITE)


def test_the_zip_has_a_table_of_every_kind_and_the_people(practice: Practice) -> None:
    practice.bring_new(PEOPLE)
    with practice.store.read() as reader:
        data = everything_as_zip(reader, SITE)
        assert everything_as_zip(reader, SITE) == data
        counts = {collection.shape.name: collection.count(reader) for collection in RECORDS}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert set(archive.namelist()) == {"people.csv", *(f"{name}.csv" for name in counts)}
        for name, count in counts.items():
            text = archive.read(f"{name}.csv").decode("utf-8-sig")
            assert len(list(csv.DictReader(io.StringIO(text)))) == count


def test_nothing_that_opens_a_door_is_in_it(practice: Practice) -> None:
    practice.bring_new(PEOPLE)
    with practice.store.read() as reader:
        secret = RECRUITERS.require(reader, "anna").password_hash
    assert secret.encode() not in as_json(practice)
    assert not {"links", "recruiters", "outbox", "desk_sessions"} & set(json.loads(as_json(practice)))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "not JSON"),
        (b"\xff{", "not UTF-8"),
        (b"{}", "no export of ours"),
        (b'{"format": 2, "people": []}', "no export of ours"),
        (b'{"format": 1, "people": [{"Name": 3}]}', "1: not a person's texts"),
        (b'{"format": 1, "people": ["Ada"]}', "1: not a person's texts"),
    ],
)
def test_what_is_no_export_is_refused_by_its_place(data: bytes, message: str) -> None:
    with pytest.raises(InvalidSpreadsheet, match=message):
        people_of_json("all.json", data)


def test_a_file_is_known_for_json_by_how_it_begins() -> None:
    assert is_json(b"\xef\xbb\xbf {}")
    assert not is_json(b"Name,E-mail\n")
