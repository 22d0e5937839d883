"""Clients and contacts at the desk."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from core.errors import Conflict
from forms.jobs import clients
from forms.jobs.clients import CLIENTS, CONTACTS
from forms.jobs.form import ClientForm, ContactForm
from forms.jobs.models import JOBS
from forms.web.context import context
from forms.web.form import bind, saved
from forms.web.once import once

bp = Blueprint("clients", __name__, url_prefix="/clients")


@bp.get("/")
def index() -> ResponseReturnValue:
    """All clients, by name."""
    with context().store.read() as reader:
        found = CLIENTS.find(reader, order="name")
        rows = [(each, JOBS.count(reader, {"client_id": each.id})) for each in found]
    return render_template("jobs/clients.html", page_title="Clients", rows=rows)


@bp.get("/<client_id>/")
def show(client_id: str) -> ResponseReturnValue:
    """A client with its contacts and jobs."""
    with context().store.read() as reader:
        client = CLIENTS.require(reader, client_id)
        contacts = clients.contacts_of(reader, client_id)
        jobs = JOBS.find(reader, {"client_id": client_id}, order="created", descending=True)
    return render_template(
        "jobs/client.html", page_title=client.name, client=client, contacts=contacts, jobs=jobs
    )


@bp.route("/new/", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Add a client."""
    form = bind(ClientForm)
    if form.accepted():
        client = once(
            context().store,
            form,
            lambda tx: clients.add_client(
                tx,
                name=form.name.data or "",
                alias=form.alias.data or "",
                notes=form.notes.data or "",
                now=context().now(),
            ),
        )
        if client is None:
            return saved("That client is added already.", "desk.clients.index")
        return saved(f"{client.name} is added.", "desk.clients.show", client_id=client.id)
    back = url_for("desk.clients.index")
    return _form("jobs/client_form.html", form, title="A new client", back_url=back)


@bp.route("/<client_id>/edit/", methods=["GET", "POST"])
def edit(client_id: str) -> ResponseReturnValue:
    """Correct what is kept of a client."""
    with context().store.read() as reader:
        client = CLIENTS.require(reader, client_id)
    form = bind(ClientForm, client)
    if form.accepted():
        try:
            clients.change_client(
                context().store,
                client_id,
                name=form.name.data or "",
                alias=form.alias.data or "",
                notes=form.notes.data or "",
            )
        except Conflict as error:
            form.refuse("alias", str(error))
        else:
            return saved("Saved.", "desk.clients.show", client_id=client_id)
    back = url_for("desk.clients.show", client_id=client_id)
    return _form("jobs/client_form.html", form, title=client.name, back_url=back)


@bp.route("/<client_id>/contacts/new/", methods=["GET", "POST"])
def add_contact(client_id: str) -> ResponseReturnValue:
    """Add a hiring manager to a client."""
    with context().store.read() as reader:
        client = CLIENTS.require(reader, client_id)
    form = bind(ContactForm)
    if form.accepted():
        once(
            context().store,
            form,
            lambda tx: clients.add_contact(
                tx,
                client_id,
                name=form.name.data or "",
                title=form.title.data or "",
                email=form.email.normal,
                phone=form.phone.normal,
                profile_url=form.profile_url.normal,
                notes=form.notes.data or "",
                now=context().now(),
            ),
        )
        return saved(f"{form.name.data} is added.", "desk.clients.show", client_id=client_id)
    back = url_for("desk.clients.show", client_id=client_id)
    return _form("jobs/contact_form.html", form, title=f"A contact at {client.name}", back_url=back)


@bp.route("/contacts/<contact_id>/", methods=["GET", "POST"])
def edit_contact(contact_id: str) -> ResponseReturnValue:
    """Correct what is kept of a hiring manager."""
    with context().store.read() as reader:
        contact = CONTACTS.require(reader, contact_id)
    form = bind(ContactForm, contact)
    if form.accepted():
        clients.change_contact(
            context().store,
            contact_id,
            name=form.name.data or "",
            title=form.title.data or "",
            email=form.email.normal,
            phone=form.phone.normal,
            profile_url=form.profile_url.normal,
            notes=form.notes.data or "",
        )
        return saved("Saved.", "desk.clients.show", client_id=contact.client_id)
    back = url_for("desk.clients.show", client_id=contact.client_id)
    return _form("jobs/contact_form.html", form, title=contact.name, back_url=back)


def _form(template: str, form: ClientForm | ContactForm, *, title: str, back_url: str) -> ResponseReturnValue:
    page = render_template(template, page_title=title, title=title, form=form, back_url=back_url)
    return page, 422 if form.errors else 200
