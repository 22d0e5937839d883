"""The owner's pages of the desk's users: who works here, as what, since when."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from core.errors import Conflict
from forms.desk import second_factor, users
from forms.desk.users_form import RoleForm, UserForm
from forms.outbox import queue
from forms.recruiters import RECRUITERS, Role
from forms.web.context import context
from forms.web.form import ButtonForm, bind, blank, saved
from forms.web.recruiter import acting

bp = Blueprint("users", __name__, url_prefix="/users")


@bp.get("/")
def index() -> ResponseReturnValue:
    """Everybody, those who have left last."""
    with context().store.read() as reader:
        found = users.users(reader)
    return render_template("desk/users.html", page_title="Users", users=found)


@bp.route("/new/", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Add a colleague, and show once the link by which they choose their password."""
    form, found = bind(UserForm), context()
    if form.accepted():
        try:
            colleague, token = users.invite(
                found.store,
                name=form.name.data or "",
                email=form.email.normal or "",
                phone=form.phone.normal or "",
                role=Role(form.role.data),
                now=found.now(),
            )
        except Conflict as error:
            form.refuse("email", str(error))
        else:
            return _link_page(colleague.id, colleague.name, token)
    page = render_template("desk/user_form.html", page_title="A new colleague", form=form)
    return page, 422 if form.errors else 200


@bp.get("/<recruiter_id>/")
def show(recruiter_id: str) -> ResponseReturnValue:
    """One user, and what may be changed."""
    with context().store.read() as reader:
        user = RECRUITERS.require(reader, recruiter_id)
        has_second_step = second_factor.is_on(reader, recruiter_id)
    return render_template(
        "desk/user.html",
        page_title=user.name,
        user=user,
        has_second_step=has_second_step,
        role_form=blank(RoleForm, role=user.role.value),
        button_form=blank(ButtonForm),
    )


@bp.post("/<recruiter_id>/role/")
def change_role(recruiter_id: str) -> ResponseReturnValue:
    """What they may do, from their next request on."""
    form = bind(RoleForm)
    if not form.accepted():
        return saved("Choose a role.", "desk.users.show", category="bad", recruiter_id=recruiter_id)
    role = Role(form.role.data)
    return _step(
        recruiter_id,
        lambda: users.change_role(context().store, recruiter_id, role),
        f"{role.label}, from now on.",
    )


@bp.post("/<recruiter_id>/leave/")
def let_go(recruiter_id: str) -> ResponseReturnValue:
    """They leave: logged out at once, and nothing of the history is lost."""
    found = context()
    return _step(
        recruiter_id,
        lambda: users.let_go(found.store, recruiter_id, now=found.now()),
        "They are logged out, and cannot log in any more.",
    )


@bp.post("/<recruiter_id>/return/")
def let_in_again(recruiter_id: str) -> ResponseReturnValue:
    """They come back."""
    return _step(
        recruiter_id, lambda: users.let_in_again(context().store, recruiter_id), "They may log in again."
    )


@bp.post("/<recruiter_id>/link/")
def new_link(recruiter_id: str) -> ResponseReturnValue:
    """A fresh link for somebody who lost theirs, or their password; shown this once."""
    found = context()
    with found.store.read() as reader:
        name = RECRUITERS.require(reader, recruiter_id).name
    try:
        token = users.welcome_link(found.store, recruiter_id, now=found.now())
    except Conflict as error:
        return saved(str(error), "desk.users.show", category="bad", recruiter_id=recruiter_id)
    return _link_page(recruiter_id, name, token)


@bp.post("/<recruiter_id>/second-step/off/")
def reset_second_step(recruiter_id: str) -> ResponseReturnValue:
    """For a colleague who lost app and recovery codes: the password is enough, and they are told by mail."""
    found = context()
    return _step(
        recruiter_id,
        lambda: users.reset_second_step(
            found.store,
            recruiter_id,
            by=acting().name,
            sender=found.site.title,
            domain=queue.mail_domain(found.run),
            now=found.now(),
        ),
        "Their password is enough until they set the second step up again. They are told by mail.",
    )


def _step(recruiter_id: str, step: Callable[[], object], done: str) -> Response:
    try:
        step()
    except Conflict as error:
        return saved(str(error), "desk.users.show", category="bad", recruiter_id=recruiter_id)
    return saved(done, "desk.users.show", recruiter_id=recruiter_id)


def _link_page(recruiter_id: str, name: str, token: str) -> str:
    return render_template(
        "desk/user_link.html",
        page_title="A link for a colleague",
        recruiter_id=recruiter_id,
        name=name,
        address=context().absolute(url_for("desk.welcome", token=token)),
        days=users.WELCOME_LIFETIME.days,
    )
