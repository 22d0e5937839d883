"""The desk's forms for clients, contacts and jobs."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from forms.jobs.models import JobState
from forms.web.fields import (
    EmailField,
    PhoneField,
    ProfileField,
    at_most,
    labels,
    must_be_reachable,
    required_text,
)
from forms.web.form import BaseForm
from forms.web.once import OnceForm

NOTES = 5000


class ClientForm(OnceForm):
    """A company."""

    name = required_text("Company", "Enter the company's name.")
    alias = StringField("Alias", [at_most(120)])
    notes = TextAreaField("Notes", [at_most(NOTES)])


class ContactForm(OnceForm):
    """A hiring manager at a client."""

    name = required_text("Name", "Enter the person's name.", least=2)
    title = StringField("Role or title", [at_most(120)])
    email = EmailField("E-mail")
    phone = PhoneField("Telephone")
    profile_url = ProfileField("Profile page")
    notes = TextAreaField("Notes", [at_most(NOTES)])

    def validate(self, extra_validators: object = None) -> bool:
        """Each field by itself; and there must be one way to reach the person."""
        right = super().validate()
        return must_be_reachable(self, "email", "phone", "profile_url") and right


class JobForm(OnceForm):
    """A job of a client."""

    title = required_text("Title", "Enter the title of the job.")
    location = StringField("Place", [at_most(120)])
    state = SelectField("State", choices=labels((JobState.OPEN, JobState.LEAD)))
    confidential = BooleanField("Confidential: candidates read the client's alias")
    promise_days = IntegerField(
        "Promise, in business days",
        [Optional(), NumberRange(1, 90, message="Give a number of business days from 1 to 90.")],
    )
    notes = TextAreaField("Notes", [at_most(NOTES)])


class StateForm(BaseForm):
    """A button that moves a job on."""

    state = SelectField(choices=labels(JobState))


class ReasonForm(BaseForm):
    """Why something that was over is opened again."""

    reason = TextAreaField("Why", [InputRequired("Give the reason; it stays in the history."), at_most(500)])
