"""`flask --app forms export FILE`: everything, to take elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import with_appcontext

from core.errors import Conflict
from core.files import write_atomically
from core.settings import SiteSettings, display_path
from forms.explained import explained
from forms.spreadsheets.everything import everything_as_json, everything_as_zip
from forms.spreadsheets.exporting import people_as_csv
from forms.store.protocol import Reader
from forms.web.context import context

Write = Callable[[Reader, SiteSettings], bytes]
KINDS: dict[str, Write] = {
    ".csv": people_as_csv,
    ".zip": everything_as_zip,
    ".json": everything_as_json,
}


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@with_appcontext
@explained
def export(file: Path, force: bool) -> None:
    """Write FILE: people as .csv, which imports again; everything as .zip of tables, or as .json."""
    found = context()
    write = KINDS.get(file.suffix.lower())
    if write is None:
        raise Conflict(f"{display_path(file)}: end its name in one of {', '.join(KINDS)}.")
    if file.exists() and not force:
        raise Conflict(f"{display_path(file)} is there already; choose another name, or --force.")
    with found.store.read() as reader:
        data = write(reader, found.site)
    write_atomically(file, data, mode=0o600)  # personal data: for whoever exported it
    click.echo(f"{display_path(file)}: {len(data):,} bytes, readable by you alone.")
