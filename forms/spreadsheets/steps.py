"""What one row would do: decided here, done in `doing`, told by `plan`."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from core.business_days import WEEKDAYS, BusinessDays
from core.clock import long_date
from forms.candidates.models import Candidate, InterviewKind, Outcome, Stage
from forms.spreadsheets.dates import DateOrder
from forms.spreadsheets.draft import Draft, Finding, Told, Weight


class Effect(enum.StrEnum):
    """What becomes of a row."""

    NEW = "new"
    ADDS = "adds"
    NOTHING = "nothing"
    ERROR = "error"

    @property
    def label(self) -> str:
        """The effect in the desk's words."""
        return _EFFECT_LABELS[self]


_EFFECT_LABELS = {
    Effect.NEW: "New",
    Effect.ADDS: "Adds to a known person",
    Effect.NOTHING: "Nothing new",
    Effect.ERROR: "Cannot be imported",
}


@dataclass(frozen=True)
class Options:
    """What a file does not say by itself.

    `region`: where telephone numbers without + belong. `promise_days` and `calendar`: by when the interviewed
    hear, unless their job has a promise of its own. `order`: of day and month in all dates; None: found out
    for each column. `job_id`: the job of rows that name none. `client`: that of new jobs that name none.
    `kind`: how interviews were held, where the file does not tell. `since`: candidacies whose last interview
    is older go into the notes, and nobody is owed an answer for them. `shared`: whether colleagues see the
    people.
    """

    today: dt.date
    region: str
    promise_days: int
    calendar: BusinessDays = WEEKDAYS
    order: DateOrder | None = None
    job_id: str | None = None
    client: str = ""
    kind: InterviewKind = InterviewKind.ON_SITE
    since: dt.date | None = None
    shared: bool = True


@dataclass(frozen=True)
class JobChoice:
    """The job a row is about: `id` of one there is, or None for one that is made."""

    id: str | None
    title: str
    client: str
    location: str = ""


@dataclass(frozen=True)
class Steps:
    """Everything a row does, in this order. Empty ones are no steps.

    `known`: the person as they are on the books, None for a new one. `fills`: attribute of the candidate →
    value. `stage`: where the candidacy is opened, or moved to, before its interviews.
    """

    known: Candidate | None
    fills: dict[str, str]
    job: JobChoice | None = None
    opens: bool = False
    stage: Stage | None = None
    interviews: tuple[dt.date, ...] = ()
    kind: InterviewKind = InterviewKind.ON_SITE
    outcome: Outcome | None = None
    offered: bool = False
    told: Told | None = None

    @property
    def do_nothing(self) -> bool:
        """Whether everything is as it should be already."""
        return self.known is not None and not (
            self.fills
            or self.opens
            or self.stage
            or self.interviews
            or self.outcome
            or self.offered
            or self.told
        )


@dataclass(frozen=True)
class RowPlan:
    """What would happen to one row. `same_as`: an earlier row of the file that brings the same person.

    `due`: by when the person would be owed an answer, None: they would not be.
    """

    number: int
    draft: Draft
    effect: Effect
    findings: tuple[Finding, ...]
    steps: Steps | None = None
    same_as: int | None = None
    due: dt.date | None = None
    known_as: str = ""

    @property
    def line(self) -> int:
        """Where the row begins in the file."""
        return self.draft.line

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stands in the way."""
        return tuple(each for each in self.findings if each.weight is Weight.ERROR)

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """What is worth a look, and stands in nobody's way."""
        return tuple(each for each in self.findings if each.weight is Weight.REMARK)

    def adds(self) -> tuple[str, ...]:
        """What the row brings, in the desk's words, one thing each."""
        return tuple(_in_words(self.steps, self.due)) if self.steps else ()


_FILL_WORDS = {"email": "e-mail", "phone": "telephone", "profile_url": "profile page", "notes": "notes"}


def _in_words(steps: Steps, due: dt.date | None) -> list[str]:
    said = [_FILL_WORDS[each] for each in steps.fills] if steps.known else []
    if steps.job and (steps.opens or steps.stage):
        new = " (a new job)" if steps.job.id is None else ""
        said.append(f"candidacy for {steps.job.title}{new}")
    said += [f"interview on {long_date(day)}" for day in steps.interviews]
    if steps.outcome:
        said.append(f"outcome: {steps.outcome.label}")
    elif steps.offered:
        said.append("an offer")
    if steps.told:
        said.append("answered")
    if due:
        said.append(f"owed an answer by {long_date(due)}")
    return said
