"""What is still missing before one person's answer can go out; the form's fields say it."""

from __future__ import annotations

import datetime as dt

from core.errors import Conflict
from forms.follow_up.filling_form import PersonForm
from forms.follow_up.letter import (
    REASON,
    Wording,
    completed,
    must_be_complete,
    with_reason,
    without_observation,
)
from forms.follow_up.models import Channel
from forms.follow_up.overview import Person
from forms.follow_up.sending_time import When
from forms.outbox.template import unfilled
from forms.web.context import context

LONGEST_WAIT = dt.timedelta(days=31)


def is_complete(person: Person, form: PersonForm) -> bool:
    """Whether nothing is missing for going on; otherwise the fields say what is."""
    by_mail = form.channel.data == Channel.MAIL
    if by_mail and not person.case.candidate.email:
        form.refuse("channel", "There is no e-mail address: choose the phone.")
    if by_mail:
        _check_letter(form)
        _check_time(form)
    return not form.errors


def _check_letter(form: PersonForm) -> None:
    wording = typed_wording(form)
    if not form.subject.data:
        form.refuse("subject", "Enter a subject.")
    if not form.body.data:
        form.refuse("body", "Write the letter.")
    if not form.reason.data and REASON in unfilled(f"{wording.subject}\n{wording.body}"):
        form.refuse("reason", "Write the reason: the letter gives it, where it says {{ reason }}.")
        return
    try:
        must_be_complete(completed(without_observation(with_reason(wording, form.reason.data or ""))))
    except Conflict as error:
        form.refuse("body", str(error))


def _check_time(form: PersonForm) -> None:
    if form.when.data != When.CUSTOM:
        return
    now = context().now()
    moment = form.at.data.replace(tzinfo=context().site.timezone) if form.at.data else None
    if moment is None or not now < moment <= now + LONGEST_WAIT:
        form.refuse("at", "Give a day and a time that lie ahead, within a month.")


def typed_wording(form: PersonForm) -> Wording:
    """The letter as it stands in the form."""
    return Wording(form.subject.data or "", form.body.data or "", observation=form.observation.data or "")
