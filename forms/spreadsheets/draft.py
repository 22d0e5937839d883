"""One row as we understand it, and what there is to say about it."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from core.errors import Problem
from forms.candidates.models import InterviewKind, Outcome, Stage
from forms.follow_up.models import Channel
from forms.spreadsheets.words import Standing


class Weight(enum.StrEnum):
    """Whether a row can be imported in spite of it."""

    ERROR = "error"
    REMARK = "remark"


@dataclass(frozen=True)
class Finding:
    """Something to say about a row. `column` is counted from 1; 0: the row as a whole."""

    weight: Weight
    line: int
    column: int
    label: str
    message: str
    repair: str

    def as_problem(self, name: str) -> Problem:
        """As a line of a report about the file."""
        place = f"column {self.column} (“{self.label}”): " if self.column else ""
        return Problem(name, self.line, place + self.message, self.repair)

    def __str__(self) -> str:
        place = (
            f"line {self.line}, column {self.column} (“{self.label}”)" if self.column else f"line {self.line}"
        )
        return f"{place}: {self.message} — {self.repair}"


@dataclass(frozen=True)
class Told:
    """That a person was answered: how, and on which day, if the file knows it."""

    channel: Channel
    on: dt.date | None


@dataclass(frozen=True)
class Draft:
    """A row in our own forms. `emails` and `phones`: the best first; any of them recognises the person."""

    line: int
    name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    profile: str | None
    notes: str
    source_id: str | None
    job: str
    client: str
    location: str
    standing: Standing | None
    interviews: tuple[dt.date, ...]
    decided: dt.date | None
    kind: InterviewKind | None
    told: Told | None
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome | None:
        return self.standing.outcome if self.standing else None

    @property
    def stage(self) -> Stage:
        """The stage the candidacy is to have come to at least."""
        return self.standing.stage if self.standing else Stage.IDENTIFIED

    @property
    def is_wrong(self) -> bool:
        """Whether something stands in the way of importing it."""
        return any(each.weight is Weight.ERROR for each in self.findings)
