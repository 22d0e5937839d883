"""A last look at the pages that were made, before anybody else sees them.

`Inspector.page` looks at one page where its text is at hand, in whatever process that is; what it finds goes
through `settled` in the process that knows the library. Links of the texts themselves were checked before
(`links.py`), and so was HTML that was written by hand: what is found here stands in a template or in
site.toml.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import Problem
from core.plain_text import LINK_RELATION
from core.settings import display_path
from generator.article import PRIVATE_LINK, Entry
from generator.feed_check import faults_of_feed, faults_of_sitemap
from generator.html import ids, targets
from generator.html_faults import faults_of_page
from generator.leaks import Secrets
from generator.library import Library
from generator.links import IdsOf, Known
from generator.typography import typographic
from generator.urls import Address

TEMPLATES = "site/templates"
# What visitors link to is theirs, and may go: as core.plain_text and the templates of comments write it.
_VISITORS_LINK = re.compile(rf'<a href="[^"]*" rel="{LINK_RELATION}">')
# What they wrote, as the template of comments marks it: `core.plain_text` makes no <div>.
_VISITORS_WORDS = re.compile(r"<div data-said>(.*?)</div>", re.DOTALL)
# Each begins with a fixed piece of text, which `re` finds in a third of the time it takes to try a choice at
# every character.
_QUICK_LINK = re.compile(r'href="([^"]*)"')
_QUICK_SOURCE = re.compile(r'src="([^"]*)"')
_QUICK_SRCSET = re.compile(r'srcset="(?<=\ssrcset=")([^"]*)"')
_QUICK_ID = re.compile(r'id="(?<=\sid=")([^"]*)"')
_SHAPE = re.compile(r'</?[a-z][a-z0-9-]*(?: class="[^"]*")?')
_TEXTS = (".html", ".xml", ".txt", ".json")
_COPIES = {"static", "images"}  # endpoints of files that are published as they are


@dataclass(frozen=True)
class Finding:
    """A problem; `phrase`, where there is one, is no fault if a published text says it in its own words."""

    problem: Problem
    phrase: str = ""


@dataclass(frozen=True)
class Inspector:
    """Looks at pages one by one.

    `templates` is where they stand, to name the place of a fault in one. `shapes` are the shells of pages
    that were read by the HTML parser already: each is read once.
    """

    known: Known
    secrets: Secrets
    content: Path
    templates: Path | None = None
    shapes: set[frozenset[str]] = field(default_factory=set)

    @classmethod
    def of(cls, library: Library, known: Known, templates: Path | None = None) -> Inspector:
        """For the pages of a library."""
        return cls(known, Secrets.of(library, known), library.content, templates)

    def page(
        self, address: Address, text: str, body: str = "", body_ids: Collection[str] = ()
    ) -> list[Finding]:
        """What is wrong with the text of an address.

        `body` is the rendered text in it, which was checked for itself, and `body_ids` are the ids in that.

        Looks for empty pages, broken links, ids that are there twice, HTML that a browser must mend, feeds
        that no reader can read, private links, and anything of what is withheld.
        """
        if not address.file.endswith(_TEXTS) or address.endpoint in _COPIES:
            return []
        found = [*self._private(text, address), *self._faults(text, address, body, body_ids)]
        return [*map(Finding, found), *self._leaks(text, address)]

    def _faults(self, text: str, address: Address, body: str, body_ids: Collection[str]) -> Iterator[Problem]:
        if address.file.endswith(".html"):
            yield from self._faults_of_page(text, address, body, body_ids)
        elif address.endpoint == "sitemap":
            yield from _of_file(address, faults_of_sitemap(text))
        elif address.file.endswith(".xml"):
            yield from _of_file(address, faults_of_feed(text))

    def _faults_of_page(
        self, text: str, address: Address, body: str, body_ids: Collection[str]
    ) -> Iterator[Problem]:
        if text.rfind("</html>") < 0:  # it is at the end
            yield Problem(address.source or TEMPLATES, 0, f"{address.url} came out empty", "see its template")
            return
        shell = _without(body, text)
        marked = [*_QUICK_ID.findall(shell), *(body_ids if len(shell) < len(text) else ())]
        there = set(marked)
        if len(marked) != len(there):
            yield from _repeated_ids(text, address, body)
        yield from self._broken(shell, there, address)
        yield from self._broken_pictures(text, address)
        shape = frozenset(_SHAPE.findall(shell))
        if shape not in self.shapes:
            self.shapes.add(shape)
            for message, line, tag in faults_of_page(_without_visitors(shell)):
                yield self._of_template(message, "mend it", tag, f"line {line} of {address.url}")

    def _broken(self, text: str, there: Collection[str], address: Address) -> Iterator[Problem]:
        """Links that lead nowhere, and links within the page to a place that it does not have."""
        if LINK_RELATION in text:
            text = _VISITORS_LINK.sub("<a>", text)
        pointed_to = {*_QUICK_LINK.findall(text), *_QUICK_SOURCE.findall(text)} - self.known.paths
        suspects = {html.unescape(target) for target in pointed_to} - self.known.paths
        suspects -= {"#", "#top", *(f"#{name}" for name in there)}
        faulty = {target: fault for target in suspects if (fault := self._fault(target, address))}
        if faulty:  # text that merely shows code may look like a link
            faulty = {target: faulty[target] for target in targets(text) if target in faulty}
        for target in sorted(faulty):
            yield self._of_template(*faulty[target], f'"{target}"', address.url)

    def _broken_pictures(self, text: str, address: Address) -> Iterator[Problem]:
        """Pictures that a browser may choose, and that are not there."""
        if " srcset=" not in text:
            return
        for candidate in sorted(_candidates(text) - self.known.paths):
            fault = self._fault(candidate, address)
            if fault:
                yield self._of_template(*fault, f'"{candidate}"', address.url)

    def _fault(self, target: str, address: Address) -> tuple[str, str] | None:
        if target.startswith("#"):
            return f"the link {target} leads to no place on its page", "mend it"
        return self.known.fault(target, address.url)

    def _of_template(self, message: str, repair: str, needle: str, seen: str) -> Problem:
        """The problem at the place where `needle` was written: in site.toml, or in a template."""
        files = [
            self.content / "site.toml",
            *(sorted(self.templates.rglob("*.html")) if self.templates else ()),
        ]
        for path in files:
            before, found, _ = path.read_text(encoding="utf-8").partition(needle)
            if needle and found:
                repair = repair if path == files[0] else f"{repair} (seen on {seen})"
                return Problem(display_path(path), before.count("\n") + 1, message, repair)
        return Problem(TEMPLATES, 0, message, f"{repair} (seen on {seen})")

    def _leaks(self, text: str, address: Address) -> Iterator[Finding]:
        for secret in self.secrets.found_in(text):
            message = f'{address.url} would show "{secret.phrase}" of {secret.where}'
            repair = "take it out; nothing was published"
            yield Finding(Problem(address.source or TEMPLATES, 0, message, repair), secret.phrase)

    @staticmethod
    def _private(text: str, address: Address) -> Iterator[Problem]:
        if PRIVATE_LINK.search(text):
            message = f"{address.url} would show somebody's private link"
            yield Problem(address.source or TEMPLATES, 0, message, "take it out, and revoke that link")


def settled(findings: Iterable[Finding], library: Library, told: Iterable[Problem] = ()) -> list[Problem]:
    """The problems among the findings, each once.

    What the texts were `told` of, such as a broken link, is on their pages too; a link of the layout is on
    every page.
    """
    messages = {problem.message for problem in told}
    problems: dict[tuple[str, str], Problem] = {}
    for finding in findings:
        problem, phrase = finding.problem, finding.phrase
        if problem.message in messages or (problem.path, problem.message) in problems:
            continue
        if not phrase or not _is_said(phrase, library):
            problems[problem.path, problem.message] = problem
    return list(problems.values())


def ids_below(root: Path) -> IdsOf:
    """The ids of the pages below `root`, each page read when it is first asked for."""
    seen: dict[str, frozenset[str]] = {}

    def ids_of(path: str) -> Collection[str]:
        if path not in seen:
            file = root / (path.removeprefix("/") + ("index.html" if path.endswith("/") else ""))
            is_page = file.suffix == ".html" and file.is_file()
            seen[path] = frozenset(ids(file.read_text(encoding="utf-8"))) if is_page else frozenset()
        return seen[path]

    return ids_of


def _without(body: str, text: str) -> str:
    """The page without the first occurrence of `body`, which is looked for by how it begins: it is long."""
    start = text.find(body[:100])
    if not text.startswith(body, start):
        return text.replace(body, "", 1)
    return text[:start] + text[start + len(body) :]


def _without_visitors(text: str) -> str:
    """A page without what visitors wrote, which is escaped and may be long; lines keep their numbers."""
    return _VISITORS_WORDS.sub(lambda found: "\n" * found[1].count("\n"), text)


def _candidates(text: str) -> set[str]:
    """The pictures among which a browser chooses: a list of addresses, each with a width or a density."""
    lists = [html.unescape(found) for found in _QUICK_SRCSET.findall(text)]
    return {part.split()[0] for found in lists for part in found.split(", ") if part.strip()}


def _of_file(address: Address, faults: Iterable[str]) -> Iterator[Problem]:
    for fault in faults:
        yield Problem(address.source or address.url, 0, fault, f"see what makes {address.url}")


def _repeated_ids(text: str, address: Address, body: str) -> Iterator[Problem]:
    own = set(ids(body))
    seen: set[str] = set()
    for name in ids(text):
        if name in seen:
            source = address.source if name in own else TEMPLATES
            repair = f"rename one: each id stands once on a page (seen on {address.url})"
            yield Problem(source or TEMPLATES, 0, f'the id "{name}" is there twice', repair)
        seen.add(name)


def _is_said(phrase: str, library: Library) -> bool:
    """Whether a published text or a comment has the phrase in its own words: that is its author's affair."""
    return any(_says(entry, phrase) for entry in library.published) or library.comments.say(phrase)


def _says(entry: Entry, phrase: str) -> bool:
    written = f"{entry.title}\n{entry.summary or ''}\n{entry.source.body}"
    return phrase in written or phrase in typographic(written)
