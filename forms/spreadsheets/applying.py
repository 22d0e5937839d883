"""An import: decided and done in batches, each a transaction with what undoing needs to know.

Interrupted, the same file goes on where it stopped. Nothing here writes to the outbox.
"""

from __future__ import annotations

import collections
import datetime as dt
from dataclasses import replace

from core.errors import Conflict
from forms.recruiters import RECRUITERS
from forms.spreadsheets.aliases import Columns
from forms.spreadsheets.books import Books
from forms.spreadsheets.doing import Doing, Done
from forms.spreadsheets.models import IMPORTED_ROWS, IMPORTS, Import, ImportedRow, ImportState
from forms.spreadsheets.plan import Advance, plan_of
from forms.spreadsheets.preparing import Prepared, done_before, imports_of
from forms.spreadsheets.reading import InvalidSpreadsheet, Table
from forms.spreadsheets.steps import Effect, Options, RowPlan
from forms.spreadsheets.watching import Watched
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Store, Transaction

BATCH = 500
"""Rows in one transaction: nobody at the desk waits longer, and an embedded store writes its file once."""


def run_import(
    store: Store,
    table: Table,
    columns: Columns,
    options: Options,
    *,
    by: str,
    now: dt.datetime,
    skip_errors: bool = False,
    advance: Advance = lambda _more: None,
) -> Import | None:
    """Import the table for the recruiter `by`; gives what is kept of it, or None: nothing in it is new.

    Raises InvalidSpreadsheet with every error of every row, unless `skip_errors` leaves those rows out;
    Conflict and NotFound as `make_plan`. Nothing is written then.
    """
    prepared = Prepared(table, columns, options)
    with store.read() as reader:
        plan = plan_of(reader, prepared)
    if plan.problems and not skip_errors:
        raise InvalidSpreadsheet(plan.problems)
    if not plan.changes_something:
        return None
    begun = _begin(store, prepared, by=by, now=now)
    for start in range(0, len(prepared.drafts), BATCH):
        numbers = range(start, min(start + BATCH, len(prepared.drafts)))
        _import_rows(store, begun.id, prepared, numbers, now=now)
        advance(len(numbers))
    return _finish(store, begun.id, skipped=plan.counts.errors, now=now)


def imports(reader: Reader) -> list[Import]:
    """All imports, newest first."""
    return IMPORTS.find(reader, order="begun", descending=True)


@use_case
def _begin(tx: Transaction, prepared: Prepared, *, by: str, now: dt.datetime) -> Import:
    """A new import, or the one of this file that was interrupted."""
    running = [each for each in imports_of(tx, prepared.digest) if each.state is ImportState.RUNNING]
    if running:
        return running[0]
    RECRUITERS.require(tx, by)
    name, rows = prepared.table.name, len(prepared.drafts)
    return IMPORTS.put(tx, Import(new_id(), by, now, name, prepared.digest, ImportState.RUNNING, rows))


@use_case
def _import_rows(
    tx: Transaction, import_id: str, prepared: Prepared, numbers: range, *, now: dt.datetime
) -> None:
    """Import these rows, and keep what undoing them takes, in one transaction."""
    kept = IMPORTS.require(tx, import_id)
    if kept.state is not ImportState.RUNNING:
        raise Conflict("This import was ended from elsewhere while it ran; import the file again.")
    done = done_before(tx, prepared.digest, numbers)
    books = Books(tx, prepared.drafts[numbers.start : numbers.stop])
    doing = Doing(Watched(tx), books, prepared.options, kept.by, now, kept.file_name)
    effects: collections.Counter[Effect] = collections.Counter()
    debts = 0
    for number in numbers:
        plan = prepared.decide(number, books, done)
        if plan.steps is None or plan.steps.do_nothing:
            continue
        _keep(tx, kept, prepared, plan, doing.do(plan, plan.steps))
        effects[plan.effect] += 1
        debts += plan.due is not None
    counted = replace(
        kept,
        new=kept.new + effects[Effect.NEW],
        added=kept.added + effects[Effect.ADDS],
        debts=kept.debts + debts,
    )
    IMPORTS.put(tx, counted)


def _keep(tx: Transaction, kept: Import, prepared: Prepared, plan: RowPlan, done: Done) -> None:
    row = ImportedRow(
        new_id(),
        kept.id,
        plan.number,
        plan.line,
        prepared.keys[plan.number],
        done.candidate.id,
        plan.draft.source_id,
        done.units,
    )
    IMPORTED_ROWS.put(tx, row)


@use_case
def _finish(tx: Transaction, import_id: str, *, skipped: int, now: dt.datetime) -> Import:
    kept = IMPORTS.require(tx, import_id)
    unchanged = kept.rows - kept.new - kept.added - skipped
    done = replace(kept, state=ImportState.DONE, skipped=skipped, unchanged=max(unchanged, 0), finished=now)
    return IMPORTS.put(tx, done)
