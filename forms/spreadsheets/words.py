"""What other systems call a stage, an outcome, a way to meet, and a yes.

OpenCATS' numbers are those of its table candidate_joborder_status (db/cats_schema.sql): 0 No Status, 100 No
Contact, 200 Contacted, 250 Candidate Responded, 300 Qualifying (once Negotiating), 400 Submitted, 500
Interviewing, 600 Offered, 650 Not in Consideration, 675 Candidate Declined (in some installations), 700
Client Declined, 800 Placed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from core.errors import did_you_mean
from forms.candidates.models import InterviewKind, Outcome, Stage
from forms.follow_up.models import Channel
from forms.spreadsheets.aliases import normal_label

T = TypeVar("T")


class Standing(NamedTuple):
    """How far a candidacy has come, and how it ended, if it has."""

    stage: Stage
    outcome: Outcome | None = None


_OUTCOMES: dict[Outcome, tuple[str, ...]] = {
    Outcome.PLACED: ("placed", "hired", "started", "800"),
    Outcome.CLIENT_DECLINED: ("client declined", "the client declined", "client rejected",
                              "rejected by client", "rejected", "declined by client",
                              "passed on", "not selected", "700"),
    Outcome.RECRUITER_DECLINED: ("recruiter declined", "i declined", "not in consideration", "unsuitable",
                                 "rejected by recruiter", "650"),
    Outcome.WITHDREW: ("withdrew", "withdrawn", "the candidate withdrew", "candidate withdrew",
                       "candidate declined", "675"),
    Outcome.OFFER_DECLINED: ("offer declined", "declined offer", "the candidate declined the offer"),
    Outcome.JOB_FILLED: ("job filled", "filled", "the job was filled by someone else", "position filled"),
    Outcome.JOB_CANCELLED: ("job cancelled", "job canceled", "the job was cancelled", "cancelled",
                            "canceled"),
    Outcome.NO_SHOW: ("no show", "the candidate did not come", "did not come"),
}  # fmt: skip

_STAGES: dict[Stage, tuple[str, ...]] = {
    Stage.IDENTIFIED: ("identified", "no contact", "no status", "sourced", "new", "prospect", "lead",
                       "applied", "application review", "0", "100"),
    Stage.CONTACTED: ("contacted", "candidate responded", "reached out", "200", "250"),
    Stage.QUALIFYING: ("qualifying", "negotiating", "screening", "phone screen", "300"),
    Stage.SUBMITTED: ("submitted", "client submission", "presented", "sent to client", "400"),
    Stage.INTERVIEWING: ("interviewing", "interview", "interviewed", "interview scheduled",
                         "client interview", "face to face", "on site", "500"),
    Stage.OFFERED: ("offered", "offer", "offer extended", "600"),
}  # fmt: skip

_KINDS: dict[InterviewKind, tuple[str, ...]] = {
    InterviewKind.PHONE: ("phone", "by phone", "telephone", "call"),
    InterviewKind.VIDEO: ("video", "by video", "video call", "online", "remote"),
    InterviewKind.ON_SITE: ("on site", "in person", "face to face", "onsite", "office"),
}

_YES = ("yes", "y", "true", "1", "x", "answered", "told", "ja", "oui", "si", "mail", "by mail", "e-mail",
        "answered by mail")  # fmt: skip
_BY_PHONE = ("phone", "by phone", "call", "called", "answered by phone")
_NO = ("no", "n", "false", "0", "not yet", "owed", "nein", "non")


def _looked_up(words: Mapping[T, tuple[str, ...]]) -> dict[str, T]:
    return {normal_label(word): meaning for meaning, some in words.items() for word in some}


_OUTCOME_OF = _looked_up(_OUTCOMES)
_STAGE_OF = _looked_up(_STAGES)
_KIND_OF = _looked_up(_KINDS)
_CHANNEL_OF: dict[str, Channel | None] = _looked_up({Channel.MAIL: _YES, Channel.CALL: _BY_PHONE, None: _NO})


def read_standing(text: str) -> Standing:
    """What a word or an OpenCATS number for a stage says. Raises ValueError naming the nearest."""
    word = normal_label(text)
    outcome = _OUTCOME_OF.get(word)
    if outcome is None:
        return Standing(_found(_STAGE_OF, word, text, [*_words(_STAGES), *_words(_OUTCOMES)]))
    return ended(outcome)


def ended(outcome: Outcome, reached: Stage = Stage.IDENTIFIED) -> Standing:
    """A candidacy that ended so, at the stage it must have come to at least."""
    if outcome.needs_offer:
        return Standing(Stage.OFFERED, outcome)
    unseen = outcome is Outcome.CLIENT_DECLINED and reached is Stage.IDENTIFIED
    return Standing(Stage.SUBMITTED if unseen else reached, outcome)


def read_outcome(text: str) -> Outcome:
    """The outcome a word stands for. Raises ValueError naming the nearest."""
    return _found(_OUTCOME_OF, normal_label(text), text, _words(_OUTCOMES))


def read_kind(text: str) -> InterviewKind:
    """How an interview was held. Raises ValueError naming the nearest."""
    return _found(_KIND_OF, normal_label(text), text, _words(_KINDS))


def read_answered(text: str) -> Channel | None:
    """By which way somebody was answered (by mail, when it only says yes); None: not. Raises ValueError."""
    return _found(_CHANNEL_OF, normal_label(text), text, ["yes", "no", "by mail", "by phone"])


def _found(table: Mapping[str, T], word: str, text: str, known: list[str]) -> T:
    if word not in table:
        raise ValueError(f"“{text}”: {did_you_mean(text.casefold(), known)}")
    return table[word]


def _words(words: Mapping[T, tuple[str, ...]]) -> list[str]:
    return [some[0] for some in words.values()]
