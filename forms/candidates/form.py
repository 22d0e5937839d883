"""The desk's forms for candidates, candidacies and interviews."""

from __future__ import annotations

from wtforms import BooleanField, DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from forms.candidates.models import InterviewKind, Stage
from forms.web.fields import (
    EmailField,
    PhoneField,
    ProfileField,
    at_most,
    days_from_today,
    labels,
    must_be_reachable,
    required_text,
)
from forms.web.form import BaseForm
from forms.web.once import OnceForm

NOTES = 5000
_OF_OUR_TIME = days_from_today(
    "Enter a date of the last five years or the coming one.", before=5 * 366, after=366
)
FIRST_STAGES = (Stage.IDENTIFIED, Stage.CONTACTED, Stage.QUALIFYING, Stage.SUBMITTED)


class CandidateForm(OnceForm):
    """A person."""

    name = required_text("Name", "Enter the person's name.", least=2)
    email = EmailField("E-mail")
    phone = PhoneField("Telephone")
    profile_url = ProfileField("Profile page")
    notes = TextAreaField("Private notes", [at_most(NOTES)])
    private = BooleanField("Only their recruiter and the owners of the desk see this person")

    def validate(self, extra_validators: object = None) -> bool:
        """Each field by itself; and there must be one way to reach the person."""
        right = super().validate()
        return must_be_reachable(self, "email", "phone", "profile_url") and right


class CandidacyForm(BaseForm):
    """Putting a candidate forward for a job. The view sets the jobs to choose from."""

    job = SelectField("Job", [InputRequired("Choose a job.")])
    stage = SelectField("Stage", choices=labels(FIRST_STAGES))


class StageForm(BaseForm):
    """A button that moves a candidacy one stage on."""

    stage = SelectField(choices=labels(Stage))


class InterviewDay(OnceForm):
    """When an interview is, and how it is held."""

    on = DateField("Date", [InputRequired("Enter the date of the interview."), _OF_OUR_TIME])
    kind = SelectField("How", choices={each.value: each.label.capitalize() for each in InterviewKind})


class InterviewForm(InterviewDay):
    """One round."""

    notes = TextAreaField("Private notes", [at_most(NOTES)])


class OutcomeForm(BaseForm):
    """The decision. The view sets the outcomes that are possible."""

    outcome = SelectField("Outcome", [InputRequired("Choose the outcome.")])
    reason = TextAreaField("The reason, as the candidate will read it", [at_most(1000)])
    private_reason = TextAreaField("What the client really said (private)", [at_most(NOTES)])


class ReopenForm(BaseForm):
    """Why a decision is taken back."""

    reason = TextAreaField("Why", [InputRequired("Give the reason; it stays in the history."), at_most(500)])
