"""Code with colours: Python-Markdown's fences and highlighting, brought in by the first text that holds code.

They import Pygments, which a start of the program should not wait for when no code is to be coloured.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from generator.dialect import CODE

if TYPE_CHECKING:
    from markdown.extensions.fenced_code import FencedBlockPreprocessor
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexer import Lexer

FORMATTERS = 32  # kept; each knows one set of options, and articles use few
LANGUAGES = 256  # kept; unknown ones, too
BLOCKS = 256  # of code kept with their colours: an article that is edited, as in a preview, has most of them


class Highlighting(Extension):
    """Registers, in the places of `fenced_code` and `codehilite`, those who bring these in."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Python-Markdown's name
        tools = _Tools(md)
        md.preprocessors.register(_Fences(tools), "fenced_code_block", 25)
        md.treeprocessors.register(_CodeBlocks(tools), "hilite", 30)


class _Tools:
    """Python-Markdown's own two processors, once they are wanted."""

    def __init__(self, md: Markdown) -> None:
        self.md = md
        self.fences: Preprocessor | None = None
        self.blocks: Treeprocessor | None = None

    def bring_in(self) -> None:
        """Import them, with Pygments: here for the reason in the first lines of this module."""
        from markdown.extensions.codehilite import CodeHiliteExtension, HiliteTreeprocessor
        from markdown.extensions.fenced_code import FencedCodeExtension

        settings: dict[str, Any] = {**CODE, "pygments_formatter": _formatters()}
        highlighting = CodeHiliteExtension(**settings)
        self.md.registerExtension(highlighting)  # where the fences look for its settings
        self.fences = _quick_fences(_colours(highlighting.getConfigs()))(
            self.md, FencedCodeExtension().getConfigs()
        )
        self.blocks = blocks = HiliteTreeprocessor(self.md)
        blocks.config = highlighting.getConfigs()


class _Fences(Preprocessor):
    def __init__(self, tools: _Tools) -> None:
        super().__init__(tools.md)
        self._tools = tools

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if not _signs(text):
            return lines
        if self._tools.fences is None:
            self._tools.bring_in()
        assert self._tools.fences is not None
        return self._tools.fences.run(lines)


class _CodeBlocks(Treeprocessor):
    def __init__(self, tools: _Tools) -> None:
        super().__init__(tools.md)
        self._tools = tools

    def run(self, root: Element) -> None:
        if next(root.iter("pre"), None) is None:
            return
        if self._tools.blocks is None:
            self._tools.bring_in()
        assert self._tools.blocks is not None
        self._tools.blocks.run(root)


def _quick_fences(coloured: Callable[[str, str], str]) -> type[FencedBlockPreprocessor]:
    """The base for texts with options at their fences; for others, what hands their code to `coloured`."""
    from markdown.extensions.fenced_code import FencedBlockPreprocessor  # for the same reason

    class QuickFences(FencedBlockPreprocessor):
        FENCED_BLOCK_RE = _from_sign_to_sign(FencedBlockPreprocessor.FENCED_BLOCK_RE)

        def run(self, lines: list[str]) -> list[str]:
            text = "\n".join(lines)
            fences = list(self.FENCED_BLOCK_RE.finditer(text, *_fenced_part(text)))
            if any(fence["attrs"] or fence["hl_lines"] for fence in fences):
                return super().run(lines)
            pieces: list[str] = []
            position = 0
            for fence in fences:
                placeholder = self.md.htmlStash.store(coloured(fence["code"], fence["lang"] or ""))
                pieces += text[position : fence.start()], f"\n{placeholder}\n"
                position = fence.end()
            return "".join((*pieces, text[position:])).split("\n")

    return QuickFences


def _signs(text: str) -> list[str]:
    """Which fences the text may have. One sign is found sooner than three of them are not."""
    return [sign for sign in ("```", "~~~") if sign[0] in text and sign in text]


def _fenced_part(text: str) -> tuple[int, int]:
    """Where the first line that may be a fence begins, and the last one ends."""
    signs = _signs(text)
    end = text.find("\n", max(text.rfind(sign) for sign in signs))
    return min(text.find(sign) for sign in signs), len(text) if end < 0 else end


def _colours(settings: dict[str, Any]) -> Callable[[str, str], str]:
    """What colours code in a language as `CodeHilite` does, with what it would do again each time kept."""
    from markdown.extensions.codehilite import CodeHilite  # for the same reason
    from pygments import highlight

    options = CodeHilite("", style=settings.pop("pygments_style"), **settings).options
    formatter = settings["pygments_formatter"](lang_str="", **options)

    @lru_cache(BLOCKS)
    def coloured(code: str, language: str) -> str:
        made: str = highlight(code.strip("\n"), _kind_of_lexer(language)(**options), formatter)
        return made

    return coloured


@lru_cache(LANGUAGES)
def _kind_of_lexer(language: str) -> type[Lexer]:
    """The lexer of a language, or of plain text. Pygments looks through all there are for it, and plugins."""
    from pygments.lexers import find_lexer_class_by_name  # for the same reason
    from pygments.util import ClassNotFound

    try:
        return find_lexer_class_by_name(language)
    except ClassNotFound:
        return find_lexer_class_by_name("text")


def _from_sign_to_sign(fence: re.Pattern[str]) -> re.Pattern[str]:
    """The same pattern, with the sign before the condition that it begin a line.

    `re` runs from sign to sign when a pattern begins with literals, and else tries it at every character.
    """
    slow, quick = "^(?:~{3,}|`{3,})", "(?:~(?<=^~)~{2,}|`(?<=^`)`{2,})"
    return re.compile(fence.pattern.replace(slow, quick), fence.flags)


def _formatters() -> Any:
    """What makes formatters of their options, as Python-Markdown calls it.

    A formatter works its style sheet out when it is made, which takes longer than colouring a few lines: each
    is made once.
    """
    from pygments.formatters.html import HtmlFormatter  # for the same reason

    @lru_cache(FORMATTERS)
    def made(options: tuple[tuple[str, Any], ...]) -> HtmlFormatter[str]:
        return HtmlFormatter[str](**dict(options))

    def formatter(**options: Any) -> HtmlFormatter[str]:
        del options["lang_str"]  # for formatters of one's own; this one takes no notice
        return made(tuple((name, _hashable(value)) for name, value in options.items()))

    return formatter


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
