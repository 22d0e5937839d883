"""A broken message, through the real commands: what refuses, what goes on, and that it recovers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.settings import ROOT

BUILD = [sys.executable, str(ROOT / "build.py")]
FLASK = [sys.executable, "-m", "flask", "--app", "forms"]
PATIENCE = 120.0
"""Seconds a busy machine may take."""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """What we ship, with a misspelt field, a message of an outcome gone, and a subject that is missing."""
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "content", folder)
    messages = folder / "messages"
    (messages / "job-filled.md").write_text('---\nsubject: "x"\n---\nDear {{ candidat_name }},\n')
    (messages / "withdrew.md").unlink()
    (messages / "link.md").write_text('---\nsubjct: "x"\n---\nHere: {{ status_link }}\n')
    (messages / "placed.md").write_bytes(b'---\nsubject: "x"\n---\nDear Ren\xe9,\n')
    return folder


PLACES = ("job-filled.md:4: ", "link.md:2: ", "link.md:1: ", "placed.md:4: ", "withdrew.md: ")


def mend(content: Path) -> None:
    """Put back what we ship."""
    for path in (ROOT / "content" / "messages").glob("*.md"):
        shutil.copy(path, content / "messages" / path.name)


def environment(content: Path) -> dict[str, str]:
    """An installation of its own beside the content."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("FOLLOWUP_")},
        "PYTHONUNBUFFERED": "1",
        "FOLLOWUP_CONTENT": str(content),
        "FOLLOWUP_STORE": f"tinydb:{content.parent / 'var' / 'ledger.json'}",
        "FOLLOWUP_SITE_DIR": str(content.parent / "site"),
    }


def run(command: Sequence[str], content: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=environment(content), capture_output=True, text=True, timeout=PATIENCE,
        check=False,
    )  # fmt: skip


def missing_places(said: str) -> list[str]:
    """The places of PLACES that are not named."""
    return [place for place in PLACES if f"messages{os.sep}{place}" not in said]


@pytest.mark.parametrize("command", ["check", "build"])
def test_messages_and_articles_are_reported_in_one_run_and_nothing_is_written(
    content: Path, command: str
) -> None:
    (content / "articles" / "why.md").write_text('---\ntitle: "Why"\ndate: 2026-01-02\n---\n[x](/nowhere/)\n')
    output = content.parent / "out"
    extra = ["--output", str(output)] if command == "build" else []
    done = run([*BUILD, command, "--content", str(content), *extra], content)
    assert done.returncode == 1
    assert done.stdout == ""
    assert missing_places(done.stderr) == []
    assert "why.md:5: the link /nowhere/ leads nowhere" in done.stderr
    assert "Traceback" not in done.stderr
    assert not output.exists()


def test_content_without_messages_can_be_built_but_not_served_in_production(content: Path) -> None:
    shutil.rmtree(content / "messages")
    assert run([*BUILD, "check", "--content", str(content)], content).returncode == 0
    done = run([*FLASK, "run", "--port", "0"], content)
    assert done.returncode == 1
    assert "messages: there is no such folder" in done.stderr


def test_good_messages_are_not_checked_again_and_a_new_mistake_is_seen(content: Path) -> None:
    """The endpoint is imported for the first build, not for the second, and again for what changed."""
    mend(content)
    program = (
        "import sys; from pathlib import Path; import build\n"
        f"build.CHECKED = Path({str(content.parent / 'checked')!r})\n"
        f"(check,) = build.CONTENT_CHECKS; found = check(Path({str(content)!r}))\n"
        "print(len(found), 'forms' in sys.modules)\n"
    )
    command = [sys.executable, "-c", program]
    assert run(command, content).stdout == "0 True\n"
    assert run(command, content).stdout == "0 False\n"
    (content / "messages" / "withdrew.md").unlink()
    assert run(command, content).stdout == "1 True\n"


def test_a_server_of_flask_does_not_start(content: Path) -> None:
    done = run([*FLASK, "run", "--port", "0"], content)
    assert done.returncode == 1
    assert missing_places(done.stderr) == []
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="gunicorn is not for Windows")
def test_gunicorn_does_not_start(content: Path) -> None:
    done = run([sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "forms:create_app()"], content)
    assert done.returncode != 0
    assert missing_places(done.stdout + done.stderr) == []
    assert "Listening at" not in done.stderr


def test_mail_that_is_written_already_is_still_sent(content: Path) -> None:
    done = run([*FLASK, "send-mail"], content)
    assert done.returncode == 0, done.stderr
    assert "sent" in done.stdout


def test_the_demonstration_which_needs_letters_says_what_is_wrong(content: Path) -> None:
    done = run([*BUILD, "serve", "--demo", "--port", "0"], content)
    assert done.returncode == 1
    assert missing_places(done.stderr) == []


def test_serve_says_what_is_wrong_goes_on_and_recovers_when_it_is_mended(content: Path) -> None:
    log = content.parent / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*BUILD, "serve", "--port", "0"], cwd=ROOT, env=environment(content), stdout=stream,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        said = until(log, process, "Stop with")
        assert missing_places(said) == []
        assert "Built" not in said
        mend(content)
        assert "Built" in until(log, process, "Built")
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0


def until(log: Path, process: subprocess.Popen[bytes], words: str) -> str:
    """Everything it has said, once it has said these words."""
    deadline = time.monotonic() + PATIENCE
    while words not in (said := log.read_text(encoding="utf-8")):
        assert process.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.1)
    return said
