"""Names as they stand in addresses: small letters, digits and single hyphens."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}-")
# Languages an IT headhunter writes about: "C++" and "C#" must not both become "c".
_SIGNS = (
    ("+", re.compile(r"(?<=[\w+])\+"), "-plus"),
    ("#", re.compile(r"(?<=\w)#"), "-sharp"),
    ("&", re.compile(r"&"), " and "),
)
_BETWEEN = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=65_536)  # the same tags again and again
def slugify(text: str) -> str:
    """`text` for an address: "Été, C# & you" gives "ete-c-sharp-and-you". Empty when no letter remains."""
    for sign, pattern, word in _SIGNS:
        if sign in text:  # seldom: the patterns would look at every letter
            text = pattern.sub(word, text)
    text = text.casefold().replace("'", "").replace("’", "")
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _BETWEEN.sub("-", text).strip("-")


def without_date(stem: str) -> str:
    """A file's name without the date before it: other programs write 2026-11-12-a-title.md."""
    return _DATE.sub("", stem)


def slug_of_file(stem: str) -> str:
    """The name in the address of what a file of this name holds, when its front matter gives no other."""
    return slugify(without_date(stem))


def is_slug(text: str) -> bool:
    """Whether `text` can stand in an address as it is."""
    return SLUG.fullmatch(text) is not None
