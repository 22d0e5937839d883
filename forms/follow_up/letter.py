"""What the headhunter wrote, and how it becomes the letter that goes out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.clock import long_date
from core.errors import Conflict
from forms.outbox.merge import fill, known_values
from forms.outbox.template import unfilled

OBSERVATION = "observation"
NEXT_DATE = "next_date"


@dataclass(frozen=True)
class Wording:
    """What the headhunter wrote. With a `new_date` it says "not decided yet", else the recorded outcome.

    `observation` goes in for its merge field when the letter is completed; a draft keeps both apart.
    """

    subject: str
    body: str
    new_date: dt.date | None = None
    observation: str = ""


def completed(wording: Wording) -> Wording:
    """The wording with `{{ observation }}` and `{{ next_date }}` replaced by what was typed for them.

    Its lines stay as they are: they are the headhunter's now, not a template's. Raises Conflict when
    something was typed that has no place in the letter: it would be lost without a word.
    """
    text = f"{wording.subject}\n{wording.body}"
    if wording.observation and OBSERVATION not in unfilled(text):
        raise Conflict(
            f"The letter has no place for your observation: write {{{{ {OBSERVATION} }}}} where it belongs."
        )
    date = long_date(wording.new_date) if wording.new_date else ""
    if date and NEXT_DATE not in unfilled(text) and date not in text:
        raise Conflict(f"The letter does not name {date}: write {{{{ {NEXT_DATE} }}}} where it belongs.")
    known = known_values({OBSERVATION: wording.observation, NEXT_DATE: date})
    return Wording(fill(wording.subject, known), fill(wording.body, known), wording.new_date)
