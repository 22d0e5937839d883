"""Set-up, login, logout."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from forms.desk import passwords, service, sessions, users
from forms.desk.form import LoginForm, SetupForm
from forms.desk.guard import HOME, TOKEN, VISITOR, way_back
from forms.desk.users_form import PasswordForm
from forms.web import csrf, limits
from forms.web.context import context
from forms.web.form import bind

THROTTLED = 429
WRONG = 422


def add_to(desk: Blueprint) -> None:
    """Register the door's own pages on the desk."""
    desk.add_url_rule("/setup/<token>/", "set_up", set_up, methods=["GET", "POST"])
    desk.add_url_rule("/welcome/<token>/", "welcome", welcome, methods=["GET", "POST"])
    desk.add_url_rule("/login/", "log_in", log_in, methods=["GET", "POST"])
    desk.add_url_rule("/logout/", "log_out", log_out, methods=["POST"])
    desk.before_request(_know_the_visitor)


def set_up(token: str) -> ResponseReturnValue:
    """The one-time link: looking at it uses nothing up, sending the form does."""
    form = bind(SetupForm)
    if not form.accepted():
        page = render_template("desk/setup.html", form=form, page_title="Set up the desk")
        return page, WRONG if form.errors else 200
    now, store = context().now(), context().store
    recruiter = service.set_up(
        store,
        token,
        name=form.name.data or "",
        email=form.email.normal or "",
        phone=form.phone.normal or "",
        password_hash=passwords.hashed(form.password.data or ""),
        now=now,
    )
    _remember(sessions.begin(store, recruiter.id, now))
    flash("The desk is yours.", "good")
    return redirect(HOME, code=303)


def welcome(token: str) -> ResponseReturnValue:
    """A user's one-time link: they choose a password, and are in."""
    found = context()
    with found.store.read() as reader:
        _, recruiter = users.welcomed(reader, token, found.now())
    form = bind(PasswordForm)
    form.about = (recruiter.name, recruiter.email)
    if not form.accepted():
        page = render_template(
            "desk/welcome.html", form=form, recruiter_name=recruiter.name, page_title="Choose a password"
        )
        return page, WRONG if form.errors else 200
    users.choose_password(
        found.store, token, password_hash=passwords.hashed(form.password.data or ""), now=found.now()
    )
    _remember(sessions.begin(found.store, recruiter.id, found.now()))
    flash(f"Welcome, {recruiter.name}.", "good")
    return redirect(HOME, code=303)


def log_in() -> ResponseReturnValue:
    """Say who you are. The same answer, after the same work, for accounts known and unknown."""
    form = bind(LoginForm)
    if not form.accepted():
        page = render_template("desk/login.html", form=form, page_title="Log in")
        return page, WRONG if form.errors else 200
    result = service.log_in(
        context().store,
        form.email.normal or "",
        form.password.data or "",
        visitor=limits.visitor(),
        now=context().now(),
    )
    if isinstance(result, service.Refusal):
        form.refuse("", result.value)
        status = THROTTLED if result is service.Refusal.THROTTLED else WRONG
        return render_template("desk/login.html", form=form, page_title="Log in"), status
    _remember(result)
    return redirect(way_back(request.args.get("next", "")), code=303)


def log_out() -> ResponseReturnValue:
    """End the session on the server, and forget it in the browser."""
    sessions.end(context().store, session.get(TOKEN, ""))
    session.clear()
    flash("You are logged out.", "good")
    return redirect(url_for("desk.log_in"), code=303)


def _know_the_visitor() -> None:
    """The bearer of the forms that nobody has a session for yet."""
    if request.endpoint == "desk.set_up":
        token = str((request.view_args or {}).get("token", ""))
        with context().store.read() as reader:
            csrf.set_bearer(service.setup_link(reader, token, context().now()).id)
    elif request.endpoint == "desk.welcome":
        token = str((request.view_args or {}).get("token", ""))
        with context().store.read() as reader:
            csrf.set_bearer(users.welcomed(reader, token, context().now())[0].id)
    elif request.endpoint == "desk.log_in":
        csrf.set_bearer(session.setdefault(VISITOR, secrets.token_urlsafe(16)))


def _remember(token: str) -> None:
    """Begin the browser's part of the session: nothing of before it stays (session fixation)."""
    session.clear()
    session.permanent = True
    session[TOKEN] = token
