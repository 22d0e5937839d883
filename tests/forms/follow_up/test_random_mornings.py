"""Whatever a headhunter does, in any order: no page tells what was not told, and no job closes on a debt.

A random walk over the use cases, refusals included. Beside it a model keeps the only two facts that count:
who was interviewed, and who has been told what, by a call that was logged or a mail that surely went out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.clock import ManualClock
from core.errors import Conflict
from forms import SHAPES
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDACIES, Candidacy, Interview, InterviewKind, Outcome, Stage
from forms.follow_up import answering, ledger
from forms.follow_up.bouncing import mail_came_back
from forms.follow_up.correcting import correct_interview, take_back_interview
from forms.follow_up.models import ANSWERS, Answer, AnswerState
from forms.jobs import service as jobs
from forms.jobs.models import JOBS, JobState
from forms.outbox import queue
from forms.outbox.bounces import take
from forms.outbox.dsn import Report
from forms.outbox.failures import Refused, TryLater, Uncertain
from forms.outbox.models import OUTBOX, Mail, MailState
from forms.status import wording
from forms.store.memory import MemoryStore
from tests.forms.people import PROMISE, SECRETS, Scene

START = dt.datetime(2026, 11, 12, 9, 30, tzinfo=dt.UTC)
PEOPLE = (("Ada", "ada@people.example"), ("Cal", None))

WHO = st.integers(0, len(PEOPLE) - 1)
FAILURES = st.lists(
    st.sampled_from([None, Refused("550"), Refused("550"), TryLater("450"), Uncertain("lost")]), max_size=1
)
DAYS = st.integers(1, 20)


class Mornings(RuleBasedStateMachine):
    """One job, two candidates, one of them without an address, and all that can be done with them."""

    @initialize()
    def begin(self) -> None:
        self.scene = Scene(MemoryStore(SHAPES), ManualClock(START))
        self.cases = [self.scene.candidacy(self.scene.candidate(*person)) for person in PEOPLE]
        self.told: dict[str, Outcome | None] = {case.id: None for case in self.cases}
        self.told_by: dict[str, str] = {}
        self.interviewed: set[str] = set()
        self.interview(0, 0)

    def tried(self, deed: Callable[[], object]) -> bool:
        """Whether it was done; a refusal is fine. The clock goes on, so that events have an order."""
        self.scene.later(minutes=1)
        try:
            deed()
        except Conflict:
            return False
        return True

    def case(self, who: int) -> Candidacy:
        return self.scene.read(self.cases[who])

    def day(self, days: int) -> dt.date:
        return self.scene.today + dt.timedelta(days=days)

    def news(self, who: int, days: int) -> dt.date | None:
        """What there is to say: the outcome, or, before the decision, a new date."""
        return self.day(days) if self.case(who).is_live else None

    @rule(who=WHO, days=st.integers(-10, 10))
    def interview(self, who: int, days: int) -> None:
        if self.tried(lambda: self.scene.interview(self.cases[who], self.day(days))):
            self.interviewed.add(self.cases[who].id)

    @rule(who=WHO, number=st.integers(0, 3), days=st.integers(-10, 10))
    def correct(self, who: int, number: int, days: int) -> None:
        """Whatever day it was on, whoever is owed an answer is owed it still."""
        found = self.interviews(who)
        if found:
            one = found[number % len(found)]
            self.tried(
                lambda: correct_interview(
                    self.scene.store,
                    one.id,
                    on=self.day(days),
                    kind=InterviewKind.PHONE,
                    reason="PRIVATE",
                    default_promise=PROMISE,
                    by="anna",
                    now=self.scene.clock.now(),
                )
            )

    @rule(who=WHO, number=st.integers(0, 3))
    def take_back(self, who: int, number: int) -> None:
        """Only somebody who was told nothing, and has no interview left, is off the ledger."""
        found, case = self.interviews(who), self.cases[who]
        if not found:
            return
        one = found[number % len(found)]
        done = self.tried(
            lambda: take_back_interview(
                self.scene.store,
                one.id,
                reason="PRIVATE",
                default_promise=PROMISE,
                by="anna",
                now=self.scene.clock.now(),
            )
        )
        assert [each.round for each in self.interviews(who)] == list(range(1, len(found) + (not done)))
        if done and len(found) == 1 and self.scene.debt(case) is None:
            assert self.told[case.id] is None
            self.interviewed.discard(case.id)

    @rule(number=st.integers(0, 9))
    def come_back(self, number: int) -> None:
        """A mail is returned, perhaps after the job was closed: who was told by it has been told nothing."""
        mails = [mail for mail in self.mails() if mail.state in (MailState.SENT, MailState.UNKNOWN)]
        if not mails:
            return
        mail = mails[number % len(mails)]
        self.scene.later(minutes=1)
        report = Report(f"report of {mail.id}", True, "550 5.1.1", (mail.message_id,), ())
        take(self.scene.store, report, self.scene.clock.now(), None, (answering.mail_settled, mail_came_back))
        for case_id, told_by in list(self.told_by.items()):
            if told_by == mail.id:
                self.told[case_id] = None
                del self.told_by[case_id]

    @rule(who=WHO)
    def offer(self, who: int) -> None:
        case = self.cases[who]
        self.tried(
            lambda: candidates.move_stage(
                self.scene.store, case.id, Stage.OFFERED, by="anna", now=self.scene.clock.now()
            )
        )

    @rule(who=WHO, outcome=st.sampled_from(Outcome))
    def decide(self, who: int, outcome: Outcome) -> None:
        self.tried(lambda: self.scene.decide(self.cases[who], outcome))

    @rule(who=WHO, days=DAYS)
    def draft(self, who: int, days: int) -> None:
        self.tried(lambda: self.scene.draft(self.cases[who], "A draft.", self.news(who, days)))

    @rule(who=WHO, days=DAYS)
    def send(self, who: int, days: int) -> None:
        self.tried(lambda: self.scene.send(self.cases[who], "A letter.", self.news(who, days)))

    @rule(who=WHO, days=DAYS)
    def call(self, who: int, days: int) -> None:
        case = self.case(who)
        if self.tried(lambda: self.scene.call(case, self.news(who, days))) and case.outcome:
            assert self.told[case.id] is None
            self.told[case.id] = case.outcome

    @rule(who=WHO)
    def reopen(self, who: int) -> None:
        if self.tried(lambda: self.scene.reopen(self.cases[who])):
            self.told[self.cases[who].id] = None
            self.told_by.pop(self.cases[who].id, None)

    @rule(failures=FAILURES)
    def deliver(self, failures: list[Exception | None]) -> None:
        before = self.sent()
        self.scene.later(minutes=1)
        self.scene.deliver(*failures)
        self.now_told(self.sent() - before)

    @rule(number=st.integers(0, 9), deed=st.sampled_from([queue.cancel, queue.retry, queue.mark_sent]))
    def at_the_mail_page(self, number: int, deed: Callable[..., Mail]) -> None:
        before, mails = self.sent(), self.mails()
        if mails:
            mail, now = mails[number % len(mails)], self.scene.clock.now()
            self.tried(lambda: deed(self.scene.store, mail.id, now, [answering.mail_settled]))
        self.now_told(self.sent() - before)

    @rule(state=st.sampled_from([JobState.FILLED, JobState.CANCELLED, JobState.ON_HOLD, JobState.OPEN]))
    def move_job(self, state: JobState) -> None:
        self.tried(lambda: self.scene.job_to(state))

    @rule()
    def close_job(self) -> None:
        job = self.job_state()
        waiting = [one for one in self.interviewed if self.told[one] is None]
        closed = self.tried(self.scene.close)
        assert closed is (job in (JobState.FILLED, JobState.CANCELLED) and not waiting)

    @precondition(lambda self: self.job_state() is not JobState.OPEN)
    @rule()
    def reopen_job(self) -> None:
        now = self.scene.clock.now()
        self.tried(lambda: jobs.reopen(self.scene.store, self.scene.job.id, reason="r", by="anna", now=now))

    @rule(days=st.integers(1, 6))
    def let_time_pass(self, days: int) -> None:
        self.scene.later(days=days)

    @invariant()
    def the_pages_tell_what_was_told(self) -> None:
        for case in self.cases:
            page, outcome = self.scene.page(case), self.told[case.id]
            label = wording.OUTCOME_LABELS[outcome] if outcome else None
            assert page.candidacies[0].outcome_label == label
            text = repr(page)
            for other in Outcome:
                assert other is outcome or wording.headline(Stage.OFFERED, other, None) not in text
            assert not any(secret in text for secret in SECRETS)

    @invariant()
    def the_ledger_owes_whoever_was_interviewed_and_not_told(self) -> None:
        with self.scene.store.read() as reader:
            owed = {debt.id for debt in ledger.owed_for_job(reader, self.scene.job.id)}
        assert owed == {one for one in self.interviewed if self.told[one] is None}

    @invariant()
    def a_closed_job_owes_nobody(self) -> None:
        if self.job_state() is JobState.CLOSED:
            assert all(self.told[one] is not None for one in self.interviewed)

    @invariant()
    def one_answer_is_on_its_way_at_most(self) -> None:
        with self.scene.store.read() as reader:
            for case in self.cases:
                for state in (AnswerState.SCHEDULED, AnswerState.DRAFT):
                    assert ANSWERS.count(reader, {"candidacy_id": case.id, "state": state}) <= 1

    def now_told(self, mail_ids: set[str]) -> None:
        """These mails went out: each to somebody who had no answer, with the decision that stands."""
        for mail_id in mail_ids:
            answer = self.answer_of(mail_id)
            assert self.told[answer.candidacy_id] is None
            with self.scene.store.read() as reader:
                standing = CANDIDACIES.require(reader, answer.candidacy_id).outcome
            if answer.outcome is not None:
                assert answer.outcome is standing
                self.told[answer.candidacy_id] = answer.outcome
                self.told_by[answer.candidacy_id] = mail_id

    def interviews(self, who: int) -> list[Interview]:
        with self.scene.store.read() as reader:
            return candidates.interviews_of(reader, self.cases[who].id)

    def answer_of(self, mail_id: str) -> Answer:
        with self.scene.store.read() as reader:
            mail = OUTBOX.require(reader, mail_id)
            return ANSWERS.require(reader, mail.event.removeprefix(answering.EVENT_PREFIX))

    def mails(self) -> list[Mail]:
        with self.scene.store.read() as reader:
            return OUTBOX.find(reader, order="created")

    def sent(self) -> set[str]:
        return {mail.id for mail in self.mails() if mail.state is MailState.SENT}

    def job_state(self) -> JobState:
        with self.scene.store.read() as reader:
            return JOBS.require(reader, self.scene.job.id).state


TestMornings = Mornings.TestCase
TestMornings.settings = settings(max_examples=80, stateful_step_count=50, deadline=None)
