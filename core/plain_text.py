"""What visitors write, as HTML: paragraphs, line breaks and links, and nothing else of theirs.

Every character goes through escaping; the only tags are ours. Links are told from text by a pattern that
stops at whatever could end an attribute, and are marked as what visitors wrote (`ugc`) and as no
recommendation
(`nofollow`): https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markupsafe import Markup, escape

LINK_RELATION = "nofollow ugc"
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\{}|^\x00-\x1f\x7f]+", re.IGNORECASE)
_AFTER = ".,:;!?…"  # ends a sentence more often than an address
_PAIRS = {")": "(", "]": "["}
# Direction marks that make a text read other than it is written (Unicode TR 36), other unseen characters, and
# what is no character: neither XML nor UTF-8 can carry that.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufffe\uffff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """A text as it is kept: lines end with a newline, no unseen characters, no more than one empty line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"\n{3,}", "\n\n", _UNSEEN.sub("", lines)).strip()


def as_html(text: str) -> Markup:
    """The text as paragraphs. Safe to show whatever was written."""
    blocks = re.split(r"\n[ \t]*\n+", clean(text))
    return Markup("\n").join(Markup("<p>{}</p>").format(_lines(block)) for block in blocks if block.strip())


def links_in(text: str) -> list[str]:
    """The addresses that `as_html` makes links of, in order."""
    return [address for found in _ADDRESS.finditer(clean(text)) if (address := _address(found[0])[0])]


def is_web_address(text: str) -> bool:
    """Whether a text is one whole http(s) address with a host, without a user name or unseen characters."""
    if _ADDRESS.fullmatch(text) is None or _UNSEEN.search(text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _lines(block: str) -> Markup:
    return Markup("<br>\n").join(_linked(line) for line in block.split("\n"))


def _linked(line: str) -> Markup:
    made = Markup()
    end = 0
    for found in _ADDRESS.finditer(line):
        address, _rest = _address(found[0])
        if address:
            made += escape(line[end : found.start()])
            made += Markup('<a href="{}" rel="{}">{}</a>').format(address, LINK_RELATION, address)
            end = found.start() + len(address)
    return made + escape(line[end:])


def _address(found: str) -> tuple[str, str]:
    """The address, and what stands after it in the sentence; '' when it is none after all."""
    address = found
    while address and (address[-1] in _AFTER or _closes_nothing(address)):
        address = address[:-1]
    return (address if is_web_address(address) else ""), found[len(address) :]


def _closes_nothing(address: str) -> bool:
    """Whether the last character is a bracket that was opened before the address."""
    opening = _PAIRS.get(address[-1])
    return opening is not None and address.count(opening) < address.count(address[-1])
