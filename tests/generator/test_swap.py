"""The old site, or the new one: never something between, and never somebody else's folder."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.errors import FollowUpError
from core.settings import ROOT
from generator import swap
from generator.publish import Step, publish
from generator.swap import MARKER, Workplace, exchange, open_workplace
from tests.generator.killed_build import MOMENTS
from tests.generator.publication import Publication

NEW_SITE = {
    "after the exchange",
    "before the shadow is noted",
    "after the swap",
    "before the sources are noted",
}


def build_and_be_killed(site: Publication, moment: str) -> None:
    """Run a build in a process of its own, which is killed at `moment`."""
    script = ROOT / "tests" / "generator" / "killed_build.py"
    done = subprocess.run(
        [sys.executable, str(script), str(site.content), str(site.output), moment],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=site.root,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL


@pytest.fixture
def before(site: Publication) -> dict[str, bytes]:
    """A publication that was built once and then edited: the files of the first site."""
    site.article("a", "The old text.")
    site.build()
    files = site.files()
    site.article("a", "The new text.")
    site.article("b")
    return files


@pytest.mark.faults
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_build_killed_at_any_moment_leaves_one_whole_site(
    site: Publication, before: dict[str, bytes], moment: str
) -> None:
    """Even where the system cannot exchange two folders, the next build first puts the old site back."""
    build_and_be_killed(site, moment)
    if moment == "between the renames":
        assert not site.output.exists()
        with open_workplace(site.output):
            assert site.files() == before
    elif moment in NEW_SITE:
        assert b"The new text." in site.files()["articles/a/index.html"]
        assert "articles/b/index.html" in site.files()
    else:
        assert site.files() == before
    site.build()
    assert b"The new text." in site.files()["articles/a/index.html"]
    assert sorted(path.name for path in site.root.iterdir()) == ["build", "build.aside", "content"]
    left = {path.name for path in (site.root / "build.aside").iterdir()} - {MARKER, "cache", "lock"}
    assert len(left) <= 1, "the shadow of the site, and nothing that the killed build left"


@pytest.mark.parametrize("step", [Step.READ, Step.WRITE, Step.CHECK, Step.SWAP])
def test_a_build_that_fails_at_any_step_leaves_the_old_site(
    site: Publication, before: dict[str, bytes], step: Step
) -> None:
    def fail(now: Step, _done: int, _total: int) -> None:
        if now is step:
            raise RuntimeError("no room left")

    with pytest.raises(RuntimeError, match="no room left"):
        site.build(fail)
    assert site.files() == before


def test_a_full_disc_is_told_and_leaves_the_old_site(site: Publication, before: dict[str, bytes]) -> None:
    def fail(step: Step, _done: int, _total: int) -> None:
        if step is Step.WRITE:
            raise OSError(errno.ENOSPC, "No space left on device", "build.aside/new/index.html")

    with pytest.raises(
        FollowUpError, match=r"index\.html: No space left on device — see that the disc has room"
    ):
        site.build(fail)
    assert site.files() == before


def test_a_reader_never_finds_the_site_missing(site: Publication, before: dict[str, bytes]) -> None:
    """While builds take each other's place, the page is always there, whole, and old or new."""
    stop, seen = threading.Event(), set()

    def read() -> None:
        while not stop.is_set():
            seen.add(site.read("articles/a/index.html").count("text."))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _build in range(5):
            site.build()
    finally:
        stop.set()
        reader.join()
    assert len(before) > 1
    assert 0 not in seen


def test_without_an_exchange_two_renames_do_it(
    site: Publication, before: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "exchange", lambda _one, _other: False)
    site.build()
    assert site.files() != before
    assert not (site.root / "build.aside" / "old").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux's")
def test_linux_exchanges_two_folders_in_one_step(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "was").write_text(name)
    assert exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one" / "was").read_text() == "other"
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "one", tmp_path / "nothing")


@pytest.mark.parametrize("name", ["build", "build.aside"])
def test_a_folder_that_no_build_made_is_refused_and_left_alone(site: Publication, name: str) -> None:
    thesis = site.root / name / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("years of work")
    with pytest.raises(FollowUpError, match=f"{name}: this was not made by a build"):
        site.build()
    assert thesis.read_text() == "years of work"
    assert list(thesis.parent.iterdir()) == [thesis]


def test_a_file_in_the_place_of_the_output_is_refused(site: Publication) -> None:
    site.output.write_text("years of work")
    with pytest.raises(FollowUpError, match="not made by a build"):
        site.build()
    assert site.output.read_text() == "years of work"


def test_an_empty_folder_and_a_link_to_a_site_are_taken(site: Publication) -> None:
    real = site.root / "elsewhere"
    real.mkdir()
    site.output.symlink_to(real)
    site.build()
    site.build()
    assert site.output.is_symlink()
    assert (real / "index.html").is_file()


def test_two_builds_at_once_wait_for_each_other(site: Publication) -> None:
    site.article("a")
    errors: list[BaseException] = []

    def build() -> None:
        try:
            publish(site.content, site.output, now=site.now)
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=build) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert "articles/a/index.html" in site.files()


def test_a_build_that_waits_too_long_says_so(site: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "LOCK_SECONDS", 0.1)
    with open_workplace(site.output), pytest.raises(FollowUpError, match="another build has been at work"):
        site.build()


def test_the_workplace_lies_beside_the_output(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "build")
    assert (place.aside, place.old.parent) == (tmp_path / "build.aside", place.aside)
