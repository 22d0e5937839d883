"""A last look at the files that were made, before anybody else sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from markupsafe import escape

from core.errors import Problem
from core.settings import display_path
from generator.article import Article, Entry
from generator.html import ids, targets
from generator.library import Library
from generator.links import Known
from generator.typography import typographic
from generator.urls import Address

# A link that belongs to one person: the endpoint's tokens are longer than any slug without a hyphen.
_PRIVATE_LINK = re.compile(r"/(?:status|r)/[A-Za-z0-9_-]{20,}")
_QUICK_TARGET = re.compile(r'(?:href|src)="([^"]*)"')
_QUICK_ID = re.compile(r'\sid="([^"]*)"')
_PHRASE = re.compile(r"[A-Za-z][A-Za-z0-9 ,;]{24,}[a-z]")  # survives Markdown and typography as it is
_TEXTS = {".html", ".xml", ".txt", ".json"}


@dataclass(frozen=True)
class Secret:
    """A piece of text by which a withheld entry would be recognised: as a file holds it, and as written."""

    needle: str
    phrase: str
    entry: Entry


def check_output(root: Path, listed: Iterable[Address], library: Library, known: Known) -> list[Problem]:
    """What is wrong with the files below `root`: empty pages, leaks, links from templates, repeated ids."""
    secrets = [secret for entry in library.withheld for secret in _secrets_of(entry, known)]
    pattern = re.compile("|".join(re.escape(secret.needle) for secret in secrets)) if secrets else None
    problems: dict[str, Problem] = {}
    for address in listed:
        if Path(address.file).suffix not in _TEXTS or address.endpoint in {"static", "images"}:
            continue
        text = (root / address.file).read_text(encoding="utf-8")
        found = [*_leaks(text, address, secrets, pattern, library), *_private(text, address)]
        if address.file.endswith(".html"):
            found += _faults_of_page(text, address, library, known)
        for problem in found:
            problems.setdefault(
                problem.message, problem
            )  # a link of the layout is on every page: say it once
    return list(problems.values())


def _faults_of_page(text: str, address: Address, library: Library, known: Known) -> Iterator[Problem]:
    if "</html>" not in text:
        yield Problem(address.source or address.url, 0, f"{address.url} came out empty", "see its template")
    marked = _QUICK_ID.findall(text)
    if len(marked) != len(set(marked)):
        yield from _repeated_ids(text, address)
    unknown = {target for target in _QUICK_TARGET.findall(text) if target not in known.paths}
    if any(known.fault(target, address.url) for target in unknown):
        yield from _links_of_templates(text, address, library, known)


def _links_of_templates(text: str, address: Address, library: Library, known: Known) -> Iterator[Problem]:
    """Links of the texts were checked before: these stand in site.toml or in a template."""
    for target in targets(text):
        fault = known.fault(target, address.url)
        if fault:
            path, line = _in_settings(target, library.content)
            where = f" (on {address.url})" if not line else ""
            yield Problem(path if line else "site/templates", line, fault[0] + where, fault[1])


def _in_settings(target: str, content: Path) -> tuple[str, int]:
    path = content / "site.toml"
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if f'"{target}"' in line:
            return display_path(path), number
    return display_path(path), 0


def _repeated_ids(text: str, address: Address) -> Iterator[Problem]:
    seen: set[str] = set()
    for name in ids(text):
        if name in seen:
            message = f'the id "{name}" is twice on {address.url}'
            yield Problem(
                address.source or "site/templates", 0, message, "rename one: each id stands once a page"
            )
        seen.add(name)


def _leaks(
    text: str, address: Address, secrets: list[Secret], pattern: re.Pattern[str] | None, library: Library
) -> Iterator[Problem]:
    for needle in sorted(set(pattern.findall(text))) if pattern else ():
        secret = next(secret for secret in secrets if secret.needle == needle)
        if not any(_says(entry, secret.phrase) for entry in library.published):
            where = f"{secret.entry.source.path}, which is {secret.entry.state(library.now).value}"
            message = f'{address.url} would show "{secret.phrase}" of {where}'
            yield Problem(
                address.source or "site/templates", 0, message, "take it out; nothing was published"
            )


def _private(text: str, address: Address) -> Iterator[Problem]:
    if _PRIVATE_LINK.search(text):
        message = f"{address.url} would show somebody's private link"
        yield Problem(address.source or "site/templates", 0, message, "take it out, and revoke that link")


def _secrets_of(entry: Entry, known: Known) -> Iterator[Secret]:
    """Its address, its title, and the longest plain phrase of its text."""
    addresses = {f"{known.origin}{entry.url}", f'"{entry.url}"'} if isinstance(entry, Article) else set()
    title = typographic(entry.title)
    words = {max(_PHRASE.findall(entry.source.body), key=len, default=""), title if " " in title else ""}
    for phrase in sorted((addresses | words) - {""}):
        for needle in {phrase, str(escape(phrase))} if phrase in words else {phrase}:
            yield Secret(needle, phrase, entry)


def _says(entry: Entry, phrase: str) -> bool:
    """Whether a published text has the phrase in its own words, which are its author's affair."""
    written = f"{entry.title}\n{entry.summary or ''}\n{entry.source.body}"
    return phrase in written or phrase in typographic(written)
