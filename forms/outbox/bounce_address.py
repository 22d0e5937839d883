"""Where bounces go: an address of its own for each message, which only we can make (VERP).

bounces@example.org becomes bounces+TOKEN@example.org, and the token says which message it was. It is signed,
so that nobody can have a message taken for come back by writing to an address they thought of.
Source: D. J. Bernstein, Variable Envelope Return Paths (1997); RFC 5233 for the part after the plus.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field

from core.errors import InvalidSettings, Problem

_ID_BYTES = 16
_MAC_BYTES = 10
_TOKEN_CHARACTERS = 42
LONGEST_LOCAL = 64 - 1 - _TOKEN_CHARACTERS
"""RFC 5321, 4.5.3.1.1: what stands before the @ has at most 64 octets."""

_BASE = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class BounceAddress:
    """The address `local`@`domain` and the key that signs what is put between the two."""

    local: str
    domain: str
    key: bytes = field(repr=False)

    def of(self, mail_id: str) -> str:
        """Where the bounce of this message goes. Raises ValueError for what is no id of a record."""
        number = bytes.fromhex(mail_id)
        token = base64.b32encode(number + self._mac(number)).decode().rstrip("=").lower()
        return f"{self.local}+{token}@{self.domain}"

    def mail_id_in(self, address: str) -> str | None:
        """The message whose bounces go to this address; None when we did not make it. Case is ignored."""
        local, _, domain = address.strip().strip("<>").lower().rpartition("@")
        before, _, token = local.partition("+")
        if (before, domain) != (self.local.lower(), self.domain.lower()) or len(token) != _TOKEN_CHARACTERS:
            return None
        try:
            found = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except binascii.Error:
            return None
        number = found[:_ID_BYTES]
        return number.hex() if hmac.compare_digest(found[_ID_BYTES:], self._mac(number)) else None

    def _mac(self, number: bytes) -> bytes:
        return hmac.new(self.key, b"bounce address " + number, hashlib.sha256).digest()[:_MAC_BYTES]


def bounce_address(setting: str, key: bytes) -> BounceAddress | None:
    """The address FOLLOWUP_BOUNCE_ADDRESS names; None when it is empty. Raises InvalidSettings."""
    if not setting:
        return None
    local, _, domain = setting.rpartition("@")
    if not _BASE.fullmatch(setting) or len(local) > LONGEST_LOCAL:
        problem = Problem(
            "environment",
            0,
            '"FOLLOWUP_BOUNCE_ADDRESS" is not an address that a token can be put into',
            f"write it as bounces@example.org: no +, and at most {LONGEST_LOCAL} characters before the @",
        )
        raise InvalidSettings([problem])
    return BounceAddress(local, domain, key)
