"""Front matter as YAML, whatever its kind, with the line of every key; `plain_yaml` reads most of it."""

from __future__ import annotations

from collections.abc import Iterator

import yaml
from yaml.constructor import SafeConstructor

from core.errors import InvalidContent, Problem
from core.frontmatter import FENCE
from core.plain_yaml import Header

_TEXT, _LIST = "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """Safe YAML (in C where it was built so) that leaves dates as the text that was written.

    YAML's own dates turn "2026-02-30" into an exception without a place, and refuse "2026-11-12 09:00".
    """

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own name and shape
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_yaml(header: str, shown: str) -> Header:
    """What stands in front matter, whose line 1 is left empty. Raises InvalidContent."""
    node = _compose(header, shown)
    read = Header({}, {}, {})
    problems: list[Problem] = []
    constructor = SafeConstructor()
    for name, line, value in _entries(node, header, shown):
        if name in read.lines:
            message = f'"{name}" is written twice (first on line {read.lines[name]})'
            problems.append(Problem(shown, line, message, "keep one of them"))
            continue
        read.lines[name] = line
        read.values[name] = _construct(constructor, value)
        if isinstance(value, yaml.SequenceNode):
            read.item_lines[name] = tuple(_line(header, item.start_mark) for item in value.value)
    if problems:
        raise InvalidContent(problems)
    return read


def _compose(header: str, shown: str) -> yaml.MappingNode | None:
    try:
        node = yaml.compose(header, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        # An open quote is noticed only at the end: say where it was opened.
        open_quote = "quoted scalar" in (error.context or "")
        mark = error.context_mark if open_quote else error.problem_mark or error.context_mark
        line = _line(header, mark) if mark else 1
        reason = error.problem or error.context or "not YAML"
        raise InvalidContent([Problem(shown, line, f"not YAML: {reason}", _YAML_REPAIR)]) from error
    if node is None or isinstance(node, yaml.MappingNode):
        return node
    raise InvalidContent(
        [Problem(shown, _line(header, node.start_mark), "not a list of keys and values", _YAML_REPAIR)]
    )


_YAML_REPAIR = f'write "key: value" lines, put text that holds a colon in quotes, and close with "{FENCE}"'


def _entries(node: yaml.MappingNode | None, header: str, shown: str) -> Iterator[tuple[str, int, yaml.Node]]:
    for key, value in node.value if node else ():
        line = _line(header, key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            raise InvalidContent([Problem(shown, line, "a key that is not a word", _YAML_REPAIR)])
        yield key.value, line, value


def _construct(constructor: SafeConstructor, node: yaml.Node) -> object:
    """The plain value of a node. YAML's dates never arise: see `_Loader`."""
    if _is_text(node):  # as nearly all are
        return node.value
    if isinstance(node, yaml.SequenceNode) and all(map(_is_text, node.value)) and node.tag == _LIST:
        return [item.value for item in node.value]
    try:
        value: object = constructor.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError):
        # An odd tag (`!x`) or number: hand over what was written, and let the reader of the key refuse it.
        value = getattr(node, "value", "")
    return value


def _is_text(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == _TEXT


def _line(header: str, mark: yaml.Mark) -> int:
    """YAML also ends lines at U+0085, U+2028 and U+2029, which editors do not: count the newlines instead."""
    return header.count("\n", 0, mark.index) + 1
