"""What the desk's pages ask of invitations: whether one can follow, and how this installation sends them."""

from __future__ import annotations

from forms.candidates.models import Candidate
from forms.follow_up.asking import Asking
from forms.web.context import Context, context


def asking_of(found: Context) -> Asking:
    """How an installation invites."""
    return Asking(found.run.ask_days, found.site, found.content)


def asking_here() -> Asking:
    """How this one does."""
    return asking_of(context())


def no_invitation(candidate: Candidate) -> str:
    """Why no invitation can follow an answer to this candidate; '' when one can."""
    with context().store.read() as reader:
        return asking_here().why_not(reader, candidate, context().now())
