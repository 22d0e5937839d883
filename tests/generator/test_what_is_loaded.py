"""A build loads what it needs: to import Flask and its like takes longer than to look at a small site."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.settings import ROOT
from tests.generator.publication import Publication

HEAVY = ("flask", "jinja2", "PIL", "forms")
PROGRAM = f"""
import datetime as dt, sys
from pathlib import Path
from core.errors import InvalidContent
from generator.publish import BuildOptions, publish
site = Path(sys.argv[1])
now = dt.datetime.fromisoformat(sys.argv[2])
try:
    publish(site / "content", site / "build", now=now, options=BuildOptions(search=False))
except InvalidContent:
    print("invalid")
print(*(name for name in {HEAVY!r} if name in sys.modules))
"""


def loaded(site: Publication) -> list[str]:
    """What of HEAVY a build in a process of its own loads; "invalid" first when it stops."""
    command = [sys.executable, "-c", PROGRAM, str(site.root), site.now.isoformat()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.split()


@pytest.fixture
def built(site: Publication) -> Publication:
    """One article, built a moment ago: too lately for a glance to tell that nothing changed."""
    site.article("one")
    assert loaded(site) == ["flask", "jinja2"]
    return site


def test_a_build_with_no_page_to_make_does_without_what_makes_pages(built: Publication) -> None:
    assert loaded(built) == []


def test_a_build_that_stops_at_a_mistake_in_front_matter_does_too(built: Publication) -> None:
    built.article("two", date="2026-02-30")
    assert loaded(built) == ["invalid"]


def test_a_new_text_needs_it(built: Publication) -> None:
    built.article("one", body="Another text.")
    assert loaded(built) == ["flask", "jinja2"]
