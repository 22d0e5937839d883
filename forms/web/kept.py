"""What somebody typed, kept on the error page: a fault of ours must not cost them their text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

from forms.web import csrf

_machine_fields: set[str] = set()


def carry_unseen(names: Iterable[str]) -> None:
    """Fields of these names are sent again, but nobody typed them and nobody is shown them."""
    _machine_fields.update(names)


@dataclass(frozen=True)
class Kept:
    """A form that was sent and not taken.

    `shown`: (label, text) to read and copy. `carried`: (name, text) to send again, token included.
    `asked_again`: (name, label) of passwords, which no page repeats. `action`: where the form goes.
    """

    action: str
    shown: tuple[tuple[str, str], ...]
    carried: tuple[tuple[str, str], ...]
    asked_again: tuple[tuple[str, str], ...]


def kept_form() -> Kept | None:
    """What was sent with this request, or None when nothing was, or it cannot be read."""
    if request.method != "POST":
        return None
    try:
        sent = list(request.form.items(multi=True))
        action = request.full_path if request.query_string else request.path
    except HTTPException:
        return None
    if not sent:
        return None
    open_fields = [(name, text) for name, text in sent if not _is_password(name)]
    typed = [(name, text) for name, text in open_fields if not csrf.is_token_field(name)]
    return Kept(
        action=action,
        shown=tuple((_label(name), text) for name, text in typed if _is_shown(name, text)),
        carried=(*typed, *_tokens(open_fields)),
        asked_again=tuple((name, _label(name)) for name, _ in sent if _is_password(name)),
    )


def _tokens(sent: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The tokens to send again: fresh ones where we know for whom, else those that came."""
    tokens = [(name, text) for name, text in sent if csrf.is_token_field(name)]
    if csrf.bearer() is None:
        return tokens
    names = [name for name, _ in tokens] or [csrf.FIELD]
    return [(name, csrf.new_token()) for name in names]


def _is_shown(name: str, text: str) -> bool:
    return bool(text.strip()) and name.rpartition("-")[2] not in _machine_fields


def _is_password(name: str) -> bool:
    return "password" in name.lower()


def _label(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").strip().capitalize()
