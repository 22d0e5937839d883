"""The base of every form: tokens, tidy text, and a short way to bind and to refuse.

@bp.route("/new/", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    form = bind(ClientForm)
    if form.accepted():
        client = service.add_client(context().store, name=form.name.data, now=context().now())
        return saved("Client added.", "desk.clients.show", client_id=client.id)
    return render_template("jobs/client_form.html", form=form)
"""

from __future__ import annotations

import unicodedata
from collections.abc import MutableMapping
from types import MappingProxyType
from typing import Any, TypeVar

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form, HiddenField, PasswordField, StringField
from wtforms.fields.core import UnboundField
from wtforms.meta import DefaultMeta

from forms.web.csrf import FIELD, BoundCSRF
from forms.web.kept import carry_unseen

AnyForm = TypeVar("AnyForm", bound="BaseForm")


def tidy(text: object) -> object:
    """Text as we keep it: trimmed, composed (NFC), lines end in \\n, no control characters; None is empty."""
    if text is None:
        return ""
    if not isinstance(text, str):
        return text
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter for letter in lines if letter in "\n\t" or unicodedata.category(letter) != "Cc"
    ).strip()


class PlainWords:
    """WTForms' own messages, said as this house says them."""

    WORDS = MappingProxyType(
        {
            "Not a valid choice.": "Choose one of the list.",
            "Not a valid date value.": "Enter a date, such as 2026-11-20.",
            "Not a valid integer value.": "Give a whole number.",
        }
    )

    def gettext(self, text: str) -> str:
        return self.WORDS.get(text, text)

    def ngettext(self, one: str, more: str, number: int) -> str:
        return self.gettext(one if number == 1 else more)


class BaseForm(Form):
    """A form with a token whose text fields always hold tidy text (passwords stay as typed)."""

    class Meta(DefaultMeta):
        csrf = True
        csrf_class = BoundCSRF
        csrf_field_name = FIELD

        def get_translations(self, form: Any) -> PlainWords:
            return PlainWords()

        def bind_field(
            self, form: Any, unbound_field: UnboundField[Any], options: MutableMapping[str, Any]
        ) -> Any:
            kind: type[Field] = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                options["filters"] = [*unbound_field.kwargs.get("filters", ()), tidy]
            return unbound_field.bind(form=form, **options)

    def __init_subclass__(cls) -> None:
        """An error page must know which fields no person typed, also when no form is at hand."""
        super().__init_subclass__()
        made = ((name, value) for name, value in vars(cls).items() if isinstance(value, UnboundField))
        carry_unseen(name for name, field in made if issubclass(field.field_class, HiddenField))

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Fill the fields. One of spaces only is not filled in, though WTForms' InputRequired thinks so."""
        super().process(*args, **kwargs)
        for field in self:
            if isinstance(field, StringField) and not field.data:
                field.raw_data = []

    def accepted(self) -> bool:
        """Whether it was sent and everything in it is right; otherwise its fields say what is not."""
        return request.method == "POST" and self.validate()

    def refuse(self, field: str, message: str) -> None:
        """Put a message beside a field (or at the top, for '') after a use case refused what was sent."""
        if not field:
            self.form_errors = [*self.form_errors, message]
            return
        self[field].errors = [*self[field].errors, message]


class ButtonForm(BaseForm):
    """A form without fields: a button that does something."""


def bind(form: type[AnyForm], obj: object | None = None, *, prefix: str = "", **defaults: Any) -> AnyForm:
    """The form filled with what was sent; on a GET, with `obj`'s attributes or with `defaults`."""
    return form(request.form if request.method == "POST" else None, obj, prefix=prefix, **defaults)


def blank(form: type[AnyForm], obj: object | None = None, *, prefix: str = "", **defaults: Any) -> AnyForm:
    """The form not filled with what was sent: for further forms on a page, posted to other addresses."""
    return form(None, obj, prefix=prefix, **defaults)


def saved(message: str, endpoint: str, *, category: str = "good", **values: Any) -> Response:
    """After a POST at the desk: a redirect (303) to a page that shows `message` once."""
    flash(message, category)
    return redirect(url_for(endpoint, **values), code=303)
