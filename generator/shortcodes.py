"""Short codes: what Markdown has no words for, on lines of their own.

    {{ figure "/images/desk.jpg" alt="A desk with three letters" caption="Every morning, *ten minutes*." }}

    {{ callout "Worth knowing" }}
    Any Markdown.
    {{ end }}

They are replaced in the text before it becomes HTML. Fenced code is left alone, so that a text can show them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from core.errors import did_you_mean

_LINE = re.compile(r"\{\{\s*(?P<name>[A-Za-z-]+)(?P<rest>.*?)\}\}\s*")
_OPENED = re.compile(r"\{\{\s*[A-Za-z-]+(\s|\})")
_ARGUMENT = re.compile(r"""\s+(?:(?P<key>[A-Za-z-]+)=)?"(?P<value>[^"]*)"|(?P<junk>\s*\S.*)""")
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})")
END = "end"
REPAIR = 'write {{ name "what it needs" key="value" }} on a line of its own'


@dataclass(frozen=True)
class Fault:
    """What is wrong with a short code; `line` counts from 1 at the top of the text."""

    line: int
    message: str
    repair: str


@dataclass(frozen=True)
class Expanded:
    """A text whose short codes were replaced, and what is wrong with those that were not."""

    text: str
    faults: tuple[Fault, ...] = ()


class _Wrong(Exception):  # it says what is wrong with one short code, to this module alone
    def __init__(self, message: str, repair: str) -> None:
        super().__init__(message)
        self.message = message
        self.repair = repair


@dataclass(frozen=True)
class _Code:
    """A short code as written: its first value stands without a key."""

    name: str
    value: str | None
    named: Mapping[str, str]


def expand(text: str) -> Expanded:
    """Replace every short code of a text in Markdown."""
    if "{{" not in text:
        return Expanded(text)
    lines: list[str] = []
    faults: list[Fault] = []
    opened: list[int] = []
    for number, line, is_code in _lines(text):
        if is_code or not _OPENED.match(line):
            lines.append(line)
            continue
        try:
            lines += _replaced(_parse(line), opened, number)
        except _Wrong as wrong:
            faults.append(Fault(number, wrong.message, wrong.repair))
    for number in opened:
        faults.append(Fault(number, "the callout that begins here has no end", "close it with {{ end }}"))
    return Expanded("\n".join(lines), tuple(sorted(faults, key=lambda fault: fault.line)))


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """Number and text of each line, and whether it belongs to fenced code."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        found = _FENCE.match(line)
        if fence:
            yield number, line, True
            if found and found["mark"].startswith(fence) and line.strip() == found["mark"]:
                fence = ""
        elif found:
            fence = found["mark"]
            yield number, line, True
        else:
            yield number, line, False


def _parse(line: str) -> _Code:
    found = _LINE.fullmatch(line)
    if found is None:
        raise _Wrong(f"the short code is not closed: {line.strip()}", REPAIR)
    value: str | None = None
    named: dict[str, str] = {}
    for argument in _ARGUMENT.finditer(found["rest"].rstrip()):
        if argument["junk"]:
            raise _Wrong(f"not understood: {argument['junk'].strip()}", REPAIR)
        if argument["key"] is None and value is None and not named:
            value = argument["value"]
        elif argument["key"] is None or argument["key"] in named:
            raise _Wrong(f'"{argument["value"]}" is one value too many', REPAIR)
        else:
            named[argument["key"]] = argument["value"]
    return _Code(found["name"], value, named)


def _replaced(code: _Code, opened: list[int], number: int) -> list[str]:
    if code.name not in _CODES:
        raise _Wrong(f'unknown short code "{code.name}"', did_you_mean(code.name, _CODES))
    return _CODES[code.name](code, opened, number)


def _figure(code: _Code, _opened: list[int], _number: int) -> list[str]:
    _only(code, {"alt", "caption"})
    if not code.value:
        raise _Wrong("the figure names no picture", 'write {{ figure "/images/desk.jpg" alt="…" }}')
    if "alt" not in code.named:
        repair = 'add alt="what the picture shows", or alt="" for mere decoration'
        raise _Wrong("the figure has no text for those who cannot see it", repair)
    picture = f'<img src="{html.escape(code.value)}" alt="{html.escape(code.named["alt"])}">'
    caption = code.named.get("caption", "")
    note = [f'<figcaption markdown="span">{caption}</figcaption>'] if caption else []
    return ["", '<figure markdown="block">', picture, *note, "</figure>", ""]


def _callout(code: _Code, opened: list[int], number: int) -> list[str]:
    _only(code, set())
    if opened:
        raise _Wrong("a callout within a callout", f"end the one of line {opened[-1]} first")
    opened.append(number)
    title = [f'<p class="callout-title" markdown="span">{code.value}</p>', ""] if code.value else []
    return ["", '<aside class="callout" markdown="block">', "", *title]


def _end(code: _Code, opened: list[int], _number: int) -> list[str]:
    _only(code, set())
    if not opened:
        raise _Wrong("there is nothing to end here", 'begin it with {{ callout "…" }}')
    opened.pop()
    return ["", "</aside>", ""]


def _only(code: _Code, keys: set[str]) -> None:
    for key in code.named:
        if key not in keys:
            repair = did_you_mean(key, keys) if keys else f"{code.name} takes no keys"
            raise _Wrong(f'{code.name} has no "{key}"', repair)


_CODES: dict[str, Callable[[_Code, list[int], int], list[str]]] = {
    "figure": _figure,
    "callout": _callout,
    END: _end,
}
