"""The headers that let a mail program unsubscribe with one click: RFC 2369 and RFC 8058.

List-Unsubscribe: <https://…/mail/unsubscribe/TOKEN/>, <mailto:…>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
"""

from __future__ import annotations

from email import policy
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from urllib.parse import quote

ONE_CLICK_FIELD = "List-Unsubscribe"
ONE_CLICK_VALUE = "One-Click"
"""What a mail provider posts to the address (RFC 8058, 3.2)."""

SUBJECT = "No more invitations, please"


class _Addresses(UnstructuredHeader, BaseHeader):
    """Addresses in angle brackets, each on a line of its own and never broken.

    As text, Python folds what is longer than a line by encoding it (RFC 2047), which no mail program reads
    here.
    """

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        lines = str(self).split(", ")
        return f"{self.name}: " + f",{policy.linesep} ".join(lines) + policy.linesep


_registry = HeaderRegistry()
_registry.map_to_type("list-unsubscribe", _Addresses)

POLICY = policy.default.clone(header_factory=_registry)
"""The policy that messages are made with: the default one, which also knows this header."""


def add_unsubscribe(message: EmailMessage, address: str, reply_to: str) -> None:
    """Let one click end messages like this. `reply_to`: the address a person reads, for older programs.

    By http alone, as on one's own machine, the click is left out: RFC 8058, 3.1 asks for https.
    """
    mailto = f"mailto:{quote(reply_to, safe='@')}?subject={quote(SUBJECT)}"
    message["List-Unsubscribe"] = f"<{address}>, <{mailto}>"
    if address.startswith("https://"):
        message["List-Unsubscribe-Post"] = f"{ONE_CLICK_FIELD}={ONE_CLICK_VALUE}"
