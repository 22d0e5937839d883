"""Which passwords open the desk, and that nobody learns anything from how long a check takes."""

from __future__ import annotations

import pytest
from werkzeug.security import generate_password_hash

from forms.desk import passwords


@pytest.mark.parametrize(
    "password",
    [
        "quiet river under bridge",
        "vX9#kQ2$mP7!",
        "Der Zug nach Ulm ist weg",
        "пароль не скажу никому",
        "secretary birds eat snakes",
    ],
)
def test_a_good_password_is_taken(password: str) -> None:
    assert passwords.objection(password, email="anna@example.org", name="Anna Headhunter") is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "at least 12"),
        ("x" * 201, "at most 200"),
        ("aaaaaaaaaaaaaaa", "first that others would try"),
        ("123456789012", "first that others would try"),
        ("password1234", "first that others would try"),
        ("P@ssw0rd!2026", "first that others would try"),
        ("qwertyuiop12", "first that others would try"),
        ("letmeinletmein", "first that others would try"),
        ("correct horse battery staple", "first that others would try"),
        ("Headhunter2026!", "first that others would try"),
        ("anna@example.org", "your name or e-mail"),
        ("annaexample1", "your name or e-mail"),
    ],
)
def test_a_poor_password_is_refused_with_the_reason(password: str, words: str) -> None:
    said = passwords.objection(password, email="anna@example.org", name="Anna Headhunter")
    assert said is not None
    assert words in said


def test_a_password_is_kept_as_a_slow_hash_and_checked() -> None:
    kept = passwords.hashed("quiet river under bridge")
    assert kept.startswith("scrypt:32768:8:1$")
    assert "quiet" not in kept
    assert passwords.matches("quiet river under bridge", kept)
    assert not passwords.matches("quiet river under bridges", kept)


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    assert passwords.matches("cafe\u0301 au lait noir", passwords.hashed("caf\u00e9 au lait noir"))


def test_no_account_is_never_right_and_costs_the_same_work() -> None:
    assert not passwords.matches("quiet river under bridge", None)
    real_cost = generate_password_hash("x").split("$")[0]
    assert passwords._NOBODY.split("$")[0] == real_cost
    assert len(passwords._NOBODY.split("$")[2]) == 128
