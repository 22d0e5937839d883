"""The desk's forms for answering."""

from __future__ import annotations

from wtforms import DateField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Optional

from forms.web.context import context
from forms.web.fields import at_most, days_from_today
from forms.web.once import OnceForm

LETTER = 10_000
DATE_MISSING = "Enter the date by which the candidate will hear."
_TO_COME = days_from_today("Enter a date to come, within a year of today.", before=0, after=366)


class LetterForm(OnceForm):
    """An answer by mail."""

    subject = StringField("Subject", [InputRequired("Enter a subject."), at_most(150)])
    body = TextAreaField("Letter", [InputRequired("Write the letter."), at_most(LETTER)])


class AnswerForm(LetterForm):
    """The outcome, told by mail."""

    observation = TextAreaField("One specific observation", [at_most(600)])


class NotDecidedForm(LetterForm):
    """ "The client has not decided", with a new date."""

    new_date = DateField("New date", [InputRequired(DATE_MISSING), _TO_COME])

    def validate_new_date(self, field: DateField) -> None:
        """A promise lies ahead."""
        _must_lie_ahead(field)


class CallForm(OnceForm):
    """An answer given by phone: what was said, and a new date when nothing is decided."""

    said = TextAreaField("What you said", [InputRequired("Note what you said."), at_most(2000)])
    new_date = DateField("New date, if nothing is decided", [Optional(), _TO_COME])

    def validate_new_date(self, field: DateField) -> None:
        """A promise lies ahead."""
        _must_lie_ahead(field)


def _must_lie_ahead(field: DateField) -> None:
    if field.data is not None and field.data <= context().today():
        raise ValidationError("Choose a day after today.")
