"""Clients (companies) and contacts (the people who hire there)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from core.errors import Conflict
from forms.jobs.models import JOBS
from forms.store.collection import Collection, new_id, use_case
from forms.store.protocol import Reader, Transaction


@dataclass(frozen=True)
class Client:
    """A company. `alias` is what candidates read instead of the name while a job is confidential."""

    id: str
    name: str
    alias: str
    notes: str
    created: dt.datetime


@dataclass(frozen=True)
class Contact:
    """A hiring manager at a client. `referral_id`: the referral that brought them, if one did."""

    id: str
    client_id: str
    name: str
    title: str
    email: str | None
    phone: str | None
    profile_url: str | None
    notes: str
    created: dt.datetime
    referral_id: str | None = None


CLIENTS = Collection("clients", Client, keys=("name",))
CONTACTS = Collection(
    "contacts",
    Contact,
    keys=("client_id", "name", "email", "referral_id"),
    references={"client_id": "clients", "referral_id": "referrals"},
)


@use_case
def add_client(tx: Transaction, *, name: str, alias: str, notes: str, now: dt.datetime) -> Client:
    """A new client."""
    return CLIENTS.put(tx, Client(new_id(), name, alias, notes, now))


@use_case
def change_client(tx: Transaction, client_id: str, *, name: str, alias: str, notes: str) -> Client:
    """Correct what is kept of a client. Raises NotFound; Conflict when a job needs the alias taken away."""
    client = CLIENTS.require(tx, client_id)
    if not alias and any(job.confidential for job in JOBS.find(tx, {"client_id": client_id})):
        raise Conflict(f"{name} has a confidential job: candidates read the alias there, so it must stay.")
    return CLIENTS.put(tx, replace(client, name=name, alias=alias, notes=notes))


@use_case
def change_contact(
    tx: Transaction,
    contact_id: str,
    *,
    name: str,
    title: str,
    email: str | None,
    phone: str | None,
    profile_url: str | None,
    notes: str,
) -> Contact:
    """Correct what is kept of a contact. Raises NotFound."""
    changed = replace(
        CONTACTS.require(tx, contact_id),
        name=name,
        title=title,
        email=email,
        phone=phone,
        profile_url=profile_url,
        notes=notes,
    )
    return CONTACTS.put(tx, changed)


@use_case
def add_contact(
    tx: Transaction,
    client_id: str,
    *,
    name: str,
    title: str,
    email: str | None,
    phone: str | None,
    profile_url: str | None,
    notes: str,
    now: dt.datetime,
    referral_id: str | None = None,
) -> Contact:
    """A new contact at a client. Raises NotFound when there is no such client."""
    CLIENTS.require(tx, client_id)
    contact = Contact(new_id(), client_id, name, title, email, phone, profile_url, notes, now, referral_id)
    return CONTACTS.put(tx, contact)


def contacts_of(reader: Reader, client_id: str) -> list[Contact]:
    """The contacts at a client, by name."""
    return CONTACTS.find(reader, {"client_id": client_id}, order="name")
