"""Origins of pages: from which entries one is made, told cheaply and no finer than that.

To work out what a page shows takes twenty times as long as to name the entries that it shows. So for each
page its origin is kept besides the digest of its values: while the origin is what it was, so are the values,
and nobody works them out. An origin may change without need (an article's text is in the origins of all the
lists that show its title); then the values are worked out, and their digest tells that nothing changed.

What a method of `Views` reads must be in the origin of the same name here: settings and pictures as a whole,
the stamps of entries (which change with every change of a file), and what is said below an article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import orjson

from core.slugs import slugify
from generator.cache import digest
from generator.catalogue import Catalogue
from generator.feeds import FEED_LENGTH
from generator.fingerprints import plain
from generator.taxonomies import BY_KIND, SERIES
from generator.threads import thread_of
from generator.urls import Address
from generator.views import Views


class Origins:
    """The origins of the pages of a site."""

    def __init__(self, views: Views) -> None:
        self._catalogue: Catalogue = views.catalogue
        self._stamps = views.catalogue.library.stamps
        self._in_order = [self._stamps[article.url] for article in views.catalogue.library.articles]
        around = (views.settings_as_values(), sorted(views.pictures.items()))
        self._around = digest(orjson.dumps(around, default=plain))
        self._series: dict[str, str] = {}

    def of(self, address: Address) -> str:
        """The origin of a page; '' for one whose values are worked out each time."""
        parts = _PARTS.get(address.endpoint)
        if parts is None:
            return ""
        return digest("\n".join((self._around, address.url, *parts(self, **address.values))).encode())

    def _article(self, slug: str) -> Iterable[str]:
        catalogue, stamps = self._catalogue, self._in_order
        at = catalogue.index_of(slug)
        article = catalogue.library.articles[at]
        yield stamps[at]
        yield "and"
        yield from stamps[max(at - 1, 0) : at]
        yield "and"
        yield from stamps[at + 1 : at + 2]
        yield "and"
        yield from [stamps[index] for index in catalogue.related_at(at)]
        if article.series:
            yield self._parts_of(article.series)
        thread = thread_of(article, catalogue)
        if thread is not None:
            yield orjson.dumps(thread, default=plain).decode()

    def _parts_of(self, series: str) -> str:
        slug = slugify(series)
        if slug not in self._series:
            parts = self._stamps_of(self._catalogue.indices_under(SERIES, slug))
            self._series[slug] = digest("\n".join(parts).encode())
        return self._series[slug]

    def _page(self, slug: str) -> Iterable[str]:
        yield self._stamps[self._catalogue.pages[slug].url]

    def _list_of_all(self, number: int = 1) -> Iterable[str]:
        return self._list(range(len(self._in_order)), number)

    def _term(self, kind: str, slug: str, number: int = 1) -> Iterable[str]:
        taxonomy = BY_KIND[kind]
        yield self._catalogue.terms[taxonomy][slug].name
        yield from self._list(self._catalogue.indices_under(taxonomy, slug), number)

    def _list(self, indices: Sequence[int], number: int) -> Iterable[str]:
        yield str(self._catalogue.page_count(indices))
        yield from self._stamps_of(self._catalogue.part_of(indices, number))

    def _term_feed(self, kind: str, slug: str) -> Iterable[str]:
        taxonomy = BY_KIND[kind]
        yield self._catalogue.terms[taxonomy][slug].name
        yield from self._stamps_of(self._catalogue.indices_under(taxonomy, slug)[:FEED_LENGTH])

    def _feed(self) -> Iterable[str]:
        return self._in_order[:FEED_LENGTH]

    def _stamps_of(self, indices: Iterable[int]) -> Iterable[str]:
        return [self._in_order[index] for index in indices]


# Of each endpoint the method that gives the parts of an origin. Kept by the object itself, they would keep it
# alive, and with it all that it knows, until somebody looks for garbage.
_PARTS: dict[str, Callable[..., Iterable[str]]] = {
    "article": Origins._article,
    "page": Origins._page,
    "home": Origins._list_of_all,
    "newer_and_older": Origins._list_of_all,
    "term": Origins._term,
    "term_feed": Origins._term_feed,
    "feed": Origins._feed,
}
