"""One person, in all the records that are about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forms.candidates.models import CANDIDATES, Candidate
from forms.jobs.clients import CONTACTS, Contact
from forms.referrals.models import REFERRALS, Referral
from forms.store.protocol import Reader


@dataclass(frozen=True)
class Person:
    """The records about one person, and what they can be recognised by in a text."""

    candidates: tuple[Candidate, ...] = ()
    referrals: tuple[Referral, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Under which they are known."""
        return frozenset(each.name for each in self._all())

    @property
    def emails(self) -> frozenset[str]:
        """Their addresses, in normal form."""
        return frozenset(each.email for each in self._all() if each.email)

    @property
    def phones(self) -> frozenset[str]:
        """Their numbers, in E.164."""
        return frozenset(each.phone for each in self._all() if each.phone)

    @property
    def profiles(self) -> frozenset[str]:
        """Their pages."""
        return frozenset(each.profile_url for each in self._all() if each.profile_url)

    def _all(self) -> Iterable[Candidate | Referral | Contact]:
        return (*self.candidates, *self.referrals, *self.contacts)


def behind_candidate(reader: Reader, candidate_id: str) -> Person:
    """The person with this candidate's record. Raises NotFound."""
    return _gathered(reader, CANDIDATES.require(reader, candidate_id), None)


def behind_referral(reader: Reader, referral_id: str) -> Person:
    """The person whom this referral names. Raises NotFound.

    A candidate is the same person when made from this referral, or at the same address: a number or a profile
    is what somebody else typed, and must not reach the record of whoever has it.
    """
    referral = REFERRALS.require(reader, referral_id)
    made = CANDIDATES.first(reader, {"referral_id": referral.id})
    if made is not None and made.email not in (None, referral.email):
        made = None
    same = CANDIDATES.first(reader, {"email": referral.email}) if referral.email else None
    return _gathered(reader, same or made, referral)


def _gathered(reader: Reader, candidate: Candidate | None, referral: Referral | None) -> Person:
    known = [each for each in (candidate, referral) if each is not None]
    emails = {each.email for each in known if each.email}
    referrals = {each.id: each for each in _referrals_naming(reader, known, emails)}
    if referral is not None:
        referrals[referral.id] = referral
    contacts = {each.id: each for email in emails for each in CONTACTS.find(reader, {"email": email})}
    for named in referrals.values():
        made = CONTACTS.find(reader, {"referral_id": named.id})
        contacts |= {each.id: each for each in made if each.email in (None, *emails)}
    return Person((candidate,) if candidate else (), tuple(referrals.values()), tuple(contacts.values()))


def _referrals_naming(
    reader: Reader, known: Iterable[Candidate | Referral], emails: set[str]
) -> Iterable[Referral]:
    for email in emails:
        yield from REFERRALS.find(reader, {"email": email})
    for each in known:
        ways = (("phone", each.phone), ("profile_url", each.profile_url))
        for way, value in ways:
            found = REFERRALS.find(reader, {way: value}) if value else []
            # Two addresses are two people, even at one telephone.
            yield from (named for named in found if named.email is None)
        if isinstance(each, Candidate) and each.referral_id:
            brought = REFERRALS.get(reader, each.referral_id)
            if brought is not None and brought.email in (None, *emails):
                yield brought
