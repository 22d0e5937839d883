"""The desk's forms for filling and cancelling a job, one for each step."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from forms.candidates.models import Outcome
from forms.follow_up.form import LETTER
from forms.follow_up.models import Channel
from forms.follow_up.sending_time import When
from forms.web.fields import at_most, labels
from forms.web.form import BaseForm

NOBODY = "nobody"


class WhoForm(BaseForm):
    """Who was placed, and whose candidacies end without a letter. The view sets the choices."""

    placed = RadioField("Who was placed?", [InputRequired("Choose who was placed, or that nobody was.")])
    silent = SelectMultipleField(
        "Never interviewed", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class PersonForm(BaseForm):
    """What one person will be told. Only the lengths are looked at here: unfinished work is kept, too.

    `letter_for`: the outcome that the letter on the page was made for. The view sets the outcomes.
    """

    letter_for = HiddenField()
    outcome = SelectField("Outcome")
    reason = TextAreaField("The reason, as they will read it", [at_most(1000)])
    observation = TextAreaField("One specific observation", [at_most(600)])
    subject = StringField("Subject", [at_most(150)])
    body = TextAreaField("Letter", [at_most(LETTER)])
    channel = RadioField(
        "How", choices={Channel.MAIL.value: "By mail", Channel.CALL.value: "By phone: I call"}
    )
    when = RadioField("When the mail goes out", choices=labels(When))
    invite = BooleanField("Invite them to refer someone")
    at = DateTimeLocalField("Day and time", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

    @property
    def chosen_outcome(self) -> Outcome:
        """The outcome, once the form is valid."""
        return Outcome(self.outcome.data)


class ConfirmForm(BaseForm):
    """The one confirmation; `seen` stands for what was looked at."""

    seen = HiddenField()
