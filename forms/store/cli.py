"""The commands that keep the records safe: backup, restore, fsck, migrate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from core.errors import Conflict
from core.settings import display_path
from forms.explained import explained
from forms.progress_bar import progress_bar
from forms.store.archive import open_archive
from forms.store.backup import write_backup
from forms.store.fsck import fsck
from forms.store.migrate import migrate, total
from forms.store.opening import ledger_path, open_existing, open_store, shown
from forms.store.restore import restore
from forms.store.tools import EXTENSION, StoreTools


def _tools() -> StoreTools:
    return cast(StoreTools, current_app.extensions[EXTENSION])


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
@explained
def backup_command(file: Path | None) -> None:
    """Write all records, of one moment, to FILE (var/backups/… if none is given), while others go on."""
    tools = _tools()
    now = tools.now()
    path = file or tools.backups() / f"followup-{now:%Y%m%dT%H%M%SZ}.jsonl"
    with tools.store.read() as reader:
        count = write_backup(reader, tools.shapes, path, now)
    click.echo(f"{display_path(path)}: {count} records. Keep it where only you can read it.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
@explained
def restore_command(file: Path, yes: bool) -> None:
    """Put the backup or snapshot FILE in the place of all records; what it replaces is kept aside."""
    tools = _tools()
    archive = open_archive(file, tools.shapes)
    click.echo(f"{file}: {archive.total} records of {archive.created:%d %B %Y, %H:%M} UTC. It is whole.")
    if not yes:
        click.confirm(f"Replace all that is in {shown(tools.url)} by it?", abort=True)
    kept = restore(archive, tools.url, tools.shapes, tools.root, now=tools.now(), revise=tools.revise)
    click.echo("Restored. Mail that waited then may have been sent since: see Mail at the desk.")
    if kept is not None:
        click.echo(f"What was there before is in {display_path(kept)}. Delete it when you are content.")


@click.command("fsck")
@with_appcontext
@explained
def fsck_command() -> None:
    """Check every record, and the files that hold them; exit 1 when something is wrong."""
    tools = _tools()
    problems = fsck(tools.store, tools.collections)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"{len(problems)} found.", err=True)
        sys.exit(1)
    click.echo("Nothing is wrong.")


@click.command("migrate")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@with_appcontext
@explained
def migrate_command(source: str, target: str) -> None:
    """Copy all records from one store to another, both written as in FOLLOWUP_STORE.

    Stop what uses FROM first. It is never changed. Interrupted, the same command goes on where it stopped.
    """
    tools = _tools()
    _must_differ(source, target, tools)
    origin = open_existing(source, tools.shapes, tools.root)
    goal = open_store(target, tools.shapes, tools.root)
    try:
        with progress_bar(total(origin, tools.shapes), "Copying", "records") as advance:
            moved = migrate(origin, goal, tools.shapes, advance)
    except KeyboardInterrupt:
        raise click.ClickException("interrupted; the same command goes on where it stopped") from None
    finally:
        origin.close()
        goal.close()
    for collection, each in moved:
        click.echo(f"{collection:<16} {each.records:>9} records  sha256 {each.sha256[:16]}")
    click.echo(f"Both hold the same. To use the new one, set FOLLOWUP_STORE={shown(target)}")


def _must_differ(source: str, target: str, tools: StoreTools) -> None:
    places = [ledger_path(url, tools.root) for url in (source, target)]
    paths = [place.resolve() for place in places if place is not None]
    if source == target or len(set(paths)) < len(paths):
        raise Conflict("FROM and TO are the same store")
    if target == "memory:":
        raise Conflict("memory: keeps nothing; give TO a store that does")


COMMANDS = (backup_command, restore_command, fsck_command, migrate_command)
