"""Files put into a tree that shares some with the served one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator.placing import Placer


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path]:
    """The tree that is made and the one that is served, which share a page."""
    tree, served = tmp_path / "tree", tmp_path / "served"
    for folder in (tree, served):
        (folder / "a").mkdir(parents=True)
    (served / "a" / "index.html").write_bytes(b"old")
    (tree / "a" / "index.html").hardlink_to(served / "a" / "index.html")
    return tree, served


def test_a_file_is_replaced_and_the_served_one_that_was_the_same_is_left_alone(
    trees: tuple[Path, Path],
) -> None:
    tree, served = trees
    Placer(tree, served).put("a/index.html", b"new")
    assert (tree / "a" / "index.html").read_bytes() == b"new"
    assert (served / "a" / "index.html").read_bytes() == b"old"


def test_a_file_that_stays_is_the_served_one_with_its_time(trees: tuple[Path, Path]) -> None:
    tree, served = trees
    (tree / "a" / "index.html").unlink()
    os.utime(served / "a" / "index.html", (1, 1))
    Placer(tree, served).keep("a/index.html")
    assert (tree / "a" / "index.html").samefile(served / "a" / "index.html")
    assert (tree / "a" / "index.html").stat().st_mtime == 1


def test_folders_come_with_the_first_file_below_them(trees: tuple[Path, Path]) -> None:
    tree, served = trees
    placer = Placer(tree, served)
    for file in ("b/c/d/index.html", "b/c/index.html", "b/c/e/index.html", "robots.txt"):
        placer.put(file, file.encode())
        assert (tree / file).read_text("utf-8") == file


def test_what_was_in_a_folder_before_is_cleared_away_when_asked(trees: tuple[Path, Path]) -> None:
    tree, served = trees
    placer = Placer(tree, served)
    placer.clear("a/index.html")
    placer.clear("a/index.html")
    assert not (tree / "a" / "index.html").exists()


def test_two_that_put_files_into_one_folder_do_not_hinder_each_other(trees: tuple[Path, Path]) -> None:
    tree, served = trees
    one, other = Placer(tree, served), Placer(tree, served)
    one.put("new/index.html", b"page")
    other.put("new/feed.xml", b"feed")
    one.put("new/feed.xml.gz", b"packed")
    other.clear("new/feed.xml.br")
    assert sorted(path.name for path in (tree / "new").iterdir()) == ["feed.xml", "feed.xml.gz", "index.html"]
