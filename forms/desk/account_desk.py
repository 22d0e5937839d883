"""One's own account at the desk: password, second step, and where one is logged in."""

from __future__ import annotations

import io

import segno
from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from core.errors import Conflict
from forms.desk import account, passwords, second_factor, sessions
from forms.desk.account_form import ChangePasswordForm, CodeForm, PasswordAgainForm
from forms.desk.guard import TOKEN
from forms.desk.second_factor import SECOND_FACTORS, SecondFactor
from forms.desk.service import WINDOW
from forms.web import limits
from forms.web.context import context
from forms.web.form import ButtonForm, bind, blank, saved
from forms.web.recruiter import acting

bp = Blueprint("account", __name__, url_prefix="/account")

WRONG = 422


@bp.get("/")
def show() -> ResponseReturnValue:
    """The page."""
    return _page(blank(ChangePasswordForm))


@bp.post("/password/")
def change_password() -> ResponseReturnValue:
    """Another password, for who knows the old one."""
    form, me, found = bind(ChangePasswordForm), acting(), context()
    form.about = (me.name, me.email)
    if not (form.accepted() and _knows_password(form)):
        return _page(form), WRONG
    account.change_password(
        found.store,
        me.id,
        password_hash=passwords.hashed(form.new_password.data or ""),
        session_id=_here(),
    )
    return saved("The password is changed; everywhere else you are logged out.", "desk.account.show")


@bp.post("/second-step/")
def begin_second_step() -> ResponseReturnValue:
    """Make a secret for an app."""
    try:
        second_factor.begin(context().store, acting().id)
    except Conflict as error:
        return saved(str(error), "desk.account.show", category="bad")
    return redirect(url_for("desk.account.set_up_app"), code=303)


@bp.route("/second-step/app/", methods=["GET", "POST"])
def set_up_app() -> ResponseReturnValue:
    """Show the secret to the app; a first code of it switches the second step on."""
    found, me = context(), acting()
    with found.store.read() as reader:
        factor = SECOND_FACTORS.require(reader, me.id)
    if factor.on is not None:
        return saved("The second step is on already.", "desk.account.show", category="bad")
    form = bind(CodeForm)
    if form.accepted() and _may_try_code(form):
        codes = second_factor.confirm(
            found.store, me.id, form.code.data or "", key=found.secret, now=found.now()
        )
        if codes is not None:
            return _codes_page(codes, "The second step is on")
        form.refuse("code", "That is not the code your app shows now. Is the telephone's clock right?")
    page = render_template(
        "desk/second_step_app.html",
        page_title="Set up your app",
        form=form,
        picture=_qr_code(factor),
        secret=_in_fours(second_factor.app_secret(factor, found.secret)),
    )
    return page, WRONG if form.errors else 200


@bp.route("/second-step/off/", methods=["GET", "POST"])
def switch_off() -> ResponseReturnValue:
    """Do without the second step; the password is asked for again."""
    form = bind(PasswordAgainForm)
    if form.accepted() and _knows_password(form):
        second_factor.switch_off(context().store, acting().id)
        return saved("The second step is off: your password is enough.", "desk.account.show")
    return _again_page(form, "Switch the second step off", "Switch it off")


@bp.route("/second-step/codes/", methods=["GET", "POST"])
def new_codes() -> ResponseReturnValue:
    """Fresh recovery codes; the password is asked for again."""
    form, found = bind(PasswordAgainForm), context()
    with found.store.read() as reader:
        if not second_factor.is_on(reader, acting().id):
            return saved("The second step is off.", "desk.account.show", category="bad")
    if form.accepted() and _knows_password(form):
        return _codes_page(
            second_factor.renew_codes(found.store, acting().id, key=found.secret), "New recovery codes"
        )
    return _again_page(form, "New recovery codes", "Make new codes")


@bp.post("/sessions/<session_id>/end/")
def end_session(session_id: str) -> ResponseReturnValue:
    """Log out one browser of mine."""
    sessions.end_one(context().store, acting().id, session_id)
    return saved("That browser is logged out.", "desk.account.show")


@bp.post("/sessions/end/")
def end_sessions() -> ResponseReturnValue:
    """Log out everywhere but here."""
    sessions.end_all(context().store, acting().id, but=_here())
    return saved("You are logged out everywhere but here.", "desk.account.show")


def _page(form: ChangePasswordForm) -> str:
    found, me = context(), acting()
    with found.store.read() as reader:
        mine = [each for each in sessions.sessions_of(reader, me.id) if sessions.is_live(each, found.now())]
        factor = SECOND_FACTORS.get(reader, me.id)
    return render_template(
        "desk/account.html",
        page_title="Your account",
        form=form,
        factor=factor if factor and factor.on else None,
        sessions=sorted(mine, key=lambda each: each.seen, reverse=True),
        here=_here(),
        button_form=blank(ButtonForm),
    )


def _again_page(form: PasswordAgainForm, title: str, button: str) -> ResponseReturnValue:
    page = render_template(
        "desk/password_again.html", page_title=title, title=title, button=button, form=form
    )
    return page, WRONG if form.errors else 200


def _codes_page(codes: tuple[str, ...], title: str) -> str:
    return render_template("desk/recovery_codes.html", page_title=title, title=title, codes=codes)


def _knows_password(form: PasswordAgainForm) -> bool:
    found = context()
    said = account.ask_again(found.store, acting().id, form.current_password.data or "", now=found.now())
    if said is not account.Again.RIGHT:
        form.refuse("current_password", said.value)
    return said is account.Again.RIGHT


def _may_try_code(form: CodeForm) -> bool:
    found = context()
    if limits.allow(found.store, f"app-code:{acting().id}", most=10, per=WINDOW, now=found.now()):
        return True
    form.refuse("code", account.Again.THROTTLED.value)
    return False


def _qr_code(factor: SecondFactor) -> Markup:
    """The picture an app reads; drawn with attributes only, as our policy has no inline style."""
    found, drawn = context(), io.BytesIO()
    address = second_factor.address_for_app(
        factor, found.secret, account=acting().email, issuer=found.site.title
    )
    segno.make(address, error="m").save(
        drawn,
        kind="svg",
        border=4,
        light="#fff",
        xmldecl=False,
        svgclass="qr",
        title="QR code",
        omitsize=True,  # a viewBox instead: the style sheet says how large
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704  # made by segno of our own text


def _in_fours(secret: str) -> str:
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def _here() -> str:
    return sessions.session_id(str(session.get(TOKEN, "")))
