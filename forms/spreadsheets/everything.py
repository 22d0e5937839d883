"""All that the desk keeps about people, clients and jobs, to take elsewhere: as CSV in a zip, or as JSON.

The people are the table that imports again (`exporting`); the rest are the records as they are kept, with
their ids, so that what belongs together can be put together again. What opens doors (passwords, links,
sessions) is not in it, nor is mail: for a whole copy of an installation there is `backup`.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

from core.errors import Problem
from core.settings import SiteSettings
from forms.candidates.models import CANDIDACIES, CANDIDATES, INTERVIEWS
from forms.follow_up.models import FOLLOW_UPS
from forms.jobs.clients import CLIENTS, CONTACTS
from forms.jobs.models import JOBS
from forms.referrals.models import REFERRALS
from forms.spreadsheets.exporting import COLUMNS, LABELS, people_as_csv, rows
from forms.spreadsheets.formulas import escaped
from forms.spreadsheets.reading import InvalidSpreadsheet, Row, Table
from forms.store.collection import Collection
from forms.store.protocol import Reader

FORMAT = 1
PEOPLE = "people"
RECORDS: tuple[Collection[Any], ...] = (
    CLIENTS,
    CONTACTS,
    JOBS,
    CANDIDATES,
    CANDIDACIES,
    INTERVIEWS,
    FOLLOW_UPS,
    REFERRALS,
)
WITHOUT = frozenset({"link_id", "submission_key"})
"""What only the endpoint itself has a use for."""

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time that files in the zip carry, so that the same content gives the same bytes."""


def everything_as_zip(reader: Reader, site: SiteSettings) -> bytes:
    """`people.csv`, and a CSV file of each kind of record."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{PEOPLE}.csv", _MOMENT), people_as_csv(reader, site))
        for collection in RECORDS:
            name = f"{collection.shape.name}.csv"
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), _as_csv(_records(reader, collection)))
    return stream.getvalue()


def everything_as_json(reader: Reader, site: SiteSettings) -> bytes:
    """The same in one JSON document."""
    people = [{field.label: cells.get(field, "") for field in COLUMNS} for cells in rows(reader, site)]
    records = {collection.shape.name: _records(reader, collection) for collection in RECORDS}
    text = json.dumps({"format": FORMAT, PEOPLE: people, **records}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def is_json(data: bytes) -> bool:
    """Whether a file is one that `everything_as_json` wrote, and no spreadsheet."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def people_of_json(name: str, data: bytes) -> Table:
    """The people of such a file, as a table to be imported. Raises InvalidSpreadsheet naming the place.

    A row's line is its number among the people, as JSON has no lines of its own.
    """
    try:
        values = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _refused(name, 0, f"not UTF-8 (byte {error.start})", "export it again") from None
    except json.JSONDecodeError as error:
        raise _refused(name, error.lineno, f"not JSON: {error.msg}", "export it again") from None
    if values.get("format") != FORMAT or not isinstance(values.get(PEOPLE), list):
        message = f'no export of ours: no "format": {FORMAT}, or no "{PEOPLE}"'
        raise _refused(name, 0, message, "choose a file that was exported here, or a CSV")
    found = tuple(_row(name, number, each) for number, each in enumerate(values[PEOPLE], 1))
    return Table(name, LABELS, found, "utf-8", ",")


def _row(name: str, number: int, person: object) -> Row:
    if not isinstance(person, dict) or not all(isinstance(value, str) for value in person.values()):
        raise _refused(name, number, "not a person's texts by their labels", "export it again")
    return Row(number, tuple(escaped(person.get(label, "").strip()) for label in LABELS))


def _records(reader: Reader, collection: Collection[Any]) -> list[dict[str, Any]]:
    found = (dict(collection.to_record(value)) for value in collection.find(reader))
    return [{key: value for key, value in each.items() if key not in WITHOUT} for each in found]


def _as_csv(records: list[dict[str, Any]]) -> bytes:
    stream = io.StringIO(newline="")
    labels = list(dict.fromkeys(key for record in records for key in record)) or ["id"]
    writer = csv.writer(stream)
    writer.writerow(labels)
    for record in records:
        writer.writerow([_cell(record.get(label)) for label in labels])
    return stream.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return escaped(value if isinstance(value, str) else str(value))


def _refused(name: str, line: int, message: str, repair: str) -> InvalidSpreadsheet:
    return InvalidSpreadsheet([Problem(name, line, message, repair)])
