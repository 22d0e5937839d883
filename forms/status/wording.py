"""The plain sentences of the candidate's page."""

from __future__ import annotations

import datetime as dt
import re

from core.clock import long_date
from forms.candidates.models import Interview, Outcome, Stage
from forms.follow_up.models import FollowUp
from forms.outbox.template import mentions_status_link, put_status_link

STAGE_LABELS = {
    Stage.IDENTIFIED: "On my list",
    Stage.CONTACTED: "First conversation",
    Stage.QUALIFYING: "Getting to know you",
    Stage.SUBMITTED: "With the client",
    Stage.INTERVIEWING: "Interviews",
    Stage.OFFERED: "Last step",
}
"""`placed` is missing on purpose: it is an outcome, and outcomes are told, not shown."""

_HEADLINES = {
    Stage.IDENTIFIED: "I have you in mind for this role; nothing has gone to the client yet.",
    Stage.CONTACTED: "We have spoken about this role; nothing has gone to the client yet.",
    Stage.QUALIFYING: "I am learning what you can do and what you want; nothing has gone to the client yet.",
    Stage.SUBMITTED: "The client has your profile and has not answered yet.",
    Stage.INTERVIEWING: "You have been interviewed, and the decision is still open.",
    Stage.OFFERED: "You are at the last step, and nothing is final yet.",
}

OUTCOME_LABELS = {
    Outcome.PLACED: "You have the job",
    Outcome.CLIENT_DECLINED: "The client decided not to go on",
    Outcome.RECRUITER_DECLINED: "I decided not to go on",
    Outcome.WITHDREW: "You withdrew",
    Outcome.OFFER_DECLINED: "You declined the offer",
    Outcome.JOB_FILLED: "The job has been filled",
    Outcome.JOB_CANCELLED: "The job was cancelled",
    Outcome.NO_SHOW: "The interview did not take place",
}

_OUTCOME_HEADLINES = {
    Outcome.PLACED: "The job is yours. Congratulations.",
    Outcome.CLIENT_DECLINED: "The client has decided not to take your candidacy further.",
    Outcome.RECRUITER_DECLINED: "I have decided not to take your candidacy further.",
    Outcome.WITHDREW: "You withdrew from this role, and it is closed for you.",
    Outcome.OFFER_DECLINED: "You declined the offer, and this role is closed for you.",
    Outcome.JOB_FILLED: "The job has been filled by someone else.",
    Outcome.JOB_CANCELLED: "The client has cancelled this job; nobody was hired for it.",
    Outcome.NO_SHOW: "The interview did not take place, and this role is closed for you.",
}


def headline(stage: Stage, outcome: Outcome | None, coming: Interview | None) -> str:
    """One sentence of where things stand. `outcome` is the one that was told."""
    if outcome is not None:
        return _OUTCOME_HEADLINES[outcome]
    if coming is not None:
        return f"Your interview {coming.kind.label} is on {long_date(coming.on)}."
    return _HEADLINES[stage]


def slipped(debt: FollowUp | None, today: dt.date) -> str:
    """The sentence that admits a missed date, or nothing."""
    if debt is None or not debt.is_owed:
        return ""
    if debt.due < today:
        return (
            f"You were to hear from me by {long_date(debt.due)}. "
            "That date has passed without an answer, and I owe you one."
        )
    if debt.extensions:
        return (
            f"I first said {long_date(debt.promised)}. The client has not decided, "
            f"and the date is now {long_date(debt.due)}."
        )
    return ""


def without_link(body: str) -> str:
    """A mail's text as it is shown on the page it links to: without the paragraph that only leads here.

    Where the link stands within a paragraph that says more, that paragraph stays.
    """
    paragraphs = re.split(r"\n\s*\n", "\n".join(body.strip().splitlines()))
    return "\n\n".join(
        put_status_link(text, "this page") for text in paragraphs if not _only_leads_here(text)
    )


def _only_leads_here(paragraph: str) -> bool:
    """Whether it is the link, by itself or after one clause that ends in a colon ("Your page:")."""
    if not mentions_status_link(paragraph):
        return False
    rest = put_status_link(paragraph, "").strip()
    return not rest or (rest.endswith(":") and not re.search(r"[.!?]\s", rest))
