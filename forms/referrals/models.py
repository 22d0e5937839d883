"""A referral and the states it goes through."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

from core.errors import Conflict
from forms.store.collection import Collection

ACCURACY_VERSION = "2026-11"
ACCURACY_STATEMENT = "What I say here is true as far as I know, and I may pass on these contact details."
"""The statement of version ACCURACY_VERSION. A new wording takes a new version, and both are kept."""

CONSENT_VERSION = "2026-11"
CONSENT_STATEMENT = (
    "I am speaking for myself, and {recruiter} may keep what I say here and get in touch with me."
)
"""What somebody agrees to who introduces themselves; the wording of version CONSENT_VERSION."""


class ReferralKind(enum.StrEnum):
    """Who is referred."""

    CANDIDATE = "candidate"
    CLIENT = "client"

    @property
    def label(self) -> str:
        """The kind in words."""
        return "Someone looking for a new role" if self is ReferralKind.CANDIDATE else "Someone who is hiring"


class Relation(enum.StrEnum):
    """How the referrer knows the person."""

    COLLEAGUE = "colleague"
    FORMER_COLLEAGUE = "former_colleague"
    MANAGER = "manager"
    REPORT = "report"
    CUSTOMER = "customer"
    FRIEND = "friend"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The relation in words."""
        return {
            "colleague": "We work together",
            "former_colleague": "We used to work together",
            "manager": "They were my manager",
            "report": "They reported to me",
            "customer": "Customer or supplier",
            "friend": "Friend or family",
            "other": "Another way",
        }[self.value]


class HiringNeed(enum.StrEnum):
    """When the hiring manager needs someone."""

    NOW = "now"
    LATER = "later"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The need in words."""
        return {"now": "Now", "later": "Later", "unknown": "I do not know"}[self.value]


class Wish(enum.StrEnum):
    """How contact should be made."""

    INTRODUCE = "introduce"
    CONTACT = "contact"

    @property
    def label(self) -> str:
        """The wish in words."""
        return {"introduce": "I will introduce you", "contact": "Just contact them"}[self.value]


class ReferralState(enum.StrEnum):
    """received → contacting → in_conversation → closed, placed or client_won."""

    RECEIVED = "received"
    CONTACTING = "contacting"
    IN_CONVERSATION = "in_conversation"
    CLOSED = "closed"
    PLACED = "placed"
    CLIENT_WON = "client_won"

    @property
    def label(self) -> str:
        """The state as the referrer reads it: coarse, and nothing of the referred person's affairs."""
        return {
            "received": "Received",
            "contacting": "Getting in touch",
            "in_conversation": "In conversation",
            "closed": "Closed",
            "placed": "Placed in a new role",
            "client_won": "Became a client",
        }[self.value]


class Confirmation(enum.StrEnum):
    """How the referred person confirmed who sent them."""

    OWN_FORM = "own_form"
    TOLD = "told"

    @property
    def label(self) -> str:
        """The way in words."""
        return {"own_form": "through the personal link", "told": "by telling you"}[self.value]


THROUGH_LINK = "Somebody through your link"
"""What a referrer reads instead of a name that they did not give: it is the other person's to tell."""

_LAST = {ReferralKind.CANDIDATE: ReferralState.PLACED, ReferralKind.CLIENT: ReferralState.CLIENT_WON}


@dataclass(frozen=True)
class Referral:
    """One person named by one candidate. `target` is the normal form of their first way of contact.

    `why`, `relation` and the rest are the referrer's own words and are never shown to anyone but the desk.
    `by_link`: they introduced themselves through the candidate's personal link, before or without being
    named; `named` is then the name that the referrer gave later. `own_words`, `consent_version`: what they
    wrote and agreed to. `confirmed`: when they confirmed who sent them. `own`: the referrer named themselves.
    `settled`: when it came to its end.
    """

    id: str
    kind: ReferralKind
    referrer_id: str
    link_id: str
    submission_key: str
    target: str
    name: str
    email: str | None
    phone: str | None
    profile_url: str | None
    relation: Relation | None
    why: str
    knows: bool
    may_name: bool
    accuracy_version: str
    field_of_work: str
    job_id: str | None
    company: str
    role: str
    hiring_need: HiringNeed | None
    wish: Wish | None
    state: ReferralState
    created: dt.datetime
    by_link: bool = False
    named: str = ""
    own_words: str = ""
    consent_version: str = ""
    confirmed: dt.datetime | None = None
    confirmed_how: Confirmation | None = None
    own: bool = False
    settled: dt.datetime | None = None

    @property
    def name_for_referrer(self) -> str:
        """The name as the referrer gave it, or that there is somebody."""
        return self.named or (THROUGH_LINK if self.by_link else self.name)

    def renamed(self, name: str) -> Referral:
        """With the name as the person gives it; the referrer goes on reading the one that they gave."""
        given = self.named if self.by_link else self.name_for_referrer
        return replace(self, name=name, named=given)

    @property
    def succeeded(self) -> bool:
        """Whether it led to a job or a client."""
        return self.state is _LAST[self.kind]

    def next_states(self) -> tuple[ReferralState, ...]:
        """The states that may follow."""
        good_end = _LAST[self.kind]
        return {
            ReferralState.RECEIVED: (ReferralState.CONTACTING, ReferralState.CLOSED),
            ReferralState.CONTACTING: (ReferralState.IN_CONVERSATION, ReferralState.CLOSED),
            ReferralState.IN_CONVERSATION: (good_end, ReferralState.CLOSED),
        }.get(self.state, ())

    def move_to(self, state: ReferralState, now: dt.datetime) -> Referral:
        """The referral in its next state. Raises Conflict, saying what is possible instead."""
        possible = self.next_states()
        if state not in possible:
            ways = " or ".join(f"“{each.label}”" for each in possible) or "nothing more"
            raise Conflict(f"A referral at “{self.state.label}” can become {ways}, not “{state.label}”.")
        moved = replace(self, state=state)
        return moved if moved.next_states() else replace(moved, settled=now)


REFERRALS = Collection(
    "referrals",
    Referral,
    keys=(
        "referrer_id",
        "state",
        "target",
        "kind",
        "email",
        "phone",
        "profile_url",
        "created",
        "submission_key",
    ),
    unique=(("submission_key",), ("referrer_id", "kind", "target")),
    references={"referrer_id": "candidates", "link_id": "links", "job_id": "jobs"},
)
