"""What can be done with a candidate and a candidacy. What follows for the ledger is follow_up's matter."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.clock import long_date
from core.errors import Conflict
from forms import history
from forms.candidates.models import (
    CANDIDACIES,
    CANDIDATES,
    INTERVIEWS,
    Candidacy,
    Candidate,
    Interview,
    InterviewKind,
    Outcome,
    Stage,
)
from forms.history import Subject
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Transaction
from forms.store.veil import everything


@use_case
def add_candidate(
    tx: Transaction,
    *,
    name: str,
    email: str | None,
    phone: str | None,
    profile_url: str | None,
    notes: str,
    by: str,
    now: dt.datetime,
    referral_id: str | None = None,
    shared: bool = True,
) -> Candidate:
    """A new candidate. Raises Conflict, naming the other, when the address is another candidate's."""
    _address_is_free(tx, email, but_for=None)
    candidate = Candidate(new_id(), by, name, email, phone, profile_url, notes, now, referral_id, shared)
    return CANDIDATES.put(tx, candidate)


@use_case
def change_candidate(
    tx: Transaction,
    candidate_id: str,
    *,
    name: str,
    email: str | None,
    phone: str | None,
    profile_url: str | None,
    notes: str,
    shared: bool | None = None,
) -> Candidate:
    """Correct what is held about a candidate; `shared` None leaves it. Raises NotFound, Conflict."""
    candidate = CANDIDATES.require(tx, candidate_id)
    _address_is_free(tx, email, but_for=candidate_id)
    changed = replace(
        candidate,
        name=name,
        email=email,
        phone=phone,
        profile_url=profile_url,
        notes=notes,
        shared=candidate.shared if shared is None else shared,
    )
    return CANDIDATES.put(tx, changed)


@use_case
def open_candidacy(
    tx: Transaction, candidate_id: str, job_id: str, *, stage: Stage, by: str, now: dt.datetime
) -> Candidacy:
    """Put a candidate forward for a job, at any stage before an interview.

    Raises NotFound; Conflict when they are candidates for it already, or the stage must be reached.
    """
    candidate = CANDIDATES.require(tx, candidate_id)
    if stage in (Stage.INTERVIEWING, Stage.OFFERED, Stage.PLACED):
        raise Conflict(f"“{stage.label}” is reached by recording an interview, an offer or an outcome.")
    if CANDIDACIES.first(tx, {"candidate_id": candidate_id, "job_id": job_id}):
        raise Conflict(f"{candidate.name} is a candidate for this job already.")
    candidacy = CANDIDACIES.put(tx, Candidacy(new_id(), candidate_id, job_id, stage, now))
    note(tx, candidacy.id, now=now, by=by, text=f"Candidacy added at “{stage.label}”")
    return candidacy


@use_case
def move_stage(tx: Transaction, candidacy_id: str, stage: Stage, *, by: str, now: dt.datetime) -> Candidacy:
    """Move a candidacy one stage on. Raises NotFound, Conflict."""
    candidacy = CANDIDACIES.require(tx, candidacy_id)
    moved = candidacy.move_to(stage)
    note(
        tx,
        candidacy_id,
        now=now,
        by=by,
        text=f"{candidacy.stage.label} → {stage.label}",
        told=STAGE_TOLD[stage],
    )
    return CANDIDACIES.put(tx, moved)


STAGE_TOLD = {
    Stage.IDENTIFIED: "",
    Stage.CONTACTED: "We spoke for the first time about this role.",
    Stage.QUALIFYING: "We went through the role and your experience.",
    Stage.SUBMITTED: "Your profile went to the client.",
    Stage.INTERVIEWING: "",  # each interview is told by itself
    Stage.OFFERED: "",  # an offer is told by a person, not by a page
    Stage.PLACED: "",
}


@use_case
def add_interview(
    tx: Transaction,
    candidacy_id: str,
    *,
    on: dt.date,
    kind: InterviewKind,
    notes: str,
    by: str,
    now: dt.datetime,
) -> Interview:
    """Record the next round; the candidacy is `interviewing` from then. Raises NotFound, Conflict."""
    candidacy = CANDIDACIES.require(tx, candidacy_id)
    CANDIDACIES.put(tx, candidacy.interviewed())
    number = INTERVIEWS.count(tx, {"candidacy_id": candidacy_id}) + 1
    interview = Interview(new_id(), candidacy_id, number, on, kind, notes, now)
    text = f"Interview, round {number}, {kind.label}, on {long_date(on)}"
    note(tx, candidacy_id, now=now, by=by, text=text, told=f"{text}.")
    return INTERVIEWS.put(tx, interview)


@use_case
def decide(
    tx: Transaction,
    candidacy_id: str,
    outcome: Outcome,
    *,
    reason: str,
    private_reason: str,
    by: str,
    now: dt.datetime,
) -> Candidacy:
    """Record the outcome: the decision, not yet the telling. Raises NotFound, Conflict."""
    decided = CANDIDACIES.require(tx, candidacy_id).decide(
        outcome, reason=reason, private_reason=private_reason
    )
    note(tx, candidacy_id, now=now, by=by, text=f"Outcome recorded: {outcome.label}")
    return CANDIDACIES.put(tx, decided)


@use_case
def reopen(tx: Transaction, candidacy_id: str, *, reason: str, by: str, now: dt.datetime) -> Candidacy:
    """Take an outcome back, as an event with its reason. Raises NotFound, Conflict."""
    candidacy = CANDIDACIES.require(tx, candidacy_id)
    opened = candidacy.reopen()
    note(tx, candidacy_id, now=now, by=by, text=f"Reopened (was {_decision(candidacy)}): {reason}")
    return CANDIDACIES.put(tx, opened)


def _decision(candidacy: Candidacy) -> str:
    """The outcome with both reasons, so that the history keeps what a reopening takes away."""
    label = candidacy.outcome.label if candidacy.outcome else ""
    reasons = (("reason", candidacy.reason), ("private", candidacy.private_reason))
    return "; ".join([f"“{label}”", *(f"{name}: {text}" for name, text in reasons if text)])


def candidacies_of(reader: Reader, candidate_id: str) -> list[Candidacy]:
    """A candidate's candidacies, newest first."""
    where = {"candidate_id": candidate_id}
    return CANDIDACIES.find(reader, where, order="created", descending=True)


def candidacies_for(reader: Reader, job_id: str) -> list[Candidacy]:
    """The candidacies for a job, oldest first."""
    return CANDIDACIES.find(reader, {"job_id": job_id}, order="created")


def interviews_of(reader: Reader, candidacy_id: str) -> list[Interview]:
    """The interviews of a candidacy, by round."""
    return INTERVIEWS.find(reader, {"candidacy_id": candidacy_id}, order="round")


def _address_is_free(tx: Transaction, email: str | None, *, but_for: str | None) -> None:
    other = CANDIDATES.first(everything(tx), {"email": email}) if email else None
    if other is None or other.id == but_for:
        return
    if CANDIDATES.get(tx, other.id) is None:
        raise Conflict(f"{email} is the address of somebody whom a colleague keeps private: ask an owner.")
    raise Conflict(f"{email} is the address of another candidate, {other.name}.")


def note(
    tx: Transaction,
    candidacy_id: str,
    *,
    now: dt.datetime,
    by: str,
    text: str,
    told: str = "",
    mail_event: str = "",
) -> None:
    """Add to the history of a candidacy; `told` is what the candidate may read of it."""
    history.record(
        tx, Subject.CANDIDACY, candidacy_id, now=now, by=by, text=text, told=told, mail_event=mail_event
    )
