"""What every application compiles alike, compiled once for all the tests of a process.

A test makes an application of its own, and that takes longer than what it then tries: Jinja compiles each
template that is shown, and Werkzeug two functions for each rule. Both come out the same every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType

import pytest
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


class CompiledTemplates(BytecodeCache):
    """Keeps the code of templates in memory, by their name and text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


COMPILED_TEMPLATES = CompiledTemplates()
"""For the environment of an application that was made by `create_app`: all of these are set up alike."""


@contextmanager
def address_builders_kept() -> Iterator[None]:
    """Meanwhile the functions that build addresses are compiled once for rules that are alike."""
    kept: dict[str, Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # All that the function is made from; it gets the rule itself when it is called.
        key = repr((rule.rule, rule._trace, rule.defaults, append_unknown))
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield
