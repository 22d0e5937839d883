"""Somebody unmistakable, in every corner of the product."""

from __future__ import annotations

from dataclasses import dataclass, replace

from forms import history
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDATES, Candidacy, Candidate, Outcome, Stage
from forms.follow_up import asking, filling, taking_up
from forms.follow_up.letter import Wording
from forms.follow_up.models import Channel
from forms.follow_up.plans import Plan
from forms.follow_up.sending_time import When
from forms.history import Subject
from forms.jobs import service as jobs
from forms.jobs.models import JobState
from forms.outbox import bounces, queue
from forms.outbox.dsn import Report
from forms.outbox.models import OUTBOX, MailState, Message
from forms.referrals.models import Referral
from forms.spreadsheets.models import IMPORTED_ROWS, IMPORTS, Import, ImportedRow, ImportState, Trace
from tests.forms.people import Scene, someone, someone_hiring

NAME = "Zephyrine Quillfeather"
EMAIL = "zephyrine@quillfeather.example"
PHONE = "+442079460777"
PROFILE = "https://profiles.example/in/quillfeather"
TEXT = "Quillfeather-words"
SIGNS = ("quillfeather", "zephyrine", "9460777", "9460 777", "7946 0777")
"""What no file may hold afterwards, in lower case."""


@dataclass(frozen=True)
class Everywhere:
    """Somebody whom every feature knows."""

    candidate: Candidate
    candidacy: Candidacy
    naming: Referral


def written_everywhere(scene: Scene) -> Everywhere:
    """Write the unmistakable person into every collection that can hold them."""
    store, by, now = scene.store, scene.recruiter.id, scene.clock.now()
    candidate = candidates.add_candidate(
        store, name=NAME, email=EMAIL, phone=PHONE, profile_url=PROFILE, notes=TEXT, by=by, now=now
    )
    candidacy = scene.candidacy(candidate, at=Stage.INTERVIEWING)
    other = scene.interviewed("Otto Other", "otto@people.example")
    with store.read() as reader:
        otto = CANDIDATES.require(reader, other.candidate_id)
    naming = scene.refer(otto, someone("k1", name=NAME, email=EMAIL, why=f"{TEXT}, she is good"))
    scene.refer(candidate, someone("k2", why=f"{NAME} says so"))
    hiring = scene.refer(otto, someone_hiring("k3", name=NAME, email=EMAIL, company="Works"))
    taking_up.as_contact(store, hiring.id, by=by, now=now)
    candidates.change_candidate(
        store, otto.id, name=otto.name, email=otto.email, phone=otto.phone, profile_url=None,
        notes=f"A friend of {NAME.upper()}, 020 7946 0777 or {EMAIL}, www.profiles.example/in/quillfeather",
    )  # fmt: skip
    jobs.change_job(
        store, scene.job.id, title=scene.job.title, location="Leeds", confidential=True,
        promise_days=None, notes=f"{NAME} would be right; call +44 20-7946 0777",
    )  # fmt: skip
    filling.choose(store, scene.job.id, JobState.FILLED, placed=None, spared=(), by=scene.recruiter, now=now)
    plan = Plan(candidacy.id, scene.job.id, Outcome.JOB_FILLED, TEXT, Channel.MAIL, When.NOW, None, now)
    filling.prepare(
        store, JobState.FILLED, plan, Wording("About it", f"Dear {NAME}, {TEXT}", None),
        by=scene.recruiter, now=now,
    )  # fmt: skip
    asking.switch_off(store, candidate.id, by="candidate", now=now)
    with store.transaction() as tx:
        history.record(tx, Subject.JOB, scene.job.id, now=now, by=by, text=f"{NAME} asked for more")
        for event in ("digest:2026-11-12", f"referral-thanks:{naming.id}"):
            message = Message(event, "anna@letters.example", "Anna", "Site", "anna@letters.example",
                              f"About {NAME}", f"{NAME}, Payroll engineer: due today")  # fmt: skip
            queue.enqueue(tx, message, now=now, domain="letters.example")
        sent = queue.enqueue(
            tx,
            Message("link:1", EMAIL, NAME, "Anna", "anna@letters.example", "Link", f"Dear {NAME}"),
            now=now, domain="letters.example",
        )  # fmt: skip
        OUTBOX.put(tx, replace(sent, state=MailState.SENT, settled=now))
        imported = Import("i1", by, now, f"{NAME}.csv", "digest", ImportState.DONE, 1)
        IMPORTS.put(tx, imported)
        trace = Trace("candidates", candidate.id, {"name": NAME, "notes": TEXT}, "digest")
        IMPORTED_ROWS.put(tx, ImportedRow("r1", "i1", 1, 2, "key", candidate.id, "77", ((trace,),)))
        beside = Trace("candidates", otto.id, {"notes": f"met {NAME}"}, "digest")
        IMPORTED_ROWS.put(tx, ImportedRow("r2", "i1", 2, 3, "key2", otto.id, "78", ((beside,),)))
    bounces.take(store, Report("b1", True, f"550 no {EMAIL}", (sent.message_id,), ()), now)
    scene.link(candidate.id)
    return Everywhere(candidate, candidacy, naming)
