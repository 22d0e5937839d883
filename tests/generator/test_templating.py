"""The site's Jinja makes what Flask's own makes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from flask.templating import Environment
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, FileSystemLoader, StrictUndefined, TemplateAssertionError
from markupsafe import Markup, escape

from core.settings import ROOT
from generator.direct import SiteApp
from generator.files import listing
from generator.publish import BuildOptions, publish
from generator.templating import SiteEnvironment, escaped
from tests.generator.publication import Publication

TEXTS = st.text("a&<>\"' \u2013", max_size=6)


@given(TEXTS | TEXTS.map(Markup) | st.integers() | st.none() | st.booleans() | st.lists(TEXTS))
def test_a_value_is_escaped_as_ever(value: object) -> None:
    assert escaped(value) == str(escape(value))


class Marked:
    """A value that is HTML by its own account."""

    def __html__(self) -> str:
        return "<hr>"


PARTS = {
    "layout.html": "<{{ a }}{% block one %}1{{ a }}{% endblock %}"
    "{% block two scoped %}2{% block three %}3{{ b }}{% endblock %}{% endblock %}>",
    "macros.html": "{% macro hr(x, y=2, if=3) %}{{ x }}<{{ y }}>{{ if }}{% endmacro %}"
    "{% macro all() %}{{ varargs|join }}{{ kwargs.items()|list }}{% endmacro %}"
    "{% macro around(x) %}<p>{{ x }}{{ caller() }}</p>{% endmacro %}seen",
    "part.html": "[{{ a }}{{ more }}]",
    "child.html": "{% extends 'layout.html' %}{% block one %}{{ super() }}{{ self.three() }}{% endblock %}",
}
TEMPLATES = (
    "{{ a }}{{ b }}{{ 1 }}{{ marked }}{{ '<' ~ a }}{{ a|safe }}{{ b|upper }}",
    "{% include 'part.html' %}{% for more in [1, 2] %}{% include 'part.html' %}{{ loop.index }}{% endfor %}",
    "before{% extends 'layout.html' %}never{% block one %}{{ super() }}!{% endblock %}",
    "{% if a %}{% extends 'layout.html' %}{% endif %}{% block three %}mine{% endblock %}",
    "{% if not a %}{% extends 'layout.html' %}{% endif %}out{% block three %}mine{% endblock %}{{ a }}",
    "{% extends 'child.html' %}{% block three %}{% for x in [1] %}{{ x }}{% block in %}"
    "{{ a }}{% endblock %}{% endfor %}{% endblock %}",
    "{% for x in [1, 2] %}{% block each scoped %}{{ x }}{% endblock %}{% else %}none{% endfor %}",
    "{% for x in [[1], [2]] recursive %}{{ loop(x) if x is iterable else x }}{% else %}none{% endfor %}",
    "{% import 'macros.html' as m %}{{ m.hr(a) }}{{ m.hr(a, y=b) }}{{ m.hr('<', 1, if=a) }}",
    "{% import 'macros.html' as m with context %}{{ m.all(1, *[2], x=a) }}{{ m.all(1, x=a) }}",
    "{% from 'macros.html' import around %}{% call around(a) %}{{ a }}{% endcall %}",
    "{% macro own(x) %}{{ a }}{{ x }}{% endmacro %}{{ own(1) }}{{ own(x=own(2)) }}{{ own(**{'x': 3}) }}",
    "{% set x %}<{{ a }}>{% endset %}{{ x }}{% filter upper %}x{{ a }}{% endfilter %}{{ a.upper().lower() }}",
    "{% with x = a %}{{ x }}{% autoescape false %}{{ x }}{% endautoescape %}{% endwith %}{{ x is defined }}",
    "{{ range(3)|list }}{{ dict(a=1) }}{% set n = namespace(x=0) %}{% set n.x = n.x + 1 %}{{ n.x }}",
)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_says_what_it_says_in_flasks_environment(template: str) -> None:
    def rendered(kind: type[Environment]) -> str:
        loader = DictLoader({**PARTS, "it.html": template})
        environment = kind(SiteApp("site"), loader=loader, undefined=StrictUndefined, autoescape=True)
        return environment.get_template("it.html").render(a="<it's>", b="plain", more="", marked=Marked())

    assert rendered(SiteEnvironment) == rendered(Environment)


def test_an_include_that_would_end_up_in_the_wrong_place_is_refused() -> None:
    environment = SiteEnvironment(SiteApp("site"), loader=DictLoader(PARTS))
    with pytest.raises(TemplateAssertionError, match="include without context has no place here"):
        environment.from_string("1{% include 'part.html' without context %}2")


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
