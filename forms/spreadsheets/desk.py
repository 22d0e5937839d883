"""Spreadsheets at the desk: bring people in, see first what would happen, take an import back, export."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms.candidates.models import InterviewKind
from forms.jobs.models import JOBS, JobState
from forms.recruiters import RECRUITERS
from forms.spreadsheets.aliases import Columns, suggest
from forms.spreadsheets.applying import imports, run_import
from forms.spreadsheets.dates import DateOrder
from forms.spreadsheets.everything import everything_as_json, everything_as_zip
from forms.spreadsheets.exporting import people_as_csv
from forms.spreadsheets.fields import Field
from forms.spreadsheets.form import ImportForm, UploadForm, chosen_columns, chosen_job, job_choices
from forms.spreadsheets.held import LARGEST, must_fit, pack, table_of, unpack
from forms.spreadsheets.models import IMPORTS
from forms.spreadsheets.plan import Plan, make_plan
from forms.spreadsheets.reading import InvalidSpreadsheet, Table
from forms.spreadsheets.steps import Effect, Options
from forms.spreadsheets.undoing import undo
from forms.store.tools import EXTENSION as STORE_TOOLS
from forms.store.tools import StoreTools
from forms.web.context import context
from forms.web.form import ButtonForm, bind, blank, saved
from forms.web.recruiter import acting

bp = Blueprint("spreadsheets", __name__, url_prefix="/import")

ROWS_SHOWN = 200
"""Rows of a dry run on one page; all that cannot be imported are shown besides."""

CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Looked:
    """A file as it was understood."""

    table: Table
    columns: Columns
    options: Options


@bp.before_request
def allow_files() -> None:
    """A spreadsheet is larger than any other form; the limit of all others stays."""
    request.max_content_length = 2 * LARGEST


@bp.get("/")
def index() -> ResponseReturnValue:
    """Choose a file; what was imported so far; exports."""
    return _index(blank(UploadForm))


@bp.post("/look/")
def look() -> ResponseReturnValue:
    """The columns of a file that was chosen just now, and what importing it would do."""
    upload = bind(UploadForm)
    chosen = request.files.get("file")
    if not upload.accepted() or chosen is None or not chosen.filename:
        if not upload.errors:
            upload.refuse("file", "Choose a file.")
        return _index(upload), 422
    data = chosen.stream.read(LARGEST + 1)
    chosen.close()
    try:
        must_fit(chosen.filename, data)
        table_of(chosen.filename, data)
    except InvalidSpreadsheet as error:
        upload.refuse("file", str(error))
        return _index(upload), 422
    return _look(blank(ImportForm, held=pack(data), file_name=chosen.filename))


@bp.post("/look-again/")
def look_again() -> ResponseReturnValue:
    """The same after something was chosen for a column or for the file."""
    return _look(bind(ImportForm))


@bp.post("/run/")
def run() -> ResponseReturnValue:
    """Import the file as it was looked at."""
    form = bind(ImportForm)
    found = context()
    try:
        looked = _understood(form)
        made = run_import(
            found.store,
            looked.table,
            looked.columns,
            looked.options,
            by=acting().id,
            now=found.now(),
            skip_errors=form.skip_errors.data,
        )
    except (InvalidSpreadsheet, Conflict):
        return _look(form)
    if made is None:
        return saved("Everything in this file is on the books already.", "desk.spreadsheets.index")
    return saved("Imported. No mail was sent.", "desk.spreadsheets.show", import_id=made.id)


@bp.get("/<import_id>/")
def show(import_id: str) -> ResponseReturnValue:
    """What one import did, and the way to take it back."""
    with context().store.read() as reader:
        made = IMPORTS.require(reader, import_id)
        by = RECRUITERS.get(reader, made.by)
    return render_template(
        "spreadsheets/import.html", page_title=made.file_name, made=made, by=by, form=blank(ButtonForm)
    )


@bp.post("/<import_id>/undo/")
def take_back(import_id: str) -> ResponseReturnValue:
    """Take an import back; what was touched since stays, and is named."""
    form = bind(ButtonForm)
    if not form.accepted():
        return saved(
            "The page was too old. Please press again.", ".show", category="bad", import_id=import_id
        )
    found = context()
    tools: StoreTools = current_app.extensions[STORE_TOOLS]
    try:
        undone = undo(found.store, import_id, tools.collections, now=found.now())
    except Conflict as error:
        return saved(str(error), "desk.spreadsheets.show", category="bad", import_id=import_id)
    if not undone.kept:
        return saved("Taken back: all it brought in is gone.", "desk.spreadsheets.show", import_id=import_id)
    with found.store.read() as reader:
        made = IMPORTS.require(reader, import_id)
    return render_template(
        "spreadsheets/undone.html", page_title="Taken back in part", made=made, undone=undone
    )


@bp.get("/export/people.csv")
def export_people() -> ResponseReturnValue:
    """Everybody, as a table that imports again."""
    with context().store.read() as reader:
        return _download(people_as_csv(reader, context().site), "people.csv", CSV)


@bp.get("/export/everything.zip")
def export_zip() -> ResponseReturnValue:
    """All records, as tables."""
    with context().store.read() as reader:
        return _download(everything_as_zip(reader, context().site), "everything.zip", "application/zip")


@bp.get("/export/everything.json")
def export_json() -> ResponseReturnValue:
    """All records, as JSON."""
    with context().store.read() as reader:
        return _download(everything_as_json(reader, context().site), "everything.json", "application/json")


def _download(data: bytes, name: str, kind: str) -> Response:
    dated = f"follow-up-{context().today()}-{name}"
    return Response(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{dated}"'}
    )


def _index(form: UploadForm) -> str:
    with context().store.read() as reader:
        names = {each.id: each.name for each in RECRUITERS.find(reader)}
        made = imports(reader)
    return render_template(
        "spreadsheets/index.html", page_title="Import and export", form=form, imports=made, names=names
    )


def _look(form: ImportForm) -> ResponseReturnValue:
    """The page that says what would happen; with what is wrong at its top."""
    form.job.choices = job_choices(_jobs())
    plan: Plan | None = None
    table: Table | None = None
    columns: Columns = {}
    if request.endpoint == "desk.spreadsheets.look" or form.accepted():
        try:
            looked = _understood(form)
            table, columns = looked.table, looked.columns
            with context().store.read() as reader:
                plan = make_plan(reader, looked.table, looked.columns, looked.options)
        except InvalidSpreadsheet as error:
            form.refuse("", str(error))
        except Conflict as error:
            form.refuse("", str(error))
    if table is None:
        upload = blank(UploadForm)
        upload.refuse("file", "; ".join(form.form_errors) or "The page was too old. Choose the file again.")
        return _index(upload), 422
    shown = _rows_shown(plan) if plan else []
    page = render_template(
        "spreadsheets/look.html",
        page_title=table.name,
        form=form,
        table=table,
        columns=columns,
        fields=list(Field),
        plan=plan,
        rows=shown,
        samples={column: table.sample(column) for column in columns},
        again_url=url_for("desk.spreadsheets.look_again"),
        run_url=url_for("desk.spreadsheets.run"),
    )
    return page, 422 if form.errors or (plan and plan.problems) else 200


def _understood(form: ImportForm) -> Looked:
    """The file with its columns and options. Raises InvalidSpreadsheet, Conflict."""
    found = context()
    data = unpack(form.held.data or "")
    table = table_of(form.file_name.data or "people.csv", data, encoding=form.encoding.data or None)
    columns = chosen_columns(request.form, suggest(table.header))
    options = Options(
        today=found.today(),
        region=found.run.phone_region,
        promise_days=found.run.promise_days,
        calendar=found.calendar(),
        order=DateOrder(form.dates.data) if form.dates.data else None,
        job_id=chosen_job(form, _jobs()),
        client=form.client.data or "",
        kind=InterviewKind(form.kind.data or InterviewKind.ON_SITE),
        since=form.since.data,
        shared=found.run.share_candidates,
    )
    return Looked(table, columns, options)


def _jobs() -> list[tuple[str, str]]:
    with context().store.read() as reader:
        found = JOBS.find(reader, order="created", descending=True)
    return [(job.id, job.title) for job in found if job.state is not JobState.CLOSED]


def _rows_shown(plan: Plan) -> list[object]:
    """Rows that bring something, to a limit, and every row that cannot be imported."""
    wrong = [row for row in plan.rows if row.effect is Effect.ERROR]
    good = [row for row in plan.rows if row.effect in (Effect.NEW, Effect.ADDS)]
    return [*wrong, *good[:ROWS_SHOWN]]
