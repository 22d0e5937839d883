"""The library in the orders in which it is shown: articles with their cards, terms with their lists."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, overload

from core.settings import SiteSettings
from generator.article import Article, Entry
from generator.library import Library
from generator.related import Relate, Words, related_by_words
from generator.shown import Card, Line, Link, Pager
from generator.taxonomies import CATEGORIES, TAGS, TAXONOMIES, Taxonomy, names_of, terms_of
from generator.typography import typographic

T = TypeVar("T")


@dataclass(frozen=True)
class Item:
    """An article in its place: `index` counts from the newest; `changed` is when its text last did."""

    entry: Article
    index: int
    card: Card
    tags: tuple[Link, ...]
    changed: dt.datetime

    @property
    def link(self) -> Link:
        """For where only the title is shown."""
        return Link(self.card.title, self.card.url)

    @property
    def line(self) -> Line:
        """For where title and date are shown."""
        return Line(self.card.url, self.card.title, self.card.date)


class Row(Sequence[Item]):
    """Articles in an order, by their indices; each is worked out when it is first asked for."""

    def __init__(self, at: Callable[[int], Item], indices: Sequence[int]) -> None:
        self._at = at
        self._indices = indices

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        if isinstance(place, slice):
            return [self._at(index) for index in self._indices[place]]
        return self._at(self._indices[place])

    def __len__(self) -> int:
        return len(self._indices)


class Catalogue:
    """The library as the site shows it, newest first."""

    def __init__(
        self,
        library: Library,
        settings: SiteSettings,
        relate: Relate = related_by_words,
        related: Sequence[tuple[int, ...]] | None = None,
    ) -> None:
        """`related`: for each article the indices of those to read next, where they are known already."""
        self.library = library
        self.settings = settings
        self.terms = {taxonomy: terms_of(taxonomy, library.articles) for taxonomy in TAXONOMIES}
        self._links = {
            taxonomy: {term.name: term.link for term in terms.values()}
            for taxonomy, terms in self.terms.items()
        }
        self._items: list[Item | None] = [None] * len(library.articles)
        self._index = {article.slug: index for index, article in enumerate(library.articles)}
        self.pages = {page.slug: page for page in library.pages}
        self.moved = {
            alias if alias.endswith(("/", ".html")) else f"{alias}/": entry
            for entry in library.published
            for alias in entry.aliases
        }
        self._lists = {taxonomy: self._lists_of(taxonomy) for taxonomy in TAXONOMIES}
        self._relate = relate
        if related is not None:
            self.related = related

    def with_texts_of(self, library: Library, slugs: Collection[str]) -> Catalogue:
        """The catalogue of a library that differs from its own only in the texts of these articles.

        Their summaries must be what they were, for what is related is not worked out again.
        """
        other = copy.copy(self)
        other.library = library
        other._items = list(self._items)
        for slug in slugs:
            other._items[self._index[slug]] = None
        return other

    @property
    def articles(self) -> Row:
        """All of them, newest first."""
        return Row(self._at, range(len(self._items)))

    def article(self, slug: str) -> Item:
        """The article of a slug. Raises KeyError for one that is not published."""
        return self._at(self._index[slug])

    def index_of(self, slug: str) -> int:
        """Where the article of a slug stands, counted from the newest. Raises KeyError."""
        return self._index[slug]

    def find(self, slug: str) -> Item | None:
        """As `article`; None for one that is not published."""
        return self.article(slug) if slug in self._index else None

    def _at(self, index: int) -> Item:
        item = self._items[index]
        if item is None:
            item = self._items[index] = self._item(self.library.articles[index], index)
        return item

    def _item(self, article: Article, index: int) -> Item:
        facts = self.library.bodies[article.url]
        category = self._links[CATEGORIES][article.category] if article.category else None
        date = self.settings.local(article.date)
        return Item(
            entry=article,
            index=index,
            card=Card(
                url=article.url,
                title=typographic(article.title),
                summary=self.summary(article),
                date=date,
                minutes=facts.minutes,
                category=category,
            ),
            tags=tuple(self._links[TAGS][name] for name in article.tags),
            changed=max(date, self.settings.local(article.updated or article.date)),
        )

    def summary(self, entry: Entry) -> str:
        """The summary for lists and feeds: as written, or the first paragraph."""
        return typographic(entry.summary) if entry.summary else self.library.bodies[entry.url].summary

    def _lists_of(self, taxonomy: Taxonomy) -> dict[str, list[int]]:
        by_name: dict[str, list[int]] = {term.name: [] for term in self.terms[taxonomy].values()}
        for index, article in enumerate(self.library.articles):
            for name in names_of(article, taxonomy):
                by_name[name].append(index)
        if taxonomy.oldest_first:
            for indices in by_name.values():
                indices.reverse()
        return {slug: by_name[term.name] for slug, term in self.terms[taxonomy].items()}

    def under(self, taxonomy: Taxonomy, slug: str) -> Row:
        """The articles under one term, in the order in which they are listed."""
        return Row(self._at, self._lists[taxonomy][slug])

    def indices_under(self, taxonomy: Taxonomy, slug: str) -> Sequence[int]:
        """As `under`, by their indices."""
        return self._lists[taxonomy][slug]

    def place_under(self, taxonomy: Taxonomy, slug: str, article: Article) -> int:
        """Where an article stands under one of its terms, counted from 0."""
        return self._lists[taxonomy][slug].index(self._index[article.slug])

    def link_to(self, taxonomy: Taxonomy, name: str) -> Link:
        """The name of a term, with the address of its list."""
        return self._links[taxonomy][name]

    def related_to(self, item: Item) -> tuple[Item, ...]:
        """The articles to read next, the closest first."""
        return tuple(self.articles[index] for index in self.related_at(item.index))

    def related_at(self, index: int) -> tuple[int, ...]:
        """The indices of the articles to read next after the one at `index`."""
        return self.related[index]

    @cached_property
    def related(self) -> Sequence[tuple[int, ...]]:
        """For each article, newest first, the indices of those to read next, the closest first."""
        return self._relate([self._words(item) for item in self.articles])

    @staticmethod
    def _words(item: Item) -> Words:
        return tuple(tag.url for tag in item.tags), item.card.title, item.card.summary

    def page_count(self, articles: Sequence[object]) -> int:
        """How many pages a list takes; an empty one still takes one."""
        return max(1, -(-len(articles) // self.settings.page_size))

    def number_of(self, place: int) -> int:
        """The page of a list, counted from 1, on which its article number `place` stands, counted from 0."""
        return place // self.settings.page_size + 1

    def page_of(self, articles: Sequence[Item], number: int) -> tuple[Card, ...]:
        """The articles on page `number`, counted from 1; empty beyond the last."""
        return tuple(item.card for item in self.part_of(articles, number))

    def part_of(self, listed: Sequence[T], number: int) -> Sequence[T]:
        """What of a list stands on page `number`."""
        start = (number - 1) * self.settings.page_size
        return listed[start : start + self.settings.page_size]

    def pager(self, articles: Sequence[Item], number: int, base: str) -> Pager:
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
