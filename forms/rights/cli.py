"""The command that lets go of what is due."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from forms.explained import explained
from forms.rights.retention import run, said
from forms.web.context import context


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@with_appcontext
@explained
def retention(dry_run: bool) -> None:
    """Erase what has been kept for its time; `send-mail --loop` and `serve` do it once a day."""
    click.echo(said(run(context(), dry=dry_run)))
