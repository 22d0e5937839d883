"""What there is to say about a row, gathered, each with the column it is about."""

from __future__ import annotations

from forms.spreadsheets.aliases import Columns
from forms.spreadsheets.draft import Draft, Finding, Weight
from forms.spreadsheets.fields import Field


class Places:
    """Where the columns of a table are, by what they hold."""

    def __init__(self, header: tuple[str, ...], columns: Columns) -> None:
        self._header = header
        self._first: dict[Field, int] = {}
        for column, meaning in columns.items():
            if meaning is not None:
                self._first.setdefault(meaning, column)

    def of(self, fields: tuple[Field, ...]) -> tuple[int, str]:
        """Number (from 1) and label of the first column that holds one of these; 0: there is none."""
        column = next((self._first[each] for each in fields if each in self._first), None)
        return (0, "") if column is None else (column + 1, self._header[column])


class Findings:
    """The findings about one row; it begins with those of its reading."""

    def __init__(self, draft: Draft, places: Places) -> None:
        self._draft, self._places = draft, places
        self._found = list(draft.findings)

    def error(self, fields: tuple[Field, ...], message: str, repair: str) -> None:
        """Something that stands in the way, at the first column there is of these."""
        self._add(Weight.ERROR, fields, message, repair)

    def remark(self, fields: tuple[Field, ...], message: str, repair: str) -> None:
        """Something worth a look."""
        self._add(Weight.REMARK, fields, message, repair)

    @property
    def all(self) -> tuple[Finding, ...]:
        """Everything that was found, in the order of finding."""
        return tuple(self._found)

    @property
    def has_error(self) -> bool:
        """Whether something stands in the way."""
        return any(each.weight is Weight.ERROR for each in self._found)

    def _add(self, weight: Weight, fields: tuple[Field, ...], message: str, repair: str) -> None:
        number, label = self._places.of(fields)
        self._found.append(Finding(weight, self._draft.line, number, label, message, repair))
