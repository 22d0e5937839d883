"""Links that lead nowhere, found in the texts themselves so that file and line can be named.

All of it is set work over what the bodies say of themselves (`Body.links`, `Body.ids`), so that a link that
somebody else's deletion broke is found without making its page again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from core.errors import Problem, did_you_mean
from core.settings import SiteSettings
from generator.article import ENDPOINT, Entry
from generator.library import Library
from generator.urls import Address


@dataclass(frozen=True)
class Known:
    """What a link may lead to: `paths` are there, `withheld` are not to be seen yet or any more."""

    origin: str
    paths: frozenset[str]
    withheld: dict[str, str]

    @classmethod
    def of(cls, library: Library, listed: Iterable[Address], settings: SiteSettings) -> Known:
        """Everything that is published at this moment, and why the rest is not."""
        states = {e.url: f"{e.source.path}, which is {e.state(library.now).value}" for e in library.withheld}
        return cls(settings.url, frozenset(address.url for address in listed), states)

    def fault(self, target: str, base: str) -> tuple[str, str] | None:
        """What is wrong with the link `target` on the page `base` (a path), and the repair; None if nothing.

        Links to other sites and to the endpoint are not looked at.
        """
        if target in self.paths or target.removeprefix(self.origin) in self.paths:
            return None
        if self.is_elsewhere(target):
            return None
        absolute = urljoin(self.origin + base, target)
        path = unquote(urlsplit(absolute).path) or "/"
        if not self._is_ours(absolute) or path in self.paths or path.split("/")[1] in ENDPOINT:
            return None
        if path in self.withheld:
            return f"the link {target} leads to {self.withheld[path]}", "publish that, or take the link out"
        return f"the link {target} leads nowhere", _repair(path, self.paths)

    def place(self, target: str, base: str) -> tuple[str, str] | None:
        """The page of ours, and the place on it, to which a link with "#" leads; None for another site's."""
        if self.is_elsewhere(target) and not target.startswith("#"):
            return None
        absolute, _, fragment = urljoin(self.origin + base, target).partition("#")
        path = unquote(urlsplit(absolute).path) or "/"
        if not self._is_ours(absolute) or path not in self.paths:
            return None
        return path, unquote(fragment)

    def is_elsewhere(self, target: str) -> bool:
        """The common cases, without taking the address apart."""
        return target.startswith(("https://", "http://", "#", "mailto:")) and not self._is_ours(target)

    def _is_ours(self, absolute: str) -> bool:
        return absolute == self.origin or absolute.startswith(f"{self.origin}/")


def broken_links(library: Library, known: Known, entries: Collection[Entry]) -> list[Problem]:
    """Every link of these published texts, and every picture of their front matter, that leads nowhere.

    And, so that all that is wrong with the texts is told together, faults of their HTML.
    """
    targets = _targets(library, entries)
    targets.update(entry.image for entry in entries if entry.image)
    suspects = {t for t in targets if t not in known.paths and not known.is_elsewhere(t)}
    broken = [
        problem
        for entry in (entries if suspects else ())
        for target in (*library.bodies[entry.url].links, *((entry.image,) if entry.image else ()))
        if target in suspects
        for problem in _broken(entry, target, known)
    ]
    return broken + [
        Problem(entry.source.path, entry.source.body_line + fault.line, fault.message, fault.repair)
        for entry in entries
        for fault in library.bodies[entry.url].faults
    ]


IdsOf = Callable[[str], Collection[str]]
"""The ids of the page at a path, the layout's own among them."""


def broken_anchors(
    library: Library, known: Known, ids_of: IdsOf, entries: Collection[Entry]
) -> list[Problem]:
    """Every link of these published texts to a place (#…) that its page does not have.

    `ids_of` is asked only where the body itself does not have the place.
    """
    suspects = {target for target in _targets(library, entries) if "#" in target}
    return [
        Problem(
            entry.source.path,
            _line_of(target, entry),
            f"the link {target} leads to no place on {'its page' if path == entry.url else path}",
            repair,
        )
        for entry in (entries if suspects else ())
        for target in library.bodies[entry.url].links
        if target in suspects and (place := known.place(target, entry.url)) is not None
        for path, fragment in (place,)
        if not _has(fragment, path, library, ids_of)
        for repair in (_near(fragment, ids_of(path)),)
    ]


def _has(fragment: str, path: str, library: Library, ids_of: IdsOf) -> bool:
    # "#top" and "#" lead to the top of any page (HTML, "scroll to the fragment").
    body = library.bodies.get(path)
    return fragment in {"", "top"} or (body is not None and fragment in body.ids) or fragment in ids_of(path)


def _targets(library: Library, entries: Iterable[Entry]) -> set[str]:
    """Every target of these texts, each once: most are the same in many texts, or simply there."""
    return set().union(*(library.bodies[entry.url].links for entry in entries))


def _broken(entry: Entry, target: str, known: Known) -> list[Problem]:
    fault = known.fault(target, entry.url)
    if fault is None:
        return []
    message, repair = fault
    return [Problem(entry.source.path, _line_of(target, entry), message, repair)]


def _line_of(target: str, entry: Entry) -> int:
    """The first line on which the target stands; the tree that Python-Markdown builds knows no lines."""
    if target == entry.image:
        return entry.source.line("image")
    for number, line in enumerate(entry.source.body.split("\n"), entry.source.body_line):
        if target in line:
            return number
    return entry.source.body_line


def _near(fragment: str, there: Collection[str]) -> str:
    near = did_you_mean(fragment, there)
    return near if near.startswith("did you") else "give a heading that id: ## A heading {#that-id}"


def _repair(path: str, paths: frozenset[str]) -> str:
    if f"{path}/" in paths:
        return f"write {path}/ with a slash at its end"
    near = did_you_mean(path, paths)
    return near if near.startswith("did you") else "mend it, or take it out"
