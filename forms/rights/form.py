"""The forms of the pages on which people see to their own data."""

from __future__ import annotations

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from forms.web.fields import EmailField, PhoneField, ProfileField, at_most, required_text
from forms.web.form import BaseForm


def decision(yes: str, no: str) -> RadioField:
    """A choice without a default: mail scanners submit forms, and nobody is erased by a stray click."""
    return RadioField(
        "Your decision", [InputRequired("Choose one of the two.")], choices={"yes": yes, "no": no}
    )


class CorrectForm(BaseForm):
    """What somebody is known by."""

    name = required_text("Your name", "Enter your name.", least=2)
    email = EmailField("Your e-mail address")
    phone = PhoneField("Your telephone number")
    profile_url = ProfileField("Your profile page")


class WithdrawForm(BaseForm):
    """Withdrawing from one job."""

    sure = decision("Yes, I withdraw from this job", "No, I stay in the running")
    why = TextAreaField("Anything you want to say about it", [at_most(500)])


class ObjectForm(BaseForm):
    """No more contact."""

    sure = decision("Yes, do not contact me any more", "No, leave it as it is")


class EraseForm(BaseForm):
    """The code, and the decision."""

    code = StringField(
        "The code from the mail", [InputRequired("Enter the code from the mail."), at_most(20)]
    )
    sure = decision("Yes, erase everything", "No, keep it")


class CallForm(BaseForm):
    """At the desk, after a call."""

    sure = decision("I called them, and they want to be erased", "Not yet")
