"""The desk's forms for clients, contacts and jobs."""

from __future__ import annotations

import enum

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from forms.jobs.models import Job, JobState
from forms.jobs.promise import PromiseKind
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


class PromiseChoice(enum.StrEnum):
    """What may be promised for a job."""

    DEFAULT = "default"
    OWN = "own"
    ONTARIO = "ontario"

    @property
    def label(self) -> str:
        """The choice in words."""
        return _PROMISE_LABELS[self]

    @classmethod
    def of(cls, job: Job) -> PromiseChoice:
        """The choice that stands for a job."""
        if job.promise_kind is PromiseKind.ONTARIO_45_DAYS:
            return cls.ONTARIO
        return cls.DEFAULT if job.promise_days is None else cls.OWN


_PROMISE_LABELS = {
    PromiseChoice.DEFAULT: "the business days of every job",
    PromiseChoice.OWN: "business days of its own",
    PromiseChoice.ONTARIO: "45 calendar days, the limit of the law in Ontario",
}


class JobForm(OnceForm):
    """A job of a client."""

    title = required_text("Title", "Enter the title of the job.")
    location = StringField("Place", [at_most(120)])
    state = SelectField("State", choices=labels((JobState.OPEN, JobState.LEAD)))
    confidential = BooleanField("Confidential: candidates read the client's alias")
    promise_choice = RadioField(
        "The promise: everyone interviewed hears within",
        choices=labels(PromiseChoice),
        default=PromiseChoice.DEFAULT.value,
    )
    promise_days = IntegerField(
        "How many business days",
        [Optional(), NumberRange(1, 90, message="Give a number of business days from 1 to 90.")],
    )
    notes = TextAreaField("Notes", [at_most(NOTES)])

    def validate(self, extra_validators: object = None) -> bool:
        """Each field by itself; and days of their own must be counted."""
        right = super().validate()
        if self.promise_choice.data == PromiseChoice.OWN and self.promise_days.data is None:
            if not self.promise_days.errors:
                self.refuse("promise_days", "Give a number of business days from 1 to 90.")
            return False
        return right

    def chosen_promise(self) -> tuple[int | None, PromiseKind]:
        """The job's own business days, or None for the default; and how the promise is counted."""
        own = self.promise_days.data if self.promise_choice.data == PromiseChoice.OWN else None
        by_law = self.promise_choice.data == PromiseChoice.ONTARIO
        return own, PromiseKind.ONTARIO_45_DAYS if by_law else PromiseKind.BUSINESS_DAYS


class StateForm(BaseForm):
    """A button that moves a job on."""

    state = SelectField(choices=labels(JobState))


class ReasonForm(BaseForm):
    """Why something that was over is opened again."""

    reason = TextAreaField("Why", [InputRequired("Give the reason; it stays in the history."), at_most(500)])
