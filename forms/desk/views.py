"""Set-up, login, logout."""

from __future__ import annotations

import datetime as dt
import secrets

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from forms.desk import devices, passwords, second_factor, service, sessions, users
from forms.desk.account_form import CodeForm
from forms.desk.browsers import browser_name
from forms.desk.form import LoginForm, SetupForm
from forms.desk.guard import TOKEN, VISITOR, way_back
from forms.desk.users_form import PasswordForm
from forms.recruiters import RECRUITERS, Recruiter
from forms.web import csrf, limits
from forms.web.context import context
from forms.web.form import BaseForm, bind

THROTTLED = 429
WRONG = 422

HALF_WAY = "half_way"
PATIENCE = dt.timedelta(minutes=10)
"""How long the second step may follow the first."""


def add_to(desk: Blueprint) -> None:
    """Register the door's own pages on the desk."""
    desk.add_url_rule("/setup/<token>/", "set_up", set_up, methods=["GET", "POST"])
    desk.add_url_rule("/welcome/<token>/", "welcome", welcome, methods=["GET", "POST"])
    desk.add_url_rule("/login/", "log_in", log_in, methods=["GET", "POST"])
    desk.add_url_rule("/login/code/", "second_step", second_step, methods=["GET", "POST"])
    desk.add_url_rule("/logout/", "log_out", log_out, methods=["POST"])
    desk.before_request(_know_the_visitor)


def set_up(token: str) -> ResponseReturnValue:
    """The one-time link: looking at it uses nothing up, sending the form does."""
    form = bind(SetupForm)
    if not form.accepted():
        page = render_template("desk/setup.html", form=form, page_title="Set up the desk")
        return page, WRONG if form.errors else 200
    recruiter = service.set_up(
        context().store,
        token,
        name=form.name.data or "",
        email=form.email.normal or "",
        phone=form.phone.normal or "",
        password_hash=passwords.hashed(form.password.data or ""),
        now=context().now(),
    )
    flash("The desk is yours.", "good")
    return _let_in(recruiter)


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
    with found.store.read() as reader:
        enough = not second_factor.is_on(reader, recruiter.id)
        recruiter = RECRUITERS.require(reader, recruiter.id)
    if enough:
        flash(f"Welcome, {recruiter.name}.", "good")
    return _after_password(service.FirstStep(recruiter, enough))


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
        known=devices.known_device,
    )
    if isinstance(result, service.Refusal):
        return _refused(form, "", result, "desk/login.html", "Log in")
    return _after_password(result, request.args.get("next", ""))


def second_step() -> ResponseReturnValue:
    """The code, after the password."""
    found, recruiter = context(), _half_way()
    if recruiter is None:
        return redirect(url_for("desk.log_in"), code=303)
    form = bind(CodeForm)
    if not form.accepted():
        page = render_template("desk/second_step.html", form=form, page_title="Enter a code")
        return page, WRONG if form.errors else 200
    refusal = service.second_step(
        found.store,
        recruiter,
        form.code.data or "",
        visitor=limits.visitor(),
        device=devices.known_device(recruiter),
        key=found.secret,
        now=found.now(),
    )
    if refusal is not None:
        return _refused(form, "code", refusal, "desk/second_step.html", "Enter a code")
    return _let_in(recruiter, request.args.get("next", ""))


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
    elif request.endpoint in ("desk.log_in", "desk.second_step"):
        csrf.set_bearer(session.setdefault(VISITOR, secrets.token_urlsafe(16)))


def _after_password(step: service.FirstStep, asked: str = "") -> ResponseReturnValue:
    if step.is_enough:
        return _let_in(step.recruiter, asked)
    # Signed, and only in this browser: whose password was right, which password that was, and when.
    session[HALF_WAY] = [
        step.recruiter.id,
        devices.password_mark(step.recruiter),
        int(context().now().timestamp()),
    ]
    return redirect(url_for("desk.second_step", next=asked or None), code=303)


def _half_way() -> Recruiter | None:
    """Who gave the right password in this browser a moment ago."""
    who, mark, since = session.get(HALF_WAY, ("", "", 0))
    if context().now().timestamp() - since > PATIENCE.total_seconds():
        return None
    with context().store.read() as reader:
        recruiter = RECRUITERS.get(reader, who)
    if recruiter is None or not recruiter.is_active or devices.password_mark(recruiter) != mark:
        return None
    return recruiter


def _let_in(recruiter: Recruiter, asked: str = "") -> ResponseReturnValue:
    """Begin the session, and the browser's part of it: nothing of before stays (session fixation)."""
    found, said = context(), session.get("_flashes")
    name = browser_name(request.user_agent.string)
    token = sessions.begin(found.store, recruiter.id, found.now(), name)
    session.clear()
    session.permanent = True
    session[TOKEN] = token
    if said:
        session["_flashes"] = said
    response = redirect(way_back(asked), code=303)
    devices.remember(response, recruiter)
    return response


def _refused(
    form: BaseForm, field: str, refusal: service.Refusal, template: str, title: str
) -> ResponseReturnValue:
    form.refuse(field, refusal.value)
    status = THROTTLED if refusal is service.Refusal.THROTTLED else WRONG
    return render_template(template, form=form, page_title=title), status
