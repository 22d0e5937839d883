"""Every address of the site, listed: nothing is published because a link happened to point at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.assets import Assets
from core.errors import Problem
from core.settings import display_path
from core.slugs import slugify
from generator import promise
from generator.article import Article, Entry
from generator.catalogue import Catalogue
from generator.comments import FEED_URL
from generator.feeds import FEED_LENGTH
from generator.files import is_hidden
from generator.picture_html import IMAGES_URL
from generator.pictures import Picture
from generator.taxonomies import TAGS, TAXONOMIES, Taxonomy, names_of

STATIC_URL = "/static/"
MOVED = "moved"  # the endpoint of an alias


@dataclass(frozen=True)
class Address:
    """One address, the endpoint that answers it with `values`, and what it is made from.

    `source` is the file a person would edit, '' for what the program makes itself; `changed` is when its text
    last did, where that can be told; `indexed` tells whether it belongs into the sitemap.
    """

    url: str
    endpoint: str
    values: dict[str, object] = field(default_factory=dict)
    source: str = ""
    changed: dt.datetime | None = None
    indexed: bool = False

    @property
    def file(self) -> str:
        """The file below the output that holds it."""
        return self.url.removeprefix("/") + ("index.html" if self.url.endswith("/") else "")


FEED = Address("/feed.xml", "feed")


def addresses(catalogue: Catalogue, assets: Assets, pictures: Mapping[str, Picture]) -> list[Address]:
    """All addresses of the site, in a fixed order."""
    changed = [item.changed for item in catalogue.articles]
    return [
        *_front(catalogue, max(changed, default=None)),
        *_entries(catalogue, changed),
        *_terms(catalogue, changed),
        *_promise(catalogue),
        FEED,
        *([Address(FEED_URL, "comments_feed")] if catalogue.settings.comments else []),
        Address("/sitemap.xml", "sitemap"),
        Address("/robots.txt", "robots"),
        Address("/search/", "search"),
        Address("/404.html", "not_found"),
        *([Address("/_redirects", "redirects")] if catalogue.moved else []),
        *_moved(catalogue),
        *_static(assets),
        *_images(catalogue.library.content / "images", pictures),
    ]


def with_text_of(entry: Entry, catalogue: Catalogue) -> Iterator[Address]:
    """The addresses that show anything of an entry's text: its own, and the lists and feeds that quote it.

    Where only its title, its date or its terms are shown, a new text changes nothing. When they changed is
    left out: only the sitemap tells that.
    """
    yield _of_entry(entry)
    if not isinstance(entry, Article):
        return
    place = catalogue.article(entry.slug).index
    yield _of_list(catalogue.number_of(place))
    if place < FEED_LENGTH:
        yield FEED
    for taxonomy in TAXONOMIES:
        for slug in map(slugify, names_of(entry, taxonomy)):
            place = catalogue.place_under(taxonomy, slug, entry)
            yield _of_term(taxonomy, slug, catalogue.number_of(place))
            if taxonomy.has_feeds and place < FEED_LENGTH:
                yield _of_term_feed(taxonomy, slug)


def _front(catalogue: Catalogue, newest: dt.datetime | None) -> Iterator[Address]:
    for number in range(1, catalogue.page_count(catalogue.articles) + 1):
        yield _of_list(number, newest)
    yield Address("/archive/", "archive", changed=newest, indexed=True)


def _entries(catalogue: Catalogue, changed: Sequence[dt.datetime]) -> Iterator[Address]:
    yield from map(_of_entry, catalogue.library.articles, changed)
    for page in catalogue.library.pages:
        yield _of_entry(page, page.updated)


def _terms(catalogue: Catalogue, changed: Sequence[dt.datetime]) -> Iterator[Address]:
    for taxonomy, terms in catalogue.terms.items():
        if terms or taxonomy is TAGS:  # readers are led to the topics from the start
            yield Address(taxonomy.base, "terms", {"kind": taxonomy.kind}, indexed=bool(terms))
        for slug in terms:
            articles = catalogue.under(taxonomy, slug)
            newest = _newest(changed, catalogue.indices_under(taxonomy, slug))
            for number in range(1, catalogue.page_count(articles) + 1):
                yield _of_term(taxonomy, slug, number, newest)
            if taxonomy.has_feeds:
                yield _of_term_feed(taxonomy, slug)


def _of_entry(entry: Entry, changed: dt.datetime | None = None) -> Address:
    return Address(
        entry.url,
        "article" if isinstance(entry, Article) else "page",
        {"slug": entry.slug},
        source=entry.source.path,
        changed=changed,
        indexed=entry.canonical is None,
    )


def _of_list(number: int, newest: dt.datetime | None = None) -> Address:
    """Page `number` of all articles, counted from 1: the first is the home page."""
    if number == 1:
        return Address("/", "home", changed=newest, indexed=True)
    return Address(f"/page/{number}/", "newer_and_older", {"number": number})


def _of_term(taxonomy: Taxonomy, slug: str, number: int, newest: dt.datetime | None = None) -> Address:
    url = f"{taxonomy.base}{slug}/"
    values: dict[str, object] = {"kind": taxonomy.kind, "slug": slug}
    if number == 1:
        return Address(url, "term", values, changed=newest, indexed=True)
    return Address(f"{url}page/{number}/", "term", {**values, "number": number})


def _of_term_feed(taxonomy: Taxonomy, slug: str) -> Address:
    return Address(f"{taxonomy.base}{slug}/feed.xml", "term_feed", {"kind": taxonomy.kind, "slug": slug})


def _promise(catalogue: Catalogue) -> Iterator[Address]:
    found = catalogue.library.promise
    if found is not None:
        source = display_path(catalogue.library.content / promise.FILE)
        changed = dt.datetime.combine(found.exported, dt.time(), catalogue.settings.timezone)
        yield Address(promise.URL, "promise", source=source, changed=changed, indexed=True)


def _moved(catalogue: Catalogue) -> Iterator[Address]:
    """Former addresses."""
    for url, entry in catalogue.moved.items():
        yield Address(url, MOVED, {"path": url[1:]}, source=entry.source.path)


def aliases_taken(listed: Iterable[Address]) -> list[Problem]:
    """Aliases under which the site has something else already, such as the list of a tag."""
    listed = list(listed)
    own = {address.url for address in listed if address.endpoint != MOVED}
    return [
        Problem(address.source, 0, f"alias {address.url} is an address of the site itself", "take it out")
        for address in listed
        if address.endpoint == MOVED and address.url in own
    ]


def _static(assets: Assets) -> Iterator[Address]:
    """Each static file under its own name, and under the one that pages ask for."""
    for own, published in assets.published.items():
        for name in (own, published):
            yield Address(f"{STATIC_URL}{name}", "static", {"filename": name}, source=f"site/static/{own}")


def _images(folder: Path, pictures: Mapping[str, Picture]) -> Iterator[Address]:
    """The files below a folder, without those an editor or a file manager hides; pictures in every size."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not is_hidden(name):
            yield Address(f"{IMAGES_URL}{name}", "images", {"filename": name}, source=str(path))
            for variant in pictures[name].variants if name in pictures else ():
                values: dict[str, object] = {"filename": variant.name}
                yield Address(f"{IMAGES_URL}{variant.name}", "images", values, source=str(path))


def _newest(changed: Sequence[dt.datetime], indices: Sequence[int]) -> dt.datetime | None:
    return max((changed[index] for index in indices), default=None)
