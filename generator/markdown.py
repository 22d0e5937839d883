"""A text rendered from Markdown, and what we take from it.

Python-Markdown and the parser of HTML take some 60 ms to import: they come with the first renderer, so that a
build which finds every text rendered before does without.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.html import plain_text, taken_apart

if TYPE_CHECKING:
    from generator.html_faults import Fault

WORDS_A_MINUTE = 220  # silent reading of English prose: Brysbaert 2019 finds 238, technical text less
CONTENTS_FROM = 3  # a contents list helps from this many headings on
SUMMARY_LENGTH = 280  # characters
_FENCE = re.compile("`{3,}|~{3,}")
_FOOTNOTE_MARK = re.compile(r'<sup id="fnref.*?</sup>', re.DOTALL)


@dataclass(frozen=True)
class Body:
    """A rendered text.

    `html` begins its headings at level 2; `toc` is a list of links, empty for a short text; `summary` is the
    first paragraph as plain text; `links` are the targets of `href` and `src`, in order, each once; `ids` are
    what a link can jump to; `faults` is what is wrong with its HTML, by lines of the text.
    """

    html: str
    toc: str
    summary: str
    words: int
    links: tuple[str, ...]
    ids: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def minutes(self) -> int:
        """Whole minutes of reading, at least one."""
        return max(1, round(self.words / WORDS_A_MINUTE))


class Unrenderable(Exception):
    """A text of which no HTML can be made; `line` is the first that has that fault by itself, 0 for none."""

    def __init__(self, line: int, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.line = line


class Renderer:
    """Turns Markdown into HTML. An instance belongs to the thread that made it."""

    def __init__(self) -> None:
        # Imported here for the reason in the first lines of this module.
        from generator.dialect import Footnotes
        from generator.engine import Engine
        from generator.html_faults import faults_of_text

        self._faults_of = faults_of_text
        self._footnotes = Footnotes()
        self._markdown = Engine(self._footnotes)

    def render(self, text: str, slug: str) -> Body:
        """Render one text. `slug` makes the ids of its footnotes its own wherever the text is shown.

        Raises Unrenderable: Python-Markdown hands options in braces on to Pygments, and looks at none.
        """
        self._footnotes.slug = slug
        try:
            body = self._converted(text)
        except Exception as error:
            raise Unrenderable(self._faulty_line(text), error) from error
        contents = self._markdown.toc
        # Options in braces may stand in a tag as they were written.
        parts = taken_apart(body, has_own_tags_only=not ("<" in text or "{" in text))
        return Body(
            html=body,
            toc=contents if contents.count("<li>") >= CONTENTS_FROM else "",
            summary=_first_paragraph(body),
            words=len(parts.text.split()),
            links=tuple(dict.fromkeys(parts.targets)),
            ids=parts.ids,
            faults=self._faults_of(text, body, parts.ids),
        )

    def _converted(self, text: str) -> str:
        self._markdown.reset()
        return self._markdown.convert(text)

    def _faulty_line(self, text: str) -> int:
        for number, line in enumerate(text.split("\n"), 1):
            if "{" in line:
                code = line.lstrip(" >")
                fence = _FENCE.match(code)
                try:
                    self._converted(f"{code}\n\n{fence[0]}" if fence else code)
                except Exception:  # noqa: BLE001  # which it is was told of the whole text
                    return number
        return 0


_of_thread = threading.local()


def renderer() -> Renderer:
    """The renderer of this thread."""
    if not hasattr(_of_thread, "renderer"):
        _of_thread.renderer = Renderer()
    made: Renderer = _of_thread.renderer
    return made


def _first_paragraph(body: str) -> str:
    start = body.find("<p>")
    end = body.find("</p>", start) if start >= 0 else -1
    text = " ".join(plain_text(_FOOTNOTE_MARK.sub("", body[start + 3 : end])).split()) if end >= 0 else ""
    if len(text) <= SUMMARY_LENGTH:
        return text
    return text[: SUMMARY_LENGTH + 1].rsplit(" ", 1)[0].rstrip(" ,;:–—") + "…"
