"""The referral form: syntax only. What it gives is a `Submission`."""

from __future__ import annotations

import datetime as dt
import secrets

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from forms.referrals.introducing import Introduction
from forms.referrals.models import ACCURACY_STATEMENT, HiringNeed, ReferralKind, Relation, Wish
from forms.referrals.service import Submission
from forms.web import started
from forms.web.fields import (
    EmailField,
    PhoneField,
    ProfileField,
    at_most,
    chosen,
    labels,
    must_be_reachable,
    required_text,
    yes_or_no,
)
from forms.web.form import BaseForm

QUICKEST = dt.timedelta(seconds=3)
ONCE_MORE = "Please look through it once more and send it again; nothing you typed is lost."


class FilledInByPerson(BaseForm):
    """A form that a person fills in: a field nobody sees stays empty, and it takes a while."""

    started = HiddenField(default=started.stamp)
    website_2 = StringField("Leave this empty")

    def accepted(self) -> bool:
        """Whether it may be taken: everything is right, and a person filled it in."""
        if not super().accepted():
            return False
        within = started.age(self.started.data)
        if self.website_2.data or within is None or within < QUICKEST:
            # Not dropped in silence: an eager autofill must not cost a person their words.
            self.website_2.data = ""
            if within is None:  # not a stamp of ours, or of an earlier key: the next try begins anew
                self.started.data = started.stamp()
            self.refuse("", ONCE_MORE)
            return False
        return True


class ReferralForm(FilledInByPerson):
    """Who is named, how to reach them, and what they know of it."""

    kind = RadioField(
        "Who do you know?",
        [InputRequired("Choose who you know: someone looking, or someone hiring.")],
        choices=labels(ReferralKind),
    )
    name = required_text("Their name", "Enter their name.", least=2)
    email = EmailField("E-mail")
    phone = PhoneField("Telephone")
    profile_url = ProfileField("Profile page")
    relation = SelectField(
        "How do you know them?",
        [InputRequired("Choose how you know them.")],
        choices={"": "Choose one", **labels(Relation)},
    )
    why = TextAreaField("Why them?", [at_most(500)])
    knows = yes_or_no("Do they know you are naming them?", "Say whether they know that you are naming them.")
    may_name = yes_or_no("May I say that you named them?", "Say whether I may tell them who named them.")
    accuracy = BooleanField(ACCURACY_STATEMENT, [InputRequired("Confirm that what you say is true.")])
    field_of_work = StringField("Their field of work", [at_most(120)])
    job = SelectField("For a job I have open?", [Optional()])
    company = StringField("Their company", [at_most(120)])
    role = StringField("Their role or title", [at_most(120)])
    hiring_need = RadioField("Do they need someone?", [Optional()], choices=labels(HiringNeed))
    wish = RadioField("How shall we meet?", [Optional()], choices=labels(Wish))
    submission_key = HiddenField(default=lambda: secrets.token_urlsafe(16))

    def validate(self, extra_validators: object = None) -> bool:
        """Each field by itself, then what they need of one another."""
        right = super().validate()
        if not must_be_reachable(self, "email", "phone", "profile_url"):
            right = False
        if self.kind.data == ReferralKind.CLIENT:
            right = self._client_part_is_whole() and right
        return right

    def _client_part_is_whole(self) -> bool:
        needed = {
            "company": "Enter the company they hire for.",
            "hiring_need": "Say whether they need someone, or that you do not know.",
            "wish": "Choose how we shall meet.",
        }
        missing = {name: message for name, message in needed.items() if not self[name].data}
        for name, message in missing.items():
            self.refuse(name, message)
        return not missing

    def submission(self, link_id: str) -> Submission:
        """What was sent, as the domain knows it. Keys are the link's own: none can take another's."""
        kind = ReferralKind(self.kind.data)
        client = kind is ReferralKind.CLIENT
        return Submission(
            submission_key=f"{link_id}:{(self.submission_key.data or '')[:64]}",
            kind=kind,
            name=self.name.data or "",
            email=self.email.normal,
            phone=self.phone.normal,
            profile_url=self.profile_url.normal,
            relation=Relation(self.relation.data),
            why=self.why.data or "",
            knows=chosen(self.knows),
            may_name=chosen(self.may_name),
            field_of_work="" if client else self.field_of_work.data or "",
            job_id=None if client else self.job.data or None,
            company=(self.company.data or "") if client else "",
            role=(self.role.data or "") if client else "",
            hiring_need=HiringNeed(self.hiring_need.data) if client else None,
            wish=Wish(self.wish.data) if client else None,
        )


class IntroductionForm(FilledInByPerson):
    """What somebody says of themselves who was sent a personal link; the page words `consent`."""

    kind = RadioField(
        "What brings you here?",
        [InputRequired("Choose what brings you here: a new role, or hiring.")],
        choices={
            ReferralKind.CANDIDATE.value: "I am looking for a role",
            ReferralKind.CLIENT.value: "I am hiring",
        },
    )
    name = required_text("Your name", "Enter your name.", least=2)
    email = EmailField("E-mail")
    phone = PhoneField("Telephone")
    profile_url = ProfileField("Profile page")
    company = StringField("Your company", [at_most(120)])
    words = TextAreaField("What are you looking for?", [at_most(500)])
    consent = BooleanField("", [InputRequired("Say that I may keep this and get in touch.")])

    def validate(self, extra_validators: object = None) -> bool:
        """Each field by itself, then what they need of one another."""
        right = super().validate()
        if not must_be_reachable(self, "email", "phone", "profile_url"):
            right = False
        if self.kind.data == ReferralKind.CLIENT and not self.company.data:
            self.refuse("company", "Enter the company you hire for.")
            right = False
        return right

    def introduction(self) -> Introduction:
        """What was sent, as the domain knows it."""
        kind = ReferralKind(self.kind.data)
        return Introduction(
            kind=kind,
            name=self.name.data or "",
            email=self.email.normal,
            phone=self.phone.normal,
            profile_url=self.profile_url.normal,
            company=(self.company.data or "") if kind is ReferralKind.CLIENT else "",
            words=self.words.data or "",
        )
