"""What machines read: the Atom feed (RFC 4287), the sitemap (sitemaps.org), robots.txt (RFC 9309).

Each is a frozen value that writes itself, as the values of pages are shown by templates.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from xml.etree import ElementTree

from core.plain_text import as_html
from generator.html import absolute
from generator.shown import TextKey, Texts

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
FEED_LENGTH = 20  # the newest articles, each in full
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
        feed = _feed(self)
        for entry in self.entries:
            _entry(feed, entry, texts)
        return _document(feed)


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
        feed = _feed(self)
        for comment in self.entries:
            _comment(feed, comment)
        return _document(feed)


@dataclass(frozen=True)
class Sitemap:
    """Absolute addresses, each with the day of its last change where it is known."""

    addresses: tuple[tuple[str, dt.date | None], ...]

    def written(self, _texts: Texts) -> str:
        """The sitemap."""
        root = ElementTree.Element("urlset", {"xmlns": SITEMAP})
        for url, changed in self.addresses:
            entry = ElementTree.SubElement(root, "url")
            _text(entry, "loc", url)
            if changed is not None:
                _text(entry, "lastmod", changed.isoformat())
        return _document(root)


@dataclass(frozen=True)
class Robots:
    """Everything may be read but what is private; `site` is the site's address."""

    site: str

    def written(self, _texts: Texts) -> str:
        """The robots.txt."""
        rules = "".join(f"Disallow: {path}\n" for path in PRIVATE)
        return f"User-agent: *\n{rules}\nSitemap: {self.site}/sitemap.xml\n"


def _feed(values: Channel) -> ElementTree.Element:
    """A feed without entries.

    The id of the articles' feed is the page it belongs to, so that of the comments must be another.
    """
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": values.language})
    _text(feed, "id", values.self_url if isinstance(values, CommentFeed) else values.home)
    _text(feed, "title", values.title)
    if values.subtitle:
        _text(feed, "subtitle", values.subtitle)
    _text(feed, "updated", _moment(values.updated))
    ElementTree.SubElement(feed, "link", {"rel": "self", "href": values.self_url})
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "href": values.home})
    _author(feed, values.author)
    return feed


def _comment(feed: ElementTree.Element, comment: FeedComment) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    _text(entry, "id", comment.url)
    _text(entry, "title", comment.title)
    _text(entry, "updated", _moment(comment.posted))
    _text(entry, "published", _moment(comment.posted))
    ElementTree.SubElement(entry, "link", {"rel": "alternate", "href": comment.url})
    author = _author(entry, comment.author)
    if comment.website:
        _text(author, "uri", comment.website)
    _text(entry, "content", str(as_html(comment.text))).set("type", "html")


def _entry(feed: ElementTree.Element, article: FeedEntry, texts: Texts) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    _text(entry, "id", article.url)
    _text(entry, "title", article.title)
    _text(entry, "updated", _moment(article.updated))
    _text(entry, "published", _moment(article.published))
    ElementTree.SubElement(entry, "link", {"rel": "alternate", "href": article.url})
    _author(entry, article.author)
    for slug, name in article.terms:
        ElementTree.SubElement(entry, "category", {"term": slug, "label": name})
    _text(entry, "summary", article.summary)
    content = _text(entry, "content", absolute(texts(article.text.key).html, article.url))
    content.set("type", "html")


def _text(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag)
    element.text = text
    return element


def _author(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    author = ElementTree.SubElement(parent, "author")
    _text(author, "name", name)
    return author


def _moment(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _document(root: ElementTree.Element) -> str:
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'
