"""Files that begin with YAML between two lines `---`: articles, pages, and the messages of the endpoint.

Every key keeps the line it was written on, counted from the top of the file, so that whoever reads the values
can say where a wrong one stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from core.errors import InvalidContent, Problem
from core.plain_yaml import read_plain
from core.settings import display_path

FENCE = "---"
_CLOSING = re.compile(rf"\n{FENCE}[^\S\n]*(?![^\n])")
# What YAML, XML or HTML cannot carry, or Python-Markdown (which marks its places with \x02 and \x03).
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# English without typographic signs is checked ten times as fast by taking these out of it.
_ORDINARY = bytes(range(0x20, 0x7F)) + b"\t\n"


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
    read = read_plain(header)
    if read is None:
        from core.full_yaml import read_yaml  # here: to load YAML takes longer than a look at a small site

        read = read_yaml(header, shown)
    return Document(
        shown,
        MappingProxyType(read.values),
        MappingProxyType(read.lines),
        MappingProxyType(read.item_lines),
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
