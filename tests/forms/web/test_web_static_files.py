"""Static files of the endpoint's pages: kept for ever under names that change with them."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms.web import static_files
from forms.web.static_files import StaticFiles


def sheet_of(client: FlaskClient) -> str:
    """The address of the style sheet that a page asks for."""
    page = client.get("/status/lost/").get_data(as_text=True)
    found = re.search(r'<link rel="stylesheet" href="([^"]+)">', page)
    assert found is not None
    return found[1]


def test_a_page_asks_for_a_style_sheet_that_may_be_kept_for_ever(client: FlaskClient) -> None:
    address = sheet_of(client)
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{10}\.css", address)
    with client.get(address) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/css"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_typeface_that_the_style_sheet_asks_for_is_served(client: FlaskClient) -> None:
    sheet = client.get(sheet_of(client)).get_data(as_text=True)
    names = re.findall(r"url\(\.\./(fonts/[^)]+)\)", sheet)
    assert len(names) == 3
    for name in names:
        with client.get(f"/static/{name}") as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["none.css", "css/site.0000000000.css", "../__init__.py", "css/"])
def test_what_is_not_there_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_a_file_that_is_being_worked_on_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static_files, "LOOK_AGAIN", 0.0)
    (tmp_path / "a.css").write_text("a {}", encoding="utf-8")
    files = StaticFiles(tmp_path)
    before = files.assets().url("a.css")
    time.sleep(0.01)  # so that the clock has moved
    (tmp_path / "a.css").write_text("a { b: c }", encoding="utf-8")
    assert files.assets().url("a.css") != before


def test_a_template_that_names_no_file_of_ours_fails_with_the_nearest_name(app: Flask) -> None:
    with app.app_context(), pytest.raises(LookupError, match=r"css/site\.css"):
        static_files.asset("css/sit.css")
