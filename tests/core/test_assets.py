"""Static files under names that change with their content."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.assets import Assets, read_assets
from core.errors import InvalidContent
from core.settings import STATIC


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "css/site.css": "@font-face { src: url(../fonts/a.woff2); }\nb { mask: url('../icons/w.svg#x') }\n",
        "fonts/a.woff2": "font",
        "icons/w.svg": "<svg/>",
        "js/desk.js": "x",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def sheet_of(assets: Assets) -> str:
    return assets.contents[assets.published["css/site.css"]].decode()


def test_a_published_name_keeps_folder_and_suffix_and_carries_a_digest(folder: Path) -> None:
    assert re.fullmatch(r"/static/js/desk\.[0-9a-f]{10}\.js", read_assets(folder).url("js/desk.js"))


def test_the_same_content_has_the_same_name_and_another_content_another(folder: Path) -> None:
    first = read_assets(folder)
    assert read_assets(folder) == first
    (folder / "js/desk.js").write_text("y", encoding="utf-8")
    assert read_assets(folder).url("js/desk.js") != first.url("js/desk.js")
    assert read_assets(folder).url("fonts/a.woff2") == first.url("fonts/a.woff2")


def test_a_style_sheet_asks_for_published_names_and_its_own_name_changes_with_theirs(folder: Path) -> None:
    first = read_assets(folder)
    assert f"url(../{first.published['fonts/a.woff2']})" in sheet_of(first)
    assert f"url(../{first.published['icons/w.svg']}#x)" in sheet_of(first)
    (folder / "fonts/a.woff2").write_text("another font", encoding="utf-8")
    assert read_assets(folder).url("css/site.css") != first.url("css/site.css")


def test_addresses_that_do_not_lie_beside_the_sheet_stay_as_they_are(folder: Path) -> None:
    text = "a { b: url(data:image/gif;base64,AA) url(#mask) url(/images/x.png) url(https://example.org/x) }"
    (folder / "css/site.css").write_text(text, encoding="utf-8")
    assert sheet_of(read_assets(folder)) == text


def test_an_address_that_leads_nowhere_is_an_error_with_file_and_line(folder: Path) -> None:
    (folder / "css/site.css").write_text("a {}\nb { c: url(../fonts/b.woff2) }\n", encoding="utf-8")
    with pytest.raises(InvalidContent, match=r'css/site\.css:2: .*did you mean "fonts/a\.woff2"'):
        read_assets(folder)


def test_hidden_files_are_not_published_and_unknown_names_are_refused(folder: Path) -> None:
    (folder / "css/.site.css.swp").write_text("", encoding="utf-8")
    assert len(read_assets(folder).published) == 4
    with pytest.raises(LookupError, match=r"did you mean .js/desk\.js."):
        read_assets(folder).url("js/desk.jss")


def test_every_shipped_style_sheet_asks_for_files_that_are_there() -> None:
    assets = read_assets(STATIC)
    for name, published in assets.published.items():
        if name.endswith(".css"):
            text = assets.contents[published].decode()
            for address in re.findall(r"url\(\.\./([^)]+)\)", text):
                assert address in assets.contents
