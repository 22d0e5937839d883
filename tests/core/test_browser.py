"""Finding a Chromium for the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import browser


def program(path: Path, code: int) -> Path:
    """A program that ends with `code`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on its PATH, and no download of Playwright's."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser, "DOWNLOADED", tmp_path / "own")
    monkeypatch.setattr(browser, "_PLACES", ())
    return tmp_path


def test_the_one_that_is_named_comes_first(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(machine / "bin" / "chromium", 0)
    named = program(machine / "my-chromium", 0)
    monkeypatch.setenv(browser.VARIABLE, str(named))
    assert browser.find() == named


def test_one_that_does_not_start_is_passed_over(machine: Path) -> None:
    """Ubuntu's `chromium-browser` may be no more than a note about a snap."""
    program(machine / "bin" / "chromium-browser", 1)
    good = program(machine / "bin" / "google-chrome", 0)
    assert browser.find() == good


def test_a_download_of_before_is_used_and_the_newest_of_them(machine: Path) -> None:
    program(machine / "own" / "chromium-1100" / "chrome-linux64" / "chrome", 0)
    newest = program(machine / "own" / "chromium-1200" / "chrome-linux64" / "chrome", 0)
    assert browser.find() == newest


def test_nothing_is_found_on_an_empty_machine(machine: Path) -> None:
    assert browser.find() is None
