"""A process that is killed (-9) between approving a comment and writing its file: the next one does."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from core.clock import ManualClock
from forms import SHAPES
from forms.comments import service, verdicts
from forms.comments.export import Exporter
from forms.comments.service import Draft
from forms.store.opening import open_store
from tests.faults.comments_child import STEPS, approve
from tests.forms.comments.conftest import SLUG
from tests.forms.conftest import NOW, SITE_TOML
from tests.postgres_server import VARIABLE, url_of
from tests.processes import run

pytestmark = pytest.mark.faults


@pytest.fixture(params=["tinydb", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A durable store that this process and its child open one after the other."""
    if request.param == "tinydb":
        return f"tinydb:{tmp_path / 'ledger.json'}"
    request.getfixturevalue("postgres_server")
    return url_of(tmp_path, os.environ[VARIABLE])


@pytest.mark.parametrize("step", STEPS)
def test_what_was_approved_is_on_the_page_after_the_next_start(url: str, tmp_path: Path, step: str) -> None:
    (tmp_path / "site.toml").write_text(SITE_TOML, encoding="utf-8")
    clock = ManualClock(NOW)
    store = open_store(url, SHAPES, tmp_path)
    ids = []
    for number in range(2):
        draft = Draft(
            SLUG, "Rita", "rita@b.example", None, f"Words {number}.", None, f"form {number}", "here"
        )
        ids.append(service.submit(store, draft, content=tmp_path, now=clock.now()).comment.id)
    verdicts.approve(store, ids[0], by="anna", now=clock.now())
    Exporter(store, tmp_path)()
    store.close()

    assert run(approve, url, tmp_path, ids[1], step) == -signal.SIGKILL

    store = open_store(url, SHAPES, tmp_path)
    path = tmp_path / "comments" / f"{SLUG}.json"
    assert path.read_text(encoding="utf-8").count("Words 0.") == 1  # whole, old or new
    exporter = Exporter(store, tmp_path)
    exporter()
    text = path.read_text(encoding="utf-8")
    assert (text.count("Words 0."), text.count("Words 1.")) == (1, 1)
    assert not exporter.export(SLUG)
    verdicts.delete(store, ids[0], by="anna", now=clock.now())
    verdicts.delete(store, ids[1], by="anna", now=clock.now())
    exporter()
    assert not path.exists()
    store.close()
