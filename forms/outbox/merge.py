"""Merge fields in plain text: which there are, what is still open, and filling them in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from core.errors import did_you_mean
from forms.outbox.models import STATUS_LINK, UNSUBSCRIBE_LINK

LINK_FIELD = "status_link"
UNSUBSCRIBE_FIELD = "unsubscribe_link"
CODE_FIELD = "code"
WHILE_SENDING = {
    LINK_FIELD: STATUS_LINK,
    CODE_FIELD: "{{ code }}",
    UNSUBSCRIBE_FIELD: UNSUBSCRIBE_LINK,
}
"""What the worker fills in, and what stands there until then."""

FIELDS = (
    "candidate_name",
    "job_title",
    "client_name",
    "recruiter_name",
    "recruiter_email",
    "recruiter_phone",
    LINK_FIELD,
    UNSUBSCRIBE_FIELD,
    "site_title",
    "reason",
    "observation",
    "next_date",
    "commenter_name",
    "comment_text",
    "replier_name",
    "article_title",
    "article_link",
    "desk_link",
    "referred_name",
    "referrer_name",
    "held",
    CODE_FIELD,
)
"""Every merge field. Those of WHILE_SENDING are filled by the worker; all others by who writes."""

DISPENSABLE = ("recruiter_phone",)
"""Fields that may be known to be empty: a line that holds nothing else then goes with them."""

_FIELD = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LINK = re.compile(rf"\{{\{{\s*(?:{LINK_FIELD}|{CODE_FIELD})\s*\}}\}}")
"""Where what is made while sending goes: a private link, or a code, which is one that can be typed."""
_UNSUBSCRIBE = re.compile(r"\{\{\s*" + UNSUBSCRIBE_FIELD + r"\s*\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_BETWEEN_BRACES = re.compile(r"(?<=\{)(?=\{)|^(?=\{)|(?<=\{)$")
_LIST_ITEM = re.compile(r"\s*([-*+]|\d+[.)])\s")
_KEPT_BREAK = re.compile(r"(\\| {2,})$", re.MULTILINE)


def fields_in(text: str) -> list[str]:
    """The names between double braces, known or not, in order."""
    return _FIELD.findall(text)


def unfilled(text: str) -> tuple[str, ...]:
    """The fields still open in a text, each once, in order; not those that the worker fills."""
    return tuple(dict.fromkeys(name for name in fields_in(text) if name not in WHILE_SENDING))


def has_broken_field(text: str) -> bool:
    """Whether braces are opened or closed without making a field on this line."""
    return _BRACES.search(_FIELD.sub("", text)) is not None


def mentions_status_link(text: str) -> bool:
    """Whether the worker will have a private link to put into this text."""
    return _LINK.search(text) is not None


def put_status_link(text: str, link: str) -> str:
    """The text with the private link in its places."""
    return _LINK.sub(lambda _found: link, text)


def mentions_unsubscribe_link(text: str) -> bool:
    """Whether the text has a place for the address that switches invitations off."""
    return _UNSUBSCRIBE.search(text) is not None


def put_unsubscribe_link(text: str, link: str) -> str:
    """The text with the address that switches invitations off in its places."""
    return _UNSUBSCRIBE.sub(lambda _found: link, text)


def known_values(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields that have a value, made safe to put into a text.

    Raises ValueError for a name that is no field, and for a private link: those are made while sending.
    """
    for name, value in fields.items():
        if name in WHILE_SENDING and value != WHILE_SENDING[name]:
            raise ValueError(f"{name} is filled while sending: a private link is never kept")
        if name not in FIELDS:
            raise ValueError(f"{name} is no merge field: {did_you_mean(name, FIELDS)}")
    return {
        name: _plain(value) for name, value in fields.items() if value.strip() and name not in WHILE_SENDING
    }


def fill(text: str, known: Mapping[str, str]) -> str:
    """The text with the known fields filled, in one pass: values are not searched for fields of their own."""
    return _FIELD.sub(lambda found: known.get(found[1], f"{{{{ {found[1]} }}}}"), text)


def only_field(line: str) -> str:
    """The name of the field that is all of a line, or ''."""
    found = _FIELD.fullmatch(line.strip())
    return found[1] if found else ""


def joined(lines: list[str]) -> str:
    """The text with each paragraph on one line, but for the breaks that were meant."""
    text = lines[0] if lines else ""
    for before, line in pairwise(lines):
        text += f"\n{line}" if _stays_apart(before, line) else f" {line.strip()}"
    return _KEPT_BREAK.sub("", text)


def _stays_apart(before: str, line: str) -> bool:
    if not before.strip() or not line.strip() or before.endswith(("\\", "  ")):
        return True
    return bool(only_field(before) or only_field(line) or _LIST_ITEM.match(line))


def _plain(value: str) -> str:
    """A value that later steps cannot take for a field: the braces that would open one are set apart."""
    return _BETWEEN_BRACES.sub(" ", value.strip())
