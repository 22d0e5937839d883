"""Code with colours: Python-Markdown's fences and highlighting, brought in by the first text that holds code.

They import Pygments, which a start of the program should not wait for when no code is to be coloured.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from generator.dialect import CODE

if TYPE_CHECKING:
    from pygments.formatters.html import HtmlFormatter

FORMATTERS = 32  # kept; each knows one set of options, and articles use few


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
        from markdown.extensions.fenced_code import (
            FencedBlockPreprocessor,
            FencedCodeExtension,
        )

        class Quick(FencedBlockPreprocessor):
            FENCED_BLOCK_RE = _from_sign_to_sign(FencedBlockPreprocessor.FENCED_BLOCK_RE)

        settings: dict[str, Any] = {**CODE, "pygments_formatter": _formatters()}
        highlighting = CodeHiliteExtension(**settings)
        self.md.registerExtension(highlighting)  # where the fences look for its settings
        self.fences = Quick(self.md, FencedCodeExtension().getConfigs())
        self.blocks = blocks = HiliteTreeprocessor(self.md)
        blocks.config = highlighting.getConfigs()


class _Fences(Preprocessor):
    def __init__(self, tools: _Tools) -> None:
        super().__init__(tools.md)
        self._tools = tools

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if "```" not in text and "~~~" not in text:
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
