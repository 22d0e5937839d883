"""What templates see: frozen values, and nothing behind them.

Whatever a page shows stands in the values it is made from: a template that reaches for anything else stops
the build (StrictUndefined). So a page is a function of its template, of the settings and globals which that
template mentions, and of its values; two builds that agree in these make the same bytes, and the second need
not make the page at all. A value holds texts, numbers, dates, and tuples of values, so that it can be
compared, hashed, and sent to another process. Rendered texts are large: a value names one by its key
(TextKey), and a template finds the text itself in its place (Text).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Protocol

from markupsafe import Markup

from generator.comments import Comment
from generator.markdown import Body
from generator.picture_html import with_pictures
from generator.pictures import Picture, Variant
from generator.promise_page import Account

# Gives the rendered text that is kept under a key.
Texts = Callable[[str], Body]


@dataclass(frozen=True)
class TextKey:
    """A rendered text, by the key under which it is kept."""

    key: str


@dataclass(frozen=True)
class Text:
    """A rendered text as a template sees it."""

    html: Markup
    toc: Markup


@dataclass(frozen=True)
class Link:
    """Something with a name and an address: a tag, a neighbour."""

    name: str
    url: str


@dataclass(frozen=True)
class Term:
    """A tag or a category, with the address of its list and the number of articles on it."""

    name: str
    slug: str
    url: str
    count: int

    @property
    def link(self) -> Link:
        """The term without its number, for where only the name is shown."""
        return Link(self.name, self.url)


@dataclass(frozen=True)
class Card:
    """An article in a list. The date is in the site's zone."""

    url: str
    title: str
    summary: str
    date: dt.datetime
    minutes: int
    category: Link | None


@dataclass(frozen=True)
class Line:
    """An article as one line: its date, in the site's zone, and its title."""

    url: str
    title: str
    date: dt.datetime


@dataclass(frozen=True)
class Pager:
    """Where one page of a list stands among the others; `number` counts from 1."""

    number: int
    pages: int
    newer_url: str | None
    older_url: str | None


@dataclass(frozen=True)
class Series:
    """The series that an article is part `number` of, counted from 1 in the order of writing."""

    name: str
    url: str
    number: int
    parts: tuple[Link, ...]


@dataclass(frozen=True)
class Letter:
    """An article on its own page; times are in the site's zone.

    `lead` is the summary as written, '' where it would only repeat the text's beginning; `disclosure` the
    affiliate note that belongs below it, '' for none; `previous` the next older article, `next` the newer;
    `author_url` is '' for the author of the whole site.
    """

    url: str
    title: str
    date: dt.datetime
    updated: dt.datetime | None
    author: str
    author_url: str
    lead: str
    minutes: int
    image: str | None
    image_alt: str
    picture: Picture | None
    category: Link | None
    series: Series | None
    tags: tuple[Link, ...]
    disclosure: str
    previous: Link | None
    next: Link | None


@dataclass(frozen=True)
class Thread:
    """The comments below an article: `count` of them with their replies, oldest first.

    `action` is where a form sends one, '' when no more are taken; after `days`, 0 if that is not why.
    """

    comments: tuple[Comment, ...]
    count: int
    action: str
    days: int
    feed_url: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """What `layout.html` asks for.

    `canonical` is the absolute address, '' for a page that has none; `structured` is JSON-LD, '' for none;
    `image` the absolute address of a picture for those who pass the page on, '' for none.
    """

    page_title: str
    canonical: str
    description: str = ""
    noindex: bool = False
    structured: str = ""
    image: str = ""
    image_alt: str = ""


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    """The first page."""

    articles: tuple[Card, ...]
    older_url: str | None


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """One page of a list of articles."""

    heading: str
    articles: tuple[Card, ...]
    pager: Pager
    intro: str = ""
    feed_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class ArticlePage(Page):
    """An article with its text, and what readers say to it; None where they are not asked."""

    article: Letter
    text: TextKey
    thread: Thread | None
    pictures: tuple[Picture, ...] = ()
    related: tuple[Line, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StandingPage(Page):
    """A page that stands by itself, such as About."""

    title: str
    lead: str
    text: TextKey
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ArchivePage(Page):
    """Every article, by year."""

    years: tuple[tuple[int, tuple[Line, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class TermsPage(Page):
    """Every term of a taxonomy."""

    heading: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True)
class PromisePage(Page):
    """The promise in figures."""

    promise: Account


class Written(Protocol):
    """A value that writes itself, without a template: feeds and the like."""

    def written(self, texts: Texts) -> str:
        """The whole file."""
        ...


@dataclass(frozen=True)
class FileCopy:
    """A file that is published as it is: its name below the folder of the endpoint."""

    folder: str
    name: str


@dataclass(frozen=True)
class Sheet:
    """A style sheet that asks for other files by the names under which they are published."""

    text: str

    def written(self, _texts: Texts) -> str:
        """The sheet."""
        return self.text


@dataclass(frozen=True)
class PictureFile:
    """One of the files that a picture is published as."""

    picture: Picture
    variant: Variant


@dataclass(frozen=True)
class Shown:
    """One page: the template, and everything it shows. Without a template the value writes itself."""

    template: str
    values: Page | Written | FileCopy | PictureFile


def context_of(values: Page, texts: Texts) -> dict[str, Any]:
    """The variables of a template: the fields of the value, by name, with rendered texts in their places."""
    found = {field.name: getattr(values, field.name) for field in fields(values)}
    text = found.get("text")
    if isinstance(text, TextKey):
        body = texts(text.key)
        # Articles are trusted; submissions never come here.
        found["text"] = Text(Markup(text_of(values, texts)), Markup(body.toc))  # noqa: S704
    return found


def text_of(values: object, texts: Texts) -> str:
    """The rendered text of a page as the page shows it; '' for none.

    Pictures are in their sizes. A wide table scrolls on a phone, so the keyboard must reach it; the empty
    corner of a table heads nothing.
    """
    text = getattr(values, "text", None)
    if not isinstance(text, TextKey):
        return ""
    body = with_pictures(texts(text.key).html, getattr(values, "pictures", ()))
    if "<table>" in body:
        body = body.replace("<table>", '<table tabindex="0">').replace("<th></th>", "<td></td>")
    return body
