"""Candidates, candidacies (one candidate for one job) and interviews, and the steps between."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

from core.errors import Conflict
from forms.store.collection import Collection


class Stage(enum.StrEnum):
    """identified → contacted → qualifying → submitted → interviewing → offered → placed."""

    IDENTIFIED = "identified"
    CONTACTED = "contacted"
    QUALIFYING = "qualifying"
    SUBMITTED = "submitted"
    INTERVIEWING = "interviewing"
    OFFERED = "offered"
    PLACED = "placed"

    @property
    def label(self) -> str:
        """The stage in the desk's word."""
        return self.value.capitalize()


STAGES = tuple(Stage)


class Outcome(enum.StrEnum):
    """How a candidacy ended."""

    PLACED = "placed"
    CLIENT_DECLINED = "client_declined"
    RECRUITER_DECLINED = "recruiter_declined"
    WITHDREW = "withdrew"
    OFFER_DECLINED = "offer_declined"
    JOB_FILLED = "job_filled"
    JOB_CANCELLED = "job_cancelled"
    NO_SHOW = "no_show"

    @property
    def label(self) -> str:
        """The outcome in the desk's words."""
        return _OUTCOME_LABELS[self]

    @property
    def needs_offer(self) -> bool:
        """Whether it can only follow an offer."""
        return self in (Outcome.PLACED, Outcome.OFFER_DECLINED)


_OUTCOME_LABELS = {
    Outcome.PLACED: "Placed",
    Outcome.CLIENT_DECLINED: "The client declined",
    Outcome.RECRUITER_DECLINED: "I declined",
    Outcome.WITHDREW: "The candidate withdrew",
    Outcome.OFFER_DECLINED: "The candidate declined the offer",
    Outcome.JOB_FILLED: "The job was filled by someone else",
    Outcome.JOB_CANCELLED: "The job was cancelled",
    Outcome.NO_SHOW: "The candidate did not come",
}


class InterviewKind(enum.StrEnum):
    """How an interview is held."""

    PHONE = "phone"
    VIDEO = "video"
    ON_SITE = "on_site"

    @property
    def label(self) -> str:
        """The kind in words."""
        return {"phone": "by phone", "video": "by video", "on_site": "in person"}[self.value]


@dataclass(frozen=True)
class Candidate:
    """A person. `referral_id`: the referral that brought them, if one did. `notes` are private.

    Who is not `shared` is seen by their own recruiter and the owners of the desk alone; the rule is
    `desk.visibility`.
    """

    id: str
    recruiter_id: str
    name: str
    email: str | None
    phone: str | None
    profile_url: str | None
    notes: str
    created: dt.datetime
    referral_id: str | None = None
    shared: bool = True


@dataclass(frozen=True)
class Candidacy:
    """One candidate for one job.

    `reason` is written for the candidate; `private_reason` never leaves the desk.
    The outcome is the decision; whether it has been told is another fact, and the ledger's.
    """

    id: str
    candidate_id: str
    job_id: str
    stage: Stage
    created: dt.datetime
    outcome: Outcome | None = None
    reason: str = ""
    private_reason: str = ""

    @property
    def is_live(self) -> bool:
        """Whether it is still undecided."""
        return self.outcome is None

    def next_stage(self) -> Stage | None:
        """The stage a person may move it to, or None.

        Two stages are no steps: interviewing is reached by recording an interview, which opens the debt of
        an answer, and being placed is an outcome.
        """
        if not self.is_live or self.stage in (Stage.SUBMITTED, Stage.OFFERED, Stage.PLACED):
            return None
        return STAGES[STAGES.index(self.stage) + 1]

    def move_to(self, stage: Stage) -> Candidacy:
        """The candidacy one stage on. Raises Conflict, saying what comes next instead."""
        self._must_be_live()
        if stage is not self.next_stage():
            raise Conflict(self._why_not(stage))
        return replace(self, stage=stage)

    def interviewed(self) -> Candidacy:
        """The candidacy once an interview is arranged: at `interviewing`, whichever stage came before.

        Raises Conflict when it is decided. After an offer the stage stays.
        """
        self._must_be_live()
        early = STAGES.index(self.stage) < STAGES.index(Stage.INTERVIEWING)
        return replace(self, stage=Stage.INTERVIEWING) if early else self

    def not_interviewed(self) -> Candidacy:
        """The candidacy after its only interview was taken back: at `submitted` again.

        Raises Conflict once an offer was made: one follows from an interview.
        """
        if self.stage in (Stage.OFFERED, Stage.PLACED):
            raise Conflict(
                f"This candidacy is at “{self.stage.label}”, and this is its only interview. Record the one "
                "that was held, then take this one back."
            )
        return replace(self, stage=Stage.SUBMITTED)

    def decide(self, outcome: Outcome, *, reason: str, private_reason: str) -> Candidacy:
        """The candidacy with its outcome. Raises Conflict when there is one, or when it needs an offer."""
        self._must_be_live()
        if outcome.needs_offer and self.stage is not Stage.OFFERED:
            raise Conflict(
                f"“{outcome.label}” can only follow an offer; this candidacy is at “{self.stage.label}”."
            )
        stage = Stage.PLACED if outcome is Outcome.PLACED else self.stage
        return replace(self, stage=stage, outcome=outcome, reason=reason, private_reason=private_reason)

    def reopen(self) -> Candidacy:
        """The candidacy undecided again. Raises Conflict when it never was decided."""
        if self.is_live:
            raise Conflict("This candidacy has no outcome to take back.")
        stage = Stage.OFFERED if self.stage is Stage.PLACED else self.stage
        return replace(self, stage=stage, outcome=None, reason="", private_reason="")

    def possible_outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes that may be recorded now."""
        if not self.is_live:
            return ()
        offered = self.stage is Stage.OFFERED
        return tuple(outcome for outcome in Outcome if offered or not outcome.needs_offer)

    def _must_be_live(self) -> None:
        if self.outcome is not None:
            raise Conflict(
                f"This candidacy has ended (“{self.outcome.label}”). Reopen it, with a reason, to change it."
            )

    def _why_not(self, stage: Stage) -> str:
        if stage is Stage.PLACED:
            return "A candidate is placed by recording the outcome “Placed”, once an offer was made."
        if stage is Stage.INTERVIEWING:
            return "Record an interview: the candidacy is at “Interviewing” from then, and an answer is owed."
        following = self.next_stage()
        way = f"the next stage is “{following.label}”" if following else self._what_follows()
        return f"A candidacy at “{self.stage.label}” cannot move to “{stage.label}”; {way}."

    def _what_follows(self) -> str:
        return "an interview comes next" if self.stage is Stage.SUBMITTED else "only an outcome can follow"


@dataclass(frozen=True)
class Interview:
    """One round. `on` is its date in the headhunter's time zone."""

    id: str
    candidacy_id: str
    round: int
    on: dt.date
    kind: InterviewKind
    notes: str
    created: dt.datetime


CANDIDATES = Collection(
    "candidates",
    Candidate,
    keys=("name", "email", "phone", "profile_url", "created", "referral_id", "recruiter_id", "shared"),
    references={"recruiter_id": "recruiters", "referral_id": "referrals"},
)
CANDIDACIES = Collection(
    "candidacies",
    Candidacy,
    keys=("candidate_id", "job_id", "outcome", "created"),
    unique=(("candidate_id", "job_id"),),
    references={"candidate_id": "candidates", "job_id": "jobs"},
)
INTERVIEWS = Collection(
    "interviews",
    Interview,
    keys=("candidacy_id", "round"),
    unique=(("candidacy_id", "round"),),
    references={"candidacy_id": "candidacies"},
)
