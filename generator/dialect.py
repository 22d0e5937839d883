"""The Markdown that articles are written in: which extensions, and what is our own about them."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.treeprocessors import Treeprocessor

from core.slugs import slugify

# Ids of the layout, which a heading must not take.
LAYOUT_IDS = frozenset({"top", "main", "contents", "contents-title", "comments", "related", "search"})
TOC = {"marker": "", "toc_depth": "2-3"}
CODE = {"css_class": "highlight", "guess_lang": False}
_ONE_LOWER = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h6", "h6": "h6"}


class Footnotes(FootnoteExtension):
    """Footnotes whose ids carry the slug of the article, so that two articles can share a page or a feed."""

    slug = ""

    def __init__(self) -> None:
        super().__init__(
            UNIQUE_IDS=True, BACKLINK_TEXT="↩\ufe0e", BACKLINK_TITLE="Back to note {} in the text"
        )

    def makeFootnoteId(self, id: str) -> str:  # noqa: N802  # Python-Markdown's names
        return f"fn:{self.slug}-{id}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:  # noqa: N802
        return str(self.unique_ref(f"fnref:{self.slug}-{id}", found))


class HeadingsFromTwo(Extension):
    """The title is the page's first-level heading: a body that uses `#` is moved down by one level."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.treeprocessors.register(_ShiftHeadings(md), "headings-from-two", 7)


class _ShiftHeadings(Treeprocessor):
    def run(self, root: Element) -> None:
        if next(root.iter("h1"), None) is None:
            return
        for element in root.iter():
            element.tag = _ONE_LOWER.get(element.tag, element.tag)


def heading_id(text: str, _separator: str) -> str:
    """The id of a heading with this text."""
    slug = slugify(text) or "section"
    return f"{slug}-section" if slug in LAYOUT_IDS else slug
