"""Files that begin with YAML between two lines `---`: articles, pages, and the messages of the endpoint.

Every key keeps the line it was written on, counted from the top of the file, so that whoever reads the values
can say where a wrong one stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml
from yaml.constructor import SafeConstructor

from core.errors import InvalidContent, Problem
from core.settings import display_path

FENCE = "---"
_CLOSING = re.compile(rf"\n{FENCE}[^\S\n]*(?![^\n])")
# What YAML, XML or HTML cannot carry, or Python-Markdown (which marks its places with \x02 and \x03).
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# English without typographic signs is checked ten times as fast by taking these out of it.
_TEXT, _LIST = "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq"
_ORDINARY = bytes(range(0x20, 0x7F)) + b"\t\n"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """Safe YAML (in C where it was built so) that leaves dates as the text that was written.

    YAML's own dates turn "2026-02-30" into an exception without a place, and refuse "2026-11-12 09:00".
    """

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own name and shape
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class Document:
    """One file: the values of its front matter, where each was written, and the text below.

    `lines` and `item_lines` count from 1 at the top of the file; `body_line` is the first line of `body`.
    """

    path: str
    values: Mapping[str, object]
    lines: Mapping[str, int]
    item_lines: Mapping[str, tuple[int, ...]]
    body: str
    body_line: int

    def line(self, name: str, item: int | None = None) -> int:
        """Where the key `name`, or the given item of its list, was written; line 1 when it was not."""
        if item is not None and item < len(self.item_lines.get(name, ())):
            return self.item_lines[name][item]
        return self.lines.get(name, 1)

    def problem(self, name: str, message: str, repair: str, *, item: int | None = None) -> Problem:
        """A problem with the value of `name`."""
        return Problem(self.path, self.line(name, item), message, repair)


def read_document(path: Path) -> Document:
    """Read and parse one file. Raises InvalidContent with every problem of its front matter."""
    shown = display_path(path)
    try:
        return parse_document(path.read_bytes().decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InvalidContent(
            [Problem(shown, line, f"not UTF-8 (byte {error.start})", "save the file as UTF-8")]
        ) from error
    except OSError as error:
        problem = Problem(
            shown, 0, f"cannot be read ({error.strerror})", "see who owns it and who may read it"
        )
        raise InvalidContent([problem]) from error


def parse_document(text: str, shown: str) -> Document:
    """Parse the text of a file that is called `shown` in messages. Raises InvalidContent."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_control_characters(text, shown)
    header, body, body_line = _split(text, shown)
    node = _compose(header, shown)
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    item_lines: dict[str, tuple[int, ...]] = {}
    problems: list[Problem] = []
    constructor = SafeConstructor()
    for name, line, value in _entries(node, header, shown):
        if name in lines:
            problems.append(
                Problem(
                    shown,
                    line,
                    f'"{name}" is written twice (first on line {lines[name]})',
                    "keep one of them",
                )
            )
            continue
        lines[name] = line
        values[name] = _construct(constructor, value)
        if isinstance(value, yaml.SequenceNode):
            item_lines[name] = tuple(_line(header, item.start_mark) for item in value.value)
    if problems:
        raise InvalidContent(problems)
    return Document(
        shown,
        MappingProxyType(values),
        MappingProxyType(lines),
        MappingProxyType(item_lines),
        body,
        body_line,
    )


def _split(text: str, shown: str) -> tuple[str, str, int]:
    """The front matter, the body, and the line on which the body begins.

    An empty line stands in for the opening fence, so that lines count from the top of the file.
    """
    first = text.partition("\n")[0]
    if first.rstrip() != FENCE:
        raise InvalidContent(
            [
                Problem(
                    shown, 1, "the file does not begin with front matter", f'begin it with a line "{FENCE}"'
                )
            ]
        )
    end = _CLOSING.search(text, len(first))
    if end:
        header = f"{text[len(first) : end.start()]}\n"
        return header, text[end.end() + 1 :], header.count("\n") + 2
    raise InvalidContent(
        [Problem(shown, 1, "the front matter that begins here has no end", f'close it with a line "{FENCE}"')]
    )


def _refuse_control_characters(text: str, shown: str) -> None:
    if text.isascii() and not text.encode("ascii").translate(None, _ORDINARY):
        return
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        message = f"control character U+{ord(found[0]):04X}"
        raise InvalidContent([Problem(shown, line, message, "delete it; it is invisible in most editors")])


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
