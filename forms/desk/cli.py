"""The desk's commands: the digest of the day, now; and the way back in for who lost everything."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from core.errors import NotFound
from forms.desk import users
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


@click.command("login-link")
@click.argument("email")
@with_appcontext
@explained
def login_link(email: str) -> None:
    """Print a one-time link by which the user with this EMAIL chooses another password.

    Their second step is switched off, they are logged out, and let in again if they had left.
    """
    found = context()
    user = users.named(found.store, email.strip().casefold())
    if user is None:
        raise NotFound(f"No user of the desk has the address {email}.")
    token = users.rescue(found.store, user.id, now=found.now())
    click.echo(found.absolute(f"/desk/welcome/{token}/"))
