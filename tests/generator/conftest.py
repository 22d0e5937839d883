"""A small publication, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import InvalidContent
from tests.generator.compiled import work_done_once
from tests.generator.publication import Publication


@pytest.fixture(scope="session", autouse=True)
def _work_done_once() -> Iterator[None]:
    """For the builds of all tests."""
    with work_done_once():
        yield


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publication:
    """An empty publication: settings and the two pages that the layout links to. Paths show from its root."""
    monkeypatch.chdir(tmp_path)
    return Publication(tmp_path)


@pytest.fixture
def problems(site: Publication) -> Callable[[], list[str]]:
    """The problems a build of the publication reports."""

    def report() -> list[str]:
        with pytest.raises(InvalidContent) as caught:
            site.build()
        return [str(problem) for problem in caught.value.problems]

    return report
