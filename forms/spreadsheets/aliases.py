"""Which column is what, by its label: ours, OpenCATS', Greenhouse's, Bullhorn's, and what people write.

OpenCATS has two sets of labels: those of its import (modules/import/ImportUI.php: "Email 2", "Web Site"),
and those of the list it exports ("2nd E-Mail", "Misc Notes"). Greenhouse's are those of its bulk import, with
"Who gets credit". A label counts whatever its case, accents, spaces and hyphens are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from core.errors import Conflict, did_you_mean
from forms.spreadsheets.fields import Field

Columns = Mapping[int, Field | None]
"""Column (counted from 0) → what it holds; None: not matched, and left out unless the caller says more."""

_KNOWN: dict[Field, tuple[str, ...]] = {
    Field.NAME: ("name", "full name", "candidate", "candidate name", "person", "nom complet"),
    Field.FIRST_NAME: ("first name", "firstname", "given name", "forename", "prénom", "vorname", "nombre"),
    Field.LAST_NAME: ("last name", "lastname", "surname", "family name", "nom", "nachname", "apellidos"),
    Field.EMAIL: ("e-mail", "email", "e-mail address", "e-mail 1", "primary e-mail", "personal e-mail",
                  "mail", "courriel", "correo"),
    Field.EMAIL_2: ("e-mail 2", "2nd e-mail", "second e-mail", "secondary e-mail", "other e-mail",
                    "work e-mail", "alternate e-mail"),
    Field.CELL_PHONE: ("cell phone", "phone cell", "mobile", "mobile phone", "cell", "phone", "telephone",
                       "telephone (mobile)", "phone number", "primary phone", "tel", "téléphone", "telefon",
                       "teléfono", "phone 1"),
    Field.HOME_PHONE: ("home phone", "phone home", "telephone (home)", "phone 2", "private phone"),
    Field.WORK_PHONE: ("work phone", "phone work", "telephone (work)", "business phone", "office phone",
                       "phone 3"),
    Field.PROFILE: ("profile", "profile page", "profile url", "linkedin", "linkedin url", "linkedin profile",
                    "web site", "website", "url", "social media", "homepage"),
    Field.NOTES: ("notes", "misc notes", "private notes", "note", "comments", "comment", "remarks",
                  "general comments"),
    Field.SOURCE_ID: ("candidate_id", "candidate id", "opencats id", "number in the other system"),
    Field.ADDED: ("created", "date added", "date created", "created at", "created on", "date entered",
                  "date added there"),
    Field.JOB: ("job", "job title", "job order", "joborder", "vacancy", "role applied for", "job name",
                "requisition"),
    Field.CLIENT: ("client", "client name", "client company", "hiring company", "customer"),
    Field.LOCATION: ("job location", "location of the job"),
    Field.STAGE: ("stage", "status_id", "pipeline status", "candidacy stage"),
    Field.OUTCOME: ("outcome", "result", "decision"),
    Field.DECIDED: ("decided", "decided on", "date of the outcome", "outcome date", "decision date"),
    Field.INTERVIEWED: ("interviewed", "interviewed on", "interview", "interviews", "interview date",
                        "interview dates", "dates of interviews", "date of interview", "last interview"),
    Field.KIND: ("interview kind", "interview type", "how interviews were held"),
    Field.ANSWERED: ("answered", "answered on", "told", "told on", "informed", "feedback given",
                     "answered (yes, no, or the date)"),
    Field.INTO_NOTES: (
        "key skills", "skills", "source", "current employer", "employer", "current company", "company",
        "title",
        "current title", "position", "occupation", "who gets credit", "owner", "recruiter", "address",
        "address 1", "street", "city", "state", "zip", "postal code", "country", "location", "current pay",
        "desired pay", "can relocate", "available", "date available", "best time to call", "department",
        "office", "tags", "prospect pool", "prospect stage", "recent status", "desired locations",
        "employment preference",
    ),
    Field.LEAVE_OUT: (
        "modified", "date modified", "last modified", "updated at", "last activity", "id", "attachment",
        "attachments", "resume", "is hot", "added by", "date last comment", "date last note",
        "upcoming events",
        "joborder_id", "company_id", "candidate_joborder_id", "site_id",
    ),
}  # fmt: skip


def normal_label(label: str) -> str:
    """A label as it is compared: letters and digits only, without case and accents."""
    plain = unicodedata.normalize("NFKD", label.casefold())
    return "".join(each for each in plain if each.isalnum())


ALIASES: Mapping[str, Field] = MappingProxyType(
    {normal_label(label): field for field, labels in _KNOWN.items() for label in labels}
)

_STATUS = normal_label("status")


def suggest(header: Iterable[str]) -> dict[int, Field | None]:
    """What each column holds, by its label; None where no label of ours matches.

    "Status" is the stage where the file names a job; without one (Bullhorn's list of people) it is a remark.
    """
    labels = [normal_label(label) for label in header]
    found = {column: ALIASES.get(label) for column, label in enumerate(labels)}
    status = Field.STAGE if Field.JOB in found.values() else Field.INTO_NOTES
    return {column: status if labels[column] == _STATUS else field for column, field in found.items()}


def unmatched(mapping: Columns) -> list[int]:
    """The columns that nobody has said anything about."""
    return [column for column, field in sorted(mapping.items()) if field is None]


def with_choices(header: Iterable[str], mapping: Columns, choices: Iterable[str]) -> dict[int, Field | None]:
    """The mapping with what the caller says, each as "Column=field". Raises Conflict for either unknown."""
    labels = list(header)
    changed = dict(mapping)
    for choice in choices:
        label, _, name = choice.rpartition("=")
        columns = [column for column, each in enumerate(labels) if normal_label(each) == normal_label(label)]
        if not columns:
            raise Conflict(f"There is no column “{label}”: {did_you_mean(label, labels)}")
        changed.update(dict.fromkeys(columns, field_named(name)))
    return changed


def field_named(name: str) -> Field:
    """The field of a name as `--map` takes it. Raises Conflict, with the nearest."""
    try:
        return Field(name.strip().casefold().replace(" ", "-").replace("_", "-"))
    except ValueError:
        raise Conflict(f"There is no field “{name}”: {did_you_mean(name, list(Field))}") from None
