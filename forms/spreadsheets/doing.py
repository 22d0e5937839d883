"""A row is imported: through the same use cases as at the desk, so that histories and debts come about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.clock import long_date
from forms.candidates import service as candidates
from forms.candidates.models import (
    CANDIDACIES,
    STAGES,
    Candidacy,
    Candidate,
    Outcome,
    Stage,
)
from forms.follow_up import ledger
from forms.follow_up.models import ANSWERS, FOLLOW_UPS, Answer, AnswerState, Channel, DebtState
from forms.jobs import clients
from forms.jobs import service as jobs
from forms.jobs.models import Job
from forms.spreadsheets.books import Books, Course
from forms.spreadsheets.draft import Told
from forms.spreadsheets.models import Trace
from forms.spreadsheets.rehearsing import NEW_JOBS
from forms.spreadsheets.steps import JobChoice, Options, RowPlan, Steps
from forms.spreadsheets.watching import Watched
from forms.store.collection import new_id
from forms.store.protocol import Transaction

NOON = dt.time(12, tzinfo=dt.UTC)
"""The time of day of what the file knows the day of: the same day in nearly every time zone."""


@dataclass(frozen=True)
class Done:
    """What a row came to: its candidate, and what it made, in units."""

    candidate: Candidate
    units: tuple[tuple[Trace, ...], ...]


@dataclass(frozen=True)
class Doing:
    """Imports rows, one transaction's worth. `file_name` is what answers given before are put down to."""

    watched: Watched
    books: Books
    options: Options
    by: str
    now: dt.datetime
    file_name: str

    def do(self, plan: RowPlan, steps: Steps) -> Done:
        """Take the steps of one row, and let the books know."""
        watched, units = self.watched, []
        candidate = self._person(watched, plan, steps)
        units.append(watched.unit())
        if steps.job is not None:
            job = self._job(watched, steps.job, units)
            course = self._course(watched, candidate, job, steps)
            units.append(watched.unit())
            self.books.remember_course(candidate.id, job.id, course)
        self.books.remember_person(candidate, line=plan.line, source_id=plan.draft.source_id)
        return Done(candidate, tuple(unit for unit in units if unit))

    def _person(self, tx: Transaction, plan: RowPlan, steps: Steps) -> Candidate:
        known, fills = steps.known, steps.fills
        if known is None:
            return candidates.add_candidate(
                tx,
                name=plan.draft.name,
                email=fills.get("email"),
                phone=fills.get("phone"),
                profile_url=fills.get("profile_url"),
                notes=fills.get("notes", ""),
                by=self.by,
                now=self.now,
                shared=self.options.shared,
            )
        if not fills:
            return known
        return candidates.change_candidate(
            tx,
            known.id,
            name=known.name,
            email=fills.get("email", known.email),
            phone=fills.get("phone", known.phone),
            profile_url=fills.get("profile_url", known.profile_url),
            notes=fills.get("notes", known.notes),
        )

    def _job(self, tx: Watched, choice: JobChoice, units: list[tuple[Trace, ...]]) -> Job:
        if choice.id is not None:
            return self.books.jobs[choice.id]
        client = self.books.client_called(choice.client)
        if client is None:
            client = clients.add_client(tx, name=choice.client, alias="", notes="", now=self.now)
            units.append(tx.unit())
        job = jobs.add_job(
            tx,
            client.id,
            title=choice.title,
            location=choice.location,
            confidential=False,
            promise_days=None,
            notes="",
            by=self.by,
            now=self.now,
            state=NEW_JOBS,
        )
        units.append(tx.unit())
        self.books.remember_job(job, client)
        return job

    def _course(self, tx: Transaction, candidate: Candidate, job: Job, steps: Steps) -> Course:
        course = self.books.course(candidate.id, job.id)
        candidacy = course.candidacy
        if candidacy is None:
            candidacy = candidates.open_candidacy(
                tx, candidate.id, job.id, stage=steps.stage or Stage.IDENTIFIED, by=self.by, now=self.now
            )
        elif steps.stage is not None:
            self._move(tx, candidacy, steps.stage)
        for day in steps.interviews:
            ledger.record_interview(
                tx,
                candidacy.id,
                on=day,
                kind=steps.kind,
                notes="",
                default_promise=self.options.promise_days,
                by=self.by,
                now=self.now,
                calendar=self.options.calendar,
            )
        if steps.offered:
            candidates.move_stage(tx, candidacy.id, Stage.OFFERED, by=self.by, now=self.now)
        if steps.outcome is not None:
            self._decide(tx, candidacy.id, steps.outcome)
        if steps.told is not None:
            self._tell(tx, candidacy.id, steps.told)
        held = course.interviews | set(steps.interviews)
        return Course(CANDIDACIES.require(tx, candidacy.id), held, FOLLOW_UPS.get(tx, candidacy.id))

    def _move(self, tx: Transaction, candidacy: Candidacy, stage: Stage) -> None:
        for each in STAGES[STAGES.index(candidacy.stage) + 1 : STAGES.index(stage) + 1]:
            candidates.move_stage(tx, candidacy.id, each, by=self.by, now=self.now)

    def _decide(self, tx: Transaction, candidacy_id: str, outcome: Outcome) -> None:
        candidates.decide(tx, candidacy_id, outcome, reason="", private_reason="", by=self.by, now=self.now)

    def _tell(self, tx: Transaction, candidacy_id: str, told: Told) -> None:
        """That the person was answered before there was this ledger: the debt is paid as of that day."""
        candidacy, debt = CANDIDACIES.require(tx, candidacy_id), FOLLOW_UPS.get(tx, candidacy_id)
        if debt is None or told.on is None:
            return
        at = min(dt.datetime.combine(told.on, NOON), self.now)
        call = told.channel is Channel.CALL
        FOLLOW_UPS.put(tx, debt.answered_by(DebtState.CALLED if call else DebtState.SENT, at))
        said = f"Imported from {self.file_name}: answered on {long_date(told.on)}."
        answer = Answer(
            new_id(),
            candidacy_id,
            told.channel,
            AnswerState.TOLD,
            candidacy.outcome,
            None,
            "",
            said,
            self.by,
            at,
            told=at,
        )
        ANSWERS.put(tx, answer)
        label = candidacy.outcome.label if candidacy.outcome else ""
        how = "by phone" if call else "by mail"
        candidates.note(
            tx,
            candidacy_id,
            now=self.now,
            by=self.by,
            text=f"Told {how} on {long_date(told.on)}: {label} ({self.file_name})",
            told=f"You had your answer, {how}.",
        )
