"""Jinja for the pages of the site: thousands of them, made from the same few templates.

What comes out is what Flask's own Jinja makes, character for character; what it does for every page, and for
every value on it, takes a fraction of the time here.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from keyword import iskeyword
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape


def escaped(value: object) -> str:
    """The value with its markup escaped, as `markupsafe.escape` does it.

    Most values have nothing to escape. Nor need the result be marked as safe: it only goes into the page.
    """
    if type(value) is str:
        if not ("&" in value or "<" in value or ">" in value or '"' in value or "'" in value):
            return value
    elif type(value) is Markup:
        return value
    elif type(value) is int:
        return str(value)
    return escape(value)


class _Generator(CodeGenerator):
    """Writes the code of templates as Jinja does, but for what is done for every piece of a page.

    - Values are escaped by `escaped`.
    - A template and a block collect their pieces in a list, as Jinja's macros do, and yield them as one:
      else each piece would be handed through all the generators around it.
    - Functions are called as they are. Jinja looks first whether one asks for the context; none of those that
      our templates name does, and a macro knows by itself whether it escapes.
    """

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escape = environment.escaped")

    def enter_frame(self, frame: Frame) -> None:
        super().enter_frame(frame)
        if _is_whole(frame):
            self.buffer(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        super().leave_frame(frame, with_python_scope)
        if _is_whole(frame):
            self.writeline(f"yield concat({frame.buffer})")

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:  # noqa: N802  # Jinja's name
        if node.scoped or node.required or (frame.toplevel and self.extends_so_far):
            super().visit_Block(node, frame)
        else:
            self.writeline(f"{frame.buffer}.extend(context.blocks[{node.name!r}][0](context))", node)

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:  # noqa: N802  # Jinja's name
        if not node.with_context:  # Jinja would yield its pieces at once, before those that are collected
            self.fail("an include without context has no place here: leave these words out", node.lineno)
        super().visit_Include(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        named = any(iskeyword(given.key) for given in node.kwargs)
        if forward_caller or named or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for given in (*node.args, *node.kwargs):
            self.visit(given, frame)
            self.write(", ")
        self.write(")")


def _is_whole(frame: Frame) -> bool:
    """Whether it is that of a template or of a block, and of nothing within."""
    return frame.rootlevel or frame.block_frame


class SiteEnvironment(Environment):
    """The environment of the site app. What templates may name is set before the first of them is loaded."""

    code_generator_class = _Generator
    escaped = staticmethod(escaped)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dictionary: in Jinja's two seen as one, each import of a template compares names one by one."""
        return {**self.globals, **(d or {})}
