"""Fields that know what they hold: ways to reach a person, and yes or no."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from wtforms import Field, Form, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from forms.contact_details import normal_email, normal_phone, normal_profile, readable_phone
from forms.web.context import context


class _ReachField(StringField):
    """Text with a normal form, found while it is validated; what was typed stays in `data`."""

    normal: str | None = None

    def normalise(self, text: str) -> str:
        raise ValueError(text)

    def pre_validate(self, form: Any) -> None:
        self.normal = None
        if not self.data:
            return
        try:
            self.normal = self.normalise(self.data)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class EmailField(_ReachField):
    """An e-mail address; `normal` is lower case."""

    def normalise(self, text: str) -> str:
        return normal_email(text)


class PhoneField(_ReachField):
    """A telephone number; `normal` is E.164. Numbers without + are read in FOLLOWUP_PHONE_REGION."""

    def normalise(self, text: str) -> str:
        return normal_phone(text, context().run.phone_region)

    def process_data(self, value: Any) -> None:
        """What is kept comes back as people write it."""
        super().process_data(readable_phone(value) if value else value)


class ProfileField(_ReachField):
    """The https address of a public profile; it is never fetched."""

    def normalise(self, text: str) -> str:
        return normal_profile(text)


def required_text(label: str, missing: str, *, most: int = 120, least: int = 1) -> StringField:
    """One line that must be there, at most `most` characters."""
    return StringField(label, [InputRequired(missing), at_most(most, least=least)])


def at_most(most: int, *, least: int = -1) -> Length:
    """A length, said in words."""
    if least > 1:
        return Length(min=least, max=most, message=f"Write between {least} and {most} characters.")
    return Length(max=most, message=f"Write at most {most} characters.")


def days_from_today(message: str, *, before: int, after: int) -> Callable[[Form, Field], None]:
    """A date from `before` days ago to `after` days ahead: a slip of the keyboard is a year nobody meant."""

    def check(_form: Form, field: Field) -> None:
        today, day = context().today(), field.data
        if day and not today - dt.timedelta(days=before) <= day <= today + dt.timedelta(days=after):
            raise ValidationError(message)

    return check


class _Labelled(Protocol):
    @property
    def value(self) -> str: ...
    @property
    def label(self) -> str: ...


def labels(members: Iterable[_Labelled]) -> dict[str, str]:
    """The choices of a field, from an enum (or some of its members) whose members have labels."""
    return {each.value: each.label for each in members}


def yes_or_no(label: str, missing: str) -> RadioField:
    """A question without a default: nobody consents by overlooking a tick."""
    return RadioField(label, [InputRequired(missing)], choices={"yes": "Yes", "no": "No"})


def chosen(field: Field) -> bool:
    """Whether a `yes_or_no` was answered with yes."""
    return bool(field.data == "yes")


def must_be_reachable(form: Form, *names: str) -> bool:
    """Put a message beside the first of these fields when all of them are empty."""
    fields = [form[name] for name in names]
    if any(field.data for field in fields):
        return True
    fields[0].errors = [*fields[0].errors, "Give an e-mail address, a telephone number or a profile page."]
    return False
