"""Whose page it is: a candidate's, or that of somebody who was referred."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from forms.candidates.models import CANDIDATES
from forms.links import Link, Purpose
from forms.recruiters import RECRUITERS, Recruiter
from forms.referrals.models import REFERRALS
from forms.rights import person
from forms.rights.mail import Addressee
from forms.rights.person import Person
from forms.store.protocol import Reader


class HolderKind(enum.StrEnum):
    """Whose link opened the page."""

    CANDIDATE = "candidate"
    REFERRED = "referred"


@dataclass(frozen=True)
class Holder:
    """Who holds the link, and the headhunter who keeps their record."""

    kind: HolderKind
    id: str
    name: str
    email: str | None
    phone: str | None
    profile_url: str | None
    recruiter: Recruiter

    @property
    def is_candidate(self) -> bool:
        """Whether they are a candidate."""
        return self.kind is HolderKind.CANDIDATE

    @property
    def addressee(self) -> Addressee | None:
        """Them as somebody to write to; None without an address."""
        return Addressee(self.id, self.name, self.email) if self.email else None

    def person(self, reader: Reader) -> Person:
        """All records about them. Raises NotFound."""
        if self.is_candidate:
            return person.behind_candidate(reader, self.id)
        return person.behind_referral(reader, self.id)


def holder_of(reader: Reader, link: Link) -> Holder | None:
    """Who holds this link; None when they, or their headhunter, are gone."""
    kind = HolderKind.CANDIDATE if link.purpose is Purpose.STATUS else HolderKind.REFERRED
    return find_holder(reader, kind, link.holder)


def find_holder(reader: Reader, kind: HolderKind, holder_id: str) -> Holder | None:
    """As `holder_of`, by the record."""
    referral = REFERRALS.get(reader, holder_id) if kind is HolderKind.REFERRED else None
    candidate_id = referral.referrer_id if referral else holder_id
    by = CANDIDATES.get(reader, candidate_id)
    recruiter = RECRUITERS.get(reader, by.recruiter_id) if by else None
    found = referral if kind is HolderKind.REFERRED else by
    if found is None or recruiter is None:
        return None
    return Holder(kind, found.id, found.name, found.email, found.phone, found.profile_url, recruiter)
