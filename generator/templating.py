"""Jinja for the pages of the site: thousands of them, made from the same few templates.

What comes out is what Flask's own Jinja makes, character for character; two things that it does for every
page, and for every value on it, take a fraction of the time here.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import escape


def escaped(value: object) -> str:
    """The value with its markup escaped, as `markupsafe.escape` does it.

    Most values have nothing to escape. Nor need the result be marked as safe: it only goes into the page.
    """
    if type(value) is str and not (
        "&" in value or "<" in value or ">" in value or '"' in value or "'" in value
    ):
        return value
    return escape(value)


class _Generator(CodeGenerator):
    """Writes `environment.escaped(…)` around each value of a template, in the place of `escape(…)`."""

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class SiteEnvironment(Environment):
    """The environment of the site app. What templates may name is set before the first of them is loaded."""

    code_generator_class = _Generator
    escaped = staticmethod(escaped)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dictionary: in Jinja's two seen as one, each import of a template compares names one by one."""
        return {**self.globals, **(d or {})}
