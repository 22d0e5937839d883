"""The desk's command: the digest of the day, now."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from forms.desk.digest import write_digests
from forms.explained import explained
from forms.web.context import context


@click.command("digest")
@with_appcontext
@explained
def digest() -> None:
    """Write today's digest for every recruiter now, whatever the hour and the day; never a second one."""
    count = write_digests(context())
    if not count:
        click.echo("Everybody has today's digest already.")
    else:
        click.echo(f"{count} written; send-mail sends {'it' if count == 1 else 'them'}.")
