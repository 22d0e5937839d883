"""What machines read: the Atom feed (RFC 4287), the sitemap (sitemaps.org), robots.txt (RFC 9309)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from xml.etree import ElementTree

from core.settings import SiteSettings
from generator.catalogue import ArticleView, Catalogue
from generator.html import absolute
from generator.urls import Address

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
FEED_LENGTH = 20  # the newest articles, each in full
# Private pages, the desk, and links sent to referred persons.
PRIVATE = ("/status/", "/desk/", "/r/")


def atom(catalogue: Catalogue) -> str:
    """The newest articles, each in full, with absolute links."""
    settings = catalogue.settings
    articles = catalogue.articles[:FEED_LENGTH]
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": settings.language})
    _text(feed, "id", f"{settings.url}/")
    _text(feed, "title", settings.title)
    if settings.tagline:
        _text(feed, "subtitle", settings.tagline)
    _text(feed, "updated", _moment(max(map(_updated, articles), default=_beginning(settings))))
    ElementTree.SubElement(feed, "link", {"rel": "self", "href": f"{settings.url}/feed.xml"})
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "href": f"{settings.url}/"})
    _author(feed, settings.author)
    for article in articles:
        _entry(feed, article, settings)
    return _document(feed)


def sitemap(addresses: Iterable[Address], settings: SiteSettings) -> str:
    """Every address that should be found, with the day of its last change where it is known."""
    root = ElementTree.Element("urlset", {"xmlns": SITEMAP})
    for address in addresses:
        if address.indexed:
            entry = ElementTree.SubElement(root, "url")
            _text(entry, "loc", settings.url + address.url)
            if address.changed is not None:
                _text(entry, "lastmod", settings.local(address.changed).date().isoformat())
    return _document(root)


def robots(settings: SiteSettings) -> str:
    """Everything may be read but what is private."""
    rules = "".join(f"Disallow: {path}\n" for path in PRIVATE)
    return f"User-agent: *\n{rules}\nSitemap: {settings.url}/sitemap.xml\n"


def _entry(feed: ElementTree.Element, article: ArticleView, settings: SiteSettings) -> None:
    address = settings.url + article.url
    entry = ElementTree.SubElement(feed, "entry")
    _text(entry, "id", address)
    _text(entry, "title", article.title)
    _text(entry, "updated", _moment(_updated(article)))
    _text(entry, "published", _moment(article.date))
    ElementTree.SubElement(entry, "link", {"rel": "alternate", "href": address})
    _author(entry, article.author)
    for term in (*article.tags, *((article.category,) if article.category else ())):
        ElementTree.SubElement(entry, "category", {"term": term.slug, "label": term.name})
    _text(entry, "summary", article.summary)
    content = _text(entry, "content", absolute(article.text.html, address))
    content.set("type", "html")


def _text(parent: ElementTree.Element, tag: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag)
    element.text = text
    return element


def _author(parent: ElementTree.Element, name: str) -> None:
    _text(ElementTree.SubElement(parent, "author"), "name", name)


def _updated(article: ArticleView) -> dt.datetime:
    return max(article.date, article.updated or article.date)


def _beginning(settings: SiteSettings) -> dt.datetime:
    """A feed must say when it changed; one without articles says when the publication began."""
    return dt.datetime(settings.copyright_from or 1970, 1, 1, tzinfo=settings.timezone)


def _moment(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _document(root: ElementTree.Element) -> str:
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'
