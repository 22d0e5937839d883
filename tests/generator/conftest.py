"""A small publication, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import InvalidContent
from tests.generator.publication import Publication


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
