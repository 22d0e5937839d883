"""`python3 build.py …`, as a process of its own."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.settings import ROOT

COMMAND = [sys.executable, str(ROOT / "build.py")]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("FOLLOWUP_")}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env={**ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass
class Served:
    """A running `build.py serve`, and what it has printed."""

    process: subprocess.Popen[str]
    said: str = ""
    _rest: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("Stop with"):
                break
        self.said = "".join(lines)
        stdout = self.process.stdout
        self._reader = threading.Thread(target=lambda: self._rest.extend(stdout), daemon=True)
        self._reader.start()

    @property
    def address(self) -> str:
        found = re.search(r"The site:\s+http://(\S+)/", self.said)
        assert found, self.said
        return found[1]

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.address, timeout=120)
        connection.request("GET", path)
        response = connection.getresponse()
        status, body = response.status, response.read().decode()
        connection.close()
        return status, body

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=120)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    @property
    def log(self) -> str:
        return "".join(self._rest)


def start(*arguments: str, **environment: str) -> Served:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *arguments],
        env={**ENVIRONMENT, "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Served(process)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demonstration, whose temporary folder is ours."""
    served = start("--demo", TMPDIR=str(tmp_path_factory.mktemp("tmp")))
    yield served
    served.process.kill()
    served.process.wait()
    if served.process.stdout is not None:
        served.process.stdout.close()


def test_an_unknown_command_shows_the_usage_and_exits_with_2() -> None:
    result = run("publish")
    assert result.returncode == 2
    assert "Usage: build.py" in result.stderr
    assert "No such command" in result.stderr


def test_what_follows_test_goes_to_pytest_alone() -> None:
    result = run("test", "--version")
    assert result.returncode == 0
    assert "pytest" in result.stdout + result.stderr
    assert "lint" not in result.stdout


def test_a_port_that_is_none_is_a_mistake_of_usage() -> None:
    result = run("serve", "--port", "99999")
    assert result.returncode == 2
    assert "0<=x<=65535" in result.stderr


def test_the_help_names_every_command() -> None:
    shown = run("--help").stdout
    for command in ("serve", "test", "build", "check", "new"):
        assert f"\n  {command}" in shown


def test_a_build_with_mistakes_names_them_all_and_leaves_the_old_site(tmp_path: Path) -> None:
    content, output = tmp_path / "content", tmp_path / "out"
    shutil.copytree(ROOT / "content", content)
    good = content / "articles" / "good.md"
    good.write_text('---\ntitle: "Good"\ndate: 2026-01-02\nsummary: "One."\n---\nText.\n')
    assert run("build", "--content", str(content), "--output", str(output)).returncode == 0
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    (content / "articles" / "key.md").write_text(
        '---\ntittle: "A"\ntitle: "A"\ndate: 2026-01-02\n---\nText.\n'
    )
    (content / "articles" / "date.md").write_text('---\ntitle: "B"\ndate: 2026-02-30\n---\nText.\n')
    (content / "articles" / "slug.md").write_text(
        '---\ntitle: "C"\nslug: good\ndate: 2026-01-02\n---\nText.\n'
    )
    result = run("build", "--full", "--no-search", "--content", str(content), "--output", str(output))
    assert result.returncode == 1
    assert re.search(r"key\.md:2: .*tittle.* — .*title", result.stderr)
    assert re.search(r"date\.md:3: ", result.stderr)
    assert "good" in result.stderr
    assert "Traceback" not in result.stderr
    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == before


def test_a_busy_port_is_said_before_anything_is_changed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        store = tmp_path / "store.json"
        result = run("serve", "--port", str(port), FOLLOWUP_STORE=f"tinydb:{store}")
    assert result.returncode == 1
    assert f"port {port} is taken by another program" in result.stderr
    assert "Built" not in result.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--host", "192.0.2.1"), ("--host", "no.invalid")])
def test_an_address_that_cannot_be_had_is_an_explanation(arguments: tuple[str, ...]) -> None:
    result = run("serve", *arguments)
    assert result.returncode == 1
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


def test_a_misspelt_setting_is_named_with_its_repair() -> None:
    result = run("serve", "--port", "0", FOLLOWUP_STOR="x")
    assert result.returncode == 1
    assert "FOLLOWUP_STORE" in result.stderr


def test_the_demonstration_serves_the_site_the_desk_and_private_pages(demo: Served) -> None:
    assert demo.get("/")[0] == 200
    assert demo.get("/healthz") == (200, "ok\n")
    assert demo.get("/desk/login/")[0] == 200
    private = re.findall(r"http://[^/]+(/status/\S+)", demo.said)
    assert len(private) == 3
    for path in private:
        assert demo.get(path)[0] == 200
    assert re.search(r"log in as desk@example.org with \w+-\w+-\w+-\w+", demo.said)


def test_stopping_the_demonstration_removes_everything_and_exits_with_0(demo: Served) -> None:
    """And no private link is in what it logged: a refused one makes a line."""
    token = re.findall(r"/status/([\w-]+)/", demo.said)[0]
    assert demo.get(f"/status/{token}/nowhere/")[0] == 404
    assert demo.stop(signal.SIGINT) == 0
    assert "404" in demo.log
    assert token not in demo.log


def test_the_temporary_folder_is_gone_after_the_demonstration(tmp_path: Path) -> None:
    served = start("--demo", TMPDIR=str(tmp_path))
    assert list(tmp_path.glob("follow-up-demo-*"))
    assert served.stop() == 0
    assert list(tmp_path.iterdir()) == []
    assert Path(tempfile.gettempdir()).exists()
