"""The search index: made when a text changed, of articles and pages only, and never half."""

from __future__ import annotations

import gzip
import json
import stat
from pathlib import Path

import pytest

from core.errors import FollowUpError
from generator.publish import BuildOptions
from generator.report import Step
from tests.generator.publication import QUICK, Publication

SEARCH = BuildOptions()
LAGGING = BuildOptions(search_may_lag=True)


def index_of(site: Publication) -> dict[str, bytes]:
    """The files of the index."""
    return {name: data for name, data in site.files().items() if name.startswith("pagefind/")}


def texts_in(site: Publication) -> dict[str, str]:
    """What is found of each page, by its address: Pagefind keeps one compressed file a page."""
    found = {}
    for name, data in index_of(site).items():
        if name.endswith(".pf_fragment"):
            fragment = json.loads(gzip.decompress(data).removeprefix(b"pagefind_dcd"))
            found[fragment["url"]] = fragment["content"]
    return found


def steps_of(site: Publication, options: BuildOptions) -> list[Step]:
    """The steps that a build takes."""
    steps: list[Step] = []
    site.build(lambda step, _done, _total: steps.append(step), options)
    return steps


def test_articles_and_pages_are_found_and_lists_are_not(site: Publication) -> None:
    site.article("a", "The word is quillwort.", tags="[answers]")
    site.page("about", "About bladderwrack.")
    site.build(options=SEARCH)
    texts = texts_in(site)
    assert set(texts) == {"/articles/a/", "/about/", "/disclosure/", "/privacy/"}
    assert "quillwort" in texts["/articles/a/"]
    assert "Other letters" not in texts["/articles/a/"]


def test_an_index_is_made_again_only_when_a_text_changed(site: Publication) -> None:
    site.article("a", "The word is quillwort.")
    assert Step.SEARCH in steps_of(site, SEARCH)
    before = index_of(site)
    assert Step.SEARCH not in steps_of(site, SEARCH)
    site.write("images/d.svg", "<svg/>")
    assert Step.SEARCH not in steps_of(site, SEARCH)
    assert index_of(site) == before
    site.article("a", "The word is bladderwrack.")
    assert Step.SEARCH in steps_of(site, SEARCH)
    assert "bladderwrack" in texts_in(site)["/articles/a/"]


def test_a_page_that_is_gone_is_found_no_more(site: Publication) -> None:
    site.article("a")
    site.article("b")
    site.build(options=SEARCH)
    (site.content / "articles/b.md").unlink()
    site.build(options=SEARCH)
    assert "/articles/b/" not in texts_in(site)


def test_an_index_that_may_lag_waits_for_the_next_whole_build(site: Publication) -> None:
    site.article("a", "The word is quillwort.")
    assert Step.SEARCH in steps_of(site, LAGGING)
    site.article("a", "The word is bladderwrack.")
    assert Step.SEARCH not in steps_of(site, LAGGING)
    assert "quillwort" in texts_in(site)["/articles/a/"]
    site.build(options=SEARCH)
    assert "bladderwrack" in texts_in(site)["/articles/a/"]


def test_a_site_can_be_built_without_and_with_it_again(site: Publication) -> None:
    site.article("a")
    for options in (SEARCH, QUICK, SEARCH):
        site.build(options=options)
        assert bool(index_of(site)) == options.search


def test_an_old_site_keeps_its_own_index_while_a_new_one_is_made(site: Publication) -> None:
    """Files that two builds share are one file on the disc: none may be written to."""
    site.article("a", "The word is quillwort.")
    site.build(options=SEARCH)
    kept = site.root / "kept"
    kept.mkdir()
    for name in index_of(site):
        copy = kept / name.replace("/", "-")
        copy.hardlink_to(site.output / name)
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    site.article("a", "The word is bladderwrack.")
    site.build(options=SEARCH)
    site.article("a", "The word is horsetail.")
    site.build(options=SEARCH)
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before


def test_a_search_that_cannot_be_made_stops_the_build_and_says_how_to_go_on(
    site: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'no such module' >&2\nexit 1\n", encoding="utf-8")
    python.chmod(stat.S_IRWXU)
    site.article("a")
    site.build()
    before = site.files()
    monkeypatch.setattr("sys.executable", str(python))
    with pytest.raises(FollowUpError, match="no such module — build with --no-search"):
        site.build(options=SEARCH)
    assert site.files() == before
