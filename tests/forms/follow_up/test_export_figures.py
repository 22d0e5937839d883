"""The public figures are written on command and while the endpoint is served, if the setting says so."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from click.testing import Result
from flask import Flask

from core.clock import ManualClock
from forms import create_app
from forms.candidates.models import Outcome
from forms.follow_up.publishing import Publisher
from forms.store.memory import MemoryStore
from forms.web.context import EXTENSION, Context
from tests.forms.people import Scene

PATIENCE = 120.0


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """Figures are public here."""
    return environ | {"FOLLOWUP_PUBLISH_FIGURES": "on"}


def answered(scene: Scene, people: int) -> None:
    for number in range(people):
        name = f"P{scene.clock.now():%H%M}-{number}"
        scene.call(scene.decide(scene.interviewed(name, f"{name}@people.example"), Outcome.WITHDREW))


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["export-figures", *arguments])


def interviewed(content: Path) -> int | None:
    found = json.loads((content / "figures.json").read_text("utf-8"))
    return cast("int | None", found["counts"]["interviewed"]["count"])


def test_the_command_writes_the_file_and_later_only_what_tells_nobodys_news(
    app: Flask, scene: Scene, content: Path
) -> None:
    answered(scene, 6)
    first = run(app)
    assert first.exit_code == 0
    assert first.output.endswith("figures.json is written; build the site to show it.\n")
    assert interviewed(content) == 6
    scene.later(hours=1)
    answered(scene, 1)
    assert run(app).output.endswith("figures.json stays as it is.\n")
    assert interviewed(content) == 6
    assert run(app, "--now").exit_code == 0
    assert interviewed(content) == 7


def test_unless_the_setting_says_so_nothing_is_published(
    environ: dict[str, str], store: MemoryStore, clock: ManualClock, content: Path, tmp_path: Path
) -> None:
    del environ["FOLLOWUP_PUBLISH_FIGURES"]
    result = run(create_app(environ, store=store, clock=clock, content=content, root=tmp_path))
    assert result.exit_code == 1
    assert "Set FOLLOWUP_PUBLISH_FIGURES=on" in result.output
    assert not (content / "figures.json").exists()


def test_a_folder_that_cannot_be_written_is_named(app: Flask, content: Path) -> None:
    (content / ".figures.json.tmp").mkdir()
    result = run(app)
    assert result.exit_code == 1
    assert "figures.json: Is a directory — see that there is room" in result.output


def test_while_it_is_served_the_file_follows_and_a_failure_is_survived(
    app: Flask, scene: Scene, content: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answered(scene, 6)
    in_the_way = content / ".figures.json.tmp"
    in_the_way.mkdir()
    publisher = Publisher(cast(Context, app.extensions[EXTENSION]), pause=0.01)
    publisher.start()
    try:
        wait_until(lambda: "were not brought up to date" in caplog.text)
        in_the_way.rmdir()
        wait_until((content / "figures.json").exists)
        scene.later(hours=1)
        answered(scene, 5)
        wait_until(lambda: interviewed(content) == 11)
    finally:
        publisher.stop()


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)
