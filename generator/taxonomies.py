"""Tags, categories, authors and series: four ways in which articles belong together, handled alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.slugs import slugify
from generator.article import Article
from generator.shown import Term


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """One way: the key of the front matter, which is also what tells its addresses apart.

    `base` is the address of the list of its terms, and `heading` the title of that list. A series is read
    from its beginning, so its lists are in the order of writing. Lists with a feed are those that somebody
    would follow for themselves.
    """

    key: str
    base: str
    heading: str
    oldest_first: bool = False
    has_feeds: bool = False

    @property
    def kind(self) -> str:
        """The first part of its addresses: "tags"."""
        return self.base.strip("/")

    def url(self, name: str) -> str:
        """The address of the list of one term."""
        return f"{self.base}{slugify(name)}/"


TAGS = Taxonomy("tags", "/tags/", "Topics", has_feeds=True)
CATEGORIES = Taxonomy("category", "/categories/", "Categories")
AUTHORS = Taxonomy("author", "/authors/", "Authors")
SERIES = Taxonomy("series", "/series/", "Series", oldest_first=True)
TAXONOMIES = (TAGS, CATEGORIES, AUTHORS, SERIES)
BY_KIND = {taxonomy.kind: taxonomy for taxonomy in TAXONOMIES}


def names_of(article: Article, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The terms under which an article is listed, as its front matter says them."""
    if taxonomy is TAGS:
        return article.tags
    name: str | None = getattr(article, taxonomy.key)
    return (name,) if name else ()


def named(article: Article) -> Iterator[tuple[str, int, str]]:
    """Every term of an article, with the key and the place in its list where it was written."""
    for taxonomy in TAXONOMIES:
        for number, name in enumerate(names_of(article, taxonomy)):
            yield taxonomy.key, number, name


def terms_of(taxonomy: Taxonomy, articles: tuple[Article, ...]) -> dict[str, Term]:
    """The terms of all articles by slug, in the order of their names."""
    counts: dict[str, int] = {}
    for article in articles:
        for name in names_of(article, taxonomy):
            counts[name] = counts.get(name, 0) + 1
    terms = (Term(name, slugify(name), taxonomy.url(name), count) for name, count in counts.items())
    return {term.slug: term for term in sorted(terms, key=lambda term: (term.name.casefold(), term.slug))}
