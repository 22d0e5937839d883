"""Which articles there are, and whether they take comments: read from the content folder, as the site is.

Only front matter is looked at, and a file is read again only when it looks changed.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidContent
from core.frontmatter import read_document
from core.settings import SiteSettings
from core.slugs import is_slug, slug_of_file

FOLDER = "articles"

Look = tuple[int, int, int]
"""How a file looks from outside: time of change (nanoseconds), size in bytes, inode."""


@dataclass(frozen=True)
class Article:
    """An article as far as comments go. `comments`: what its front matter says of them."""

    slug: str
    title: str
    date: dt.datetime
    expires: dt.datetime | None
    draft: bool
    comments: bool

    def is_published(self, now: dt.datetime) -> bool:
        """Whether it can be read."""
        return not self.draft and self.date <= now and (self.expires is None or now < self.expires)

    def closed(self, site: SiteSettings, now: dt.datetime) -> str:
        """Why it takes no comments, in a sentence; '' when it does."""
        if not site.comments:
            return "This site takes no comments."
        if not self.comments:
            return "This article takes no comments."
        days = site.comments_days
        if days and now >= self.date + dt.timedelta(days=days):
            return f"Comments closed {days} day{'' if days == 1 else 's'} after this article appeared."
        return ""


class Articles:
    """The articles of a content folder."""

    def __init__(self, content: Path, zone: dt.tzinfo) -> None:
        self._folder = content / FOLDER
        self._zone = zone
        self._read: dict[str, tuple[Look, Article | None]] = {}
        self._names: dict[str, str] = {}

    def find(self, slug: str, now: dt.datetime) -> Article | None:
        """The published article of this name, or None."""
        article = self._named(slug) if is_slug(slug) else None
        return article if article and article.is_published(now) else None

    def _named(self, slug: str) -> Article | None:
        found = self._in(path for path in _files(self._folder) if self._name(path) == slug)
        if slug not in found:  # its front matter may give it another name than its file has
            found = self._in(_files(self._folder))
        return found.get(slug)

    def title_of(self, slug: str) -> str:
        """What an article is called, published or not; its name in the address when there is none."""
        article = self._named(slug)
        return article.title if article and article.title else slug

    def _name(self, path: str) -> str:
        if path not in self._names:
            self._names[path] = slug_of_file(Path(path).stem)
        return self._names[path]

    def _in(self, paths: Iterator[str]) -> Mapping[str, Article]:
        found = (self._article(path) for path in paths)
        return {article.slug: article for article in found if article}

    def _article(self, path: str) -> Article | None:
        try:
            look = _look(path)
        except OSError:
            return None
        known = self._read.get(path)
        if known is None or known[0] != look:
            self._read[path] = known = (look, _read(Path(path), self._zone))
        return known[1]


def _files(folder: Path) -> Iterator[str]:
    for parent, _folders, names in os.walk(folder):
        yield from (f"{parent}/{name}" for name in names if name.endswith(".md") and name[0] != ".")


def _look(path: str) -> Look:
    stat = os.stat(path)  # noqa: PTH116  # ten thousand of them: without an object for each
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _read(path: Path, zone: dt.tzinfo) -> Article | None:
    """The article in a file; None for one that a build refuses: nobody can read it, either."""
    try:
        values = read_document(path).values
        date = _moment(values.get("date"), zone)
        expires = _moment(values.get("expires"), zone)
    except (InvalidContent, ValueError):
        return None
    if date is None:
        return None
    return Article(
        slug=str(values.get("slug") or slug_of_file(path.stem)),
        title=" ".join(str(values.get("title", "")).split()),
        date=date,
        expires=expires,
        draft=values.get("draft") is True,
        comments=values.get("comments") is not False,
    )


def _moment(value: object, zone: dt.tzinfo) -> dt.datetime | None:
    if value in (None, "", []):
        return None
    moment = dt.datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
