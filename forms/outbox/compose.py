"""From a row of the outbox to the message on the wire."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from forms.outbox.list_headers import POLICY, add_unsubscribe
from forms.outbox.models import Mail

WIDTH = 72
"""Columns of a line; RFC 5322, 2.1.1 recommends at most 78."""

LONGEST_NAME = 70
"""Characters of a name beside an address; what is longer was not typed as a name."""

_NOT_IN_NAMES = re.compile(r"[^\w\s.\'’&/+-]")
"""Folding a long quoted name, Python's email package drops the quotes: a comma or @ would then make a second
address. Names go without such characters."""


class Unsendable(Exception):
    """The row cannot be made into a message; the text says why."""


def compose(
    mail: Mail,
    body: str,
    *,
    now: dt.datetime,
    mail_from: str = "",
    bounces_to: str = "",
    unsubscribe: str = "",
) -> EmailMessage:
    """The message as it goes out, plain text. `body` is the row's, with the private link filled in.

    It is sent from `mail_from`, or from the recruiter's own address when that is empty, in the recruiter's
    name; replies reach the recruiter either way. `bounces_to`, if any, stands in Return-Path, for the
    transport alone: it says it to the server, and takes it off (RFC 5321, 4.4). `unsubscribe`, if any, is
    where one click ends messages like this. Raises Unsendable for what is no address.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(mail.sender_name, mail_from or mail.reply_to)
    message["Reply-To"] = _address(mail.sender_name, mail.reply_to)
    message["To"] = _address(mail.recipient_name, mail.recipient)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = mail.message_id
    if bounces_to:
        message["Return-Path"] = f"<{bounces_to}>"
    if mail.unattended:
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office notes in return
    if unsubscribe:
        add_unsubscribe(message, unsubscribe, mail.reply_to)
    _set_text(message, body)
    return message


def flow(text: str) -> str:
    """Short lines that a small screen may join again: format=flowed (RFC 3676, 4.2).

    A line broken here ends with a space; line breaks of the writer stay. Addresses (URLs) are never broken.
    """
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    return "\n".join(part for line in lines for part in _flow_line(line.rstrip())) + "\n"


def _flow_line(line: str) -> list[str]:
    parts = textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    soft = [f"{part} " for part in parts[:-1]] + parts[-1:]
    return [f" {part}" if part.startswith((" ", ">", "From ")) else part for part in soft]


def _set_text(message: EmailMessage, body: str) -> None:
    text = flow(body)
    # Never 8bit: not every relay announces 8BITMIME, and quoted-printable passes everywhere.
    encoding = "7bit" if text.isascii() and len(max(text.split("\n"), key=len)) < 990 else "quoted-printable"
    message.set_content(text, charset="utf-8", cte=encoding, params={"format": "flowed"})


def _one_line(text: str) -> str:
    """Header text on one line: what a person typed cannot start a header of its own."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _address(name: str, address: str) -> Address:
    shown = _one_line(_NOT_IN_NAMES.sub(" ", name))[:LONGEST_NAME].strip()
    local, _, domain = address.strip().rpartition("@")
    try:
        return Address(shown, addr_spec=f"{local}@{domain.encode('idna').decode()}")
    except (ValueError, IndexError, MessageError) as error:
        raise Unsendable(f"“{address}” is not an address that mail can be sent to.") from error
