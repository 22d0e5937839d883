"""Reading what comes back: delivery status notifications, and the older kinds in plain words.

Standard ones (RFC 3464, in a multipart/report) say in fields what became of the message. Of all others only
those are believed that call themselves a bounce and name a permanent error (5.x.x): a holiday note that
quotes our letter must never take an answer back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

MOST_TEXT = 64 * 1024
"""Characters of a text that are searched; bounces say it at the beginning."""

_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_PARTS = ("message/rfc822", "message/global")
_HEADER_PARTS = ("text/rfc822-headers", "message/global-headers")
_DELIVERED_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")

_BOUNCES_FROM = re.compile(r"(?i)mailer-daemon|postmaster|mail delivery (sub)?system")
_BOUNCE_SUBJECT = re.compile(
    r"(?i)undeliver|returned mail|failure notice|delivery (failure|failed|status)|mail delivery failed"
)
_DELAY_SUBJECT = re.compile(r"(?i)\b(delay|warning|still trying)")
_PERMANENT = re.compile(r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.+-])5[0-5]\d[ -](?=\S)")
_MESSAGE_ID = re.compile(r"(?im)^[>\s]*message-id:\s*(<[^<>\s]{1,300}>)")


@dataclass(frozen=True)
class Report:
    """What one notification says. `failed` False: only delayed, and still being tried.

    `id` is the same whenever the same notification is read. `message_ids`: of the message it is about;
    `addressed_to`: where the notification itself went. `reason` is one line of the server's words.
    """

    id: str
    failed: bool
    reason: str
    message_ids: tuple[str, ...]
    addressed_to: tuple[str, ...]


def read_report(raw: bytes) -> Report | None:
    """What a message of the bounce mailbox reports; None when it reports no trouble."""
    message = message_from_bytes(raw, policy=compat32)
    found = _standard(message) if _is_standard(message) else _in_words(message)
    if found is None:
        return None
    failed, reason = found
    mark = str(message["Message-ID"] or "").strip().encode("utf-8", "replace") or raw
    return Report(
        id=hashlib.sha256(mark).hexdigest(),
        failed=failed,
        reason=" ".join(reason.split())[:300],
        message_ids=tuple(dict.fromkeys(_message_ids(message))),
        addressed_to=tuple(_addressed_to(message)),
    )


def _is_standard(message: Message) -> bool:
    return any(part.get_content_type() in _STATUS_PARTS for part in message.walk())


def _standard(message: Message) -> tuple[bool, str] | None:
    """Whether it failed, and why. RFC 3464, 2.3.3: `failed` means given up, be the status a 4.x.x (a message
    that was delayed until its time was over); `delayed` means that it is still being tried.
    """
    blocks = [block for part in message.walk() for block in _status_blocks(part)]
    for action, failed in (("failed", True), ("delayed", False)):
        for block in blocks:
            if _word(block["Action"]) == action:
                return failed, _diagnosis(block)
    return None


def _status_blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a delivery-status part."""
    if part.get_content_type() not in _STATUS_PARTS:
        return
    payload = part.get_payload()
    if part.get_content_type() == _STATUS_PARTS[0] and isinstance(payload, list):
        yield from (block for block in payload if isinstance(block, Message))
        return
    for text in re.split(r"\r?\n\r?\n", part.as_string()):
        yield message_from_string(text, policy=compat32)


def _diagnosis(block: Message) -> str:
    code = str(block["Diagnostic-Code"] or "")
    return code.partition(";")[2] or code or str(block["Status"] or "The mail server gave no reason.")


def _word(field: object) -> str:
    words = str(field or "").split()
    return words[0].lower().rstrip(";") if words else ""


def _in_words(message: Message) -> tuple[bool, str] | None:
    subject = str(message["Subject"] or "")
    calls_itself_one = (
        _BOUNCES_FROM.search(str(message["From"] or ""))
        or _BOUNCE_SUBJECT.search(subject)
        or message["X-Failed-Recipients"]
    )
    if not calls_itself_one or _DELAY_SUBJECT.search(subject):
        return None
    lines = [line for text in _texts(message) for line in text.splitlines()]
    reason = next((line for line in lines if _PERMANENT.search(line)), None)
    return None if reason is None else (True, reason)


def _texts(message: Message) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_maintype() == "text":
            yield _decoded(part)[:MOST_TEXT]


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _message_ids(message: Message) -> Iterator[str]:
    """Of the message that came back, wherever the server put its headers."""
    for part in message.walk():
        kind, payload = part.get_content_type(), part.get_payload()
        if kind in _RETURNED_PARTS and isinstance(payload, list):
            yield from (str(each["Message-ID"]).strip() for each in payload if isinstance(each, Message))
        elif kind in _HEADER_PARTS or part.get_content_maintype() == "text":
            yield from _MESSAGE_ID.findall(_decoded(part)[:MOST_TEXT])
    if _is_standard(message):
        # Some servers return no headers and refer to the message as a reply would.
        yield from re.findall(r"<[^<>\s]{1,300}>", f"{message['In-Reply-To'] or ''}")


def _addressed_to(message: Message) -> Iterator[str]:
    values = [str(value) for name in _DELIVERED_TO for value in message.get_all(name, [])]
    yield from (address for _name, address in getaddresses(values) if address)
