"""What a row does, decided from the books alone: nothing is written here.

What is on file is never overwritten: a row fills what is empty, adds to the notes and to the candidacies, and
what differs is kept in the notes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from core.clock import long_date
from forms.candidates.models import STAGES, Candidate, Outcome, Stage
from forms.follow_up.models import Channel
from forms.jobs.models import Job, JobState
from forms.jobs.promise import Promise
from forms.spreadsheets.aliases import Columns
from forms.spreadsheets.books import Books, Course, Person
from forms.spreadsheets.draft import Draft, Finding, Told, Weight
from forms.spreadsheets.fields import Field
from forms.spreadsheets.steps import Effect, JobChoice, Options, RowPlan, Steps

_INTERVIEWING = STAGES.index(Stage.INTERVIEWING)


class Places:
    """Where the columns of a table are, so that a finding can name one."""

    def __init__(self, header: tuple[str, ...], columns: Columns) -> None:
        self._header, self._columns = header, columns

    def find(
        self, weight: Weight, draft: Draft, fields: tuple[Field, ...], message: str, repair: str
    ) -> Finding:
        """A finding at the first column of these meanings, or about the row as a whole."""
        found = next(
            (each for wanted in fields for each, meaning in self._columns.items() if meaning is wanted), None
        )
        if found is None:
            return Finding(weight, draft.line, 0, "", message, repair)
        return Finding(weight, draft.line, found + 1, self._header[found], message, repair)


def decide_row(number: int, draft: Draft, books: Books, options: Options, places: Places) -> RowPlan:
    """The plan of one row. A row with an error has no steps: it is imported as a whole, or not at all."""
    return _Deciding(number, draft, books, options, places).plan()


@dataclass
class _Deciding:
    number: int
    draft: Draft
    books: Books
    options: Options
    places: Places
    findings: list[Finding] = field(default_factory=list)

    def plan(self) -> RowPlan:
        self.findings.extend(self.draft.findings)
        person = self.books.person_of(self.draft)
        self._must_be_reachable(person)
        if person is None:
            self._mention_shared_phone()
        elif not _same_words(person.candidate.name, self.draft.name):
            self._remark(
                (Field.NAME, Field.FIRST_NAME), f"is on file as “{person.candidate.name}”", "that stays"
            )
        steps = self._steps(person)
        base = RowPlan(
            self.number,
            self.draft,
            Effect.ERROR,
            tuple(self.findings),
            same_as=person.line if person else None,
            known_as=person.candidate.name if person else "",
        )
        if any(each.weight is Weight.ERROR for each in self.findings):
            return base
        effect = Effect.NEW if person is None else Effect.NOTHING if steps.do_nothing else Effect.ADDS
        return replace(base, effect=effect, steps=steps, due=self._due(steps))

    def _must_be_reachable(self, person: Person | None) -> None:
        draft = self.draft
        if person is None and not (draft.emails or draft.phones or draft.profile or draft.is_wrong):
            self._error(
                (Field.EMAIL, *(Field.CELL_PHONE, Field.PROFILE)),
                "there is no e-mail address, telephone or profile page",
                "add one: without it the person can neither be answered nor be recognised the next time",
            )

    def _mention_shared_phone(self) -> None:
        other = self.books.namesakes_phone(self.draft)
        if other is not None:
            self._remark(
                (Field.CELL_PHONE, Field.HOME_PHONE, Field.WORK_PHONE),
                f"{other.candidate.name} has the same telephone",
                "they become two people; correct the names if they are one",
            )

    def _steps(self, person: Person | None) -> Steps:
        known = person.candidate if person else None
        job = self._job()
        notes = self.draft.notes
        if job is not None and self._is_past():
            notes, job = "\n".join(part for part in (notes, self._past(job)) if part), None
        fills = self._fills(known, notes) if known else _all_of(self.draft, notes)
        if job is None:
            return Steps(known, fills)
        course = self.books.course(known.id, job.id) if known and job.id else Course()
        return self._course_steps(known, fills, job, course)

    def _fills(self, known: Candidate, notes: str) -> dict[str, str]:
        """What is empty on file and not here. What differs is noted: the headhunter sees which is right."""
        fills: dict[str, str] = {}
        differs: list[str] = []
        for attribute, label, on_file, here in self._ways(known):
            if here and not on_file:
                fills[attribute] = on_file = here[0]
            differs += [f"{label}: {each}" for each in here if each not in (on_file, *notes.split())]
        missing = _missing_lines(known.notes, "\n".join(part for part in (notes, *differs) if part))
        if missing:
            fills["notes"] = f"{known.notes}\n\n{missing}" if known.notes else missing
        return fills

    def _ways(self, known: Candidate) -> Iterator[tuple[str, str, str | None, tuple[str, ...]]]:
        """Attribute, its word, what is on file, and what the row has, for each way to reach a person."""
        free = tuple(each for each in self.draft.emails if not self.books.has_address(each))
        yield "email", "E-mail", known.email, self.draft.emails if known.email else free
        yield "phone", "Telephone", known.phone, self.draft.phones
        yield (
            "profile_url",
            "Profile page",
            known.profile_url,
            (self.draft.profile,) if self.draft.profile else (),
        )

    def _job(self) -> JobChoice | None:
        draft, options = self.draft, self.options
        if not draft.job and options.job_id is not None:
            return _choice(self.books, self.books.jobs[options.job_id])
        if not draft.job:
            if draft.interviews or draft.outcome or draft.told:
                self._error((Field.INTERVIEWED, Field.OUTCOME, Field.STAGE, Field.ANSWERED),
                            "there is no job that this is about",
                            "name one in a column “Job”, or for the whole file")  # fmt: skip
            return None
        found = self.books.jobs_called(draft.job, draft.client)
        live = [each for each in found if each.state is not JobState.CLOSED] or found
        if len(live) > 1:
            self._error(
                (Field.JOB,), f"there are {len(live)} jobs called “{draft.job}”", "name the client as well"
            )
        if live:
            return _choice(self.books, live[0])
        client = draft.client or options.client
        if not client:
            self._error((Field.JOB,), f"“{draft.job}” is a new job, and no client is named",
                        "name the client in a column “Client”, or for the whole file")  # fmt: skip
        return JobChoice(None, draft.job, client, draft.location)

    def _course_steps(
        self, known: Candidate | None, fills: dict[str, str], job: JobChoice, course: Course
    ) -> Steps:
        draft = self.draft
        new = tuple(day for day in draft.interviews if day not in course.interviews)
        held = (*course.interviews, *draft.interviews)
        candidacy = course.candidacy
        if candidacy is not None and not candidacy.is_live:
            return self._decided_steps(known, fills, job, course, new)
        offered = draft.stage is Stage.OFFERED
        if not held and (STAGES.index(draft.stage) >= _INTERVIEWING):
            self._error((Field.INTERVIEWED, Field.STAGE, Field.OUTCOME),
                        "the date of the interview is missing",
                        "add it in a column “Interviewed”: the answer is owed from that day on")  # fmt: skip
        if new and job.id and self.books.jobs[job.id].state is JobState.CLOSED:
            self._error((Field.JOB,), f"the job “{job.title}” is closed", "reopen it first, at the desk")
        told = self._told(held, course)
        early = draft.stage if STAGES.index(draft.stage) < _INTERVIEWING else Stage.SUBMITTED
        at = candidacy.stage if candidacy else None
        moves = at is not None and STAGES.index(at) < STAGES.index(early) and not held
        return Steps(
            known,
            fills,
            job,
            opens=candidacy is None,
            stage=early if candidacy is None or moves else None,
            interviews=new,
            kind=draft.kind or self.options.kind,
            outcome=draft.outcome,
            offered=offered and at is not Stage.OFFERED,
            told=told,
        )

    def _decided_steps(
        self,
        known: Candidate | None,
        fills: dict[str, str],
        job: JobChoice,
        course: Course,
        new: tuple[dt.date, ...],
    ) -> Steps:
        """A decided candidacy stays as it is; only that the person was told may be new."""
        candidacy, draft = course.candidacy, self.draft
        outcome = candidacy.outcome if candidacy else None
        if new or (draft.outcome and draft.outcome is not outcome):
            label = outcome.label if outcome else ""
            self._remark((Field.OUTCOME, Field.STAGE, Field.INTERVIEWED),
                         f"is decided at the desk (“{label}”)",
                         "that stays; reopen the candidacy there to change it")  # fmt: skip
            return Steps(known, fills, job)
        return Steps(known, fills, job, told=self._told(tuple(course.interviews), course))

    def _told(self, held: tuple[dt.date, ...], course: Course) -> Told | None:
        """How the person was answered, with a day; None: not, or there is nothing to be answered."""
        draft = self.draft
        told = draft.told or (Told(Channel.CALL, None) if draft.outcome is Outcome.PLACED else None)
        if told is None or not held or (course.debt is not None and not course.debt.is_owed):
            return None
        outcome = draft.outcome or (course.candidacy.outcome if course.candidacy else None)
        if outcome is None:
            self._error((Field.ANSWERED,), "is answered, and there is no outcome they were told",
                        "add it in a column “Outcome”, or empty this cell")  # fmt: skip
        day = told.on or draft.decided or max(held)
        return Told(told.channel, min(day, self.options.today))

    def _is_past(self) -> bool:
        since, days = self.options.since, self.draft.interviews
        return since is not None and bool(days) and max(days) < since

    def _past(self, job: JobChoice) -> str:
        """A candidacy of long ago, as a line of the notes."""
        days = " and ".join(map(long_date, self.draft.interviews))
        ended = f" ({self.draft.outcome.label.lower()})" if self.draft.outcome else ""
        return f"Interviewed for {job.title}{f' at {job.client}' if job.client else ''} on {days}{ended}"

    def _due(self, steps: Steps) -> dt.date | None:
        """By when the answer is owed that these steps open."""
        if not steps.interviews or steps.told or steps.job is None:
            return None
        job = self.books.jobs.get(steps.job.id or "")
        days = self.options.promise_days
        promise = job.promise(days) if job else Promise(days)
        return promise.due(max(steps.interviews), self.options.calendar)

    def _error(self, fields: tuple[Field, ...], message: str, repair: str) -> None:
        self.findings.append(self.places.find(Weight.ERROR, self.draft, fields, message, repair))

    def _remark(self, fields: tuple[Field, ...], message: str, repair: str) -> None:
        self.findings.append(self.places.find(Weight.REMARK, self.draft, fields, message, repair))


def _choice(books: Books, job: Job) -> JobChoice:
    return JobChoice(job.id, job.title, books.clients[job.client_id].name)


def _all_of(draft: Draft, notes: str) -> dict[str, str]:
    given = {
        "email": next(iter(draft.emails), None),
        "phone": next(iter(draft.phones), None),
        "profile_url": draft.profile,
        "notes": notes,
    }
    return {attribute: value for attribute, value in given.items() if value}


def _missing_lines(on_file: str, here: str) -> str:
    """The lines of `here` that are not on file; its paragraphs stay apart."""
    known = {line.strip() for line in on_file.splitlines()}
    kept = [line for line in here.splitlines() if not line.strip() or line.strip() not in known]
    return "\n".join(kept).strip()


def _same_words(name: str, other: str) -> bool:
    return name.casefold().split() == other.casefold().split()
