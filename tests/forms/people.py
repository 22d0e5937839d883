"""People, jobs and what happens between them, made through the use cases: the scenery of many tests.

`secrets` are the words that no candidate may ever read; every scene is full of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from core.clock import ManualClock
from forms import links
from forms.candidates import service as candidates
from forms.candidates.models import (
    CANDIDACIES,
    Candidacy,
    Candidate,
    Interview,
    InterviewKind,
    Outcome,
    Stage,
)
from forms.follow_up import answering, closing, ledger
from forms.follow_up.letter import Wording
from forms.follow_up.models import FOLLOW_UPS, Answer, FollowUp
from forms.jobs import clients, service
from forms.jobs.models import Job, JobState
from forms.jobs.promise import PromiseKind
from forms.links import Link, Purpose
from forms.outbox import queue
from forms.outbox.delivery import deliver_due
from forms.outbox.models import Mail
from forms.outbox.outcome import Counts
from forms.outbox.room import MailRoom
from forms.outbox.transport import MemoryTransport
from forms.recruiters import RECRUITERS, Recruiter
from forms.referrals import service as referrals
from forms.referrals.models import HiringNeed, Referral, ReferralKind, Relation, Wish
from forms.referrals.service import Submission
from forms.status.page import StatusPage, build_page
from forms.store.memory import MemoryStore

PROMISE = 5
"""Business days, as the setting has it by default."""

REAL_NAME = "Northwind Secret Holdings"
REASON = "They wanted more years with payroll systems."
PRIVATE_REASON = "PRIVATE-the-manager-found-them-slow"
JOB_NOTES = "PRIVATE-fee-25-percent"
CANDIDATE_NOTES = "PRIVATE-strong-but-shy"
INTERVIEW_NOTES = "PRIVATE-seven-of-ten"
SECRETS = (REAL_NAME, PRIVATE_REASON, JOB_NOTES, CANDIDATE_NOTES, INTERVIEW_NOTES, "PRIVATE")

PATHS = {
    Stage.IDENTIFIED: (),
    Stage.CONTACTED: (Stage.CONTACTED,),
    Stage.QUALIFYING: (Stage.CONTACTED, Stage.QUALIFYING),
    Stage.SUBMITTED: (Stage.CONTACTED, Stage.QUALIFYING, Stage.SUBMITTED),
}


@dataclass
class Scene:
    """A headhunter with one confidential job, and the things that can be done there."""

    store: MemoryStore
    clock: ManualClock
    recruiter: Recruiter = field(init=False)
    job: Job = field(init=False)

    def __post_init__(self) -> None:
        self.recruiter = Recruiter(
            "anna",
            "Anna Headhunter",
            "anna@letters.example",
            "+442079460123",
            self.clock.now(),
            "scrypt:HASH",
        )
        with self.store.transaction() as tx:
            RECRUITERS.put(tx, self.recruiter)
        client = clients.add_client(
            self.store, name=REAL_NAME, alias="a bank in the north", notes="PRIVATE", now=self.clock.now()
        )
        self.client_id = client.id
        self.job = self.another_job("Payroll engineer", confidential=True)

    @property
    def today(self) -> dt.date:
        return self.clock.now().date()

    def later(self, **span: float) -> None:
        """Let time pass: `later(days=3)`."""
        self.clock.advance(dt.timedelta(**span))

    def another_job(
        self,
        title: str,
        *,
        confidential: bool = False,
        promise_days: int | None = None,
        promise_kind: PromiseKind = PromiseKind.BUSINESS_DAYS,
    ) -> Job:
        """A further open job of the client."""
        return service.add_job(
            self.store,
            self.client_id,
            title=title,
            location="Leeds",
            confidential=confidential,
            promise_days=promise_days,
            promise_kind=promise_kind,
            notes=JOB_NOTES,
            by=self.recruiter.id,
            now=self.clock.now(),
        )

    def candidate(self, name: str = "Ada Ashworth", email: str | None = "ada@people.example") -> Candidate:
        """A person on the books; without an address they can be called."""
        return candidates.add_candidate(
            self.store,
            name=name,
            email=email,
            phone="+442079460999",
            profile_url=None,
            notes=CANDIDATE_NOTES,
            by=self.recruiter.id,
            now=self.clock.now(),
        )

    def candidacy(
        self, candidate: Candidate | None = None, *, at: Stage = Stage.SUBMITTED, job: Job | None = None
    ) -> Candidacy:
        """A candidacy brought to any stage by the legal way; `placed` is decided and not told."""
        person, by, now = candidate or self.candidate(), self.recruiter.id, self.clock.now()
        job_id = (job or self.job).id
        new = candidates.open_candidacy(self.store, person.id, job_id, stage=Stage.IDENTIFIED, by=by, now=now)
        for stage in PATHS.get(at, PATHS[Stage.SUBMITTED]):
            candidates.move_stage(self.store, new.id, stage, by=by, now=now)
        if at not in PATHS:
            self.interview(new)
        if at in (Stage.OFFERED, Stage.PLACED):
            candidates.move_stage(self.store, new.id, Stage.OFFERED, by=by, now=now)
        if at is Stage.PLACED:
            self.decide(new, Outcome.PLACED)
        return self.read(new)

    def interviewed(self, name: str = "Ada Ashworth", email: str | None = "ada@people.example") -> Candidacy:
        """A candidate who was interviewed today."""
        return self.candidacy(self.candidate(name, email), at=Stage.INTERVIEWING)

    def declined(self, name: str = "Ada Ashworth", email: str | None = "ada@people.example") -> Candidacy:
        """An interviewed candidate whom the client has declined, and who does not know yet."""
        return self.decide(self.interviewed(name, email), Outcome.CLIENT_DECLINED)

    def interview(self, candidacy: Candidacy, on: dt.date | None = None) -> Interview:
        """The next round, today by default."""
        return ledger.record_interview(
            self.store,
            candidacy.id,
            on=on or self.today,
            kind=InterviewKind.VIDEO,
            notes=INTERVIEW_NOTES,
            default_promise=PROMISE,
            by=self.recruiter.id,
            now=self.clock.now(),
        )

    def decide(self, candidacy: Candidacy, outcome: Outcome) -> Candidacy:
        return candidates.decide(
            self.store,
            candidacy.id,
            outcome,
            reason=REASON,
            private_reason=PRIVATE_REASON,
            by=self.recruiter.id,
            now=self.clock.now(),
        )

    def draft(self, candidacy: Candidacy, body: str = "Dear Ada,", new_date: dt.date | None = None) -> Answer:
        wording = Wording("About the job", body, new_date)
        return answering.save_draft(
            self.store, candidacy.id, wording, by=self.recruiter, now=self.clock.now()
        )

    def send(
        self, candidacy: Candidacy, body: str = "The client chose otherwise.", new_date: dt.date | None = None
    ) -> Answer:
        return answering.send(
            self.store,
            candidacy.id,
            Wording("About the job", body + (" By {{ next_date }}." if new_date else ""), new_date),
            by=self.recruiter,
            mail_domain="letters.example",
            now=self.clock.now(),
        )

    def call(self, candidacy: Candidacy, new_date: dt.date | None = None) -> Answer:
        return answering.log_call(
            self.store,
            candidacy.id,
            said="PRIVATE-we-spoke-for-an-hour",
            new_date=new_date,
            by=self.recruiter,
            now=self.clock.now(),
        )

    def reopen(self, candidacy: Candidacy, reason: str = "PRIVATE-the-client-changed-its-mind") -> Candidacy:
        return answering.reopen(
            self.store, candidacy.id, reason=reason, by=self.recruiter, today=self.today, now=self.clock.now()
        )

    def deliver(self, *failures: Exception | None) -> Counts:
        """Run the mail worker once, over a server that answers `failures` first and takes the rest."""
        room = MailRoom(
            self.store,
            MemoryTransport(*failures),
            self.clock,
            access=lambda _tx, _holder, _now: ("https://letters.example/status/TOKEN/", "a link"),
            listeners=(answering.mail_settled,),
        )
        return deliver_due(room)

    def mail(self, answer: Answer) -> Mail:
        """The outbox row of an answer."""
        with self.store.read() as reader:
            return queue.mail_of(reader, f"answer:{answer.id}")[0]

    def cancel(self, answer: Answer) -> Mail:
        mail = self.mail(answer)
        return queue.cancel(self.store, mail.id, self.clock.now(), [answering.mail_settled])

    def retry(self, answer: Answer) -> Mail:
        mail = self.mail(answer)
        return queue.retry(self.store, mail.id, self.clock.now(), [answering.mail_settled])

    def close(self) -> Job:
        return closing.close_job(self.store, self.job.id, by=self.recruiter.id, now=self.clock.now())

    def job_to(self, state: JobState) -> Job:
        return service.change_state(
            self.store, self.job.id, state, by=self.recruiter.id, now=self.clock.now()
        )

    def refer(self, by: Candidate, submission: Submission, link_id: str = "link") -> Referral:
        return referrals.submit(
            self.store, submission, referrer_id=by.id, link_id=link_id, now=self.clock.now()
        )

    def read(self, candidacy: Candidacy) -> Candidacy:
        """The candidacy as it is kept now."""
        with self.store.read() as reader:
            return CANDIDACIES.require(reader, candidacy.id)

    def debt(self, candidacy: Candidacy) -> FollowUp | None:
        with self.store.read() as reader:
            return FOLLOW_UPS.get(reader, candidacy.id)

    def owed(self, candidacy: Candidacy) -> FollowUp:
        """The debt, which must be there."""
        debt = self.debt(candidacy)
        assert debt is not None
        return debt

    def link(self, holder: str) -> tuple[str, Link]:
        return links.mint(
            self.store, Purpose.STATUS, holder, now=self.clock.now(), lifetime=dt.timedelta(days=180)
        )

    def page(self, candidacy: Candidacy) -> StatusPage:
        """The page of a candidacy's candidate, today."""
        link = Link("l", "hash", Purpose.STATUS, candidacy.candidate_id, self.clock.now(), self.clock.now())
        with self.store.read() as reader:
            return build_page(reader, link, self.today)


def someone(key: str = "key-1", **changes: object) -> Submission:
    """What a candidate sends who names somebody looking for a role."""
    values: dict[str, object] = {
        "submission_key": key,
        "kind": ReferralKind.CANDIDATE,
        "name": "Bea Bright",
        "email": "bea@people.example",
        "phone": None,
        "profile_url": None,
        "relation": Relation.COLLEAGUE,
        "why": "She writes the clearest code I know.",
        "knows": True,
        "may_name": True,
        "field_of_work": "Back end",
    }
    return Submission(**{**values, **changes})  # type: ignore[arg-type]


def someone_hiring(key: str = "key-2", **changes: object) -> Submission:
    """What a candidate sends who names a hiring manager."""
    values: dict[str, object] = {
        "kind": ReferralKind.CLIENT,
        "name": "Cal Carter",
        "email": "cal@works.example",
        "field_of_work": "",
        "company": "Carter Works",
        "role": "Head of platform",
        "hiring_need": HiringNeed.NOW,
        "wish": Wish.INTRODUCE,
    }
    return someone(key, **{**values, **changes})
