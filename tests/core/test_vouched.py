"""What was found right is not looked at again until something of it changes; what is wrong always is."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import Problem
from core.vouched import digest_of_files, unless_vouched

WRONG = Problem("a.md", 1, "wrong", "mend it")


class Check:
    """Finds the files that say "wrong", and counts how often it was asked."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.asked = 0
        self._meanwhile = meanwhile

    def __call__(self, content: Path) -> list[Problem]:
        self.asked += 1
        found = [WRONG for path in content.iterdir() if "wrong" in path.read_text("utf-8")]
        self._meanwhile()
        return found


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text("right", encoding="utf-8")
    return folder


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "var" / "checked"


def ask(content: Path, memory: Path, check: Check) -> list[Problem]:
    return unless_vouched(content, memory, read=digest_of_files, check=check)


def test_what_was_right_is_not_checked_again(content: Path, memory: Path) -> None:
    check = Check()
    assert [ask(content, memory, check) for _ in range(3)] == [[], [], []]
    assert check.asked == 1


def test_a_change_back_to_an_older_time_is_seen_too(content: Path, memory: Path) -> None:
    check = Check()
    ask(content, memory, check)
    path = content / "a.md"
    before = path.stat()
    path.write_text("wrong", encoding="utf-8")  # of the same size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert ask(content, memory, check) == [WRONG]


def test_what_is_wrong_is_told_each_time_until_it_is_mended(content: Path, memory: Path) -> None:
    check = Check()
    (content / "b.md").write_text("wrong", encoding="utf-8")
    assert [ask(content, memory, check) for _ in range(2)] == [[WRONG], [WRONG]]
    (content / "b.md").unlink()
    assert ask(content, memory, check) == []


def test_what_changes_during_the_check_vouches_for_nothing(content: Path, memory: Path) -> None:
    wrong = content / "b.md"
    assert ask(content, memory, Check(lambda: wrong.write_text("wrong", encoding="utf-8"))) == []
    assert ask(content, memory, Check()) == [WRONG]


def test_what_cannot_be_read_is_for_the_check_to_tell(content: Path, memory: Path) -> None:
    (content / "b.md").symlink_to(content / "nowhere")
    with pytest.raises(FileNotFoundError):
        ask(content, memory, Check())


def test_without_a_place_to_remember_it_checks_each_time(content: Path, memory: Path) -> None:
    memory.parent.write_text("not a folder", encoding="utf-8")
    check = Check()
    assert [ask(content, memory, check) for _ in range(2)] == [[], []]
    assert check.asked == 2


@pytest.mark.skipif(os.name == "nt", reason="there are no such modes")
def test_a_folder_made_for_it_is_for_its_owner_alone_as_the_store_makes_it(
    content: Path, memory: Path
) -> None:
    ask(content, memory, Check())
    assert stat.S_IMODE(memory.parent.stat().st_mode) == 0o700


def test_the_digest_is_of_names_and_bytes_wherever_the_folder_stands(tmp_path: Path) -> None:
    def folder(name: str, files: dict[str, str]) -> str:
        for file, text in files.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return digest_of_files(tmp_path / name, ".md")

    one = folder("one", {"a.md": "x", "deep/b.md": "y"})
    assert folder("two", {"a.md": "x", "deep/b.md": "y", "c.txt": "not asked for"}) == one
    assert len({one, folder("three", {"a.md": "xy", "deep/b.md": ""}), folder("four", {"a.md": "x"})}) == 3
