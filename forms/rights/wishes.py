"""What people do from their private page: withdraw, object, correct; the desk is told of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from core.errors import Conflict, NotFound
from forms import history, links, suppressions
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDACIES, CANDIDATES, Candidacy, Outcome
from forms.follow_up import asking
from forms.follow_up.answers import told_outcome
from forms.history import Subject
from forms.outbox import queue
from forms.recruiters import RECRUITERS
from forms.referrals.models import REFERRALS
from forms.rights.holder import Holder
from forms.rights.mail import Addressee, changed_mail, confirm_mail
from forms.rights.models import ADDRESS_CHANGES, WISHES, AddressChange, Wish, WishKind
from forms.store.collection import new_id, use_case
from forms.store.protocol import Reader, Transaction
from forms.suppressions import BY_THEMSELVES, Scope
from forms.web.context import Context

WITHDREW_TOLD = "You withdrew from this job."


@use_case
def withdraw(tx: Transaction, holder: Holder, candidacy_id: str, *, why: str, now: dt.datetime) -> None:
    """A candidate withdraws from a job. Doing it again changes nothing. Raises NotFound.

    While it is undecided the outcome is recorded. A decision that was made, and perhaps not told, stays: the
    answer is the same, so that nobody learns of it this way. Either way an answer that is owed stays owed.
    """
    candidacy = CANDIDACIES.get(tx, candidacy_id)
    if candidacy is None or candidacy.candidate_id != holder.id:
        raise NotFound("There is no such candidacy of theirs.")
    if has_withdrawn(tx, candidacy_id):
        return
    said = f": {why}" if why else ""
    if candidacy.is_live:
        candidates.decide(
            tx, candidacy_id, Outcome.WITHDREW, reason="", private_reason=why, by=BY_THEMSELVES, now=now
        )
    candidates.note(
        tx,
        candidacy_id,
        now=now,
        by=BY_THEMSELVES,
        text=f"Withdrew, on their private page{said}",
        told=WITHDREW_TOLD,
    )
    _wish(tx, WishKind.WITHDREW, holder, now, candidacy_id)


def has_withdrawn(reader: Reader, candidacy_id: str) -> bool:
    """Whether they withdrew from their private page, and the candidacy was not reopened since."""
    found = WISHES.find(reader, {"candidacy_id": candidacy_id}, order="at", descending=True, limit=1)
    candidacy = CANDIDACIES.get(reader, candidacy_id)
    return bool(found) and candidacy is not None and not candidacy.is_live


def may_withdraw(reader: Reader, holder: Holder) -> list[Candidacy]:
    """The candidacies a candidate may withdraw from, as far as they know: whatever has not been told."""
    found = candidates.candidacies_of(reader, holder.id) if holder.is_candidate else []
    return [
        each for each in found if not has_withdrawn(reader, each.id) and told_outcome(reader, each.id) is None
    ]


@use_case
def object_to_contact(tx: Transaction, holder: Holder, *, now: dt.datetime) -> None:
    """No more contact, but for the answer a candidate is owed. Doing it again changes nothing."""
    if suppressions.find(tx, Scope.CONTACT, holder.id, holder.email):
        return
    suppressions.suppress(tx, Scope.CONTACT, holder.id, holder.email, by=BY_THEMSELVES, now=now)
    if holder.is_candidate:
        asking.switch_off(tx, holder.id, by=BY_THEMSELVES, now=now)
        for each in candidates.candidacies_of(tx, holder.id):
            text = "Wants no more contact than the answer they are owed"
            candidates.note(tx, each.id, now=now, by=BY_THEMSELVES, text=text)
    _wish(tx, WishKind.OBJECTED, holder, now)


def has_objected(reader: Reader, holder: Holder) -> bool:
    """Whether they want no more contact."""
    return suppressions.find(reader, Scope.CONTACT, holder.id, holder.email) is not None


@use_case
def correct(
    tx: Transaction,
    holder: Holder,
    *,
    name: str,
    phone: str | None,
    profile_url: str | None,
    now: dt.datetime,
) -> None:
    """Put right what they are known by, but for the address, which has to be confirmed. Raises NotFound."""
    if (name, phone, profile_url) == (holder.name, holder.phone, holder.profile_url):
        return
    if holder.is_candidate:
        kept = CANDIDATES.require(tx, holder.id)
        CANDIDATES.put(tx, replace(kept, name=name, phone=phone, profile_url=profile_url))
    else:
        named = REFERRALS.require(tx, holder.id)
        REFERRALS.put(tx, replace(named.renamed(name), phone=phone, profile_url=profile_url))
        text = "Corrected by the person named, on their private page"
        history.record(tx, Subject.REFERRAL, holder.id, now=now, by="system", text=text)
    _wish(tx, WishKind.CORRECTED, holder, now)


@use_case
def ask_new_address(tx: Transaction, holder: Holder, email: str, *, found: Context, now: dt.datetime) -> None:
    """Mail the new address of a candidate; it is theirs once that is confirmed. The latest one counts."""
    for each in ADDRESS_CHANGES.find(tx, {"candidate_id": holder.id}):
        ADDRESS_CHANGES.delete(tx, each.id)
    change = ADDRESS_CHANGES.put(tx, AddressChange(new_id(), holder.id, email, now))
    to = Addressee(change.id, CANDIDATES.require(tx, holder.id).name, email)
    message = confirm_mail(found, change.id, to, holder.recruiter)
    queue.enqueue(tx, message, now=now, domain=queue.mail_domain(found.run))


@use_case
def confirm_address(tx: Transaction, change_id: str, *, found: Context, now: dt.datetime) -> bool:
    """The new address is theirs; the old one is told. False: it belongs to somebody else on file.

    Raises NotFound.
    """
    change = ADDRESS_CHANGES.require(tx, change_id)
    before = CANDIDATES.require(tx, change.candidate_id)
    ADDRESS_CHANGES.delete(tx, change_id)
    for link in links.links_of(tx, change_id):
        links.revoke(tx, link.id, now)
    try:
        candidates.change_candidate(
            tx,
            before.id,
            name=before.name,
            email=change.email,
            phone=before.phone,
            profile_url=before.profile_url,
            notes=before.notes,
        )
    except Conflict:
        return False
    message = changed_mail(found, before, RECRUITERS.require(tx, before.recruiter_id))
    if message is not None:
        queue.enqueue(tx, message, now=now, domain=queue.mail_domain(found.run))
    wish = Wish(new_id(), WishKind.CORRECTED, before.id, None, None, now)
    WISHES.put(tx, wish)
    return True


@use_case
def ask_for_a_call(tx: Transaction, holder: Holder, *, now: dt.datetime) -> None:
    """Somebody without an address wants to be erased: the desk confirms it by a call. Once."""
    if not any(each.kind is WishKind.ERASE for each in unseen(tx) if holder.id in about(each)):
        _wish(tx, WishKind.ERASE, holder, now)


def unseen(reader: Reader) -> list[Wish]:
    """What the desk has not taken note of, oldest first."""
    return WISHES.find(reader, {"seen": None}, order="at")


def unseen_of(reader: Reader) -> list[Wish]:
    """The same, of those only who can be seen by whoever looks."""

    def is_there(wish: Wish) -> bool:
        if wish.candidate_id:
            return CANDIDATES.get(reader, wish.candidate_id) is not None
        return REFERRALS.get(reader, wish.referral_id or "") is not None

    return [each for each in unseen(reader) if is_there(each)]


def about(wish: Wish) -> tuple[str | None, ...]:
    """Whose wish it is: ids of a candidate or a referral."""
    return wish.candidate_id, wish.referral_id


@use_case
def take_note(tx: Transaction, wish_id: str, now: dt.datetime) -> Wish:
    """The desk has seen it. Raises NotFound."""
    wish = WISHES.require(tx, wish_id)
    return wish if wish.seen else WISHES.put(tx, replace(wish, seen=now))


def _wish(
    tx: Transaction, kind: WishKind, holder: Holder, now: dt.datetime, candidacy_id: str | None = None
) -> None:
    candidate_id = holder.id if holder.is_candidate else None
    referral_id = None if holder.is_candidate else holder.id
    WISHES.put(tx, Wish(new_id(), kind, candidate_id, candidacy_id, referral_id, now))
