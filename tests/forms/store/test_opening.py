"""The store that FOLLOWUP_STORE names."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InvalidSettings, NotFound, StoreCorrupt
from core.settings import load_run_settings
from forms.store.memory import MemoryStore
from forms.store.opening import open_existing, open_store
from forms.store.protocol import Shape
from tests.postgres_server import PostgresServer, url_of

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
    "url", ["", "tinydb:", "tinydb", "sqlite:x.db", "memory:x", "postgresql:localhost", "mysql://h/db"]
)
def test_anything_else_is_refused_with_the_setting_and_the_repair(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r'"FOLLOWUP_STORE" is ".*tinydb:PATH'):
        open_store(url, SHAPES, tmp_path)


def test_a_password_in_an_address_that_is_refused_is_not_repeated() -> None:
    with pytest.raises(InvalidSettings, match="mysql://…@h/db") as caught:
        open_store("mysql://anna:s3c@ret@h/db", SHAPES, Path())
    assert "s3c" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_database_is_opened_by_its_address(
    scheme: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = url_of(tmp_path, postgres_server.url).replace("postgresql:", f"{scheme}:")
    with pytest.raises(NotFound, match="no ledger"):
        open_existing(url, SHAPES, tmp_path)
    store = open_store(url, SHAPES, tmp_path)
    with store.transaction() as tx:
        tx.put("jobs", {"id": "a"})
    store.close()
    with open_existing(url, SHAPES, tmp_path).read() as reader:
        assert reader.get("jobs", "a") == {"id": "a"}
    with pytest.raises(StoreCorrupt, match="older program"):
        open_existing(url, (Shape("jobs", keys=("new",)),), tmp_path)


def test_an_address_with_a_password_is_not_in_the_repr_of_the_settings() -> None:
    settings = load_run_settings({"FOLLOWUP_STORE": "postgresql://anna:s3cret@h/db"})
    assert "s3cret" not in repr(settings)
