"""Whether the running Python has the dependencies."""

from __future__ import annotations

from importlib import metadata

import pytest

from core.installed import has_dependencies, is_installed
from core.settings import ROOT

FLASK = metadata.version("flask")


@pytest.mark.parametrize(
    ("requirement", "met"),
    [
        ("flask", True),
        (f"flask=={FLASK}", True),
        (f"flask>={FLASK},<99", True),
        ("flask>=99", False),
        ("flask>=1,<2", False),
        ("no-such-package-anywhere", False),
        ("no-such-package-anywhere; sys_platform == 'amiga'", True),
        ("no-such-package-anywhere; sys_platform != 'amiga'", False),
    ],
)
def test_a_requirement_is_met_by_an_installed_version_of_its_range(requirement: str, met: bool) -> None:
    assert is_installed(requirement) is met


@pytest.mark.parametrize("requirement", ["flask ~= 3.1", "flask @ https://example.org/flask.whl", "[x]"])
def test_a_form_this_project_does_not_use_is_an_error(requirement: str) -> None:
    with pytest.raises(ValueError, match="cannot read"):
        is_installed(requirement)


def test_every_requirement_of_this_project_can_be_read_and_is_met_here() -> None:
    assert has_dependencies(ROOT, test=True)


def test_what_an_extra_asks_for_must_be_there_too() -> None:
    """`psycopg` alone is not `psycopg[binary,pool]`; hypothesis without Django is no `hypothesis[django]`."""
    assert is_installed("psycopg[binary,pool]>=3.2,<4")
    assert not is_installed("hypothesis[django]>=6")
