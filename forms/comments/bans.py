"""Who and what is not welcome: comments that a ban hits go to spam, and the answer to them is as always."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.plain_text import links_in
from forms.store.collection import Collection, use_case
from forms.store.protocol import Reader, Transaction

FILE = "blocklist.txt"
"""In the content folder: one word, phrase, host or e-mail address a line; # begins a remark."""


class BanKind(enum.StrEnum):
    """What a ban looks at."""

    ADDRESS = "address"
    ORIGIN = "origin"
    HOST = "host"
    WORD = "word"

    @property
    def label(self) -> str:
        """The kind in words."""
        return {
            "address": "E-mail address",
            "origin": "Network address",
            "host": "Links to",
            "word": "Word or phrase",
        }[self.value]


@dataclass(frozen=True)
class Ban:
    """One ban. `value`: a host or words; of an e-mail address only a SHA-256 is kept.

    `note` is what the desk sees of it; `by` a recruiter's id.
    """

    id: str
    kind: BanKind
    value: str
    note: str
    by: str
    since: dt.datetime


BANS = Collection("comment_bans", Ban, keys=("kind", "value", "since"))


@dataclass(frozen=True)
class Sender:
    """Who wrote, as far as bans go. `origin` is the hidden network address."""

    email: str | None
    origin: str
    website: str | None
    name: str
    text: str


@use_case
def ban(tx: Transaction, kind: BanKind, value: str, *, note: str, by: str, now: dt.datetime) -> Ban:
    """Ban a value; once banned it stays as it is. `value`: an e-mail address, an origin as a comment keeps
    it, a host, or words. Raises ValueError when it is empty.
    """
    kept = _kept(kind, value)
    if not value.strip() or not kept:
        raise ValueError("Say what is to be banned.")
    ban_id = hashlib.sha256(f"{kind.value} {kept}".encode()).hexdigest()
    present = BANS.get(tx, ban_id)
    return present or BANS.put(tx, Ban(ban_id, kind, kept, note.strip(), by, now))


@use_case
def lift(tx: Transaction, ban_id: str) -> None:
    """Welcome again. What is not banned stays so."""
    BANS.delete(tx, ban_id)


def all_bans(reader: Reader) -> list[Ban]:
    """Every ban of the desk, newest first."""
    return BANS.find(reader, order="since", descending=True)


def hit(reader: Reader, sender: Sender, content: Path) -> str:
    """In words, the ban that hits this sender; '' when none does."""
    exact = [(BanKind.ADDRESS, sender.email), (BanKind.ORIGIN, sender.origin)]
    for kind, value in exact:
        if value and BANS.first(reader, {"kind": kind, "value": _kept(kind, value)}):
            return f"{kind.label} is banned"
    hosts = {each.value for each in BANS.find(reader, {"kind": BanKind.HOST})}
    words = {each.value for each in BANS.find(reader, {"kind": BanKind.WORD})}
    return _hit_by_words(sender, hosts, words) or _hit_by_list(sender, blocklist(content))


def blocklist(content: Path) -> tuple[str, ...]:
    """The entries of the content folder's blocklist, in small letters; none when there is no such file."""
    try:
        lines = (content / FILE).read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return ()
    entries = (line.partition("#")[0].strip().casefold() for line in lines)
    return tuple(entry for entry in entries if entry)


def _kept(kind: BanKind, value: str) -> str:
    value = value.strip().casefold()
    if kind is BanKind.ADDRESS:
        return hashlib.sha256(f"comment {value}".encode()).hexdigest()
    if kind is BanKind.HOST:
        return (urlsplit(value).hostname or "") if "//" in value else value.strip("./")
    return " ".join(value.split())


def _hit_by_list(sender: Sender, entries: Iterable[str]) -> str:
    entries = set(entries)
    if sender.email and sender.email.casefold() in entries:
        return "E-mail address is on the blocklist"
    hosts = {each for each in entries if "." in each and " " not in each and "@" not in each}
    return _hit_by_words(sender, hosts, entries)


def _hit_by_words(sender: Sender, hosts: set[str], words: set[str]) -> str:
    for address in (*links_in(sender.text), *filter(None, [sender.website])):
        if banned := _banned_host(address, hosts):
            return f"Links to {banned}"
    said = f" {_spaced(f'{sender.name} {sender.text}')} "
    found = next((word for word in sorted(words) if f" {_spaced(word)} " in said), "")
    return f"Says “{found}”" if found else ""


def _banned_host(address: str, hosts: set[str]) -> str:
    """The banned host that an address is at, or below."""
    try:
        parts = (urlsplit(address).hostname or "").casefold().split(".")
    except ValueError:
        return ""
    names = (".".join(parts[start:]) for start in range(len(parts)))
    return next((name for name in names if name in hosts), "")


def _spaced(text: str) -> str:
    """Words in small letters with one space between, whatever stood there."""
    return " ".join("".join(each if each.isalnum() else " " for each in text.casefold()).split())
