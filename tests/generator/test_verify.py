"""`verify` names what is not as a build in full would make it."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace

import pytest

from core.errors import FollowUpError
from generator.verify import verify
from tests.generator.publication import QUICK, Publication


def test_a_site_that_a_build_made_is_right(site: Publication) -> None:
    site.article("a")
    site.build()
    verdict = verify(site.content, site.output, now=site.now)
    assert verdict.is_right
    assert "byte for byte" in str(verdict)


def test_whatever_was_changed_by_hand_is_named_and_mended_by_a_build_in_full(site: Publication) -> None:
    site.article("a")
    site.build()
    before = site.files()
    page = site.output / "articles" / "a" / "index.html"
    page.write_text("changed", encoding="utf-8")
    (site.output / "robots.txt").unlink()
    (site.output / "notes.txt").write_text("mine", encoding="utf-8")
    assert site.build().made == (), "a build does not look for that"
    verdict = verify(site.content, site.output, now=site.now)
    assert not verdict.is_right
    assert (verdict.differs, verdict.missing, verdict.extra) == (
        ("articles/a/index.html",),
        ("robots.txt",),
        ("notes.txt",),
    )
    assert "articles/a/index.html differs" in str(verdict)
    site.build(options=replace(QUICK, full=True))
    assert site.files() == before


def test_a_site_is_compared_as_of_the_moment_it_was_built(site: Publication) -> None:
    """Otherwise every scheduled article would be a difference from its time until the next build."""
    site.article("later", date="2026-12-01")
    site.build()
    later = site.now + dt.timedelta(days=30)
    assert verify(site.content, site.output, now=later).is_right
    shutil.rmtree(site.root / "build.aside")
    assert verify(site.content, site.output, now=later).missing != ()


def test_a_site_that_is_behind_its_content_is_not_right(site: Publication) -> None:
    site.article("a")
    site.build()
    site.article("b")
    assert "articles/b/index.html" in verify(site.content, site.output, now=site.now).missing


def test_without_a_site_there_is_nothing_to_compare(site: Publication) -> None:
    with pytest.raises(FollowUpError, match="there is no site — build one first"):
        verify(site.content, site.output, now=site.now)
