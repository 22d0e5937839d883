"""The shipped publication, read by somebody else's HTML parser."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest

from core.settings import ROOT
from generator.publish import publish

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped publication, built with everything that is published by now."""
    output = tmp_path_factory.mktemp("shipped") / "build"
    publish(ROOT / "content", output, now=dt.datetime.now(dt.UTC))
    return output


def test_every_page_is_html_that_a_browser_need_not_mend_with_each_id_once(built: Path) -> None:
    pages = sorted(built.rglob("*.html"))
    assert len(pages) > 15
    for page in pages:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(page.read_text(encoding="utf-8"))
        assert parser.errors == [], page
        counted = Counter(element.get("id") for element in tree.iter() if element.get("id"))
        assert [name for name, count in counted.items() if count > 1] == [], page


def test_every_page_has_one_first_heading_and_none_skips_a_level(built: Path) -> None:
    for page in sorted(built.rglob("*.html")):
        tree = html5lib.parse(page.read_text(encoding="utf-8"), namespaceHTMLElements=False)
        levels = [int(e.tag[1]) for e in tree.iter() if e.tag in HEADINGS]
        assert levels.count(1) == 1, page
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (
            page,
            levels,
        )


def test_no_page_asks_a_third_party_or_carries_inline_script_or_style(built: Path) -> None:
    for page in sorted(built.rglob("*.html")):
        tree = html5lib.parse(page.read_text(encoding="utf-8"), namespaceHTMLElements=False)
        for element in tree.iter():
            assert element.get("style") is None, page
            assert element.tag != "style", page
            if element.tag == "script":
                assert element.get("type") == "application/ld+json" or element.get("src", "").startswith(
                    "/"
                ), page
            if (
                element.tag in {"img", "link", "script", "iframe", "source"}
                and element.get("rel") != "canonical"
            ):
                assert not (element.get("src") or element.get("href") or "").startswith(("http", "//")), page


def test_feed_and_sitemap_are_well_formed(built: Path) -> None:
    for name in ("feed.xml", "sitemap.xml"):
        assert len(ElementTree.parse(built / name).getroot()) > 5
