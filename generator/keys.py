"""Front matter read key by key: a typed value for each, and a list of all that is wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from core.errors import Problem, did_you_mean
from core.frontmatter import Document
from core.slugs import is_slug, slugify

# Parts that do not begin with a dot, then a slash, an ending that servers take for a page, or nothing.
_PATH = re.compile(r"(?:/[\w~-][\w~.-]*)*/(?:[\w~-]+(?:\.html)?)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Keys:
    """Reads the values of one document; `problems` grows as wrong ones are met.

    A method gives None (or its empty value) for a key that is absent, left empty, or wrong.
    """

    def __init__(self, document: Document, zone: dt.tzinfo) -> None:
        self.document = document
        self.zone = zone
        self.problems: list[Problem] = []
        self._misspelt: set[str] = set()

    def refuse(self, name: str, message: str, repair: str, *, item: int | None = None) -> None:
        """Note what is wrong with `name`, or with one item of its list."""
        self.problems.append(self.document.problem(name, message, repair, item=item))

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """Every key must be one of `known`."""
        choices = tuple(known)
        for name in self.document.values:
            if name not in choices:
                repair = did_you_mean(name, choices)
                self._misspelt.add(repair)
                self.refuse(name, f'unknown key "{name}"', repair)

    def require(self, name: str, example: str) -> None:
        """`name` must be there and must not be empty; one that is only misspelt was told of already."""
        if self._value(name) is None and did_you_mean(name, [name]) not in self._misspelt:
            state = "is empty" if name in self.document.values else "is missing"
            self.refuse(name, f'"{name}" {state}', f"write a line such as {name}: {example}")

    def text(self, name: str) -> str | None:
        """One line of text."""
        value = self._value(name)
        if value is None or isinstance(value, str):
            return " ".join(value.split()) if value else None
        plain = not isinstance(value, list | dict)
        repair = f'put it in quotes: {name}: "{_shown(value)}"' if plain else "write one line, in quotes"
        self.refuse(name, f'"{name}" is not text', repair)
        return None

    def switch(self, name: str, *, default: bool) -> bool:
        """true or false."""
        value = self._value(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.refuse(name, f'"{name}" is neither true nor false', f"write {name}: true or {name}: false")
        return default

    def words(self, name: str) -> tuple[str, ...]:
        """A list of texts, each once."""
        value = self._value(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.refuse(name, f'"{name}" is not a list', f"put it in brackets: {name}: [{_shown(value)}]")
            return ()
        words: list[str] = []
        for number, item in enumerate(value):
            if not isinstance(item, str) or not item.strip():
                self.refuse(
                    name, f'"{_shown(item)}" in "{name}" is not text', "put it in quotes", item=number
                )
            elif item.strip() in words:
                self.refuse(name, f'"{item}" is twice in "{name}"', "keep one of them", item=number)
            else:
                words.append(item.strip())
        return tuple(words)

    def moment(self, name: str) -> dt.datetime | None:
        """A date (the start of that day) or a date-time; in the site's zone unless it has its own."""
        value = self._value(name)
        if value is None:
            return None
        try:
            moment = dt.datetime.fromisoformat(value if isinstance(value, str) else "")
        except ValueError as error:
            self.refuse(name, f'"{name}" is no date: {_shown(value)}{_why(value, error)}', _DATE_REPAIR)
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def slug(self, name: str, fallback: str) -> str:
        """A name that can stand in an address; made from `fallback` when the key is absent."""
        given = self.text(name)
        slug = given if given is not None else slugify(fallback)
        if given is not None and not is_slug(given):
            better = slugify(given) or "a-name-of-your-own"
            self.refuse(name, f'"{given}" cannot stand in an address', f"write {name}: {better}")
        elif not slug:
            self.refuse(name, f'"{fallback}" has no letter that an address can carry', f"give it a {name}")
        return slug

    def address(self, name: str) -> str | None:
        """An absolute http(s) address."""
        given = self.text(name)
        parts = urlsplit(given) if given is not None else None
        if parts and not (parts.scheme in {"http", "https"} and parts.netloc):
            self.refuse(name, f'"{name}" is no address: {given}', "begin it with https://")
            return None
        return given

    def paths(self, name: str) -> tuple[str, ...]:
        """Paths of this site, each beginning with a slash."""
        paths = self.words(name)
        for number, path in enumerate(paths):
            if not _PATH.fullmatch(path):
                repair = "write a path of this site, such as /old/address/ or /old/address.html"
                self.refuse(name, f'"{path}" in "{name}" is no path', repair, item=number)
        return paths

    def _value(self, name: str) -> object:
        """The value as written; None for an empty one, which says as much as an absent one."""
        value = self.document.values.get(name)
        return None if value == "" or value == [] else value


_DATE_REPAIR = "write it as 2026-11-12 or 2026-11-12 09:00"


def _shown(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _why(value: object, error: ValueError) -> str:
    """The reason, where the shape is right and the calendar is not: "day is out of range for month"."""
    return f" ({error})" if isinstance(value, str) and _DAY.match(value) else ""
