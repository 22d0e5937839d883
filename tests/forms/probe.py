"""Pages that exist in tests only, to look at what the web layer does around every page."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template_string
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired

from core.errors import Conflict, NotFound, StoreUnavailable, UniqueViolation
from forms.web.csrf import set_bearer, without_authority
from forms.web.form import BaseForm, bind, saved

PAGE = """\
{% extends 'layout.html' %}{% import 'macros/forms.html' as forms %}
{% block main %}{{ forms.error_summary(form) }}<form method="post">{{ forms.hidden(form) }}
{{ forms.field(form.name) }}{{ forms.field(form.why) }}{{ forms.field(form.password) }}</form>{% endblock %}
"""

FAULTS: dict[str, Exception] = {
    "conflict": Conflict("A placed candidate cannot withdraw."),
    "missing": NotFound("There is no such record in jobs."),
    "twice": UniqueViolation("recruiters", ("email",)),
    "unavailable": StoreUnavailable("the lock is held by somebody else"),
    "bug": RuntimeError("a bug"),
}


class ProbeForm(BaseForm):
    """One field of each kind that matters here."""

    name = StringField("Name", [InputRequired("Enter a name.")])
    why = TextAreaField("Why")
    password = PasswordField("Password")
    machine_key = HiddenField()


def add_public_probe(app: Flask) -> None:
    """/probe/<bearer>/: a form whose bearer stands in the address; /probe/<bearer>/fault/<kind>/ fails."""
    bp = Blueprint("probe", __name__, url_prefix="/probe")

    @bp.url_value_preprocessor
    def know_bearer(_endpoint: str | None, values: dict[str, str] | None) -> None:
        set_bearer((values or {}).pop("bearer", "nobody"))

    @bp.route("/<bearer>/", methods=["GET", "POST"])
    def form() -> ResponseReturnValue:
        asked = bind(ProbeForm)
        if asked.accepted():
            return {"name": asked.name.data, "why": asked.why.data, "password": asked.password.data}
        return render_template_string(PAGE, form=asked)

    @bp.route("/<bearer>/fault/<kind>/", methods=["GET", "POST"])
    def fault(kind: str) -> ResponseReturnValue:
        raise FAULTS[kind]

    @bp.post("/open/")
    @without_authority
    def open_to_all() -> ResponseReturnValue:
        return "taken"

    app.register_blueprint(bp)


def make_desk_probe() -> Blueprint:
    """A desk page at /desk/probe/ with a form that says what it got in a message, once."""
    bp = Blueprint("probe", __name__, url_prefix="/probe")

    @bp.route("/", methods=["GET", "POST"])
    def index() -> ResponseReturnValue:
        asked = bind(ProbeForm)
        if asked.accepted():
            return saved(f"Saved {asked.name.data}.", "desk.probe.index")
        page = PAGE.replace("'layout.html'", "'desk/layout.html'").replace("block main", "block desk")
        return render_template_string(page, form=asked, page_title="Probe")

    return bp
