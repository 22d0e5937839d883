"""The tree written out as HTML, as Python-Markdown's own serializer does, for the elements that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.etree.ElementTree import HTML_EMPTY, Element

from markdown.serializers import (  # type: ignore[attr-defined]  # new in 3.11, not yet in its stubs
    BOOLEAN_ATTRIBUTES,
    RE_AMP,
)

_BOOLEAN = BOOLEAN_ATTRIBUTES["html"]
_RAW = frozenset({"script", "style"})


def to_html(element: Element) -> str:
    """The element with all that is in it, and its tail."""
    pieces: list[str] = []
    _write(element, pieces.append)
    return "".join(pieces)


def escaped(text: str) -> str:
    """Text with its markup escaped; an ampersand that begins an entity stays."""
    if "&" in text:
        text = RE_AMP.sub("&amp;", text)
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def _write(element: Element, write: Callable[[str], None]) -> None:
    tag = element.tag
    items = element.items()
    write(f"<{tag}{_attributes(items)}>" if items else f"<{tag}>")
    text = element.text
    if text:
        write(text if tag.lower() in _RAW else escaped(text))
    for child in element:
        _write(child, write)
    if tag.lower() not in HTML_EMPTY:
        tail = element.tail
        write(f"</{tag}>{escaped(tail)}" if tail else f"</{tag}>")
    elif element.tail:
        write(escaped(element.tail))


def _attributes(items: Iterable[tuple[str, str | None]]) -> str:
    written = []
    for name, value in sorted(items):
        if value is None:  # as an attribute list without a value gives it
            written.append(f" {name}")
            continue
        value = escaped(value).replace('"', "&quot;")
        written.append(f" {value}" if name == value and name in _BOOLEAN else f' {name}="{value}"')
    return "".join(written)
