"""What planning and importing share: the rows read, their dates understood, and the rows that came before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.errors import Conflict, NotFound
from forms.spreadsheets.aliases import Columns, normal_label
from forms.spreadsheets.books import Books, plain
from forms.spreadsheets.dates import DateOrder, order_of
from forms.spreadsheets.deciding import decide_row
from forms.spreadsheets.draft import Draft
from forms.spreadsheets.drafting import Reading
from forms.spreadsheets.fields import DATES, Field
from forms.spreadsheets.findings import Places
from forms.spreadsheets.models import IMPORTED_ROWS, IMPORTS, Import, ImportState
from forms.spreadsheets.reading import Table
from forms.spreadsheets.steps import Effect, Options, RowPlan
from forms.store.protocol import Reader

_OPENCATS = frozenset(map(normal_label, ("2nd E-Mail", "Misc Notes", "Recent Status", "Key Skills")))
"""Labels that only OpenCATS' list has: its dates are MM-DD-YY, unless an installation was told otherwise."""

_ENOUGH = 2


class Prepared:
    """A table with everything that does not depend on the store. Row n is `drafts[n]`, `keys[n]`."""

    def __init__(self, table: Table, columns: Columns, options: Options) -> None:
        """Raises Conflict when no column holds a name."""
        self.table, self.columns, self.options = table, columns, options
        if not {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME} & set(columns.values()):
            raise Conflict(f"{table.name}: no column holds names. Say which one does.")
        self.orders = _orders(table, columns, options.order)
        reading = Reading(table, columns, self.orders, options.region, options.today)
        self.drafts = _with_clients([reading.draft(row) for row in table.rows])
        said = (options.job_id, options.client, options.kind, options.since)
        self.keys = [_sha256(repr((draft, said))) for draft in self.drafts]
        self.digest = _sha256("\n".join(self.keys))
        self._places = Places(table.header, columns)

    def options_must_hold(self, books: Books) -> None:
        """Raises NotFound when the options name a job that there is not."""
        if self.options.job_id is not None and self.options.job_id not in books.jobs:
            raise NotFound(f"There is no job with the id {self.options.job_id}.")

    def decide(self, number: int, books: Books, done: Mapping[str, str]) -> RowPlan:
        """What row `number` does; nothing, when it was imported before."""
        draft = self.drafts[number]
        if self.keys[number] in done:
            return RowPlan(number, draft, Effect.NOTHING, ())
        return decide_row(number, draft, books, self.options, self._places)


def _with_clients(drafts: list[Draft]) -> list[Draft]:
    """A row that names a job and no client has the client of the other rows of that job, if it is one."""
    named: dict[str, dict[str, str]] = {}
    for each in drafts:
        if each.client:
            named.setdefault(plain(each.job), {})[plain(each.client)] = each.client
    only = {job: next(iter(clients.values())) for job, clients in named.items() if len(clients) == 1}
    return [
        replace(each, client=only[plain(each.job)])
        if each.job and not each.client and plain(each.job) in only
        else each
        for each in drafts
    ]


def imports_of(reader: Reader, digest: str) -> list[Import]:
    """The imports of this file, read the same way, that were not taken back."""
    found = IMPORTS.find(reader, {"digest": digest})
    return [each for each in found if each.state is not ImportState.UNDONE]


def done_before(reader: Reader, digest: str, numbers: range) -> dict[str, str]:
    """The keys of those of these rows that were imported before, with their candidates."""
    span = ("number", numbers.start, numbers.stop)
    return {
        row.key: row.candidate_id
        for each in imports_of(reader, digest)
        for row in IMPORTED_ROWS.find(reader, {"import_id": each.id}, span=span)
    }


def _orders(table: Table, columns: Columns, said: DateOrder | None) -> dict[int, DateOrder | None]:
    """The order of day and month in each column of dates: as said, as shown there, or as in other ones."""
    dated = [column for column, meaning in columns.items() if meaning in DATES]
    if said is not None:
        return dict.fromkeys(dated, said)
    found = {column: order_of(_cells(table, column)) for column in dated}
    shown = {order for order in found.values() if order is not None}
    if not shown and len(_OPENCATS & set(map(normal_label, table.header))) >= _ENOUGH:
        shown = {DateOrder.MDY}
    common = shown.pop() if len(shown) == 1 else None
    return {column: order or common for column, order in found.items()}


def _cells(table: Table, column: int) -> Iterator[str]:
    return (row.cell(column) for row in table.rows)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
