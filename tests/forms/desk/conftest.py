"""The endpoint with a desk page of the tests' own."""

from __future__ import annotations

import pytest

import forms
from tests.forms.probe import make_desk_probe


@pytest.fixture(autouse=True)
def _probe_at_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """/desk/probe/ stands beside the features' pages."""
    monkeypatch.setattr(forms, "DESK_PAGES", (*forms.DESK_PAGES, make_desk_probe()))
