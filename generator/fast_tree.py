"""The passes over the finished tree and its HTML, faster: each looks first whether there is anything for it.

`md.source` is the text as the last preprocessor was given it (`fast_blocks.py`): a sign that is not in it is
not in the tree, since whatever the extensions add themselves has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.extensions.md_in_html import MarkdownInHTMLPostprocessor
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import PrettifyTreeprocessor, UnescapeTreeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, STX

from generator.serializer import Finished
from generator.typography import Typography, needs_setting

if TYPE_CHECKING:
    from generator.engine import Engine


class FastAttributes(AttrListTreeprocessor):
    """Attribute lists stand in braces."""

    md: Engine

    def run(self, doc: Element) -> None:
        """Read the attribute lists of every element."""
        if "{" in self.md.source:
            super().run(doc)


class FastUnescape(UnescapeTreeprocessor):
    """Only a backslash makes an escape, and what it makes stands behind a sign of its own."""

    md: Engine

    def run(self, root: Element) -> None:
        """Give every escaped character back."""
        if "\\" in self.md.source:
            super().run(root)

    def unescape(self, text: str) -> str:
        """The text with its escaped characters; one without any stays what it was: finished, if it was."""
        return super().unescape(text) if STX in text and type(text) is not Finished else text


class FastTypography(Typography):
    """Typography without quotes, dashes and dots has nothing to do."""

    md: Engine

    def run(self, root: Element) -> None:
        """Set the text of the tree."""
        if not self.md.plain.needs_setting:
            return
        unfinished = [text for text in root.itertext() if type(text) is not Finished]
        if needs_setting("".join(unfinished)):  # and not only to draw a table
            super().run(root)


class _Blocks(dict[str, bool]):
    """Whether a tag is a block, by its name."""

    def __init__(self, md: Markdown) -> None:
        super().__init__()
        self._md = md

    def __missing__(self, tag: str) -> bool:
        self[tag] = self._md.is_block_level(tag)
        return self[tag]


class FastPrettify(PrettifyTreeprocessor):
    """Asks once for each tag whether it is a block, not once for each element."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._blocks = _Blocks(md)

    def _prettifyETree(self, elem: Element) -> None:  # noqa: N802  # Python-Markdown's name
        blocks = self._blocks
        if blocks[elem.tag] and elem.tag not in {"code", "pre"}:
            text = elem.text
            if len(elem) and (not text or not text.strip()) and blocks[elem[0].tag]:
                elem.text = "\n"
            for child in elem:
                if blocks[child.tag]:
                    self._prettifyETree(child)
        tail = elem.tail
        if not tail or not tail.strip():
            elem.tail = "\n"


class FastRawHtml(MarkdownInHTMLPostprocessor):
    """Runs from place holder to place holder, where the base tries its pattern at every tag."""

    def run(self, text: str) -> str:
        """Put the HTML that was kept aside, such as code, in the place of its place holders."""
        pieces: list[str] = []
        position = 0
        for found in HTML_PLACEHOLDER_RE.finditer(text):
            start, end = found.span()
            if int(found[1]) >= self.md.htmlStash.html_counter:
                continue
            html = self.stash_to_string(self.md.htmlStash.rawHtmlBlocks[int(found[1])])
            if text.startswith("<p>", max(start - 3, position)) and text.startswith("</p>", end):
                start, end = start - 3, end + 4
                html = html if self.isblocklevel(html) else f"<p>{html}</p>"
            pieces += text[position:start], self.run(html)
            position = end
        return "".join((*pieces, text[position:])) if pieces else text


class WhereAsked(Postprocessor):
    """Runs another postprocessor where there is a place holder; the rest of them look for nothing else."""

    def __init__(self, other: Postprocessor) -> None:
        super().__init__()
        self._other = other

    def run(self, text: str) -> str:
        """Put what was kept aside in the place of its place holders."""
        return self._other.run(text) if STX in text else text
