"""Everybody on the books as a table that imports again: one row for each person and candidacy.

Interviews of one candidacy that were held in different ways take a row each. Private notes stand on the
person's first row only. Cells that a spreadsheet would run as formulas are escaped, and unescaped on import.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator

from core.settings import SiteSettings
from forms.candidates.models import (
    CANDIDACIES,
    CANDIDATES,
    INTERVIEWS,
    Candidacy,
    Candidate,
    Interview,
    Stage,
)
from forms.follow_up.models import FOLLOW_UPS, DebtState, FollowUp
from forms.jobs.clients import CLIENTS
from forms.jobs.models import JOBS
from forms.spreadsheets.fields import Field
from forms.spreadsheets.formulas import escaped
from forms.store.protocol import Reader

COLUMNS = (
    Field.NAME,
    Field.EMAIL,
    Field.CELL_PHONE,
    Field.PROFILE,
    Field.NOTES,
    Field.JOB,
    Field.CLIENT,
    Field.LOCATION,
    Field.STAGE,
    Field.OUTCOME,
    Field.INTERVIEWED,
    Field.KIND,
    Field.ANSWERED,
)
LABELS = tuple(field.label for field in COLUMNS)
Cells = dict[Field, str]


def people_as_csv(reader: Reader, site: SiteSettings) -> bytes:
    """The table as CSV in UTF-8 with a mark, which Excel needs to read names right."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(LABELS)
    for cells in rows(reader, site):
        writer.writerow([escaped(cells.get(field, "")) for field in COLUMNS])
    return stream.getvalue().encode("utf-8-sig")


def rows(reader: Reader, site: SiteSettings) -> Iterator[Cells]:
    """The rows by name of the person; dates are ISO 8601, in the headhunter's zone."""
    for candidate in sorted(CANDIDATES.find(reader), key=_in_order):
        person = _person(candidate)
        found = [
            list(_candidacy(reader, each, site))
            for each in CANDIDACIES.find(reader, {"candidate_id": candidate.id})
        ]
        in_order = sorted(found, key=lambda cells: (cells[0][Field.JOB], cells[0][Field.CLIENT]))
        for number, cells in enumerate(list(itertools.chain.from_iterable(in_order)) or [{}]):
            notes = {Field.NOTES: candidate.notes} if number == 0 else {}
            yield {**person, **notes, **cells}


def _in_order(candidate: Candidate) -> tuple[str, ...]:
    """By name, and two of one name by what else tells them apart: the same people give the same table."""
    return candidate.name, candidate.email or "", candidate.phone or "", candidate.profile_url or ""


def _person(candidate: Candidate) -> Cells:
    return {
        Field.NAME: candidate.name,
        Field.EMAIL: candidate.email or "",
        Field.CELL_PHONE: candidate.phone or "",
        Field.PROFILE: candidate.profile_url or "",
    }


def _candidacy(reader: Reader, candidacy: Candidacy, site: SiteSettings) -> Iterator[Cells]:
    job = JOBS.require(reader, candidacy.job_id)
    interviews = INTERVIEWS.find(reader, {"candidacy_id": candidacy.id}, order="round")
    stage = Stage.OFFERED if candidacy.stage is Stage.PLACED else candidacy.stage
    told = FOLLOW_UPS.get(reader, candidacy.id)
    about: Cells = {
        Field.JOB: job.title,
        Field.CLIENT: CLIENTS.require(reader, job.client_id).name,
        Field.LOCATION: job.location,
        Field.STAGE: stage.label,
        Field.OUTCOME: candidacy.outcome.label if candidacy.outcome else "",
        Field.ANSWERED: _answered(told, site),
    }
    for held in _by_kind(interviews) or [[]]:
        kind = held[0].kind.label if held else ""
        yield {**about, Field.INTERVIEWED: "; ".join(str(each.on) for each in held), Field.KIND: kind}


def _by_kind(interviews: list[Interview]) -> list[list[Interview]]:
    grouped = itertools.groupby(interviews, lambda each: each.kind)
    return [list(held) for _kind, held in grouped]


def _answered(told: FollowUp | None, site: SiteSettings) -> str:
    if told is None:
        return ""
    if told.is_owed or told.answered is None:
        return "no"
    # A day says that it was by mail; of a call, the import takes the way, and the day of the import.
    return "by phone" if told.state is DebtState.CALLED else str(site.local(told.answered).date())
