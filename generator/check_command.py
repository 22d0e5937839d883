"""The outside links of all published texts, checked and told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

from core.frontmatter import read_document
from core.settings import SiteSettings
from generator.article import Entry, State, read_article, read_page
from generator.external import Outcome, check_outside, outside_links
from generator.markdown import renderer
from generator.visit import Manners

AGENT = "Follow-up link check (+{url})"


def check_links_outside(
    content: Path,
    settings: SiteSettings,
    now: dt.datetime,
    memory: Path,
    *,
    private: bool,
    progress: Callable[[int, int], None],
) -> Outcome:
    """Visit the outside links of everything that is published at `now`; `content` must be without errors."""
    texts = ((entry, _links(entry)) for entry in _published(content, settings, now))
    manners = Manners(agent=AGENT.format(url=settings.url), private=private)
    return check_outside(outside_links(texts, settings.url), memory, manners, now, progress=progress)


def _published(content: Path, settings: SiteSettings, now: dt.datetime) -> Iterator[Entry]:
    for path in sorted((*content.glob("articles/**/*.md"), *content.glob("pages/**/*.md"))):
        if not path.name.startswith("."):
            read = read_article if path.is_relative_to(content / "articles") else read_page
            entry, _ = read(read_document(path), settings.timezone)
            if entry is not None and entry.state(now) is State.PUBLISHED:
                yield entry


def _links(entry: Entry) -> tuple[str, ...]:
    found = renderer().render(entry.source.body, entry.slug).links
    return (*found, *((entry.canonical,) if entry.canonical else ()))
