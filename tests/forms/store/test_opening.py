"""The store that FOLLOWUP_STORE names."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InvalidSettings
from forms.store.memory import MemoryStore
from forms.store.opening import open_store
from forms.store.protocol import Shape

SHAPES = (Shape("jobs"),)


def test_a_path_is_relative_to_the_root(tmp_path: Path) -> None:
    with open_store("tinydb:var/followup.json", SHAPES, tmp_path).transaction() as tx:
        tx.put("jobs", {"id": "a"})
    assert (tmp_path / "var" / "followup.json").is_file()
    with open_store(f"tinydb:{tmp_path}/var/followup.json", SHAPES, Path("/elsewhere")).read() as reader:
        assert reader.get("jobs", "a") == {"id": "a"}


def test_memory_is_forgotten() -> None:
    assert isinstance(open_store("memory:", SHAPES, Path()), MemoryStore)


@pytest.mark.parametrize(
    "url", ["", "tinydb:", "tinydb", "sqlite:x.db", "memory:x", "postgresql://localhost"]
)
def test_anything_else_is_refused_with_the_setting_and_the_repair(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r'"FOLLOWUP_STORE" is ".*tinydb:PATH'):
        open_store(url, SHAPES, tmp_path)
