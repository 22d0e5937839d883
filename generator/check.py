"""A last look at the pages that were made, before anybody else sees them.

`Inspector.page` looks at one page where its text is at hand, in whatever process that is; what it finds goes
through `settled` in the process that knows the library. Links of the texts themselves were checked before
(`links.py`), and so was HTML that was written by hand: what is found here stands in a template or in
site.toml.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import Problem
from core.settings import display_path
from generator.article import Entry
from generator.feed_check import faults_of_feed, faults_of_sitemap
from generator.html import ids, targets
from generator.html_faults import faults_of_page
from generator.leaks import Secrets
from generator.library import Library
from generator.links import IdsOf, Known
from generator.page_parts import PageParts
from generator.typography import typographic
from generator.urls import Address

TEMPLATES = "site/templates"
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
    shapes: set[frozenset[bytes]] = field(default_factory=set)

    @classmethod
    def of(cls, library: Library, known: Known, templates: Path | None = None) -> Inspector:
        """For the pages of a library."""
        return cls(known, Secrets.of(library, known), library.content, templates)

    def page(
        self, address: Address, data: bytes, body: str = "", body_ids: Collection[str] = ()
    ) -> list[Finding]:
        """What is wrong with what stands in the file of an address.

        `body` is the rendered text in it, which was checked for itself, and `body_ids` are the ids in that.

        Looks for empty pages, broken links, ids that are there twice, HTML that a browser must mend, feeds
        that no reader can read, private links, and anything of what is withheld.
        """
        if not address.file.endswith(_TEXTS) or address.endpoint in _COPIES:
            return []
        page = PageParts(data, body, body_ids)
        faults = self._faults_of_page if address.file.endswith(".html") else _faults_of_another
        found = [*_private(page, address), *faults(page, address)]
        return [*map(Finding, found), *(self._leaks(page, address) if self.secrets.each else ())]

    def _faults_of_page(self, page: PageParts, address: Address) -> Iterator[Problem]:
        if page.is_empty:
            yield Problem(address.source or TEMPLATES, 0, f"{address.url} came out empty", "see its template")
            return
        marked = page.ids
        there = set(marked)
        if len(marked) != len(there):
            yield from _repeated_ids(page, address)
        yield from self._broken(page, there, address)
        yield from self._broken_pictures(page, address)
        shape = page.shape
        if shape not in self.shapes:
            self.shapes.add(shape)
            for message, line, tag in faults_of_page(page.text_without_visitors_words):
                yield self._of_template(message, "mend it", tag, f"line {line} of {address.url}")

    def _broken(self, page: PageParts, there: Collection[str], address: Address) -> Iterator[Problem]:
        """Links that lead nowhere, and links within the page to a place that it does not have."""
        suspects = {html.unescape(target) for target in page.links - self.known.paths} - self.known.paths
        suspects -= {"#", "#top", *(f"#{name}" for name in there)}
        faulty = {target: fault for target in suspects if (fault := self._fault(target, address))}
        if faulty:  # it may be a visitor's link, or text that merely shows code
            led_to = targets(page.text_without_visitors_links)
            faulty = {target: faulty[target] for target in led_to if target in faulty}
        for target in sorted(faulty):
            yield self._of_template(*faulty[target], f'"{target}"', address.url)

    def _broken_pictures(self, page: PageParts, address: Address) -> Iterator[Problem]:
        """Pictures that a browser may choose, and that are not there."""
        for candidate in sorted(page.pictures - self.known.paths):
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

    def _leaks(self, page: PageParts, address: Address) -> Iterator[Finding]:
        for secret in self.secrets.found_in(page.text):
            message = f'{address.url} would show "{secret.phrase}" of {secret.where}'
            repair = "take it out; nothing was published"
            yield Finding(Problem(address.source or TEMPLATES, 0, message, repair), secret.phrase)


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


def _private(page: PageParts, address: Address) -> Iterator[Problem]:
    if page.is_private:
        message = f"{address.url} would show somebody's private link"
        yield Problem(address.source or TEMPLATES, 0, message, "take it out, and revoke that link")


def _faults_of_another(page: PageParts, address: Address) -> Iterator[Problem]:
    """What is wrong with a file that is no HTML, such as a feed."""
    if address.file.endswith(".xml"):
        faults = faults_of_sitemap if address.endpoint == "sitemap" else faults_of_feed
        for fault in faults(page.data):
            yield Problem(address.source or address.url, 0, fault, f"see what makes {address.url}")


def _repeated_ids(page: PageParts, address: Address) -> Iterator[Problem]:
    own = set(ids(page.body))
    seen: set[str] = set()
    for name in ids(page.text):
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
