"""The shell completes build.py, however it is called; tried in a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import ROOT
from generator.completion import SCRIPTS

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")

# Sets the words as bash does when the key is pressed, calls what is registered for the first, and prints.
_PRESS = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
command=$(complete -p -- "$1" | sed "s/.*-F \\([^ ]*\\).*/\\1/")
"$command" "$1"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "completion.bash"
    path.write_text(SCRIPTS["bash"])
    return path


def pressed(script: Path, *words: str) -> set[str]:
    """What bash offers when the key is pressed behind the last of the words."""
    here = str(Path(sys.executable).parent)
    environ = {**os.environ, "PATH": os.pathsep.join((here, os.environ["PATH"]))}
    done = subprocess.run(
        ["bash", "--norc", "-c", _PRESS, "bash", script, *words],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return set(done.stdout.split())


def test_bash_completes_commands_options_and_arguments_however_build_is_called(script: Path) -> None:
    assert pressed(script, "./build.py", "che") == {"check"}
    assert pressed(script, "python3", "build.py", "ne") == {"new"}
    assert pressed(script, "python3", "build.py", "new", "") == {"article", "page"}
    assert pressed(script, "python3", str(ROOT / "build.py"), "check", "--ex") == {"--external"}
    assert pressed(script, "python3", "build.py", "completion", "") == {"bash", "zsh", "fish"}


def test_other_programs_are_left_to_the_shell(script: Path) -> None:
    assert pressed(script, "python3", "other.py", "che") == set()
    assert pressed(script, "python3", "bui") == set()
