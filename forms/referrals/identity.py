"""When two records are of one person: they share an address, a number or a profile. A name proves nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from forms.referrals.models import REFERRALS, Referral
from forms.store.protocol import Reader

WAYS = ("email", "phone", "profile_url")


class Reachable(Protocol):
    """Somebody with ways to reach them, each in normal form or None."""

    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def profile_url(self) -> str | None: ...


def ways(person: Reachable) -> set[tuple[str, str]]:
    """How somebody can be reached: two who share a way are one person."""
    return {(way, value) for way in WAYS if (value := getattr(person, way))}


def is_same(one: Reachable, other: Reachable) -> bool:
    """Whether the two share a way."""
    return not ways(one).isdisjoint(ways(other))


def naming(reader: Reader, person: Reachable) -> list[Referral]:
    """Every referral that shares a way with this person."""
    return _found(reader, ways(person))


def all_naming(reader: Reader, referral: Referral) -> list[Referral]:
    """This and every other referral of the same person and kind, by whatever chain of shared ways; by age.

    One may know the address, another the number, and a third both.
    """
    found, open_ways, seen = {referral.id: referral}, ways(referral), set[tuple[str, str]]()
    while open_ways:
        seen |= open_ways
        new = [each for each in _found(reader, open_ways) if each.kind is referral.kind]
        found |= {each.id: each for each in new}
        open_ways = {way for each in new for way in ways(each)} - seen
    return sorted(found.values(), key=lambda each: (each.created, each.id))


def _found(reader: Reader, wanted: Iterable[tuple[str, str]]) -> list[Referral]:
    found = {each.id: each for way, value in wanted for each in REFERRALS.find(reader, {way: value})}
    return list(found.values())
