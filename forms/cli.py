"""`flask --app forms …`: the commands of the endpoint, collected from its features."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from flask import Flask
from flask.cli import with_appcontext

from core.errors import FollowUpError
from forms.desk import service as desk
from forms.desk.cli import digest
from forms.follow_up.cli import export_figures
from forms.outbox.cli import read_bounces_from, send_mail
from forms.store import cli as store
from forms.web.context import context

P = ParamSpec("P")
R = TypeVar("R")


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """An error that a person can repair is printed as its message, and the command exits with 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except FollowUpError as error:
            raise click.ClickException(str(error)) from error

    return run


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
    send_mail,
    read_bounces_from,
    digest,
    export_figures,
    *store.COMMANDS,
)
"""All of them, flat; a feature's come from its cli.py."""


def is_running() -> bool:
    """Whether the `flask` command loads the application; it says so in the environment."""
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true"


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
