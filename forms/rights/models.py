"""What is kept of people's wishes about their data, and of what they were told."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from forms.store.collection import Collection


class WishKind(enum.StrEnum):
    """What somebody did from their private page that the headhunter has to know of."""

    WITHDREW = "withdrew"
    OBJECTED = "objected"
    CORRECTED = "corrected"
    ERASE = "erase"

    @property
    def label(self) -> str:
        """The wish in the desk's words."""
        return {
            WishKind.WITHDREW: "Withdrew from the job",
            WishKind.OBJECTED: "Wants no more contact",
            WishKind.CORRECTED: "Corrected their details",
            WishKind.ERASE: "Wants to be erased: confirm it by a call",
        }[self]


@dataclass(frozen=True)
class Wish:
    """One of them; exactly one of the two ids at least is there. `seen`: when the desk took note."""

    id: str
    kind: WishKind
    candidate_id: str | None
    candidacy_id: str | None
    referral_id: str | None
    at: dt.datetime
    seen: dt.datetime | None = None


@dataclass(frozen=True)
class AddressChange:
    """A new address that is not confirmed yet. The link that confirms it has this record as its holder."""

    id: str
    candidate_id: str
    email: str
    asked: dt.datetime


@dataclass(frozen=True)
class Notice:
    """That a referred person was told who named them and what is held. Its id is the referral's.

    `told` is None while the mail has not gone out.
    """

    id: str
    queued: dt.datetime
    told: dt.datetime | None = None
    by_phone: bool = False


WISHES = Collection(
    "wishes",
    Wish,
    keys=("candidate_id", "candidacy_id", "referral_id", "seen", "at"),
    references={"candidate_id": "candidates", "candidacy_id": "candidacies", "referral_id": "referrals"},
)
ADDRESS_CHANGES = Collection(
    "address_changes", AddressChange, keys=("candidate_id",), references={"candidate_id": "candidates"}
)
NOTICES = Collection("notices", Notice, keys=("told",), references={"id": "referrals"})
