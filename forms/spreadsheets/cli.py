"""`flask --app forms import …`: bring candidates in from a spreadsheet, list what came in, take it back."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from core.errors import Conflict, NotFound
from forms.candidates.models import InterviewKind
from forms.explained import explained
from forms.jobs.models import JOBS, Job
from forms.progress_bar import progress_bar
from forms.recruiters import RECRUITERS, Recruiter, Role
from forms.spreadsheets.aliases import Columns, suggest, with_choices
from forms.spreadsheets.applying import imports, run_import
from forms.spreadsheets.books import plain
from forms.spreadsheets.dates import DateOrder
from forms.spreadsheets.everything import is_json, people_of_json
from forms.spreadsheets.models import IMPORTS, Import
from forms.spreadsheets.plan import make_plan
from forms.spreadsheets.reading import (
    DELIMITER_NAMES,
    MAX_BYTES,
    InvalidSpreadsheet,
    Table,
    read_table,
)
from forms.spreadsheets.report import about_import, about_plan, about_rows, about_table
from forms.spreadsheets.steps import Options
from forms.spreadsheets.undoing import undo
from forms.store.protocol import Reader
from forms.store.tools import EXTENSION, StoreTools
from forms.web.context import Context, context

_DELIMITERS = {name: sign for sign, name in DELIMITER_NAMES.items()}
_DATES = "Ambiguous dates: --dates dmy or --dates mdy."
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("import")
def import_group() -> None:
    """Bring candidates in from a spreadsheet; no mail is sent by it."""


@import_group.command("candidates")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only say what would happen, row by row.")
@click.option("--map", "choices", multiple=True, metavar='"COLUMN=FIELD"', help="What a column holds.")
@click.option("--delimiter", help="comma, semicolon, tab, bar, or the sign itself. Found out if left out.")
@click.option("--encoding", help="As utf-8, windows-1252 or utf-16. Found out if left out.")
@click.option(
    "--dates", type=click.Choice([each.value for each in DateOrder]), help="How all dates are written."
)
@click.option("--job", help="The job, by title or id, of rows that name none.")
@click.option("--client", default="", help="The client of new jobs for which the file names none.")
@click.option("--kind", type=click.Choice([each.value for each in InterviewKind]), default="on_site",
              help="How interviews were held, where the file does not say.")  # fmt: skip
@click.option(
    "--since", type=_DAY, help="Interviews before this day go into the notes: nobody is owed an answer."
)
@click.option(
    "--as",
    "recruiter",
    metavar="E-MAIL",
    help="Whose candidates they become, if there are several recruiters.",
)
@click.option("--skip-errors", is_flag=True, help="Leave rows with errors out, and import the others.")
@with_appcontext
@explained
def import_candidates(
    *,
    file: Path,
    dry_run: bool,
    choices: tuple[str, ...],
    delimiter: str | None,
    encoding: str | None,
    dates: str | None,
    job: str | None,
    client: str,
    kind: str,
    since: dt.datetime | None,
    recruiter: str | None,
    skip_errors: bool,
) -> None:
    """Import the people in FILE: CSV, TSV, or JSON exported here.

    A file with errors imports nothing; exit 1 then.
    """
    found = context()
    with file.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if is_json(data):
        table = people_of_json(file.name, data)
    else:
        sign = _DELIMITERS.get(delimiter or "", delimiter)
        table = read_table(file.name, data, delimiter=sign, encoding=encoding)
    columns = with_choices(table.header, suggest(table.header), choices)
    with found.store.read() as reader:
        by = _recruiter(reader, recruiter)
        job_id = _job(reader, job).id if job else None
    options = Options(
        today=found.today(),
        region=found.run.phone_region,
        promise_days=found.run.promise_days,
        calendar=found.calendar(),
        order=DateOrder(dates) if dates else None,
        job_id=job_id,
        client=client,
        kind=InterviewKind(kind),
        since=since.date() if since else None,
        shared=found.run.share_candidates,
    )
    for line in about_table(table, columns):
        click.echo(line)
    if dry_run:
        _rehearse(found, table, columns, options)
    else:
        _import(found, table, columns, options, by, skip_errors=skip_errors)


def _rehearse(found: Context, table: Table, columns: Columns, options: Options) -> None:
    with found.store.read() as reader, progress_bar(len(table.rows), "Reading", "rows") as advance:
        plan = make_plan(reader, table, columns, options, advance)
    for line in about_rows(plan):
        click.echo(line)
    click.echo(about_plan(plan))
    if plan.problems:
        click.echo(f"{plan.counts.errors} cannot be imported as they stand. {_DATES}", err=True)
        sys.exit(1)


def _import(
    found: Context, table: Table, columns: Columns, options: Options, by: Recruiter, *, skip_errors: bool
) -> None:
    now = found.now()
    with progress_bar(len(table.rows), "Importing", "rows") as advance:
        try:
            made = run_import(
                found.store,
                table,
                columns,
                options,
                by=by.id,
                now=now,
                skip_errors=skip_errors,
                advance=advance,
            )
        except KeyboardInterrupt:
            raise click.ClickException("interrupted; the same command goes on where it stopped") from None
        except InvalidSpreadsheet as error:
            click.echo(str(error), err=True)
            bad = len({each.line for each in error.problems})
            raise Conflict(
                f"{bad} of {len(table.rows)} rows cannot be imported, so nothing was. Correct them, or leave "
                f"them out with --skip-errors. {_DATES}"
            ) from None
    if made is None:
        click.echo("Nothing in it is new; nothing was changed.")
        return
    click.echo(f"{about_import(made)}. To take it back: flask --app forms import undo {made.id}")


@import_group.command("list")
@with_appcontext
@explained
def list_imports() -> None:
    """List the imports, newest first."""
    found = context()
    with found.store.read() as reader:
        names = {each.id: each.name for each in RECRUITERS.find(reader)}
        listed = imports(reader)
    for each in listed:
        when = f"{found.site.local(each.begun):%Y-%m-%d %H:%M}"
        click.echo(f"{each.id}  {when}  {names.get(each.by, '')}  {each.file_name}: {about_import(each)}")
    if not listed:
        click.echo("Nothing was imported yet.")


@import_group.command("undo")
@click.argument("import_id", metavar="ID")
@with_appcontext
@explained
def undo_import(import_id: str) -> None:
    """Take import ID back: all it made, except what was touched since; exit 1 when something stays."""
    found = context()
    tools = cast(StoreTools, current_app.extensions[EXTENSION])
    with found.store.read() as reader:
        record = _import_named(reader, import_id)
    with progress_bar(record.new + record.added, "Taking back", "rows") as advance:
        back = undo(found.store, record.id, tools.collections, now=found.now(), advance=advance)
    click.echo(f"{back.taken_back} records of {record.file_name} are taken back.")
    for each in back.kept:
        click.echo(str(each), err=True)
    if back.kept:
        click.echo(f"{len(back.kept)} stay.", err=True)
        sys.exit(1)


def _recruiter(reader: Reader, email: str | None) -> Recruiter:
    everyone = [
        each
        for each in RECRUITERS.find(reader, order="created")
        if each.is_active and each.role.reaches(Role.RECRUITER)
    ]
    if not everyone:
        raise Conflict("Nobody works at the desk yet. Set it up first: flask --app forms setup-link")
    found = [each for each in everyone if email is None or each.email == email.strip().lower()]
    if len(found) != 1:
        known = ", ".join(each.email for each in everyone)
        raise Conflict(f"Say whose candidates they become, with --as and one of: {known}")
    return found[0]


def _job(reader: Reader, name: str) -> Job:
    found = [each for each in JOBS.find(reader) if each.id == name or plain(each.title) == plain(name)]
    if not found:
        raise NotFound(f"There is no job called “{name}”; add it at the desk first.")
    if len(found) > 1:
        ids = ", ".join(each.id for each in found)
        raise Conflict(f"{len(found)} jobs are called “{name}”; name one by its id: {ids}")
    return found[0]


def _import_named(reader: Reader, name: str) -> Import:
    """By its id, or by the beginning of it."""
    whole = IMPORTS.get(reader, name)
    found = [whole] if whole else [each for each in imports(reader) if name and each.id.startswith(name)]
    if len(found) != 1:
        raise NotFound(f"There is no import {name}; `flask --app forms import list` names them.")
    return found[0]
