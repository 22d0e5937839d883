"""What the headhunter publishes: an article, and a page that stands by itself."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from pathlib import PurePath
from typing import Any, Protocol

from core.errors import Problem
from core.frontmatter import Document
from core.slugs import without_date
from generator.keys import Keys

# First parts of addresses that the endpoint answers on the same origin: a file there would hide it.
ENDPOINT = frozenset(
    {"address", "comments", "desk", "erased", "healthz", "mail", "notice", "r", "refer", "status"}
)
# A link that belongs to one person: the endpoint's tokens are longer than any slug without a hyphen.
PRIVATE_LINK = re.compile(r"(/(?:status|notice|address|r|comments/own|comments/replies)/)[A-Za-z0-9_-]{20,}")
FOLDERS = frozenset({"images", "pagefind", "static"})
# No page may be called like any of these.
RESERVED = (
    ENDPOINT
    | FOLDERS
    | {"articles", "authors", "archive", "categories", "feed", "index", "page", "promise", "robots", "search"}
    | {"series", "sitemap", "tags", "404"}
)


class Source(Protocol):
    """The file that an entry was read from: a Document, or one that is opened again when it is asked."""

    @property
    def path(self) -> str:
        """What the file is called in messages."""
        ...

    @property
    def body(self) -> str:
        """The Markdown below the front matter."""
        ...

    @property
    def body_line(self) -> int:
        """The first line of `body`."""
        ...

    def line(self, name: str, item: int | None = None) -> int:
        """Where the key `name`, or an item of its list, was written."""
        ...

    def problem(self, name: str, message: str, repair: str, *, item: int | None = None) -> Problem:
        """A problem with the value of `name`."""
        ...


class State(Enum):
    """Whether an entry is to be seen at a given time."""

    PUBLISHED = "published"
    DRAFT = "a draft"
    SCHEDULED = "not due yet"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What articles and pages have in common: the validated front matter, and the Markdown below it."""

    source: Source
    title: str
    slug: str
    summary: str | None = None
    updated: dt.datetime | None = None
    expires: dt.datetime | None = None
    author: str | None = None
    image: str | None = None
    image_alt: str | None = None
    draft: bool = False
    aliases: tuple[str, ...] = ()
    disclosure: bool = False
    canonical: str | None = None

    @property
    def url(self) -> str:
        """The path under which it is published."""
        raise NotImplementedError

    @property
    def due(self) -> dt.datetime | None:
        """When it is to appear; None for at once."""
        return None

    def state(self, now: dt.datetime) -> State:
        """Whether it is to be seen at `now`."""
        if self.draft:
            return State.DRAFT
        if self.expires is not None and self.expires <= now:
            return State.EXPIRED
        if self.due is not None and self.due > now:
            return State.SCHEDULED
        return State.PUBLISHED


@dataclass(frozen=True, kw_only=True)
class Article(Entry):
    """One dated article of `content/articles/`."""

    date: dt.datetime
    tags: tuple[str, ...] = ()
    category: str | None = None
    series: str | None = None
    comments: bool = True

    @property
    def url(self) -> str:
        return f"/articles/{self.slug}/"

    @property
    def due(self) -> dt.datetime | None:
        return self.date


@dataclass(frozen=True, kw_only=True)
class Page(Entry):
    """One page of `content/pages/`, at the top of the site."""

    @property
    def url(self) -> str:
        return f"/{self.slug}/"


@cache
def keys_of(kind: type[Entry]) -> tuple[str, ...]:
    """The front matter keys of an article or a page."""
    return tuple(field.name for field in fields(kind) if field.name != "source")


def read_article(
    document: Document, zone: dt.tzinfo, source: Source | None = None
) -> tuple[Article | None, list[Problem]]:
    """The article in `document`, or None and everything that is wrong with it.

    `zone` is the site's time zone, for dates without one of their own; `source` is what the article is to
    keep in the place of the document.
    """
    keys = Keys(document, zone)
    keys.refuse_unknown(keys_of(Article))
    keys.require("title", "What to say when the job is filled")
    keys.require("date", "2026-11-12")
    date = keys.moment("date")
    values = _common(keys) | {
        "tags": keys.words("tags"),
        "category": keys.text("category"),
        "series": keys.text("series"),
        "comments": keys.switch("comments", default=True),
    }
    if date and values["expires"] and values["expires"] <= date:
        keys.refuse("expires", '"expires" is not after "date"', "mend one; the article would never be seen")
    if date is None or keys.problems:
        return None, keys.problems
    return Article(source=source or document, date=date, **values), []


def read_page(
    document: Document, zone: dt.tzinfo, source: Source | None = None
) -> tuple[Page | None, list[Problem]]:
    """The page in `document`, or None and everything that is wrong with it, as `read_article` reads one."""
    keys = Keys(document, zone)
    keys.refuse_unknown(keys_of(Page))
    keys.require("title", "About")
    values = _common(keys)
    if values["slug"] in RESERVED:
        keys.refuse("slug", f"/{values['slug']}/ is taken by the site itself", "give the page another slug")
    if keys.problems:
        return None, keys.problems
    return Page(source=source or document, **values), []


def _common(keys: Keys) -> dict[str, Any]:
    """The values of `Entry`, by name."""
    stem = PurePath(keys.document.path).stem
    if keys.document.values.get("image") and "image_alt" not in keys.document.values:
        repair = 'add image_alt: "what the picture shows", or image_alt: "" for mere decoration'
        keys.refuse("image", "the image has no text for those who cannot see it", repair)
    return {
        "title": keys.text("title") or "",
        "slug": keys.slug("slug", without_date(stem)),
        "summary": keys.text("summary"),
        "updated": keys.moment("updated"),
        "expires": keys.moment("expires"),
        "author": keys.text("author"),
        "image": keys.text("image"),
        "image_alt": keys.text("image_alt"),
        "draft": keys.switch("draft", default=False),
        "aliases": _aliases(keys),
        "disclosure": keys.switch("disclosure", default=False),
        "canonical": keys.address("canonical"),
    }


def _aliases(keys: Keys) -> tuple[str, ...]:
    paths = keys.paths("aliases")
    for number, path in enumerate(paths):
        if path.strip("/").split("/")[0] in ENDPOINT | FOLDERS:
            keys.refuse("aliases", f'alias "{path}" is taken by the site itself', "take it out", item=number)
    return paths
