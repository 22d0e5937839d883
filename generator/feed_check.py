"""Whether feeds and the sitemap are what their readers expect: well formed, whole, and absolute."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.parsers import expat

from generator.html import is_whole, targets

_ATOM = "{http://www.w3.org/2005/Atom}"
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# Where, in the HTML of a text, an address may begin that is none of the web. To take each tag apart takes six
# times as long, so that is done only with texts that have one.
_SUSPECT = re.compile(r"""=(?<=(?:href|\ssrc|ster|cite)=)["'](?!https?://[A-Za-z0-9.-]+[/?#"'])""")
# What RFC 4287, 4.1.1 and 4.1.2, asks of a feed and of each entry.
_REQUIRED = ("id", "title", "updated")


def faults_of_feed(text: str | bytes) -> Iterator[str]:
    """What is wrong with an Atom feed (RFC 4287), a sentence each."""
    root = yield from _root(text, f"{_ATOM}feed")
    if root is None:
        return
    entries = root.findall(f"{_ATOM}entry")
    for element in (root, *entries):
        for name in _REQUIRED:
            if not (element.findtext(f"{_ATOM}{name}") or "").strip():
                yield f"{_called(element)} has no {name}"
    identities = [entry.findtext(f"{_ATOM}id") for entry in entries]
    if len(identities) != len(set(identities)):
        yield "two entries have the same id"
    yield from _relative(root)


def faults_of_sitemap(text: str | bytes) -> Iterator[str]:
    """What is wrong with a sitemap (sitemaps.org), a sentence each."""
    root = yield from _root(text, f"{_SITEMAP}urlset")
    if root is None:
        return
    places = [place.text or "" for place in root.iter(f"{_SITEMAP}loc")]
    yield from (f'"{place}" is no absolute address' for place in places if not _is_absolute(place))
    if len(places) != len(set(places)):
        yield "an address is listed twice"


def _root(text: str | bytes, tag: str) -> Generator[str, None, ElementTree.Element | None]:
    try:
        root = _tree(text)
    except expat.ExpatError as error:
        yield f"it is not well-formed XML: {error}"
        return None
    if root.tag != tag:
        yield f"it begins with <{root.tag.rpartition('}')[2]}>, not <{tag.rpartition('}')[2]}>"
        return None
    return root


def _tree(text: str | bytes) -> ElementTree.Element:
    """The elements of an XML text; prefixes of attributes are not resolved. Raises ExpatError.

    As `ElementTree.fromstring` in less than half the time: escaped HTML reaches that in ten thousand pieces,
    a few characters each, which Expat puts together when it is asked to.
    """
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        builder.start(f"{{{name}" if "}" in name else name, attributes)

    parser.StartElementHandler = start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.Parse(text, True)
    return builder.close()


def _relative(root: ElementTree.Element) -> Iterator[str]:
    """Addresses that only a browser on the site could follow."""
    for link in root.iter(f"{_ATOM}link"):
        if not _is_absolute(link.get("href", "")):
            yield f'the link "{link.get("href", "")}" is not absolute'
    for content in (*root.iter(f"{_ATOM}content"), *root.iter(f"{_ATOM}summary")):
        if content.get("type") == "html" and _SUSPECT.search(content.text or ""):
            for target in targets(content.text or ""):
                if not _is_absolute(target):
                    yield f'the link "{target}" in a text is not absolute'


def _is_absolute(target: str) -> bool:
    if is_whole(target):
        return True
    parts = urlsplit(target)
    return bool(parts.netloc) if parts.scheme in {"http", "https"} else bool(parts.scheme)


def _called(element: ElementTree.Element) -> str:
    return "the feed" if element.tag == f"{_ATOM}feed" else f'"{element.findtext(f"{_ATOM}title")}"'
