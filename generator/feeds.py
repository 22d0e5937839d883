"""What machines read: the Atom feed (RFC 4287), the sitemap (sitemaps.org), robots.txt (RFC 9309).

Each is a frozen value that writes itself, as the values of pages are shown by templates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.plain_text import as_html
from generator.html import absolute
from generator.shown import TextKey, Texts
from generator.xml_text import document, element, nested

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
FEED_LENGTH = 20  # the newest articles, each in full
_KEPT = 256  # entries, of some kilobytes each
# Private pages, the desk, and links sent to referred persons.
PRIVATE = ("/status/", "/desk/", "/r/")


@dataclass(frozen=True)
class FeedEntry:
    """An article in a feed; `terms` are pairs of a slug and a name."""

    url: str
    title: str
    published: dt.datetime
    updated: dt.datetime
    author: str
    summary: str
    terms: tuple[tuple[str, str], ...]
    text: TextKey


@dataclass(frozen=True)
class Channel:
    """What every feed says of itself; `home` is the page it belongs to, `self_url` its own address."""

    self_url: str
    home: str
    language: str
    title: str
    subtitle: str
    author: str
    updated: dt.datetime


@dataclass(frozen=True)
class Feed(Channel):
    """Articles, each in full, with absolute links."""

    entries: tuple[FeedEntry, ...]

    def written(self, texts: Texts) -> str:
        """The Atom document."""
        return _feed(self, [_entry(entry, texts) for entry in self.entries])


@dataclass(frozen=True)
class FeedComment:
    """A comment in a feed; `url` leads to its place on the page, `website` to whoever wrote it."""

    url: str
    title: str
    posted: dt.datetime
    author: str
    website: str | None
    text: str


@dataclass(frozen=True)
class CommentFeed(Channel):
    """Comments, each in full."""

    entries: tuple[FeedComment, ...]

    def written(self, _texts: Texts) -> str:
        """The Atom document."""
        return _feed(self, map(_comment, self.entries))


@dataclass(frozen=True)
class Sitemap:
    """Absolute addresses, each with the day of its last change where it is known."""

    addresses: tuple[tuple[str, dt.date | None], ...]

    def written(self, _texts: Texts) -> str:
        """The sitemap."""
        return document(nested(0, "urlset", [_place(*each) for each in self.addresses], xmlns=SITEMAP))


@dataclass(frozen=True)
class Robots:
    """Everything may be read but what is private; `site` is the site's address."""

    site: str

    def written(self, _texts: Texts) -> str:
        """The robots.txt."""
        rules = "".join(f"Disallow: {path}\n" for path in PRIVATE)
        return f"User-agent: *\n{rules}\nSitemap: {self.site}/sitemap.xml\n"


def _feed(values: Channel, entries: Iterable[str]) -> str:
    """A feed with these entries.

    The id of the articles' feed is the page it belongs to, so that of the comments must be another.
    """
    head = [
        element("id", values.self_url if isinstance(values, CommentFeed) else values.home),
        element("title", values.title),
        *([element("subtitle", values.subtitle)] if values.subtitle else []),
        element("updated", _moment(values.updated)),
        element("link", rel="self", href=values.self_url),
        element("link", rel="alternate", href=values.home),
        _author(1, values.author),
    ]
    about = {"xmlns": ATOM, "xml:lang": values.language}
    return document(nested(0, "feed", [*head, *entries], **about))


def _comment(comment: FeedComment) -> str:
    parts = (
        *_known(comment.url, comment.title, comment.posted, comment.posted),
        _author(2, comment.author, comment.website),
        element("content", str(as_html(comment.text)), type="html"),
    )
    return nested(1, "entry", parts)


@lru_cache(maxsize=_KEPT)
def _entry(article: FeedEntry, texts: Texts) -> str:
    """An entry, which is the same in the feed of the site and in those of the article's topics.

    That of another build is not: its `texts` are others.
    """
    parts = (
        *_known(article.url, article.title, article.updated, article.published),
        _author(2, article.author),
        *(element("category", term=slug, label=name) for slug, name in article.terms),
        element("summary", article.summary),
        element("content", absolute(texts(article.text.key).html, article.url), type="html"),
    )
    return nested(1, "entry", parts)


def _known(url: str, title: str, updated: dt.datetime, published: dt.datetime) -> tuple[str, ...]:
    """What an entry of any feed begins with."""
    return (
        element("id", url),
        element("title", title),
        element("updated", _moment(updated)),
        element("published", _moment(published)),
        element("link", rel="alternate", href=url),
    )


def _author(depth: int, name: str, website: str | None = None) -> str:
    return nested(depth, "author", [element("name", name), *([element("uri", website)] if website else [])])


def _place(url: str, changed: dt.date | None) -> str:
    day = [element("lastmod", changed.isoformat())] if changed is not None else []
    return nested(1, "url", [element("loc", url), *day])


def _moment(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds")
