"""`flask --app forms export`: written whole, for its owner alone, and never over another file."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from forms.recruiters import Recruiter
from forms.store.memory import MemoryStore
from tests.forms.spreadsheets.practice import Practice
from tests.forms.spreadsheets.test_exporting import PEOPLE


@pytest.fixture
def full(store: MemoryStore) -> MemoryStore:
    """A store with people in it."""
    Practice(store).bring_new(PEOPLE)
    return store


def export(app: Flask, *words: str) -> tuple[int, str]:
    """Exit code and everything that was said."""
    result = app.test_cli_runner().invoke(args=["export", *words])
    return result.exit_code, result.output


@pytest.mark.parametrize("name", ["people.csv", "all.zip", "all.JSON"])
def test_a_file_is_written_for_its_owner_alone(
    app: Flask, full: MemoryStore, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    code, said = export(app, str(path))
    assert code == 0, said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"Ada Quill" in path.read_bytes() or zipfile.is_zipfile(path)


def test_an_exported_json_can_be_imported_by_the_command(
    app: Flask, recruiter: Recruiter, full: MemoryStore, tmp_path: Path
) -> None:
    path = tmp_path / "all.json"
    export(app, str(path))
    assert len(json.loads(path.read_text(encoding="utf-8"))["people"]) == 5
    result = app.test_cli_runner().invoke(
        args=["import", "candidates", str(path), "--dry-run", "--as", recruiter.email]
    )
    assert result.exit_code == 0, result.output
    assert "It would add 0, add to 0" in result.output


def test_a_file_that_is_there_is_kept_unless_it_is_said(
    app: Flask, full: MemoryStore, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("mine", encoding="utf-8")
    code, said = export(app, str(path))
    assert (code, path.read_text(encoding="utf-8")) == (1, "mine")
    assert "is there already" in said
    assert export(app, str(path), "--force")[0] == 0
    assert path.read_text(encoding="utf-8-sig").startswith("Name,")


def test_a_name_that_says_no_kind_is_refused(app: Flask, full: MemoryStore, tmp_path: Path) -> None:
    code, said = export(app, str(tmp_path / "people.xls"))
    assert code == 1
    assert "end its name in one of .csv, .zip, .json" in said
    assert list(tmp_path.glob("*.xls")) == []
