"""The command that sends what waits: run by a timer, or for good with --loop."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from forms.explained import explained
from forms.outbox.bounces import Taken, read_bounces
from forms.outbox.chores import EXTENSION, Chore, see_to
from forms.outbox.delivery import deliver_due
from forms.outbox.desk import mail_room
from forms.outbox.outcome import Counts
from forms.outbox.room import MailRoom
from forms.outbox.worker import Worker
from forms.web.context import context

LOOK_SECONDS = 1.0
"""How often the main thread looks up: on Windows, waiting without end cannot be interrupted."""

PATIENCE_SECONDS = 60.0
"""How long the message at hand may take when the command is told to stop."""


@click.command("send-mail")
@click.option("--loop", is_flag=True, help="Go on until stopped (SIGTERM, Ctrl-C), looking once a second.")
@with_appcontext
@explained
def send_mail(loop: bool) -> None:
    """Send what is due; exit 1 when a message failed or became unknown."""
    counts = _loop(mail_room(), _chores()) if loop else _once(mail_room(), _chores())
    click.echo(counts)
    if counts.unreachable:
        click.echo("The mail server takes nothing at present; what waits is tried again later.", err=True)
    if counts.failed or counts.unknown:
        click.echo("See Mail at the desk for what was not sent.", err=True)
        sys.exit(1)


def _chores() -> Sequence[Chore]:
    return cast(Sequence[Chore], current_app.extensions.get(EXTENSION, ()))


def _once(room: MailRoom, chores: Sequence[Chore]) -> Counts:
    see_to(chores)
    return deliver_due(room)


@click.command("read-bounces")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@with_appcontext
@explained
def read_bounces_from(path: Path | None) -> None:
    """Read what came back from PATH: a Maildir, an mbox, or one message in a file.

    Without PATH, from FOLLOWUP_BOUNCES. Messages stay where they are; reading them again changes nothing.
    """
    found = context()
    if path is None and not found.run.bounces:
        raise click.ClickException("Name a Maildir, an mbox or a message in a file, or set FOLLOWUP_BOUNCES.")
    counts = read_bounces(mail_room(), path or found.root / found.run.bounces)
    click.echo(", ".join(f"{counts[taken]} {taken.value}" for taken in Taken))


def _loop(room: MailRoom, chores: Sequence[Chore]) -> Counts:
    worker = Worker(room, chores=chores)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as with Ctrl-C
    with contextlib.suppress(KeyboardInterrupt):
        worker.start()
        while not worker.wait(LOOK_SECONDS):
            pass
    worker.stop(PATIENCE_SECONDS)
    return worker.counts
