"""All of `content/` at one moment: what is published, what is withheld, and everything that is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.errors import InvalidContent, Problem
from core.settings import SiteSettings, display_path
from core.slugs import slugify
from generator.article import Article, Entry, Page, State
from generator.comments import FOLDER, Comments, read_comments
from generator.markdown import Body
from generator.promise import Promise, read_promise
from generator.shelf import Sources
from generator.taxonomies import named


@dataclass(frozen=True)
class Library:
    """What the site is made from.

    `articles` are the published ones, newest first; `pages` the published ones, by slug; `withheld` are
    drafts and whatever is not due yet or has expired; `bodies` are the facts of the rendered texts of all
    that is published, by URL, without the HTML, which stays on the disc under `keys`; `stamps`, also by
    URL, change with every change of an entry's own file; `promise` are the figures of the promise page, where
    they are published; `comments` those of the articles that show any; `closing` is how long after its date
    an article takes them, None for ever; `warnings` are for whoever builds.
    """

    content: Path
    now: dt.datetime
    articles: tuple[Article, ...] = ()
    pages: tuple[Page, ...] = ()
    withheld: tuple[Entry, ...] = ()
    bodies: Mapping[str, Body] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    stamps: Mapping[str, str] = field(default_factory=dict)
    promise: Promise | None = None
    comments: Comments = field(default_factory=Comments)
    closing: dt.timedelta | None = None
    warnings: tuple[str, ...] = ()

    @property
    def published(self) -> tuple[Entry, ...]:
        """Articles and pages."""
        return (*self.articles, *self.pages)

    @property
    def scheduled(self) -> tuple[Entry, ...]:
        """What will appear by itself, soonest first."""
        waiting = (entry for entry in self.withheld if entry.state(self.now) is State.SCHEDULED)
        return tuple(sorted(waiting, key=lambda entry: entry.due or self.now))

    @property
    def next_due(self) -> dt.datetime | None:
        """When the next scheduled article is due; None when none is."""
        return self.scheduled[0].due if self.scheduled else None

    @property
    def next_change(self) -> dt.datetime | None:
        """When a site built now is out of date by itself.

        An article falls due, an entry expires, or an article takes no more comments.
        """
        ends = (entry.expires for entry in self.published if entry.expires is not None)
        starts = (entry.due for entry in self.scheduled if entry.due is not None)
        return min((*ends, *starts, *self._closings()), default=None)

    def is_open(self, article: Article) -> bool:
        """Whether comments may still be left, as far as its age goes."""
        return self.closing is None or self.now < article.date + self.closing

    def _closings(self) -> Iterator[dt.datetime]:
        if self.closing is not None:
            talked = (article for article in self.articles if article.comments and self.is_open(article))
            yield from (article.date + self.closing for article in talked)


def make_library(content: Path, sources: Sources, settings: SiteSettings, now: dt.datetime) -> Library:
    """The library of what was read. Raises InvalidContent with every problem of every file."""
    articles = [entry for entry in sources.entries["articles"] if isinstance(entry, Article)]
    pages = [entry for entry in sources.entries["pages"] if isinstance(entry, Page)]
    problems = [*sources.problems, *_same_address(articles, "/articles/"), *_same_address(pages, "/")]
    problems += _terms_that_collide(articles)
    problems += _aliases_in_use([*articles, *pages])
    promise, wrong = read_promise(content)
    problems += wrong
    comments, wrong = read_comments(content) if settings.comments else (Comments(), [])
    problems += wrong
    if problems:
        raise InvalidContent(problems)
    closes = settings.comments and settings.comments_days
    shell = Library(
        content=content,
        now=now,
        promise=promise,
        comments=comments,
        closing=dt.timedelta(days=settings.comments_days) if closes else None,
        warnings=tuple(_of_no_article(content, comments, articles)),
    )
    return filled(shell, sources)


def filled(shell: Library, sources: Sources) -> Library:
    """A library with the articles and pages of sources in which nothing is wrong, as of the shell's `now`."""
    articles = [entry for entry in sources.entries["articles"] if isinstance(entry, Article)]
    pages = [entry for entry in sources.entries["pages"] if isinstance(entry, Page)]
    states = {entry.url: entry.state(shell.now) for entry in (*articles, *pages)}
    seen = [article for article in articles if states[article.url] is State.PUBLISHED]
    return replace(
        shell,
        articles=tuple(sorted(seen, key=lambda a: (-a.date.timestamp(), a.slug))),
        pages=tuple(
            sorted((p for p in pages if states[p.url] is State.PUBLISHED), key=lambda page: page.slug)
        ),
        withheld=tuple(e for e in (*articles, *pages) if states[e.url] is not State.PUBLISHED),
        bodies=sources.facts,
        keys=sources.keys,
        stamps=sources.stamps,
    )


def _of_no_article(content: Path, comments: Comments, articles: Iterable[Article]) -> Iterator[str]:
    """An article that was deleted or renamed must not stop the site because somebody had replied to it."""
    slugs = {article.slug for article in articles}
    for slug in sorted(comments.by_slug.keys() - slugs):
        path = display_path(content / FOLDER / f"{slug}.json")
        yield f"{path}: there is no article {slug}; its comments are not shown"


def _same_address(entries: Iterable[Entry], below: str) -> list[Problem]:
    first: dict[str, Entry] = {}
    problems = []
    for entry in entries:
        other = first.setdefault(entry.slug, entry)
        if other is not entry:
            message = f'slug "{entry.slug}" is also that of {other.source.path}'
            repair = f"give one of them another slug; both would be {below}{entry.slug}/"
            problems.append(entry.source.problem("slug", message, repair))
    return problems


def _terms_that_collide(articles: Iterable[Article]) -> list[Problem]:
    """Two names, or a name without letters, for one address of a tag, a category, an author or a series."""
    problems: list[Problem] = []
    first: dict[tuple[str, str], tuple[str, Article]] = {}
    for article in articles:
        for key, number, name in named(article):
            problems += _one_term(first, article, key, number, name)
    return problems


def _one_term(
    first: dict[tuple[str, str], tuple[str, Article]], article: Article, key: str, number: int, name: str
) -> list[Problem]:
    slug = slugify(name)
    if not slug:
        message = f'"{name}" has no letter that an address can carry'
        return [article.source.problem(key, message, "choose another word", item=number)]
    known, where = first.setdefault((key, slug), (name, article))
    if known == name:
        return []
    message = f'"{name}" and "{known}" ({where.source.path}) would share one address, …/{slug}/'
    return [article.source.problem(key, message, "write it the same way in both places", item=number)]


def _aliases_in_use(entries: Iterable[Entry]) -> list[Problem]:
    entries = list(entries)
    pages = {entry.url: entry for entry in reversed(entries)}
    first: dict[str, Entry] = {}
    problems = []
    for entry in entries:
        for number, alias in enumerate(entry.aliases):
            address = alias if alias.endswith(("/", ".html")) else f"{alias}/"
            other = pages.get(address) or first.setdefault(address, entry)
            if address in pages or other is not entry:
                kind = "the page of" if address in pages else "an alias of"
                message = f'alias "{alias}" is also {kind} {other.source.path}'
                repair = "keep it in one place"
                problems.append(entry.source.problem("aliases", message, repair, item=number))
    return problems
