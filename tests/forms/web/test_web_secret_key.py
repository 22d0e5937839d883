"""The key that signs: given, or made once and kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import InvalidSettings
from core.settings import ROOT, RunSettings
from forms.web.secret_key import secret_key


def test_a_given_key_is_used(tmp_path: Path) -> None:
    assert secret_key(RunSettings(secret_key="a key of some length"), tmp_path) == b"a key of some length"
    assert list(tmp_path.iterdir()) == []


def test_a_short_key_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="FOLLOWUP_SECRET_KEY: the secret key is too short") as caught:
        secret_key(RunSettings(secret_key="tiny"), tmp_path)
    assert "tiny" not in str(caught.value)


def test_a_key_is_made_once_beside_the_store_for_its_owner_only(tmp_path: Path) -> None:
    run = RunSettings(store="tinydb:data/ledger.json")
    key = secret_key(run, tmp_path)
    assert len(key) >= 32
    assert secret_key(run, tmp_path) == key
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_key_file_cut_short_stops_the_start(tmp_path: Path) -> None:
    """Signing with an empty key would let anybody sign."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret-key").write_bytes(b"")
    with pytest.raises(InvalidSettings, match="too short"):
        secret_key(RunSettings(), tmp_path)


def test_the_memory_store_leaves_no_key_behind(tmp_path: Path) -> None:
    run = RunSettings(store="memory:")
    assert secret_key(run, tmp_path) != secret_key(run, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from core.settings import RunSettings;"
        "from forms.web.secret_key import secret_key; sys.stdin.read();"
        "print(secret_key(RunSettings(), Path(sys.argv[1])).decode())"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()  # all of them were waiting for this
        process.stdin = None
    keys = {process.communicate(timeout=120)[0] for process in processes}
    assert len(keys) == 1
    assert len(keys.pop()) > 32
