"""What a look at a page goes by, taken from the bytes of its file: to make a text of them costs as much.

All is found by how our templates write it, as in `href="…"`, and so more may be found than is there: a text
that shows code looks the same. Each pattern begins with a fixed piece of text, which `re` finds in a third of
the time it takes to try a choice at every character.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from core.plain_text import LINK_RELATION
from generator.article import PRIVATE_LINK

_LINK = re.compile(rb'href="([^"]*)"')
_SOURCE = re.compile(rb'src="([^"]*)"')
_SRCSET = re.compile(rb'srcset="(?<=\ssrcset=")([^"]*)"')
_ID = re.compile(rb'id="(?<=\sid=")([^"]*)"')
_PRIVATE = re.compile(PRIVATE_LINK.pattern.encode())
_TAG = re.compile(rb'</?[a-z][a-z0-9-]*+(?: class="[^"]*+")?+')
# What visitors link to is theirs, and may go: as core.plain_text and the templates of comments write it.
_VISITORS_LINK = re.compile(rb'<a href="[^"]*" rel="%b">' % LINK_RELATION.encode())
# What they wrote, as the template of comments marks it: `core.plain_text` makes no <div>.
_VISITORS_WORDS = re.compile(r"<div data-said>(.*?)</div>", re.DOTALL)


@dataclass(frozen=True)
class PageParts:
    """Of a page: `data` are its bytes, `body` is the rendered text in it, `body_ids` are the ids in that."""

    data: bytes
    body: str = ""
    body_ids: Collection[str] = ()

    @property
    def text(self) -> str:
        """The page."""
        return _text(self.data)

    @property
    def text_without_visitors_links(self) -> str:
        """The page without the rendered text in it, and without where the links of visitors lead."""
        return _text(_VISITORS_LINK.sub(b"<a>", self._shell))

    @property
    def text_without_visitors_words(self) -> str:
        """The page without the rendered text, and what visitors wrote, which is escaped and may be long.

        Lines keep their numbers, but for those of the rendered text.
        """
        return _VISITORS_WORDS.sub(lambda found: "\n" * found[1].count("\n"), _text(self._shell))

    @property
    def is_empty(self) -> bool:
        """Whether it lacks the end of a page."""
        return self.data.rfind(b"</html>") < 0  # from the end, where it is

    @property
    def is_private(self) -> bool:
        """Whether somebody's private link is in it."""
        return _PRIVATE.search(self.data) is not None

    @property
    def ids(self) -> list[str]:
        """All ids."""
        has_body = len(self._shell) < len(self.data)
        return [*_values(_ID.findall(self._shell)), *(self.body_ids if has_body else ())]

    @property
    def links(self) -> set[str]:
        """Where links and pictures outside the rendered text lead, as it is written there."""
        return {*_values(_LINK.findall(self._shell)), *_values(_SOURCE.findall(self._shell))}

    @property
    def pictures(self) -> set[str]:
        """Those among which a browser chooses: lists of addresses, each with a width or a density."""
        lists = [html.unescape(written) for written in _values(_SRCSET.findall(self.data))]
        return {part.split()[0] for written in lists for part in written.split(", ") if part.strip()}

    @property
    def shape(self) -> frozenset[bytes]:
        """The tags outside the rendered text, with their classes, each once."""
        return frozenset(_TAG.findall(self._shell))

    @cached_property
    def _shell(self) -> bytes:
        """Without the first occurrence of the rendered text: looked for by how it begins, for it is long."""
        body = self.body.encode("utf-8", "replace")
        start = self.data.find(body[:100])
        if not self.data.startswith(body, start):
            return self.data.replace(body, b"", 1)
        return self.data[:start] + self.data[start + len(body) :]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _values(found: list[bytes]) -> list[str]:
    """The values of attributes as texts, made of all at once: there is no quote in any."""
    return _text(b'"'.join(found)).split('"') if found else []
