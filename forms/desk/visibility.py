"""Whom a colleague may see: everybody, but for what others keep to themselves.

A candidate is shared, or private to their recruiter and the owners. What belongs to a private candidate is
hidden with them: candidacies, interviews, debts, answers, letters, links, whom they named and who named them.
The guard puts this veil over the store before a page of the desk opens, so that no page has to think of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from forms.candidates.models import CANDIDACIES, CANDIDATES, INTERVIEWS
from forms.follow_up.models import ANSWERS, FOLLOW_UPS
from forms.follow_up.plans import PLANS
from forms.history import EVENTS
from forms.links import LINKS
from forms.outbox.models import OUTBOX
from forms.recruiters import RECRUITERS, Recruiter, Role
from forms.referrals.models import REFERRALS
from forms.rights.models import ADDRESS_CHANGES, NOTICES, WISHES
from forms.spreadsheets.models import IMPORTED_ROWS
from forms.store.protocol import Reader, Record, Store
from forms.store.veil import MakeVeil, VeiledReader, VeiledStore

DIGEST = "digest:"
"""How the events of the mails begin that list a recruiter's own day."""

Hides = Callable[[Record], bool]


def store_for(store: Store, recruiter: Recruiter) -> Store:
    """The store as this user of the desk may see it."""
    return store if _sees_all(recruiter) else VeiledStore(store, _veil_for(recruiter.id))


def reader_for(reader: Reader, recruiter: Recruiter) -> Reader:
    """A view as this user of the desk may see it."""
    return reader if _sees_all(recruiter) else VeiledReader(reader, _veil_for(recruiter.id))


def _sees_all(recruiter: Recruiter) -> bool:
    return recruiter.role is Role.OWNER


def _veil_for(recruiter_id: str) -> MakeVeil:
    return partial(PrivateToOthers, recruiter_id=recruiter_id)


class PrivateToOthers:
    """What the others keep to themselves, at the moment of one view."""

    def __init__(self, reader: Reader, recruiter_id: str) -> None:
        theirs = CANDIDATES.find(reader, {"shared": False})
        people = [each for each in theirs if each.recruiter_id != recruiter_id]
        self._people = frozenset(each.id for each in people)
        self._addresses = frozenset(each.email for each in people if each.email)
        self._me = RECRUITERS.get(reader, recruiter_id)
        wanted = tuple(self._people)
        running = CANDIDACIES.find(reader, {"candidate_id": wanted}) if wanted else []
        self._candidacies = frozenset(each.id for each in running)
        named = REFERRALS.find(reader, {"referrer_id": wanted}) if wanted else []
        brought = (each.referral_id for each in people if each.referral_id)
        self._referrals = frozenset((*(each.id for each in named), *brought))
        told = ANSWERS.find(reader, {"candidacy_id": tuple(self._candidacies)}) if self._candidacies else []
        self._of_mail = self._people | self._referrals | {each.id for each in told}
        self._rules = self._all_rules() if people else {OUTBOX.shape.name: self._is_their_digest}

    def covers(self, collection: str) -> bool:
        """As Veil.covers."""
        return collection in self._rules

    def hides(self, collection: str, record: Record) -> bool:
        """As Veil.hides."""
        rule = self._rules.get(collection)
        return rule is not None and rule(record)

    def _all_rules(self) -> Mapping[str, Hides]:
        subjects = self._people | self._candidacies | self._referrals
        return {
            CANDIDATES.shape.name: _has("id", self._people),
            CANDIDACIES.shape.name: _has("id", self._candidacies),
            INTERVIEWS.shape.name: _has("candidacy_id", self._candidacies),
            FOLLOW_UPS.shape.name: _has("id", self._candidacies),
            ANSWERS.shape.name: _has("candidacy_id", self._candidacies),
            PLANS.shape.name: _has("id", self._candidacies),
            EVENTS.shape.name: _has("subject_id", subjects),
            LINKS.shape.name: _has("holder", self._people | self._referrals),
            REFERRALS.shape.name: _has("id", self._referrals),
            IMPORTED_ROWS.shape.name: _has("candidate_id", self._people),
            WISHES.shape.name: self._is_their_wish,
            ADDRESS_CHANGES.shape.name: _has("candidate_id", self._people),
            NOTICES.shape.name: _has("id", self._referrals),
            OUTBOX.shape.name: self._is_their_mail,
        }

    def _is_their_wish(self, wish: Record) -> bool:
        return (
            wish.get("candidate_id") in self._people
            or wish.get("candidacy_id") in self._candidacies
            or wish.get("referral_id") in self._referrals
        )

    def _is_their_mail(self, mail: Record) -> bool:
        return (
            mail["recipient"] in self._addresses
            or mail.get("access_for") in self._people
            or str(mail["event"]).rpartition(":")[2] in self._of_mail
            or self._is_their_digest(mail)
        )

    def _is_their_digest(self, mail: Record) -> bool:
        mine = self._me.email if self._me else None
        return str(mail["event"]).startswith(DIGEST) and mail["recipient"] != mine


def _has(field: str, hidden: frozenset[str]) -> Hides:
    return lambda record: record.get(field) in hidden
