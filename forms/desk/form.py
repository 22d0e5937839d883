"""The forms at the door of the desk."""

from __future__ import annotations

from wtforms import Field, PasswordField, ValidationError
from wtforms.validators import InputRequired

from forms.desk import passwords
from forms.web.fields import EmailField, PhoneField, required_text
from forms.web.form import BaseForm


class LoginForm(BaseForm):
    """Nothing is said here about what is right: only whether something was typed."""

    email = EmailField("E-mail address", [InputRequired("Enter your e-mail address.")])
    password = PasswordField("Password", [InputRequired("Enter your password.")])


class SetupForm(BaseForm):
    """The first recruiter: what candidates will see, and what opens the desk."""

    name = required_text("Your name", "Enter your name.")
    email = EmailField("E-mail address", [InputRequired("Enter your e-mail address.")])
    phone = PhoneField("Telephone")
    password = PasswordField("Password", [InputRequired("Choose a password.")])

    def validate_password(self, field: Field) -> None:
        said = passwords.objection(field.data, email=self.email.data or "", name=self.name.data or "")
        if said:
            raise ValidationError(said)
