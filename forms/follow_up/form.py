"""The desk's forms for answering."""

from __future__ import annotations

from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from forms.candidates.form import InterviewDay
from forms.web.fields import at_most, days_from_today
from forms.web.once import OnceForm

LETTER = 10_000
DATE_MISSING = "Enter the date by which the candidate will hear."
_TO_COME = days_from_today(
    "Choose a day after today, within a year: a promise lies ahead.", before=-1, after=366
)


class LetterForm(OnceForm):
    """An answer by mail."""

    subject = StringField("Subject", [InputRequired("Enter a subject."), at_most(150)])
    body = TextAreaField("Letter", [InputRequired("Write the letter."), at_most(LETTER)])


class AnswerForm(LetterForm):
    """The outcome, told by mail. `asked`: an observation was asked for, and the letter may go without."""

    asked = HiddenField()
    observation = TextAreaField("One specific observation", [at_most(600)])
    invite = BooleanField("Invite them to refer someone")


class NotDecidedForm(LetterForm):
    """ "The client has not decided", with a new date."""

    new_date = DateField("New date", [InputRequired(DATE_MISSING), _TO_COME])


class CallForm(OnceForm):
    """An answer given by phone: what was said, and a new date when nothing is decided."""

    said = TextAreaField("What you said", [InputRequired("Note what you said."), at_most(2000)])
    new_date = DateField("New date, if nothing is decided", [Optional(), _TO_COME])


def _reason() -> TextAreaField:
    return TextAreaField("Why", [InputRequired("Give the reason; it stays in the history."), at_most(500)])


class CorrectionForm(InterviewDay):
    """An interview as it really was, or will be."""

    reason = _reason()


class TakeBackForm(OnceForm):
    """An interview that never was one."""

    reason = _reason()
