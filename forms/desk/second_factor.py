"""The second step of a login: a code of an authenticator app, or one of the recovery codes on paper.

The app's secret is worked out from the installation's key and a number in the store, so that a stolen copy of
the store holds none; with another FOLLOWUP_SECRET_KEY the apps have to be set up anew. A code is good for one
login, in its half minute and the one before and after it.
Source: RFC 6238, 5.2 (one time, one step of drift).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace

import pyotp

from core.errors import Conflict
from forms.store.collection import Collection, use_case
from forms.store.protocol import Reader, Transaction

STEP = 30
"""Seconds a code is shown for."""

CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that is read as another."""


@dataclass(frozen=True)
class SecondFactor:
    """One user's. `on` is None until a first code has shown that their app works.

    `last_step`: the half minute of the last code that was taken; `recovery`: hashes of the codes left.
    """

    id: str
    nonce: str
    on: dt.datetime | None = None
    last_step: int = 0
    recovery: tuple[str, ...] = ()


SECOND_FACTORS = Collection("second_factors", SecondFactor, references={"id": "recruiters"})


def is_on(reader: Reader, recruiter_id: str) -> bool:
    """Whether this user is asked for a code."""
    found = SECOND_FACTORS.get(reader, recruiter_id)
    return found is not None and found.on is not None


def app_secret(factor: SecondFactor, key: bytes) -> str:
    """What the authenticator app is told, in base32. `key`: the installation's."""
    digest = hmac.new(key, f"second factor {factor.id} {factor.nonce}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


def address_for_app(factor: SecondFactor, key: bytes, *, account: str, issuer: str) -> str:
    """The otpauth: address that a QR code carries."""
    return pyotp.TOTP(app_secret(factor, key)).provisioning_uri(name=account, issuer_name=issuer)


@use_case
def begin(tx: Transaction, recruiter_id: str) -> SecondFactor:
    """A secret to put into an app; asked for at login only once it is confirmed. Raises Conflict when on."""
    if is_on(tx, recruiter_id):
        raise Conflict("The second step is on already.")
    return SECOND_FACTORS.put(tx, SecondFactor(recruiter_id, secrets.token_hex(16)))


@use_case
def confirm(
    tx: Transaction, recruiter_id: str, code: str, *, key: bytes, now: dt.datetime
) -> tuple[str, ...] | None:
    """Switch it on with a first code of the app; gives the recovery codes, this once. None: a wrong code.

    Raises NotFound when it was not begun; Conflict when it is on already.
    """
    factor = SECOND_FACTORS.require(tx, recruiter_id)
    if factor.on is not None:
        raise Conflict("The second step is on already.")
    step = _step_of(factor, code, key, now)
    if step is None:
        return None
    codes = _new_codes()
    hashes = tuple(_hashed(each, key) for each in codes)
    SECOND_FACTORS.put(tx, replace(factor, on=now, last_step=step, recovery=hashes))
    return codes


@use_case
def renew_codes(tx: Transaction, recruiter_id: str, *, key: bytes) -> tuple[str, ...]:
    """Fresh recovery codes, shown this once; the ones before end. Raises NotFound."""
    factor, codes = SECOND_FACTORS.require(tx, recruiter_id), _new_codes()
    SECOND_FACTORS.put(tx, replace(factor, recovery=tuple(_hashed(each, key) for each in codes)))
    return codes


@use_case
def take(tx: Transaction, recruiter_id: str, typed: str, *, key: bytes, now: dt.datetime) -> bool:
    """Whether this code opens the desk now. It is used up by it."""
    factor = SECOND_FACTORS.get(tx, recruiter_id)
    if factor is None or factor.on is None:
        return False
    step = _step_of(factor, typed, key, now)
    if step is not None:
        SECOND_FACTORS.put(tx, replace(factor, last_step=step))
        return True
    hashed = _hashed(typed, key)
    left = tuple(each for each in factor.recovery if not hmac.compare_digest(each, hashed))
    if len(left) == len(factor.recovery):
        return False
    SECOND_FACTORS.put(tx, replace(factor, recovery=left))
    return True


@use_case
def switch_off(tx: Transaction, recruiter_id: str) -> bool:
    """The password is enough again; False when it was before."""
    return SECOND_FACTORS.delete(tx, recruiter_id)


def _step_of(factor: SecondFactor, typed: str, key: bytes, now: dt.datetime) -> int | None:
    """The half minute this code belongs to, when it is near and none of it or after it was used."""
    app, code = pyotp.TOTP(app_secret(factor, key)), "".join(typed.split())
    present = int(now.timestamp()) // STEP
    for step in (present, present - 1, present + 1):
        if step > factor.last_step and hmac.compare_digest(app.at(step * STEP).encode(), code.encode()):
            return step
    return None


def _new_codes() -> tuple[str, ...]:
    return tuple("-".join(_letters(5) for _ in range(2)) for _ in range(CODES))


def _letters(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def _hashed(code: str, key: bytes) -> str:
    """However it was typed: capitals, spaces and the hyphen do not count."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hmac.new(key, f"recovery {plain}".encode(), hashlib.sha256).hexdigest()
