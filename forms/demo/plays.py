"""Plays the stories of the cast: each step through its use case, at its own time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage

from core.clock import ManualClock
from forms import links
from forms.candidates import service as candidates
from forms.candidates.models import STAGES, Candidacy, Candidate, Stage
from forms.demo.cast import Naming, Story, Told, address
from forms.follow_up import answering, drafting, ledger, taking_up
from forms.follow_up.answering import mail_settled
from forms.follow_up.letter import OBSERVATION, Wording
from forms.jobs.models import Job
from forms.links import Purpose
from forms.outbox.delivery import deliver_due
from forms.outbox.failures import Refused
from forms.outbox.queue import mail_domain
from forms.outbox.room import MailRoom
from forms.outbox.template import unfilled
from forms.recruiters import Recruiter
from forms.referrals import service as referrals
from forms.referrals.service import Submission
from forms.status.access import link_maker
from forms.store.collection import new_id
from forms.web.context import Context

DAY = dt.timedelta(days=1)
NEW_DATE_IN = 6
"""Days from today by which somebody who was told "not decided" hears again."""


class PretendedPost:
    """A mail server that takes everything at once, or refuses it once and for all."""

    def __init__(self, *, refuses: bool) -> None:
        self._refuses = refuses

    def send(self, message: EmailMessage) -> None:
        """Send nothing. Raises Refused when it is one that refuses."""
        if self._refuses:
            raise Refused(f"550 5.1.1 {message['To'].addresses[0].addr_spec}: no such mailbox")


class Plays:
    """The stage: remembers who is who. `people` by name; `jobs` by title."""

    def __init__(self, found: Context, recruiter: Recruiter, jobs: Mapping[str, Job]) -> None:
        self.people: dict[str, Candidate] = {}
        self._found = found
        self._store = found.store
        self._recruiter = recruiter
        self._jobs = jobs
        self._numbers = iter(range(100, 1000))

    def tell(self, story: Story) -> None:
        """One candidate's story, from the first word to what they know today."""
        candidate = self._add_person(story)
        candidacy = self._put_forward(candidate, story)
        for days, kind in story.interviews:
            on = working_day(self._date(days), ahead=days < 0)
            known = self._time(days + 7 if days >= 0 else 1)
            ledger.record_interview(
                self._store, candidacy.id, on=on, kind=kind, notes="",
                default_promise=self._found.run.promise_days, by=self._recruiter.id, now=known,
                calendar=self._found.calendar(),
            )  # fmt: skip
        if story.stage is Stage.OFFERED:
            self._step(candidacy, Stage.OFFERED, story.decided_ago + 2)
        if story.outcome is not None:
            candidates.decide(
                self._store, candidacy.id, story.outcome, reason=story.reason, private_reason="",
                by=self._recruiter.id, now=self._time(story.decided_ago),
            )  # fmt: skip
        self._answer(candidacy.id, story)

    def refer(self, naming: Naming) -> None:
        """One referral, by one of the people, and what became of it."""
        referrer, now = self.people[naming.by], self._time(naming.ago)
        lifetime = dt.timedelta(days=self._found.run.link_days)
        _, link = links.mint(self._store, Purpose.STATUS, referrer.id, now=now, lifetime=lifetime)
        referral = referrals.submit(
            self._store, self._submission(naming), referrer_id=referrer.id, link_id=link.id, now=now
        )
        if naming.taken_up:
            found = taking_up.as_candidate(self._store, referral.id, by=self._recruiter.id, now=now + DAY)
            self.people[naming.name] = found
            job = self._jobs[naming.for_job]
            candidates.open_candidacy(
                self._store, found.id, job.id, stage=Stage.IDENTIFIED, by=self._recruiter.id, now=now + DAY
            )
        for state in naming.states:
            referrals.change_state(self._store, referral.id, state, by=self._recruiter.id, now=now + DAY)

    def _add_person(self, story: Story) -> Candidate:
        number = f"+44770090{next(self._numbers):04}"
        added = candidates.add_candidate(
            self._store,
            name=story.name,
            email=None if story.by_phone_only else address(story.name),
            phone=number,
            profile_url=None,
            notes="",
            by=self._recruiter.id,
            now=self._time(story.began),
        )
        self.people[story.name] = added
        return added

    def _put_forward(self, candidate: Candidate, story: Story) -> Candidacy:
        """At its first stage, and from there day by day up to the one before the interviews."""
        job = self._jobs[story.job]
        candidacy = candidates.open_candidacy(
            self._store, candidate.id, job.id, stage=Stage.IDENTIFIED, by=self._recruiter.id,
            now=self._time(story.began),
        )  # fmt: skip
        last = min(STAGES.index(story.stage), STAGES.index(Stage.SUBMITTED))
        for number, stage in enumerate(STAGES[1 : last + 1], 1):
            candidacy = self._step(candidacy, stage, story.began - number)
        return candidacy

    def _step(self, candidacy: Candidacy, stage: Stage, days: int) -> Candidacy:
        return candidates.move_stage(
            self._store, candidacy.id, stage, by=self._recruiter.id, now=self._time(days)
        )

    def _answer(self, candidacy_id: str, story: Story) -> None:
        now, by = self._time(story.told_ago), self._recruiter
        if story.told is Told.BY_CALL:
            answering.log_call(self._store, candidacy_id, said=story.reason, new_date=None, by=by, now=now)
        elif story.told is Told.DRAFTED:
            wording = self._wording(candidacy_id, story)
            answering.save_draft(self._store, candidacy_id, wording, by=by, now=now)
        elif story.told is not Told.NOTHING:
            wording = self._wording(candidacy_id, story)
            domain = mail_domain(self._found.run)
            answering.send(self._store, candidacy_id, wording, by=by, mail_domain=domain, now=now)
            deliver_due(self._post(now, refuses=story.told is Told.MAIL_FAILED))

    def _wording(self, candidacy_id: str, story: Story) -> Wording:
        not_decided = story.told is Told.NOT_DECIDED
        new_date = working_day(self._date(-NEW_DATE_IN), ahead=True) if not_decided else None
        with self._store.read() as reader:
            first = drafting.first_wording(
                reader, drafting.case_of(reader, candidacy_id), self._recruiter,
                site=self._found.site, content=self._found.content, not_decided=not_decided,
            )  # fmt: skip
        asked = OBSERVATION in unfilled(first.body)
        return replace(first, observation=story.observation if asked else "", new_date=new_date)

    def _post(self, now: dt.datetime, *, refuses: bool) -> MailRoom:
        return MailRoom(
            store=self._store,
            transport=PretendedPost(refuses=refuses),
            clock=ManualClock(now),
            access=link_maker(self._found),
            listeners=(mail_settled,),
        )

    def _submission(self, naming: Naming) -> Submission:
        return Submission(
            submission_key=new_id(),
            kind=naming.kind,
            name=naming.name,
            email=address(naming.name),
            phone=None,
            profile_url=None,
            relation=naming.relation,
            why=naming.why,
            knows=True,
            may_name=True,
            field_of_work=naming.field_of_work,
            company=naming.company,
            role=naming.role,
            hiring_need=naming.hiring_need,
            wish=naming.wish,
        )

    def _time(self, days: int) -> dt.datetime:
        """So many days ago, at ten in the morning; for today, this moment."""
        now = self._found.now()
        local = self._found.site.local(now - days * DAY)
        return now if days == 0 else local.replace(hour=10, minute=0, second=0).astimezone(dt.UTC)

    def _date(self, days: int) -> dt.date:
        return self._found.local_date(self._time(days))


def working_day(day: dt.date, *, ahead: bool) -> dt.date:
    """The day itself, or the nearest working day before it (with `ahead`: after it)."""
    while day.weekday() >= 5:
        day += DAY if ahead else -DAY
    return day
