"""What templates see: articles with their neighbours, terms with their counts, pages of lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from markupsafe import Markup

from core.settings import SiteSettings
from generator.article import Article, Entry, Page
from generator.library import Library
from generator.markdown import Body
from generator.slugs import slugify
from generator.typography import typographic


@dataclass(frozen=True)
class Term:
    """A tag or a category, with the address of its list and the number of articles on it."""

    name: str
    slug: str
    url: str
    count: int


@dataclass(frozen=True)
class EntryView:
    """What an article and a page have in common for a template. Times are in the site's zone."""

    entry: Entry
    text: Body = field(repr=False)
    settings: SiteSettings = field(repr=False)

    @property
    def title(self) -> str:
        return typographic(self.entry.title)

    @property
    def url(self) -> str:
        return self.entry.url

    @property
    def canonical(self) -> str:
        """The absolute address, or that of the original when it appeared elsewhere first."""
        return self.entry.canonical or self.settings.url + self.url

    @property
    def summary(self) -> str:
        """The summary for lists and feeds: as written, or the first paragraph."""
        return typographic(self.entry.summary) if self.entry.summary else self.text.summary

    @property
    def updated(self) -> dt.datetime | None:
        return self.settings.local(self.entry.updated) if self.entry.updated else None

    @property
    def lead(self) -> str:
        """The summary as written, for the top of the text; '' where it would only repeat its beginning."""
        return typographic(self.entry.summary or "")

    @property
    def author(self) -> str:
        """Who wrote it: the site's author unless the entry names another."""
        return self.entry.author or self.settings.author

    @property
    def image(self) -> str | None:
        return self.entry.image

    @property
    def image_alt(self) -> str:
        return self.entry.image_alt or ""

    @property
    def disclosure(self) -> bool:
        return self.entry.disclosure

    @property
    def body(self) -> Markup:
        return Markup(self.text.html)  # noqa: S704  # articles are trusted; submissions never come here

    @property
    def toc(self) -> Markup:
        return Markup(self.text.toc)  # noqa: S704

    @property
    def minutes(self) -> int:
        return self.text.minutes


@dataclass(frozen=True)
class PageView(EntryView):
    """A page, for a template."""


@dataclass(frozen=True)
class ArticleView(EntryView):
    """An article, for a template."""

    article: Article
    index: int
    catalogue: Catalogue = field(repr=False, compare=False)

    @property
    def date(self) -> dt.datetime:
        return self.settings.local(self.article.date)

    @property
    def tags(self) -> tuple[Term, ...]:
        return tuple(self.catalogue.tags[slugify(name)] for name in self.article.tags)

    @property
    def category(self) -> Term | None:
        name = self.article.category
        return self.catalogue.categories[slugify(name)] if name else None

    @property
    def series(self) -> str | None:
        return self.article.series

    @property
    def comments(self) -> bool:
        return self.article.comments

    @property
    def previous(self) -> ArticleView | None:
        """The next older one."""
        older = self.index + 1
        return self.catalogue.articles[older] if older < len(self.catalogue.articles) else None

    @property
    def next(self) -> ArticleView | None:
        """The next newer one."""
        return self.catalogue.articles[self.index - 1] if self.index else None


@dataclass(frozen=True)
class Pager:
    """Where one page of a list stands among the others; `number` counts from 1."""

    number: int
    pages: int
    newer_url: str | None
    older_url: str | None


class Catalogue:
    """The library as templates see it."""

    def __init__(self, library: Library, settings: SiteSettings) -> None:
        self.library = library
        self.settings = settings
        self.tags = _terms((tag for a in library.articles for tag in a.tags), "/tags/")
        self.categories = _terms((a.category for a in library.articles if a.category), "/categories/")
        self.articles = tuple(
            ArticleView(article, library.bodies[article.url], settings, article, index, self)
            for index, article in enumerate(library.articles)
        )

    @cached_property
    def by_slug(self) -> dict[str, ArticleView]:
        """Published articles by slug."""
        return {view.article.slug: view for view in self.articles}

    @cached_property
    def pages(self) -> dict[str, PageView]:
        """Published pages by slug."""
        return {page.slug: self._page(page) for page in self.library.pages}

    def _page(self, page: Page) -> PageView:
        return PageView(page, self.library.bodies[page.url], self.settings)

    @cached_property
    def tagged(self) -> dict[str, list[ArticleView]]:
        """Articles by the slug of their tags, newest first."""
        lists: dict[str, list[ArticleView]] = {slug: [] for slug in self.tags}
        for view in self.articles:
            for term in view.tags:
                lists[term.slug].append(view)
        return lists

    @cached_property
    def categorised(self) -> dict[str, list[ArticleView]]:
        """Articles by the slug of their category, newest first."""
        lists: dict[str, list[ArticleView]] = {slug: [] for slug in self.categories}
        for view in self.articles:
            if view.category:
                lists[view.category.slug].append(view)
        return lists

    def years(self) -> list[tuple[int, list[ArticleView]]]:
        """Articles by year, newest first."""
        return [(year, list(views)) for year, views in groupby(self.articles, lambda view: view.date.year)]

    def page_count(self, articles: Sequence[ArticleView]) -> int:
        """How many pages a list takes; an empty one still takes one."""
        return max(1, -(-len(articles) // self.settings.page_size))

    def page_of(self, articles: Sequence[ArticleView], number: int) -> list[ArticleView]:
        """The articles on page `number`, counted from 1; empty beyond the last."""
        start = (number - 1) * self.settings.page_size
        return list(articles[start : start + self.settings.page_size])

    def pager(self, articles: Sequence[ArticleView], number: int, base: str) -> Pager:
        """The neighbours of page `number` of the list at `base` (a path with a slash at its end)."""
        pages = self.page_count(articles)
        return Pager(
            number=number,
            pages=pages,
            newer_url=_page_url(base, number - 1) if number > 1 else None,
            older_url=_page_url(base, number + 1) if number < pages else None,
        )


def _page_url(base: str, number: int) -> str:
    return base if number == 1 else f"{base}page/{number}/"


def _terms(names: Iterable[str], base: str) -> dict[str, Term]:
    """Terms by slug, in the order of their names."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    terms = (Term(name, slugify(name), f"{base}{slugify(name)}/", count) for name, count in counts.items())
    return {term.slug: term for term in sorted(terms, key=lambda term: (term.name.casefold(), term.slug))}
