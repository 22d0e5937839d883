"""The forms about the desk's users."""

from __future__ import annotations

from wtforms import Field, PasswordField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from forms.desk import passwords
from forms.recruiters import Role
from forms.web.fields import EmailField, PhoneField, labels, required_text
from forms.web.form import BaseForm

ROLES = {
    Role.RECRUITER: "Recruiter: works with jobs, candidates, referrals and mail",
    Role.READ_ONLY: "Read-only: may look, and change nothing",
    Role.OWNER: "Owner: everything, with users, imports and the list of who did what",
}


class UserForm(BaseForm):
    """A colleague: candidates see the name and the ways to reach them."""

    name = required_text("Name", "Enter your colleague's name.")
    email = EmailField("E-mail address", [InputRequired("Enter your colleague's e-mail address.")])
    phone = PhoneField("Telephone")
    role = RadioField(
        "What may they do?",
        [InputRequired("Choose what they may do.")],
        choices={role.value: text for role, text in ROLES.items()},
        default=Role.RECRUITER.value,
    )


class RoleForm(BaseForm):
    """Another role for somebody who is there."""

    role = SelectField("Role", choices=labels(Role))


class PasswordForm(BaseForm):
    """A first password, or one instead of a lost one. `about`: name and address, which it must not be."""

    password = PasswordField("Password", [InputRequired("Choose a password.")])
    about: tuple[str, str] = ("", "")

    def validate_password(self, field: Field) -> None:
        name, email = self.about
        said = passwords.objection(field.data, email=email, name=name)
        if said:
            raise ValidationError(said)
