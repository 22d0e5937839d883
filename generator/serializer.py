"""The tree written out as HTML, as Python-Markdown's own serializer does, for the elements that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from xml.etree.ElementTree import HTML_EMPTY, Element

from markdown.serializers import (  # type: ignore[attr-defined]  # new in 3.11, not yet in its stubs
    BOOLEAN_ATTRIBUTES,
    RE_AMP,
)
from markdown.util import STX, AtomicString

_BOOLEAN = BOOLEAN_ATTRIBUTES["html"]
_RAW = frozenset({"script", "style"})
READY = f"{STX}ready"  # the tag, which no text can hold, of an element that is but its text: finished blocks


class Finished(AtomicString):
    """HTML in the place of an element's text, in which no pass replaces anything any more."""


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


def quoted(text: str) -> str:
    """The value of an attribute, as it stands between double quotes."""
    return escaped(text).replace('"', "&quot;")


def _write(element: Element, write: Callable[[str], None]) -> None:
    tag = element.tag
    start, end, is_raw = _tags(tag)
    items = element.items()
    write(f"<{tag}{_attributes(items)}>" if items else start)
    text = element.text
    if text:
        write(text if is_raw or type(text) is Finished else escaped(text))
    for child in element:
        _write(child, write)
    if end:
        write(end)
    tail = element.tail
    if tail:
        write(escaped(tail))


@lru_cache(256)
def _tags(tag: str) -> tuple[str, str, bool]:
    """A tag without attributes, its end (none for an empty element), and whether its text stays as it is."""
    if tag == READY:
        return "", "", False
    name = tag.lower()
    return f"<{tag}>", "" if name in HTML_EMPTY else f"</{tag}>", name in _RAW


def _attributes(items: Iterable[tuple[str, str | None]]) -> str:
    written = []
    for name, value in sorted(items):
        if value is None:  # as an attribute list without a value gives it
            written.append(f" {name}")
            continue
        value = quoted(value)
        written.append(f" {value}" if name == value and name in _BOOLEAN else f' {name}="{value}"')
    return "".join(written)
