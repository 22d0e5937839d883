"""The site's Jinja makes what Flask's own makes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from flask.templating import Environment
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import FileSystemLoader
from markupsafe import Markup, escape

from core.settings import ROOT
from generator.direct import SiteApp
from generator.files import listing
from generator.publish import BuildOptions, publish
from generator.templating import escaped
from tests.generator.publication import Publication

TEXTS = st.text("a&<>\"' \u2013", max_size=6)


@given(TEXTS | TEXTS.map(Markup) | st.integers() | st.none() | st.booleans() | st.lists(TEXTS))
def test_a_value_is_escaped_as_ever(value: object) -> None:
    assert escaped(value) == str(escape(value))


def test_every_page_is_what_flask_would_make_of_it(
    site: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the content that the program comes with, where every template has something to show."""
    options = BuildOptions(search=False, images=False, jobs=1)
    ours, flasks = tmp_path / "ours", tmp_path / "flasks"
    publish(ROOT / "content", ours, now=site.now, options=options)
    monkeypatch.setattr(SiteApp, "jinja_environment", Environment)
    publish(ROOT / "content", flasks, now=site.now, options=options)
    pages = sorted(name for name in listing(ours) if name.endswith(".html"))
    assert pages
    assert pages == sorted(name for name in listing(flasks) if name.endswith(".html"))
    for name in pages:
        assert (ours / name).read_bytes() == (flasks / name).read_bytes(), name


@pytest.mark.parametrize("month", range(1, 13))
def test_dates_are_written_as_strftime_writes_them(month: int) -> None:
    environment = Environment(SiteApp("site"), loader=FileSystemLoader(ROOT / "site/templates"))
    dates: Any = environment.get_template("macros/dates.html").module
    for on in (dt.date(2026, month, 2), dt.datetime(2026, month, 28, 23, 59, tzinfo=dt.UTC)):
        opened = f'<time datetime="{on:%Y-%m-%d}">{on.day}'
        assert dates.long(on) == f"{opened} {on:%B %Y}</time>"
        assert dates.short(on) == f"{opened} {on:%b %Y}</time>"
        assert dates.of_year(on) == f"{opened} {on:%b}</time>"
        assert f"<span>{on:%b} </span><span>{on:%Y}</span>" in dates.postmark(on)
