"""The cache only spares work: whatever becomes of it, the site is right, and no build fails."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from generator import cache, fingerprints, tree
from generator.publish import Publisher
from tests.generator.publication import QUICK, Publication


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) * 3 // 4] ^= 0x10
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def fill(path: Path) -> None:
    path.write_bytes(b"\x80\x05nonsense\n" * 20)


@pytest.fixture
def built(site: Publication) -> Publication:
    """Built twice, so that there is a shadow; then edited."""
    for name in "abc":
        site.article(name, f"Text {name}.", tags="[x]")
    site.build()
    site.article("a", "Another text.", tags="[x]")
    site.build()
    site.article("b", "Yet another text.", tags="[y]")
    return site


WHOLE: dict[tuple[tuple[str, bytes], ...], dict[str, bytes]] = {}
"""What builds in full have made, by the content they were made of: that of most tests here is the same."""


def whole(site: Publication) -> dict[str, bytes]:
    """What a build in full makes."""
    files = (path for path in sorted(site.content.rglob("*")) if path.is_file())
    content = tuple((path.relative_to(site.content).as_posix(), path.read_bytes()) for path in files)
    if content not in WHOLE:
        WHOLE[content] = built_whole(site)
    return WHOLE[content]


def built_whole(site: Publication) -> dict[str, bytes]:
    other = Publisher(site.content, site.root / "whole", options=replace(QUICK, full=True))
    other.publish(site.now)
    output, site.output = site.output, site.root / "whole"
    files = site.files()
    site.output = output
    return files


@pytest.mark.parametrize("damage", [cut, flip, empty, fill])
@pytest.mark.parametrize("kind", ["sources", "texts", "*.pack", "site", "shadow", "files", "quick", "*"])
def test_damage_is_noticed_and_the_site_is_right(
    built: Publication, damage: Callable[[Path], None], kind: str
) -> None:
    for path in (built.root / "build.aside" / "cache").glob(kind):
        damage(path)
    built.build()
    assert built.files() == whole(built)
    built.article("c", "At last.")
    built.build()
    assert built.files() == whole(built)


def test_a_damaged_file_is_told(built: Publication) -> None:
    flip(built.root / "build.aside" / "cache" / "sources")
    report = built.build()
    assert [note for note in report.warnings if "sources" in note] != []
    assert built.build().warnings == ()


@pytest.mark.parametrize("what", ["build.aside", "build.aside/cache", "build"])
def test_whatever_lies_beside_or_in_the_output_may_be_deleted(built: Publication, what: str) -> None:
    shutil.rmtree(built.root / what)
    built.build()
    assert built.files() == whole(built)


def test_a_file_of_the_output_that_was_deleted_is_no_obstacle(built: Publication) -> None:
    """The shadow wants it back as soon as it is one of those that differ."""
    built.build()
    (built.output / "articles/b/index.html").unlink()
    built.article("c", "At last.")
    built.build()
    assert built.files() == whole(built)


def test_the_cache_of_another_version_is_not_used_and_not_complained_of(
    built: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.build()
    for module in (cache, fingerprints, tree):
        monkeypatch.setattr(module, "program_key", lambda: "another")
    report = built.build()
    assert "articles/a/index.html" in report.made
    assert (report.written, report.warnings) == ((), ()), "what the files are is still known"


def test_one_process_or_two_make_the_same_bytes(built: Publication) -> None:
    for number in range(60):
        built.article(f"n{number}", "Words.\n\n## Head\n\nMore.", tags="[x]", date="2025-01-01")
    built.build(options=replace(QUICK, full=True, jobs=1))
    one = built.files()
    built.build(options=replace(QUICK, full=True, jobs=2))
    assert built.files() == one
    shutil.rmtree(built.root / "build.aside")
    built.build(options=replace(QUICK, jobs=3))
    assert built.files() == one


def test_texts_that_nobody_needs_any_more_are_swept_out(
    built: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.texts._SLACK", 0)
    folder = built.root / "build.aside" / "cache"
    sizes = []
    for number in range(8):
        built.article("a", f"Number {number}. " * 200)
        built.build()
        sizes.append(sum(path.stat().st_size for path in folder.glob("*.pack")))
    assert max(sizes) < 4 * min(sizes)
    assert built.files() == whole(built)
