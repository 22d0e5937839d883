"""Private links: whoever holds the token may open one candidate's page.

A token is 256 random bits, shown once; the store keeps only its SHA-256, so that a stolen copy of the store
opens nothing. Several links may be live for one holder; each expires, and each can be revoked.

A candidate's personal link is shown to them again, for as long as they forward it. Its token is therefore
worked out from the secret key and the link's id each time it is shown (HMAC-SHA-256, 256 bits all the same),
and the store keeps its hash and nothing else, as of every link.
Source: W3C TAG, Good Practices for Capability URLs.
"""

from __future__ import annotations

import base64
import datetime as dt
import enum
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace

from forms.store.collection import Collection, new_id, use_case
from forms.store.protocol import Reader, Transaction


class Purpose(enum.StrEnum):
    """What a link opens."""

    STATUS = "status"
    DESK_SETUP = "desk_setup"
    UNSUBSCRIBE = "unsubscribe"
    COMMENT = "comment"
    COMMENT_BY_MAIL = "comment_by_mail"
    COMMENT_REPLIES = "comment_replies"
    PERSONAL = "personal"
    """A candidate's link to forward: whoever opens it may introduce themselves."""
    NOTICE = "notice"
    ADDRESS = "address"
    ERASE_CODE = "erase_code"
    DESK_ACCOUNT = "desk_account"


@dataclass(frozen=True)
class Link:
    """A private link as kept: who may open what, until when; never the token."""

    id: str
    token_hash: str
    purpose: Purpose
    holder: str
    created: dt.datetime
    expires: dt.datetime
    revoked: dt.datetime | None = None

    def is_live(self, now: dt.datetime) -> bool:
        """Whether it opens anything at `now`."""
        return self.revoked is None and now < self.expires


LINKS = Collection("links", Link, keys=("token_hash", "holder", "created"), unique=(("token_hash",),))


@use_case
def mint(
    tx: Transaction, purpose: Purpose, holder: str, *, now: dt.datetime, lifetime: dt.timedelta
) -> tuple[str, Link]:
    """A new link for `holder` (of a candidate's link: their id); gives the token, this once, and it."""
    token = secrets.token_urlsafe(32)
    link = Link(new_id(), _digest(token), purpose, holder, now, now + lifetime)
    return token, LINKS.put(tx, link)


@use_case
def mint_shown_again(
    tx: Transaction, purpose: Purpose, holder: str, *, secret: bytes, now: dt.datetime, lifetime: dt.timedelta
) -> Link:
    """A new link whose token `token_again` gives to whoever has `secret`."""
    link_id = new_id()
    token = _derived(link_id, secret)
    return LINKS.put(tx, Link(link_id, _digest(token), purpose, holder, now, now + lifetime))


def token_again(link: Link, secret: bytes) -> str | None:
    """The token of a link from `mint_shown_again`; None when it was made with another secret."""
    token = _derived(link.id, secret)
    return token if hmac.compare_digest(_digest(token), link.token_hash) else None


def verify(reader: Reader, purpose: Purpose, token: str, now: dt.datetime) -> Link | None:
    """The live link of this token, or None: wrong, expired and revoked ones are alike, and take as long.

    The look-up is by hash, so its time tells nothing about the tokens that exist.
    """
    link = LINKS.first(reader, {"token_hash": _digest(token)})
    if link is None or link.purpose is not purpose or not link.is_live(now):
        return None
    return link


CODE_DIGITS = 8


@use_case
def mint_code(
    tx: Transaction, purpose: Purpose, holder: str, *, now: dt.datetime, lifetime: dt.timedelta
) -> tuple[str, Link]:
    """A code that somebody types, good for `holder` only; gives it, this once, and what is kept of it.

    Eight digits can be tried out: whoever asks for one limits the tries.
    """
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    for each in LINKS.find(tx, {"holder": holder}):
        if each.purpose is purpose:
            LINKS.delete(tx, each.id)
    link = Link(new_id(), _digest(f"{holder} {code}"), purpose, holder, now, now + lifetime)
    return code, LINKS.put(tx, link)


def verify_code(reader: Reader, purpose: Purpose, holder: str, code: str, now: dt.datetime) -> bool:
    """Whether this code was given to this holder last, and is still good. Blanks and dashes do not count."""
    typed = re.sub(r"[\s\-–]", "", code)
    link = LINKS.first(reader, {"token_hash": _digest(f"{holder} {typed}")})
    return link is not None and link.purpose is purpose and link.is_live(now)


@use_case
def revoke(tx: Transaction, link_id: str, now: dt.datetime) -> Link:
    """End a link. Ending it again changes nothing. Raises NotFound."""
    link = LINKS.require(tx, link_id)
    return link if link.revoked else LINKS.put(tx, replace(link, revoked=now))


def links_of(reader: Reader, holder: str) -> list[Link]:
    """All links ever made for a holder, newest first."""
    return LINKS.find(reader, {"holder": holder}, order="created", descending=True)


def _derived(link_id: str, secret: bytes) -> str:
    code = hmac.new(secret, f"link {link_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
