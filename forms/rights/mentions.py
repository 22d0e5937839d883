"""Finding a person in what others wrote, and taking them out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import phonenumbers

from forms.contact_details import readable_phone
from forms.rights.person import Person

TAKEN_OUT = "[erased]"
"""Stands where a name or an address stood."""

_BETWEEN_DIGITS = r"[\s().\-/]*"


class Mentions:
    """Knows one person by name, address, number and profile.

    A name of one word is a word: it is not looked for, unless `even_words`. Neither is anything in `shared`,
    which somebody else has as well.
    """

    def __init__(self, person: Person, *, shared: Iterable[str] = (), even_words: bool = False) -> None:
        known = frozenset(shared)
        spared = {_folded(name) for name in known}
        names = [
            name
            for name in person.names
            if _folded(name) not in spared and (even_words or len(name.split()) > 1)
        ]
        patterns = [
            *(rf"(?<!\w){_spaced(name)}(?!\w)" for name in names),
            *(rf"(?<![\w.+-]){re.escape(email)}(?![\w-])" for email in person.emails - known),
            *(rf"{_profile(each)}(?![\w-])" for each in person.profiles - known),
            *(rf"(?<!\d)\+?{digits}(?!\d)" for each in person.phones - known for digits in _numbers(each)),
        ]
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def are_in(self, value: Any) -> bool:
        """Whether they are mentioned."""
        return bool(self.taken_out(value) != value)

    def taken_out(self, value: Any) -> Any:
        """The value without them: text, or lists and objects with text in them."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self._pattern.sub(TAKEN_OUT, value)
        if isinstance(value, list | tuple):
            return type(value)(self.taken_out(each) for each in value)
        if isinstance(value, dict):
            return {key: self.taken_out(each) for key, each in value.items()}
        return value


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _spaced(name: str) -> str:
    return r"\s+".join(map(re.escape, name.split()))


def _profile(address: str) -> str:
    """The page as it is kept, or as people copy it: with www, without https."""
    return rf"(?:https?://)?(?:www\.)?{re.escape(address.removeprefix('https://'))}"


def _numbers(phone: str) -> Iterator[str]:
    """The digits of a number as it is dialled from abroad and at home, whatever stands between them."""
    yield _BETWEEN_DIGITS.join(phone.removeprefix("+"))
    yield _BETWEEN_DIGITS.join(re.sub(r"\D", "", readable_phone(phone)))
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    yield _BETWEEN_DIGITS.join(re.sub(r"\D", "", national))
