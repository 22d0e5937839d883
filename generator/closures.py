"""What a template draws on: the templates it extends, includes and imports, and the globals they mention.

Known before any page is made (see `mentions`). A mention of `site.title` is a mention of that setting, and
`asset('css/site.css')` of that file; whatever cannot be told so exactly (a template named by a variable, the
settings handed on whole) counts as a mention of everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generator.cache import digest

ALL = "*"  # everything of its kind


@dataclass(frozen=True)
class Mentions:
    """What one template names: other templates, globals, fields of the settings, static files."""

    templates: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    assets: frozenset[str] = frozenset()

    def __or__(self, other: Mentions) -> Mentions:
        return Mentions(
            self.templates | other.templates,
            self.names | other.names,
            self.settings | other.settings,
            self.assets | other.assets,
        )


# What templates mention, by the digests of their sources.
MentionsStore = dict[str, Mentions]


@dataclass(frozen=True)
class Closure:
    """A template with all that it draws on: a digest of their sources, and what they mention together."""

    digest: str
    mentions: Mentions


@dataclass
class Closures:
    """The closures of the templates in a folder; each is worked out when it is first asked for.

    To take a template apart takes a hundredth of a second: one that is `known` is not taken apart again.
    """

    folder: Path
    known: MentionsStore = field(default_factory=dict)
    _sources: dict[str, bytes | None] = field(default_factory=dict)
    _made: dict[str, Closure] = field(default_factory=dict)

    def of(self, name: str) -> Closure:
        """The closure of a template, by its name. Raises OSError when a file cannot be read."""
        if name not in self._made:
            members = self.members(name)
            mentions = Mentions()
            for member in members:
                mentions |= self._mentions_of(member)
            parts = [part for member in members for part in (member.encode(), self._source(member) or b"")]
            self._made[name] = Closure(digest(*parts), mentions)
        return self._made[name]

    def members(self, name: str) -> list[str]:
        """The template and whatever it draws on, directly or not, in the order of their names.

        Raises OSError when a file cannot be read.
        """
        found: set[str] = set()
        waiting = [name]
        while waiting:
            member = waiting.pop()
            if member not in found:
                found.add(member)
                named = self._mentions_of(member).templates
                waiting += self._every_template() if ALL in named else named
        return sorted(found)

    def _every_template(self) -> list[str]:
        paths = (path for path in self.folder.rglob("*") if path.is_file())
        return [path.relative_to(self.folder).as_posix() for path in paths]

    def _source(self, name: str) -> bytes | None:
        if name not in self._sources:
            path = self.folder / name
            self._sources[name] = path.read_bytes() if path.is_file() else None
        return self._sources[name]

    def _mentions_of(self, name: str) -> Mentions:
        source = self._source(name) or b""
        key = digest(source)
        if key not in self.known:
            from generator.mentions import mentions_of  # with Jinja, for the 15 ms that takes

            self.known[key] = mentions_of(source)
        return self.known[key]


def settings_of(mentions: Mentions, values: Mapping[str, object]) -> dict[str, object]:
    """Those of the settings that are mentioned; all of them for a method, which may use any."""
    named = mentions.settings
    return dict(values) if not named <= values.keys() else {name: values[name] for name in sorted(named)}
