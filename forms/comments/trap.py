"""The time trap: a form is taken only with a mark that we gave out, some seconds ago and not days ago.

A mark is signed, bound to one article, and used for one comment; nothing is kept to give one out, and no
cookie carries it. A person who reads a preview has waited long enough; a program that posts at once has not.
"""

from __future__ import annotations

import datetime as dt
import enum
import secrets

from itsdangerous import BadSignature, Signer

LEAST = dt.timedelta(seconds=3)
LONGEST = dt.timedelta(hours=12)


class Sprung(enum.Enum):
    """What is wrong with a mark."""

    MISSING = "missing"
    TOO_SOON = "too soon"
    TOO_OLD = "too old"


class Trap:
    """Gives out marks for the forms of one article, and judges those that come back."""

    def __init__(self, secret: bytes, article: str) -> None:
        self._signer = Signer(secret, salt=f"comment below {article}")

    def mark(self, now: dt.datetime) -> str:
        """A mark given out now."""
        return self._signer.sign(f"{int(now.timestamp() * 1000)}~{secrets.token_urlsafe(12)}").decode()

    def judge(self, mark: str, now: dt.datetime) -> tuple[str, Sprung | None]:
        """What the mark is known by, and what is wrong with it; ('', MISSING) when it is not one of ours."""
        try:
            value = self._signer.unsign(mark).decode()
            given, _, name = value.partition("~")
            age = now - dt.datetime.fromtimestamp(int(given) / 1000, dt.UTC)
        except (BadSignature, ValueError):
            return "", Sprung.MISSING
        if age < LEAST:
            return name, Sprung.TOO_SOON
        return name, Sprung.TOO_OLD if age > LONGEST else None
