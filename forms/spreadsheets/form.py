"""What the desk asks about a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import BooleanField, DateField, FileField, HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from core.errors import Conflict
from forms.candidates.models import InterviewKind
from forms.spreadsheets.aliases import Columns, field_named
from forms.spreadsheets.dates import DateOrder
from forms.spreadsheets.fields import Field
from forms.web.form import BaseForm

COLUMN = "column-"
FIND_OUT = ""


class UploadForm(BaseForm):
    """Which file."""

    file = FileField("Spreadsheet")


class ImportForm(BaseForm):
    """How to understand the file, which the form carries along."""

    held = HiddenField()
    file_name = HiddenField(validators=[Length(max=200)])
    encoding = SelectField(
        "How letters are written",
        choices={
            FIND_OUT: "Find out",
            "utf-8": "UTF-8",
            "windows-1252": "Windows (Western Europe)",
            "utf-16": "UTF-16",
        },
    )
    dates = SelectField(
        "How dates are written",
        choices={FIND_OUT: "Find out for each column"} | {each.value: each.label for each in DateOrder},
    )
    job = SelectField("The job, where a row names none", validate_choice=False)
    client = StringField("The client of new jobs, where a row names none", [Length(max=120)])
    kind = SelectField(
        "How interviews were held, where the file does not say",
        choices={each.value: each.label.capitalize() for each in InterviewKind},
        default=InterviewKind.ON_SITE.value,
    )
    since = DateField("Nobody is owed an answer for interviews before", [Optional()])
    skip_errors = BooleanField("Leave rows with errors out, and import the others")


def chosen_columns(sent: Mapping[str, str], suggested: Columns) -> Columns:
    """The columns with what was chosen for them; as suggested where nothing was. Raises Conflict."""
    chosen: dict[int, Field | None] = dict(suggested)
    for column in suggested:
        name = sent.get(f"{COLUMN}{column}")
        if name:
            chosen[column] = field_named(name)
    return chosen


def job_choices(jobs: list[tuple[str, str]]) -> dict[str, str]:
    """The jobs to choose from, by id and title."""
    return {"": "None: such rows bring people only"} | dict(jobs)


def chosen_job(form: ImportForm, known: list[tuple[str, str]]) -> str | None:
    """The id of the job that was chosen. Raises Conflict for one that is gone."""
    if not form.job.data:
        return None
    if form.job.data not in dict(known):
        raise Conflict("The job that was chosen is no longer there; choose another.")
    chosen: str = form.job.data
    return chosen
