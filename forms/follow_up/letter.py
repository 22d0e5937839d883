"""What the headhunter wrote, and how it becomes the letter that goes out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from core.clock import long_date
from core.errors import Conflict
from forms.outbox.merge import fill, known_values, only_field
from forms.outbox.template import unfilled

OBSERVATION = "observation"
NEXT_DATE = "next_date"
REASON = "reason"


@dataclass(frozen=True)
class Wording:
    """What the headhunter wrote. With a `new_date` it says "not decided yet", else the recorded outcome.

    `observation` goes in for its merge field when the letter is completed; a draft keeps both apart.
    `invite`: whether an invitation to refer someone is to follow; None where nobody has chosen yet.
    """

    subject: str
    body: str
    new_date: dt.date | None = None
    observation: str = ""
    invite: bool | None = None


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


def with_reason(wording: Wording, reason: str) -> Wording:
    """The wording with `{{ reason }}` replaced by the reason written for the candidate."""
    known = known_values({REASON: reason})
    return replace(wording, subject=fill(wording.subject, known), body=fill(wording.body, known))


def without_observation(wording: Wording) -> Wording:
    """The letter without the empty place of an observation, nor the line that leads up to it ("…:").

    Left alone where one was made, or where the place stands within a sentence of the headhunter's.
    """
    if wording.observation:
        return wording
    kept: list[str] = []
    for paragraph in wording.body.split("\n\n"):
        if only_field(paragraph) != OBSERVATION:
            kept.append(paragraph)
        elif kept and kept[-1].rstrip().endswith(":"):
            kept.pop()
    return replace(wording, body="\n\n".join(kept))


def asks_observation(wording: Wording) -> bool:
    """Whether the letter has a place for an observation, and none was made."""
    return not wording.observation and OBSERVATION in unfilled(wording.body)


def must_be_complete(letter: Wording) -> None:
    """Raises Conflict, naming them, while merge fields are open."""
    still_open = unfilled(f"{letter.subject}\n{letter.body}")
    if still_open:
        names = ", ".join(f"{{{{ {name} }}}}" for name in still_open)
        raise Conflict(f"Fill in {names} before sending.")
