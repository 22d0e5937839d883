"""The comment form, as it stands below an article: syntax only. No token and no cookie goes with it."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, Field, Form, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from core.plain_text import clean, is_web_address
from forms.comments.models import LONGEST_TEXT
from forms.comments.service import Draft
from forms.web.fields import EmailField, required_text
from forms.web.form import BaseForm

LONGEST_WEBSITE = 200

HONEYPOT = "homepage_url"


class WebsiteField(StringField):
    """An http(s) address; https:// may be left out. It is never fetched."""

    normal: str | None = None

    def pre_validate(self, form: Any) -> None:
        self.normal = None
        if not self.data:
            return
        address = self.data if "://" in self.data else f"https://{self.data}"
        # A name without a dot is no address that a reader can open.
        host = address.partition("://")[2].partition("/")[0]
        if not is_web_address(address) or "." not in host or len(address) > LONGEST_WEBSITE:
            raise ValidationError("Enter a web address such as https://example.org, or leave it empty.")
        self.normal = address


def _one_line(_form: Form, field: Field) -> None:
    if not "".join(clean(field.data or "").split()):
        raise ValidationError("Enter your name.")


def _not_too_long(_form: Form, field: Field) -> None:
    size = len(clean(field.data or "").encode())
    if size > LONGEST_TEXT:
        raise ValidationError(
            f"The comment is too long: {size} bytes, and at most {LONGEST_TEXT} can be taken. "
            "A letter without an accent is one byte."
        )
    if not size:
        raise ValidationError("Write your comment.")


class CommentForm(BaseForm):
    """What a reader types. `mark` is the time trap's; `parent` the comment that is answered.

    `look` comes with the button that asks to see it first.
    """

    class Meta:
        csrf = False  # nobody's authority goes with it

    name = required_text("Name", "Enter your name.", most=80)
    email = EmailField("E-mail", [InputRequired("Enter your e-mail address; it is never published.")])
    website = WebsiteField("Website")
    comment = TextAreaField("Comment", [InputRequired("Write your comment."), _not_too_long])
    notify = BooleanField("Tell me of replies by e-mail")
    parent = HiddenField(default="")
    mark = HiddenField(default="")
    homepage_url = StringField("Leave this empty")
    look = BooleanField("See how it looks")

    def validate_name(self, field: Field) -> None:
        """Unseen characters are no name."""
        _one_line(self, field)

    @property
    def is_trapped(self) -> bool:
        """Whether the field that no person sees was filled in."""
        return bool(self.homepage_url.data)

    def draft(self, article: str, *, submission: str, origin: str) -> Draft:
        """What was sent, as the domain knows it."""
        return Draft(
            article=article,
            name=" ".join(clean(self.name.data or "").split()),
            email=self.email.normal or "",
            website=self.website.normal,
            text=clean(self.comment.data or ""),
            parent_id=(self.parent.data or "")[:64] or None,
            submission=submission,
            origin=origin,
            wants_replies=bool(self.notify.data),
        )
