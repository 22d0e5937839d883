#!/usr/bin/env python3
"""The one command: serve, test, build, check, new. It makes .venv first, when that is needed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from core import bootstrap

ROOT = Path(__file__).resolve().parent

if __name__ == "__main__" and "_BUILD_PY_COMPLETE" not in os.environ:
    # Before the imports below, which need what this sets up; not when a shell asks for completions.
    bootstrap.ensure(ROOT, "test" if sys.argv[1:2] == ["test"] else "run")

import atexit
import gc

if __name__ == "__main__":
    # Hardly anything is garbage here. By itself Python looks for some a hundred times while this imports, and
    # through everything that is left at its end: 20 and 80 ms of each build.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)

import contextlib
import tempfile
from functools import lru_cache

import click

from core.errors import Problem
from core.settings import MESSAGES, STATIC, TEMPLATES
from core.vouched import digest_of_files, unless_vouched
from generator import cli as generator
from generator.cache import program_key
from generator.report import Report

# The endpoint and the preview take longer to import than a small site takes to build: they are imported where
# they are used, and what the endpoint says of the messages is asked once for each change of them.

CHECKED = ROOT / "var" / "messages-checked"


def _check_messages(content: Path) -> list[Problem]:
    """A content folder without any may be for a site alone; an endpoint says itself what it lacks."""
    if not (content / MESSAGES).is_dir():
        return []
    return unless_vouched(content, CHECKED, read=_digest_for_endpoint, check=_ask_endpoint)


def _ask_endpoint(content: Path) -> list[Problem]:
    from forms import check_messages  # takes 0.45 s, with every feature that sends something

    return check_messages(content)


def _digest_for_endpoint(content: Path) -> str:
    """Of all that its answer depends on: our code, the libraries, Python, the messages."""
    return " ".join((program_key(), _code_of_endpoint(), digest_of_files(content / MESSAGES)))


@lru_cache(maxsize=1)
def _code_of_endpoint() -> str:
    return digest_of_files(ROOT / "forms", ".py")


CONTENT_CHECKS = (_check_messages,)
"""What the endpoint says of the content folder: made, and reported, with the generator's own checks."""


@click.group(cls=generator.Commands, context_settings={"obj": CONTENT_CHECKS})
def cli() -> None:
    """Follow-up: publish what stands in content/, and answer everyone you interview."""


for _command in generator.cli.commands.values():
    cli.add_command(_command)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", default=8000, type=click.IntRange(0, 65535), show_default=True, help="0: any free one."
)
@click.option("--demo", is_flag=True, help="Use a throw-away store full of invented people.")
def serve(host: str, port: int, demo: bool) -> None:
    """Serve the site and the desk; rebuild, and reload the browser, when a file changes."""
    from core import server
    from forms import serving
    from generator.preview import Preview

    with contextlib.ExitStack() as stack:
        stop = stack.enter_context(server.stop_signals())
        listener = stack.enter_context(server.claim(host, port))
        environ = dict(os.environ)
        site = ROOT / environ.get("FOLLOWUP_SITE_DIR", "build")
        if demo:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="follow-up-demo-")))
            site = folder / "site"
            environ = serving.demo_environment(environ, url=listener.url, site_dir=site, folder=folder)
        else:
            environ = serving.environment(environ, url=listener.url, site_dir=site)
        service = stack.enter_context(serving.running(environ, demo=demo))
        preview = Preview(
            service.content, TEMPLATES, STATIC, site, _say_built, tell=_say_error, also=CONTENT_CHECKS
        )
        stack.callback(preview.stop)
        preview.start()
        click.echo("\n".join(("", f"The site:  {listener.url}/", *service.notes, "Stop with Ctrl-C.", "")))
        if not listener.is_loopback:
            click.echo(
                "Careful: other machines can reach this, and nothing is encrypted on the way.\n", err=True
            )
        server.serve(preview.middleware(service.app), listener, stop)


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def test(pytest_arguments: tuple[str, ...]) -> None:
    """Lint, types, import rules and all tests; or only pytest with PYTEST_ARGUMENTS."""
    from core import suite

    sys.exit(suite.run(pytest_arguments))


def _say_built(report: Report) -> None:
    click.echo(f"Built {report.files} files in {report.seconds:.1f} s.")


def _say_error(text: str) -> None:
    click.echo(f"{text}\nThe site was not built; what was there before stays.", err=True)


if __name__ == "__main__":
    cli(prog_name="build.py")
