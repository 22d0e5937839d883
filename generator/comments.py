"""The comments of articles: `content/comments/<article>.json`, as the endpoint writes them.

The files are read as strictly as anything a person writes, because somebody may have mended one by hand. What
a visitor wrote stops no build, though: texts lose what no page can carry, and the tokens of private links.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.errors import Problem, did_you_mean
from core.plain_text import clean, is_web_address
from core.settings import display_path
from core.slugs import is_slug
from generator.article import PRIVATE_LINK

FOLDER = "comments"
FEED_URL = "/comments.xml"
FORMAT = 1
KEYS = ("format", "article", "comments")
FIELDS = ("id", "parent", "name", "website", "by_author", "posted", "text")
EXPORT_AGAIN = "mend it, or delete the file and let the endpoint write it again"
_BETWEEN = re.compile(r"[\s,]*")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Comment:
    """What somebody wrote, in plain text. `website` is an http(s) address; replies have no replies."""

    id: str
    name: str
    website: str | None
    by_author: bool
    posted: dt.datetime
    text: str
    replies: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class Comments:
    """The comments by the slugs of their articles, oldest first; none where the site has none."""

    by_slug: Mapping[str, tuple[Comment, ...]] = field(default_factory=dict)

    def say(self, phrase: str) -> bool:
        """Whether a comment has the phrase in its own words."""
        return any(
            phrase in f"{one.name}\n{one.text}" for found in self.by_slug.values() for one in each(found)
        )


def each(comments: Iterable[Comment]) -> Iterator[Comment]:
    """Comments, each followed by its replies."""
    for comment in comments:
        yield comment
        yield from comment.replies


def read_comments(content: Path) -> tuple[Comments, list[Problem]]:
    """All comments in a content folder, and what is wrong with their files."""
    found: dict[str, tuple[Comment, ...]] = {}
    problems: list[Problem] = []
    for path in sorted((content / FOLDER).glob("*.json")):
        if not path.name.startswith("."):
            reading = _Reading(display_path(path), path.stem)
            found[path.stem] = reading.read(path)
            problems += reading.problems
    return Comments(found), problems


class _Reading:
    """One file, and what is found wrong with it."""

    def __init__(self, path: str, article: str) -> None:
        self.path = path
        self.article = article
        self.problems: list[Problem] = []
        self._text = ""

    def read(self, path: Path) -> tuple[Comment, ...]:
        """The comments, with their replies; none, with problems, for what holds none."""
        try:
            self._text = path.read_bytes().decode("utf-8")
            values = json.loads(self._text)
        except UnicodeDecodeError as error:
            self._refuse(0, f"not UTF-8 (byte {error.start})")
        except json.JSONDecodeError as error:
            self._refuse(error.lineno, f"not JSON: {error.msg}")
        except (OSError, RecursionError) as error:
            self._refuse(0, f"cannot be read ({error})")
        else:
            if self._is_file_of_comments(values):
                return self._threads(values["comments"])
        return ()

    def _is_file_of_comments(self, values: object) -> bool:
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            self._refuse(1, f'no comments of "format" {FORMAT}')
            return False
        self._check_keys(values, KEYS, 1)
        if values.get("article") != self.article or not is_slug(self.article):
            message = f'"article" is {json.dumps(values.get("article"))}, and the file is {self.article}.json'
            self._refuse(1, message, "name the file after the article's slug")
        if not isinstance(values.get("comments"), list):
            self._refuse(1, '"comments" is no list')
        return not self.problems

    def _threads(self, rows: list[Any]) -> tuple[Comment, ...]:
        read = [self._comment(row, number) for number, row in enumerate(rows)]
        comments = [comment for comment in read if comment is not None]
        if self.problems or len(comments) < len(rows):
            return ()
        replies: dict[str | None, list[Comment]] = {}
        parents = {row["id"]: row["parent"] for row in rows}
        for number, comment in enumerate(comments):
            parent = parents[comment.id]
            if parent is not None and parents.get(parent, parent) is not None:
                message = f'"parent" is {json.dumps(parent)}, which is no comment that can be replied to'
                self._refuse(
                    self._line(number), message, "write null, or the id of a comment that is no reply"
                )
            replies.setdefault(parent, []).append(comment)
        if len(parents) < len(comments):
            self._refuse(1, "two comments have the same id")
        return tuple(
            replace(comment, replies=tuple(_in_order(replies.get(comment.id, ()))))
            for comment in _in_order(replies.get(None, ()))
        )

    def _comment(self, row: object, number: int) -> Comment | None:
        if not isinstance(row, dict):
            self._refuse(self._line(number), "a comment is no table of keys and values")
            return None
        faults = [*_faults(row)] if self._check_keys(row, FIELDS, number, in_row=True) else []
        for fault, repair in faults:
            self._refuse(self._line(number), fault, repair)
        if self.problems:
            return None
        return Comment(
            id=row["id"],
            name=_name(row["name"]),
            website=None if PRIVATE_LINK.search(row["website"] or "") else row["website"],
            by_author=row["by_author"],
            posted=dt.datetime.fromisoformat(row["posted"]),
            text=_public(clean(row["text"])),
        )

    def _check_keys(
        self, values: dict[str, Any], keys: tuple[str, ...], at: int, *, in_row: bool = False
    ) -> bool:
        """Whether just these keys are there: a further one may hold what is not to be published."""
        before = len(self.problems)
        for key in (key for key in values if key not in keys):
            line = self._line(at) if in_row else at
            self._refuse(line, f'unknown key "{key}"', did_you_mean(key, keys))
        for key in (key for key in keys if key not in values):
            self._refuse(self._line(at) if in_row else at, f'"{key}" is missing')
        return len(self.problems) == before

    def _refuse(self, line: int, message: str, repair: str = EXPORT_AGAIN) -> None:
        self.problems.append(Problem(self.path, line, message, repair))

    def _line(self, number: int) -> int:
        """The line on which a comment begins, counted from 0 in the list."""
        found = re.search(r'"comments"\s*:\s*\[', self._text)
        at = found.end() if found else 0
        for _ in range(number):
            _value, end = json.JSONDecoder().raw_decode(self._text, _start(self._text, at))
            at = end
        return self._text.count("\n", 0, _start(self._text, at)) + 1


def _start(text: str, at: int) -> int:
    """Where the next value of a list begins."""
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _faults(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with the values of a comment, and the repair."""
    for key in ("id", "parent"):
        if not _is_id(row[key]) and (key == "id" or row[key] is not None):
            yield f'"{key}" is {json.dumps(row[key])}', "write letters, digits, - and _"
    for key in ("name", "text"):
        if not isinstance(row[key], str) or not clean(row[key]):
            yield f'"{key}" is {json.dumps(row[key])}', "write text in quotes"
    if row["website"] is not None and not _is_website(row["website"]):
        yield f'"website" is {json.dumps(row["website"])}', "write null, or an address with https://"
    if not isinstance(row["by_author"], bool):
        yield f'"by_author" is {json.dumps(row["by_author"])}', "write true or false"
    if not _is_moment(row["posted"]):
        yield f'"posted" is no moment: {json.dumps(row["posted"])}', "write it as 2026-11-22T12:00:00+00:00"


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_website(value: object) -> bool:
    return isinstance(value, str) and is_web_address(value)


def _is_moment(value: object) -> bool:
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return False
    # At the ends of the calendar there is no other time zone to show it in.
    return moment.utcoffset() is not None and dt.MINYEAR < moment.year < dt.MAXYEAR


def _name(written: str) -> str:
    return _public(" ".join(clean(written).split()))


def _public(text: str) -> str:
    """A text without the tokens of private links, which a visitor may have pasted."""
    return PRIVATE_LINK.sub(lambda found: f"{found[1]}…", text)


def _in_order(comments: Iterable[Comment]) -> list[Comment]:
    return sorted(comments, key=lambda comment: (comment.posted, comment.id))
