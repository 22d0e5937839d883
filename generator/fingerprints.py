"""Fingerprints of pages: when that of a page is what it was, its bytes are what they were.

The fingerprint is a digest of everything the page is made from (see `shown`): its template with all that it
draws on, the settings and globals these mention, and its values. Dates count with their offset, so the time
zone is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import orjson

from generator.app import Surroundings
from generator.cache import digest, program_key
from generator.closures import ALL, Closures, Mentions, settings_of
from generator.compress import is_text
from generator.shown import FileCopy, Shown

# Gives the digest of a file of one of the folders: that of the folder, and the name below it.
DigestOf = Callable[[str, str], str]
# The template of a page ('' for values that write themselves, None for a copy of a file), and a digest of its
# values, or of the file.
Essence = tuple[str | None, str]
COMPRESSED = "+"  # ends the fingerprint of a page that has compressed copies
_LOCAL = "local"  # the only method of the settings that templates call: it uses the time zone


class Fingerprints:
    """Makes the fingerprints of pages that share their surroundings; with `compress` they have copies."""

    def __init__(
        self, around: Surroundings, closures: Closures, digest_of: DigestOf, *, compress: bool
    ) -> None:
        self._closures = closures
        self._digest_of = digest_of
        self._compress = compress
        self._globals = around.globals()
        self._assets = around.assets
        self._settings = {
            field.name: getattr(around.settings, field.name) for field in fields(around.settings)
        }
        self._templates: dict[str, bytes] = {}

    def of(self, file: str, essence: Essence) -> str:
        """The fingerprint of a page in a file. Raises OSError when a template cannot be read."""
        template, values = essence
        made_from = values if template is None else digest(self._of_template(template), values.encode())
        return made_from + COMPRESSED if self._compress and is_text(file) else made_from

    def essence(self, shown: Shown) -> Essence:
        """What a page is made from. Raises OSError when a file cannot be read."""
        values = shown.values
        if isinstance(values, FileCopy):
            return None, self._digest_of(values.folder, values.name)
        kind = type(values).__name__.encode()
        return shown.template, digest(kind, orjson.dumps(values, default=plain))

    def _of_template(self, name: str) -> bytes:
        if name not in self._templates:
            self._templates[name] = self._drawn_on(name) if name else program_key().encode()
        return self._templates[name]

    def _drawn_on(self, name: str) -> bytes:
        closure = self._closures.of(name)
        mentions = closure.mentions
        parts = (
            program_key(),
            name,
            closure.digest,
            settings_of(_with_zone(mentions), self._settings),
            self._globals_of(mentions),
            self._assets_of(mentions),
        )
        return orjson.dumps(parts, default=plain)

    def _globals_of(self, mentions: Mentions) -> dict[str, object]:
        """The globals that are mentioned; functions are code, which is in the program's key."""
        named = sorted(mentions.names & self._globals.keys() - {"site"})
        return {name: self._globals[name] for name in named if not callable(self._globals[name])}

    def _assets_of(self, mentions: Mentions) -> Mapping[str, object]:
        if ALL in mentions.assets:
            return dict(sorted(self._assets.items()))
        return {name: self._assets.get(name) for name in sorted(mentions.assets)}


def _with_zone(mentions: Mentions) -> Mentions:
    if _LOCAL not in mentions.settings:
        return mentions
    named = mentions.settings - {_LOCAL} | {"timezone"}
    return Mentions(mentions.templates, mentions.names, named, mentions.assets)


def plain(value: Any) -> object:
    """What orjson does not know by itself: kinds of tuples, and time zones by their names."""
    return list(value) if isinstance(value, tuple) else str(value)
