"""`flask --app forms …`: the commands of the endpoint, collected from its features."""

from __future__ import annotations

import os

import click
from flask import Flask
from flask.cli import run_command, with_appcontext

from forms.desk import service as desk
from forms.desk.cli import digest, login_link
from forms.explained import explained
from forms.follow_up.cli import export_figures
from forms.outbox.cli import read_bounces_from, send_mail
from forms.rights.cli import retention
from forms.spreadsheets.cli import import_group
from forms.spreadsheets.export_cli import export
from forms.store import cli as store
from forms.web.context import context


@click.command("setup-link")
@with_appcontext
@explained
def setup_link() -> None:
    """Print a fresh one-time link that sets up the desk's first login. Earlier ones end."""
    found = context()
    token = desk.make_setup_link(found.store, found.now())
    click.echo(found.absolute(f"/desk/setup/{token}/"))


COMMANDS: tuple[click.Command, ...] = (
    setup_link,
    login_link,
    send_mail,
    read_bounces_from,
    digest,
    export_figures,
    retention,
    import_group,
    export,
    *store.COMMANDS,
)
"""All of them, flat; a feature's come from its cli.py."""


def is_running() -> bool:
    """Whether a command of `flask` loads the application, but not to serve it (`flask run`)."""
    current = click.get_current_context(silent=True)
    serves = current is not None and current.command is run_command
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true" and not serves


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
