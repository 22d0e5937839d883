"""Whether the running Python has the dependencies that pyproject.toml names. Standard library only."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

_REQUIREMENT = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(?:\[(?P<extras>[\w, -]+)\])?\s*(?P<ranges>[^;]*?)\s*"
    r"(?:;\s*sys_platform\s*(?P<sign>[!=]=)\s*['\"](?P<platform>\w+)['\"])?$"
)
_RANGE = re.compile(r"^(>=|<=|==|<|>)\s*([0-9.]+)$")


def has_dependencies(root: Path, *, test: bool) -> bool:
    """Whether every dependency (with those of the tests) is installed in a version of its range."""
    with (root / "pyproject.toml").open("rb") as stream:
        project = tomllib.load(stream)
    wanted = list(project["project"]["dependencies"])
    if test:
        wanted += project["dependency-groups"]["test"]
    return all(map(is_installed, wanted))


def is_installed(requirement: str) -> bool:
    """Whether one requirement ("flask>=3.1,<4; sys_platform != 'win32'") is met, or not asked for here.

    Raises ValueError for one that is written in another form than this project uses.
    """
    found = _REQUIREMENT.match(requirement)
    if found is None:
        raise ValueError(f"pyproject.toml: cannot read the requirement {requirement!r}")
    if found["sign"] and (sys.platform == found["platform"]) is not (found["sign"] == "=="):
        return True
    try:
        version = _numbers(metadata.version(found["name"]))
        for extra in (found["extras"] or "").split(","):
            _need_extra(found["name"], extra.strip())
    except metadata.PackageNotFoundError:
        return False
    return all(_is_within(version, each.strip()) for each in found["ranges"].split(",") if each.strip())


def _need_extra(name: str, extra: str) -> None:
    """Raises PackageNotFoundError when something is missing that `name[extra]` asks for."""
    for line in metadata.requires(name) or ():
        asked = re.match(rf"([A-Za-z0-9._-]+).*\bextra == ['\"]{re.escape(extra)}['\"]", line)
        if extra and asked:
            metadata.version(asked[1])


def _is_within(version: tuple[int, ...], written: str) -> bool:
    found = _RANGE.match(written)
    if found is None:
        raise ValueError(f"pyproject.toml: cannot read the range {written!r}")
    bound = _numbers(found[2])
    return {
        ">=": version >= bound,
        "<=": version <= bound,
        "==": version == bound,
        "<": version < bound,
        ">": version > bound,
    }[found[1]]


def _numbers(version: str) -> tuple[int, ...]:
    """The release part of a version: "3.1.3.post1" gives (3, 1, 3), and so does "3.1.3.0"."""
    release = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(each) for each in release[0].split(".")] if release else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
