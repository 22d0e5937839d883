"""Links that lead nowhere, found in the texts themselves so that file and line can be named."""

from __future__ import annotations

from collections.abc import Iterable
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
        if target in self.paths or self._is_elsewhere(target):
            return None
        absolute = urljoin(self.origin + base, target)
        path = unquote(urlsplit(absolute).path) or "/"
        if not self._is_ours(absolute) or path in self.paths or path.split("/")[1] in ENDPOINT:
            return None
        if path in self.withheld:
            return f"the link {target} leads to {self.withheld[path]}", "publish that, or take the link out"
        return f"the link {target} leads nowhere", _repair(path, self.paths)

    def _is_elsewhere(self, target: str) -> bool:
        """The common cases, without taking the address apart."""
        return target.startswith(("https://", "http://", "#", "mailto:")) and not self._is_ours(target)

    def _is_ours(self, absolute: str) -> bool:
        return absolute == self.origin or absolute.startswith(f"{self.origin}/")


def broken_links(library: Library, known: Known) -> list[Problem]:
    """Every link of a published text, and every picture of its front matter, that leads nowhere."""
    return [
        problem
        for entry in library.published
        for target in (*library.bodies[entry.url].links, *((entry.image,) if entry.image else ()))
        for problem in _broken(entry, target, known)
    ]


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


def _repair(path: str, paths: frozenset[str]) -> str:
    if f"{path}/" in paths:
        return f"write {path}/ with a slash at its end"
    near = did_you_mean(path, paths)
    return near if near.startswith("did you") else "mend it, or take it out"
