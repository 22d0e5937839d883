"""A candidate's personal link, and the ways to send it: words, addresses of other programs, a QR code.

Nothing is loaded from anybody, and nobody is told anything before the candidate chooses a way.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import segno

from forms import links
from forms.links import Link, Purpose
from forms.outbox.template import TemplateUse, load_template, render
from forms.referrals.mail import Referrer
from forms.store.collection import use_case
from forms.store.protocol import Reader, Transaction

FORWARD = TemplateUse(
    "referral-forward",
    "the message that a candidate forwards with their personal link",
    ("candidate_name", "recruiter_name", "site_title"),
)

QR_MODULE = 4
"""Pixels of one module; with the quiet zone of four modules around, as ISO/IEC 18004 asks for."""


@dataclass(frozen=True)
class Way:
    """A way to send it: what the link says, where it leads, and a hint where the text cannot come along."""

    label: str
    url: str
    hint: str = ""


@dataclass(frozen=True)
class Forwarding:
    """What a candidate forwards: `message` ends with `url`. `qr`: an SVG picture of `url`."""

    link: Link
    url: str
    subject: str
    message: str
    qr: str
    ways: tuple[Way, ...]


def personal_link(reader: Reader, referrer_id: str, *, secret: bytes, now: dt.datetime) -> Link | None:
    """The newest personal link that is live and can be shown; after a change of the secret key, none can."""
    return next(
        (
            each
            for each in links.links_of(reader, referrer_id)
            if each.purpose is Purpose.PERSONAL and each.is_live(now) and links.token_again(each, secret)
        ),
        None,
    )


@use_case
def make_link(
    tx: Transaction, referrer_id: str, *, secret: bytes, now: dt.datetime, lifetime: dt.timedelta
) -> Link:
    """The candidate's personal link, made when there is none: a second click makes no second one."""
    present = personal_link(tx, referrer_id, secret=secret, now=now)
    return present or links.mint_shown_again(
        tx, Purpose.PERSONAL, referrer_id, secret=secret, now=now, lifetime=lifetime
    )


@use_case
def end_links(tx: Transaction, referrer_id: str, *, now: dt.datetime) -> None:
    """None of the candidate's personal links opens anything any more."""
    for each in links.links_of(tx, referrer_id):
        if each.purpose is Purpose.PERSONAL:
            links.revoke(tx, each.id, now)


def forwarding(link: Link, url: str, referrer: Referrer, *, content: Path, title: str) -> Forwarding:
    """What to forward. Raises InvalidContent for a template that is missing or broken."""
    fields = {
        "candidate_name": referrer.name,
        "recruiter_name": referrer.recruiter.name,
        "site_title": title,
    }
    text = render(load_template(content, FORWARD.name), fields)
    words = text.body.strip()
    return Forwarding(
        link=link,
        url=url,
        subject=text.subject,
        message=f"{words}\n\n{url}",
        qr=qr_code(url),
        ways=ways_to_send(text.subject, words, url),
    )


def ways_to_send(subject: str, words: str, url: str) -> tuple[Way, ...]:
    """Addresses that open a program with the message in it, as far as each allows.

    mailto: RFC 6068; sms: RFC 5724. WhatsApp and Telegram document wa.me and t.me/share; LinkedIn has no
    address that carries a text, and its "share" would publish the link.
    """
    whole = f"{words}\n\n{url}"
    in_mail = whole.replace("\n", "\r\n")
    return (
        Way("Mail", "mailto:?" + urlencode({"subject": subject, "body": in_mail}, quote_via=quote)),
        Way("WhatsApp", "https://wa.me/?" + urlencode({"text": whole}, quote_via=quote)),
        Way("Telegram", "https://t.me/share/url?" + urlencode({"url": url, "text": words}, quote_via=quote)),
        Way("Text message", "sms:?" + urlencode({"body": whole}, quote_via=quote)),
        Way("LinkedIn", "https://www.linkedin.com/messaging/compose/", "copy the message first"),
    )


def qr_code(url: str) -> str:
    """The address as an SVG picture, dark on white in every colour scheme: cameras want it so."""
    code = segno.make(url, error="m", micro=False)
    out = io.BytesIO()
    code.save(
        out, kind="svg", scale=QR_MODULE, border=4, dark="#000", light="#fff",
        xmldecl=False, svgns=False, svgclass=None, lineclass=None, nl=False,
    )  # fmt: skip
    return out.getvalue().decode()
