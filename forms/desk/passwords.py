"""Passwords: which are good enough, how they are kept, how they are checked.

Length is what counts, and that nobody else would think of it; no rules about kinds of characters.
Source: NIST SP 800-63B, 5.1.1.2.
"""

from __future__ import annotations

import re
import unicodedata

from werkzeug.security import check_password_hash, generate_password_hash

SHORTEST = 12
LONGEST = 200
DISTINCT = 5
"""Fewer different characters than this are a pattern, not a password."""

_DISGUISES = str.maketrans("013457@$!", "oieastasi")
_COMMON = (
    "password", "passwort", "pass", "letmein", "welcome", "admin", "administrator", "iloveyou", "monkey",
    "dragon", "football", "baseball", "sunshine", "princess", "superman", "batman", "master", "shadow",
    "trustno", "whatever", "starwars", "changeme", "secret", "default", "login", "access", "summer", "winter",
    "spring", "autumn", "headhunter", "recruiter", "recruitment", "followup", "candidate", "qwertyuiop",
    "qwerty", "qwertz", "azerty", "asdfghjkl", "asdfgh", "zxcvbnm", "qazwsx", "abcdefghijkl", "abcdef", "abc",
    "correcthorsebatterystaple", "the", "my", "is", "i", "s",
)  # fmt: skip
_ONLY_COMMON = re.compile(f"(?:{'|'.join(sorted(_COMMON, key=len, reverse=True))})+")

# The hash of a random text nobody knows, of the same cost as a real one: for accounts that do not exist.
_NOBODY = (
    "scrypt:32768:8:1$I61DVebtSrepiyZK$"
    "a462fd91b77ec7aeb1419da211ef152997faa058680837a11657d2e65094760e2b4bda5804967a68065cffe3d5f1c3fee9b0a6d4b411539b87fb9be536c2e9b9"
)


def objection(password: str, *, email: str = "", name: str = "") -> str | None:
    """Why this password will not do, for the person who chose it; None when it will."""
    if len(password) < SHORTEST:
        return f"Choose a password of at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"Choose a password of at most {LONGEST} characters."
    if len(set(password.lower())) < DISTINCT or _is_common(password):
        return "This password is one of the first that others would try. Choose a few unrelated words."
    if _is_about(password, email, name):
        return "Choose a password that does not consist of your name or e-mail address."
    return None


def hashed(password: str) -> str:
    """What is kept of a password (scrypt; some 60 ms of work)."""
    return generate_password_hash(_normal(password), method="scrypt")


def matches(password: str, password_hash: str | None) -> bool:
    """Whether it is the password. None (no such account) takes the same work and is never right."""
    right = check_password_hash(password_hash or _NOBODY, _normal(password))
    return right and password_hash is not None


def _is_common(password: str) -> bool:
    """Whether nothing is left once common words, digits and punctuation are taken away."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password.lower())
    letters, undisguised = ("".join(filter(str.isalpha, text)) for text in (core, core.translate(_DISGUISES)))
    return not letters or any(map(_ONLY_COMMON.fullmatch, (letters, undisguised)))


def _is_about(password: str, email: str, name: str) -> bool:
    """Whether it is made of the account's own name: take that away and too little is left."""
    rest = password.lower()
    for part in sorted(re.split(r"[^\w]+", f"{email} {name}".lower()), key=len, reverse=True):
        if len(part) >= 3:
            rest = rest.replace(part, "")
    return len(rest) < SHORTEST / 2


def _normal(password: str) -> str:
    """The same characters however the keyboard composed them."""
    return unicodedata.normalize("NFKC", password)
