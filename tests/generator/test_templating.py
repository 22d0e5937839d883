"""The site's Jinja makes what Flask's own makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.templating import Environment
from hypothesis import given
from hypothesis import strategies as st
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
