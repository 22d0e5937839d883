"""What a table, a plan and an import say of themselves, in lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from forms.spreadsheets.aliases import Columns
from forms.spreadsheets.models import Import
from forms.spreadsheets.plan import Plan
from forms.spreadsheets.reading import DELIMITER_NAMES, Table
from forms.spreadsheets.steps import Effect, RowPlan


def about_table(table: Table, columns: Columns) -> Iterator[str]:
    """How the file was read, and what becomes of each column."""
    delimiter = DELIMITER_NAMES.get(table.delimiter, table.delimiter)
    yield f"{table.name}: {len(table.rows)} rows, {table.encoding}, separated by {delimiter}."
    if table.guessed:
        foreign = (cell for row in table.rows for cell in row.cells if not cell.isascii())
        yield f"The encoding was guessed: see that “{next(foreign, '')[:60]}” is right, or use --encoding."
    for column, field in columns.items():
        label = table.header[column]
        if field is not None:
            yield f"  {label} → {field.value}"
        elif label:
            yield f'  {label} → left out; to keep it: --map "{label}=into-notes"'


def about_rows(plan: Plan) -> Iterator[str]:
    """What becomes of each row, and what is to be said about it; rows with nothing new are passed over."""
    for row in plan.rows:
        if row.effect is not Effect.NOTHING or row.findings:
            yield _about_row(row)
            yield from (f"  {each}" for each in row.findings)


def about_plan(plan: Plan) -> str:
    """The plan in one line."""
    counts = plan.counts
    return (
        f"It would add {counts.new}, add to {counts.adds}, leave {counts.nothing} as they are; "
        f"{counts.debts} would be owed an answer. Nothing was changed."
    )


def about_import(made: Import) -> str:
    """An import in one line."""
    skipped = f", {made.skipped} left out" if made.skipped else ""
    return (
        f"{made.state.label}: {made.new} new, {made.added} added to, {made.unchanged} unchanged{skipped}; "
        f"{made.debts} owed an answer"
    )


def _about_row(row: RowPlan) -> str:
    known = f" ({row.known_as})" if row.known_as and row.known_as != row.draft.name else ""
    same = f", the same person as line {row.same_as}" if row.same_as else ""
    adds = ", ".join(row.adds())
    brings = f": {adds}" if adds else ""
    return f"line {row.line}: {row.effect.label}: {row.draft.name}{known}{same}{brings}"
