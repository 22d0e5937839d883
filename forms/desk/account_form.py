"""The forms of one's own account."""

from __future__ import annotations

from wtforms import Field, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired

from forms.desk import passwords
from forms.web.fields import at_most
from forms.web.form import BaseForm


class PasswordAgainForm(BaseForm):
    """Who is there must be who logged in, before something that matters."""

    current_password = PasswordField("Your password", [InputRequired("Enter your password.")])


class ChangePasswordForm(PasswordAgainForm):
    """Another password. `about`: name and address, which it must not be."""

    new_password = PasswordField("The new password", [InputRequired("Choose a password.")])
    about: tuple[str, str] = ("", "")

    def validate_new_password(self, field: Field) -> None:
        name, email = self.about
        said = passwords.objection(field.data, email=email, name=name)
        if said:
            raise ValidationError(said)


class CodeForm(BaseForm):
    """A code of the app; at login a recovery code does as well."""

    code = StringField("Code", [InputRequired("Enter the code."), at_most(40)])
