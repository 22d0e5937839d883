"""Python-Markdown with our dialect, set up so that it makes the same of a text in a third of the time.

Whatever is replaced is replaced where Python-Markdown lets one: in its registries, by `build_parser`, which
is there to be overridden, and in its table of output formats. What it makes is
compared with what a plain Python-Markdown makes by `tests/generator/test_fast_markdown.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal, Self
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.admonition import AdmonitionExtension
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.md_in_html import MarkdownInHtmlExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension

from generator.contents import Contents
from generator.dialect import TOC, Footnotes, HeadingsFromTwo, heading_id
from generator.fast_blocks import FastBlockParser, FastHtmlBlocks, FastRule, FastWhitespace
from generator.fast_inline import FastInline
from generator.fast_tree import (
    FastAttributes,
    FastPrettify,
    FastRawHtml,
    FastTypography,
    FastUnescape,
    WhereAsked,
)
from generator.highlighting import Highlighting
from generator.plain_marks import PlainMarks
from generator.serializer import to_html
from generator.typography import TypographyExtension


class _Toc(TocExtension):
    TreeProcessorClass = Contents


class _Fast(Extension):
    """Puts the faster processors in the places of those that they stand in for. Comes last."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Python-Markdown's name
        md.preprocessors.register(FastWhitespace(md), "normalize_whitespace", 30)
        md.preprocessors.register(FastHtmlBlocks(md), "html_block", 20)
        md.treeprocessors.register(FastInline(md), "inline", 20)
        md.treeprocessors.register(FastPrettify(md), "prettify", 10)
        md.treeprocessors.register(FastAttributes(md), "attr_list", 8)
        md.treeprocessors.register(FastTypography(md), "typography", 6)
        md.treeprocessors.register(FastUnescape(md), "unescape", 0)
        md.postprocessors.register(WhereAsked(FastRawHtml(md)), "raw_html", 30)
        md.postprocessors.register(WhereAsked(md.postprocessors["footnote"]), "footnote", 25)
        md.postprocessors.register(WhereAsked(md.postprocessors["amp_substitute"]), "amp_substitute", 20)


class Engine(Markdown):
    """One Markdown; it belongs to the thread that made it. `reset()` it between texts."""

    output_formats: ClassVar[dict[Literal["xhtml", "html"], Callable[[Element], str]]] = {"html": to_html}
    source = ""  # the text that is being converted, without its fences
    plain = PlainMarks("")  # which reads its texts
    is_muddled = False  # marks were left without a place, or reach into other texts
    is_thorough = False  # leaves nothing to `plain`
    toc = ""
    toc_tokens: list[Any]

    def __init__(self, footnotes: Footnotes) -> None:
        toc: dict[str, Any] = TOC
        # Extensions as objects: by name, each would be looked for among all that is installed, for 40 ms.
        extensions: list[Extension] = [
            Highlighting(),
            AttrListExtension(),
            DefListExtension(),
            TableExtension(),
            AbbrExtension(),
            MarkdownInHtmlExtension(),
            SaneListExtension(),
            AdmonitionExtension(),
            footnotes,
            _Toc(slugify=heading_id, **toc),
            TypographyExtension(),
            HeadingsFromTwo(),
            _Fast(),
        ]
        super().__init__(extensions=extensions, output_format="html")

    def convert(self, source: str) -> str:
        """The HTML of a text; its contents list is in `toc`.

        Python-Markdown numbers the marks of a text. Where they are so muddled that a place holder stays, or
        pieces of one do, its number shows, and is right only if no mark was left out.
        """
        self.is_muddled = False
        made = super().convert(source)
        if self.is_muddled:
            made = self._convert_thoroughly(source)
        return made

    def _convert_thoroughly(self, source: str) -> str:
        self.reset()
        self.is_thorough = True
        try:
            return super().convert(source)
        finally:
            self.is_thorough = False

    def build_parser(self) -> Self:
        """The processors of the core, and a faster parser of blocks in the place of its own."""
        super().build_parser()
        parser = FastBlockParser(self)
        self.parser.blockprocessors.register(FastRule(self.parser), "hr", 50)
        parser.blockprocessors = self.parser.blockprocessors
        for processor in parser.blockprocessors:
            processor.parser = parser
        self.parser = parser
        return self
