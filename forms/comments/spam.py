"""What the text of a comment says about itself: links, repetition, bans. No service is asked here."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from core.plain_text import links_in
from forms.comments import bans
from forms.comments.bans import Sender
from forms.comments.models import COMMENTS, CommentState
from forms.store.protocol import Reader

MANY_LINKS = 3
"""From so many links on a moderator is told."""

TOO_MANY_LINKS = 8
"""So many links are spam."""

SHORT = 20
"""Characters below which an equal text says nothing: "Thank you!" is written by many."""

REPEATS = 3
"""Equal texts of others after which the next one is spam."""

REPEATS_WITHIN = dt.timedelta(days=30)


@dataclass(frozen=True)
class Findings:
    """What was found. `reasons`: for the moderator, in words; `is_spam`: so clear that nobody is told."""

    reasons: tuple[str, ...]
    is_spam: bool


def findings(reader: Reader, sender: Sender, content: Path, now: dt.datetime) -> Findings:
    """What speaks against publishing."""
    banned = bans.hit(reader, sender, content)
    links = len(links_in(sender.text))
    same = _others_with(reader, sender, now)
    reasons = [banned] if banned else []
    if links >= MANY_LINKS:
        reasons.append(f"{links} links")
    if same:
        reasons.append(f"The same text came {same + 1} times")
    if not knows(reader, sender.email):
        reasons.append("First comment of this address")
    return Findings(tuple(reasons), bool(banned) or links >= TOO_MANY_LINKS or same >= REPEATS)


def fingerprint(text: str) -> str:
    """Equal for texts that differ in spaces, signs and capitals only; '' for one too short to say much."""
    said = "".join(each for each in text.casefold() if each.isalnum())
    return hashlib.sha256(said.encode()).hexdigest() if len(said) >= SHORT else ""


def knows(reader: Reader, email: str | None) -> bool:
    """Whether a comment of this address was approved before, and none of theirs is taken for spam."""
    if not email:
        return False
    states = {comment.state for comment in COMMENTS.find(reader, {"email": email})}
    return CommentState.APPROVED in states and CommentState.SPAM not in states


def _others_with(reader: Reader, sender: Sender, now: dt.datetime) -> int:
    mark = fingerprint(sender.text)
    if not mark:
        return 0
    recent = ("created", now - REPEATS_WITHIN, None)
    return len(COMMENTS.find(reader, {"fingerprint": mark}, span=recent, limit=REPEATS + 1))
