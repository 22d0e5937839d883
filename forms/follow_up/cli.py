"""The command that publishes the figures of the promise."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from core.settings import display_path
from forms.explained import explained
from forms.follow_up.promise_file import FILE
from forms.follow_up.publishing import refresh
from forms.web.context import context


@click.command("export-figures")
@click.option("--now", is_flag=True, help="Also when a count would move by fewer than five since the last.")
@with_appcontext
@explained
def export_figures(now: bool) -> None:
    """Write content/figures.json for the promise page, when the figures have changed enough to tell nobody's
    news; needs FOLLOWUP_PUBLISH_FIGURES."""
    found = context()
    if not found.run.publish_figures:
        raise click.ClickException(
            "The figures are not published. Set FOLLOWUP_PUBLISH_FIGURES=on to publish them."
        )
    path = display_path(found.content / FILE)
    try:
        written = refresh(found, at_once=now)
    except OSError as error:
        raise click.ClickException(
            f"{path}: {error.strerror} — see that there is room and that you may write there"
        ) from error
    click.echo(f"{path} is written; build the site to show it." if written else f"{path} stays as it is.")
