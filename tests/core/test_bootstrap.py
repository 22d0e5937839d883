"""The set-up, done for real on a tiny project whose one dependency is a wheel in a folder."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.set_up import explain
from core.settings import ROOT

BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)
COMMAND = """\
import sys
sys.path.insert(0, {repo!r})
{before}
from core import bootstrap
{between}
from pathlib import Path
bootstrap.ensure(Path({root!r}), "run")
import tiny_dependency
print("in", sys.prefix, "with", sys.argv[1:])
"""


@dataclass(frozen=True)
class Project:
    """A folder with a project file, lock files, and wheels to install from."""

    root: Path

    def start(
        self, *arguments: str, before: str = "", between: str = "", **environment: str
    ) -> subprocess.Popen[str]:
        text = COMMAND.format(repo=str(ROOT), root=str(self.root), before=before, between=between)
        (self.root / "command.py").write_text(text)
        settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.root / "wheels"), **environment}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        return subprocess.Popen(
            [BASE_PYTHON, str(self.root / "command.py"), *arguments],
            env={**kept, **settings}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, *arguments: str, before: str = "", between: str = "", **environment: str) -> Result:
        process = self.start(*arguments, before=before, between=between, **environment)
        stdout, stderr = process.communicate()
        return Result(process.returncode, stdout, stderr)

    @property
    def state(self) -> dict[str, str]:
        found = json.loads((self.root / ".venv" / "set-up.json").read_text())
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def write_wheel(folder: Path) -> str:
    """A wheel with one module, made by hand; gives its SHA-256."""
    folder.mkdir()
    info = "tiny_dependency-1.0.dist-info"
    files = {
        "tiny_dependency.py": "",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: tiny-dependency\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={_digest(text)},{len(text)}\n" for name, text in files.items())
    path = folder / "tiny_dependency-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
        wheel.writestr(f"{info}/RECORD", record)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def make_project(root: Path) -> Project:
    root.mkdir(exist_ok=True)
    digest = write_wheel(root / "wheels")
    (root / "pyproject.toml").write_text('[project]\ndependencies = ["tiny-dependency>=1.0"]\n')
    (root / "requirements.lock").write_text(f"tiny-dependency==1.0 --hash=sha256:{digest}\n")
    (root / "requirements-test.lock").write_text("")
    return Project(root)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose environment two commands, started at the same time, have set up."""
    project = make_project(tmp_path_factory.mktemp("project"))
    first, second = project.start("serve", "--port", "1"), project.start("serve", "--port", "1")
    (out, err), (other_out, other_err) = first.communicate(), second.communicate()
    assert (first.returncode, second.returncode) == (0, 0), err + other_err
    assert f"in {project.root / '.venv'} with ['serve', '--port', '1']" in out
    assert out == other_out
    assert (err + other_err).count("Making .venv") == 1
    return project


def test_two_first_runs_at_once_make_one_environment_and_both_start_over_in_it(made: Project) -> None:
    assert "run" in made.state


def test_a_further_run_installs_nothing_and_says_nothing(made: Project) -> None:
    assert made.run().err == ""


def test_a_changed_project_file_brings_the_environment_up_to_date_once(made: Project) -> None:
    with (made.root / "pyproject.toml").open("a") as project_file:
        project_file.write("# changed\n")
    assert "Installing" in made.run().err
    assert made.run().err == ""


def test_a_further_run_does_without_what_the_set_up_needs(made: Project) -> None:
    """It comes before every command, and once more in .venv."""
    heavy = ("core.set_up", "core.errors", "subprocess", "tomllib")
    check = f"sys.modules.update(dict.fromkeys({heavy!r}))"  # None: an import of it fails
    assert made.run(before=check).code == 0


def test_a_changed_lock_file_is_seen_though_its_time_and_size_stay(made: Project) -> None:
    lock = made.root / "requirements.lock"
    with lock.open("a") as stream:
        stream.write("# one\n")
    made.run()
    before = lock.stat()
    lock.write_text(lock.read_text().replace("# one", "# two"))
    os.utime(lock, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "Installing" in made.run().err


def test_an_interrupted_set_up_is_begun_anew(made: Project) -> None:
    (made.root / ".venv" / "set-up.json").write_text('{"unfinished": "true"}')
    half = made.root / ".venv" / "lib" / "half-installed"
    half.mkdir(parents=True)
    result = made.run()
    assert result.code == 0
    assert "Making .venv" in result.err
    assert not half.exists()


def test_an_unreadable_state_counts_as_interrupted(made: Project) -> None:
    (made.root / ".venv" / "set-up.json").write_text('{"run": ')
    assert "Making .venv" in made.run().err


def test_what_differs_from_the_lock_file_is_not_installed_and_the_old_environment_stays(
    made: Project,
) -> None:
    lock = made.root / "requirements.lock"
    before, state = lock.read_text(), made.state
    lock.write_text(f"tiny-dependency==1.0 --hash=sha256:{'0' * 64}\n")
    remove = [str(made.root / ".venv/bin/python"), "-m", "pip", "uninstall", "-qy", "tiny-dependency"]
    subprocess.run(remove, check=True)
    result = made.run()
    assert result.code == 1
    assert "differs from the one in the lock file" in result.err
    assert made.state == state
    lock.write_text(before + "# again\n")
    assert made.run().code == 0


def test_without_a_network_it_says_so(tmp_path: Path, made: Project) -> None:
    lock = made.root / "requirements.lock"
    before = lock.read_text()
    lock.write_text(f"another-dependency==1.0 --hash=sha256:{'0' * 64}\n")
    result = made.run(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    lock.write_text(before)
    assert result.code == 1
    assert "the package index could not be reached" in result.err
    assert str(made.root / ".venv" / "set-up.log") in result.err


def test_without_venv_or_ensurepip_it_names_the_package_to_install(tmp_path: Path) -> None:
    """Debian leaves both out of its Python."""
    result = make_project(tmp_path / "new").run(before="sys.modules['ensurepip'] = None")
    assert result.code == 1
    assert "no ensurepip" in result.err
    assert "sudo apt install python3-venv" in result.err
    assert "Traceback" not in result.err


def test_a_python_that_is_too_old_is_told_so(tmp_path: Path) -> None:
    result = make_project(tmp_path / "new").run(between="sys.version_info = (3, 9, 2)")
    assert result.code == 1
    assert "needs Python 3.11 or newer, and this is 3.9" in result.err


@pytest.mark.parametrize("path", ["build.py", "core/bootstrap.py", "core/environment.py"])
def test_a_python_that_is_too_old_can_still_read_what_tells_it(path: str) -> None:
    ast.parse((ROOT / path).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_a_folder_that_cannot_be_written_to_is_an_explanation(tmp_path: Path) -> None:
    project = make_project(tmp_path / "new")
    (project.root / ".venv").write_text("in the way")
    result = project.run()
    assert result.code == 1
    assert result.err.startswith("Set-up failed:")
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "disc is full"),
        ("ERROR: [Errno 13] Permission denied: '/x/.venv'", "cannot be written to"),
        ("SSLError(SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED)", "PIP_CERT"),
        ("Temporary failure in name resolution", "could not be reached"),
        ("ERROR: No matching distribution found for flask", "no fitting version"),
        ("something else", ""),
    ],
)
def test_what_pip_says_is_explained(said: str, told: str) -> None:
    assert told in explain(said)
    assert bool(told) == bool(explain(said))
