"""What a row does for a candidacy: which job it is about, and how far it brings it.

A candidacy that was decided at the desk stays decided.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from core.clock import long_date
from forms.candidates.models import STAGES, Candidate, Outcome, Stage
from forms.follow_up.models import Channel, DebtState, FollowUp
from forms.jobs.models import Job, JobState
from forms.jobs.promise import Promise
from forms.spreadsheets.books import Books, Course
from forms.spreadsheets.draft import Draft, Told
from forms.spreadsheets.fields import Field
from forms.spreadsheets.findings import Findings
from forms.spreadsheets.steps import JobChoice, Options, Steps

_INTERVIEWING = STAGES.index(Stage.INTERVIEWING)


@dataclass(frozen=True)
class Candidacies:
    """Decides for one row; what is wrong goes into `findings`."""

    draft: Draft
    books: Books
    options: Options
    findings: Findings

    def job(self) -> JobChoice | None:
        """The job that the row is about; None: it is about none."""
        draft, options = self.draft, self.options
        if not draft.job and options.job_id is not None:
            return self._choice(self.books.jobs[options.job_id])
        if not draft.job:
            if draft.interviews or draft.outcome or draft.told:
                self.findings.error((Field.INTERVIEWED, Field.OUTCOME, Field.STAGE, Field.ANSWERED),
                            "there is no job that this is about",
                            "name one in a column “Job”, or for the whole file")  # fmt: skip
            elif draft.standing:
                self.findings.remark(
                    (Field.STAGE,),
                    "is the stage of no job, and left out",
                    "name the job, or map it into the notes",
                )
            return None
        found = self.books.jobs_called(draft.job, draft.client)
        live = [each for each in found if each.state is not JobState.CLOSED] or found
        if len(live) > 1:
            self.findings.error(
                (Field.JOB,), f"there are {len(live)} jobs called “{draft.job}”", "name the client as well"
            )
        if live:
            return self._choice(live[0])
        client = draft.client or options.client
        if not client:
            self.findings.error((Field.JOB,), f"“{draft.job}” is a new job, and no client is named",
                        "name the client in a column “Client”, or for the whole file")  # fmt: skip
        return JobChoice(None, draft.job, client, draft.location)

    def steps(self, known: Candidate | None, fills: dict[str, str], job: JobChoice) -> Steps:
        """Everything the row does, for a person who is `known` and filled in, or new."""
        course = self._course(known, job)
        if course.candidacy is not None and not course.candidacy.is_live:
            return self._decided(Steps(known, fills, job), course)
        draft = self.draft
        held = (*course.interviews, *draft.interviews)
        at = course.candidacy.stage if course.candidacy else None
        self._must_be_possible(held, job, course)
        return Steps(
            known,
            fills,
            job,
            opens=at is None,
            stage=self._stage(at, held),
            interviews=self._new(course),
            kind=draft.kind or self.options.kind,
            outcome=draft.outcome,
            offered=draft.stage is Stage.OFFERED and at is not Stage.OFFERED,
            told=self._told(held, course),
        )

    def due(self, steps: Steps) -> dt.date | None:
        """By when the answer is owed that these steps open, or put off; None: they do neither."""
        if not steps.interviews or steps.told or steps.job is None:
            return None
        course = self._course(steps.known, steps.job)
        if max(steps.interviews) < max(course.interviews, default=dt.date.min):
            return None  # an interview noted late: the date that was given stands
        job = self.books.jobs.get(steps.job.id or "")
        days = self.options.promise_days
        promise = job.promise(days) if job else Promise(days)
        return promise.due(max(steps.interviews), self.options.calendar)

    def is_past(self) -> bool:
        """Whether it is too long ago to be a candidacy."""
        since, days = self.options.since, self.draft.interviews
        return since is not None and bool(days) and max(days) < since

    def past(self, job: JobChoice) -> str:
        """A candidacy of long ago, as a line of the notes."""
        days = " and ".join(map(long_date, self.draft.interviews))
        ended = f" ({self.draft.outcome.label.lower()})" if self.draft.outcome else ""
        return f"Interviewed for {job.title}{f' at {job.client}' if job.client else ''} on {days}{ended}"

    def _course(self, known: Candidate | None, job: JobChoice) -> Course:
        return self.books.course(known.id, job.id) if known and job.id else Course()

    def _choice(self, job: Job) -> JobChoice:
        return JobChoice(job.id, job.title, self.books.clients[job.client_id].name)

    def _new(self, course: Course) -> tuple[dt.date, ...]:
        return tuple(day for day in self.draft.interviews if day not in course.interviews)

    def _stage(self, at: Stage | None, held: tuple[dt.date, ...]) -> Stage | None:
        """Where the candidacy is opened, or moved to by hand; interviews move it by themselves."""
        wanted = self.draft.stage if STAGES.index(self.draft.stage) < _INTERVIEWING else Stage.SUBMITTED
        if at is None:
            return wanted
        return wanted if STAGES.index(at) < STAGES.index(wanted) and not held else None

    def _must_be_possible(self, held: tuple[dt.date, ...], job: JobChoice, course: Course) -> None:
        interviewed = STAGES.index(self.draft.stage) >= _INTERVIEWING
        if interviewed and not held and not self.draft.is_wrong:
            self.findings.error(
                (Field.INTERVIEWED, Field.STAGE, Field.OUTCOME),
                "the date of the interview is missing",
                "add it in a column “Interviewed”: the answer is owed from that day on",
            )
        if self._new(course) and job.id and self.books.jobs[job.id].state is JobState.CLOSED:
            self.findings.error(
                (Field.JOB,), f"the job “{job.title}” is closed", "reopen it first, at the desk"
            )

    def _decided(self, steps: Steps, course: Course) -> Steps:
        """Of a decided candidacy only that the person was told may be new."""
        outcome = course.candidacy.outcome if course.candidacy else None
        if self._new(course) or self.draft.outcome not in (None, outcome):
            label = outcome.label if outcome else ""
            self.findings.remark(
                (Field.OUTCOME, Field.STAGE, Field.INTERVIEWED),
                f"is decided at the desk (“{label}”)",
                "that stays; reopen the candidacy there to change it",
            )
            return steps
        return replace(steps, told=self._told(tuple(course.interviews), course))

    def _told(self, held: tuple[dt.date, ...], course: Course) -> Told | None:
        """How the person was answered, with a day; None: not, or there is nothing to be answered."""
        draft = self.draft
        told = draft.told or (Told(Channel.CALL, None) if draft.outcome is Outcome.PLACED else None)
        if told is None or not held or not _is_open(course.debt):
            return None
        outcome = draft.outcome or (course.candidacy.outcome if course.candidacy else None)
        if outcome is None and not draft.is_wrong:
            self.findings.error(
                (Field.ANSWERED,),
                "is answered, and there is no outcome they were told",
                "add it in a column “Outcome”, or empty this cell",
            )
        day = told.on or draft.decided or max(held)
        return Told(told.channel, min(day, self.options.today))


def _is_open(debt: FollowUp | None) -> bool:
    """Whether the file may say that it is paid: not when it is, nor while an answer is on its way."""
    return debt is None or (debt.is_owed and debt.state is not DebtState.SCHEDULED)
