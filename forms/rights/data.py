"""Everything that is held about somebody, for them to read and to take away.

Private notes, and what the client said, are about the headhunter's judgement and other people: they are
named as kept, and told on request; see the privacy page.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.settings import SiteSettings
from forms import history, suppressions
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDATES, Candidacy, Candidate
from forms.follow_up.answers import told_answers, told_outcome
from forms.follow_up.models import FOLLOW_UPS
from forms.jobs import service as jobs
from forms.jobs.models import JOBS
from forms.links import links_of
from forms.outbox.models import OUTBOX, MailState
from forms.referrals import service as referrals
from forms.referrals.models import REFERRALS, Referral
from forms.rights.holder import Holder
from forms.rights.mail import UNNAMED
from forms.store.protocol import Reader
from forms.suppressions import Scope

FORMAT = "follow-up personal data"
VERSION = 1
RESUME_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"

Data = dict[str, Any]


def held(reader: Reader, holder: Holder, *, now: dt.datetime) -> Data:
    """The whole of it, as plain JSON. What was not told yet is not part of it. Raises NotFound."""
    common = {
        "format": FORMAT,
        "version": VERSION,
        "made": now.isoformat(timespec="seconds"),
        "kept_by": {"name": holder.recruiter.name, "email": holder.recruiter.email},
        "you": _you(holder),
    }
    about = _candidate(reader, holder) if holder.is_candidate else _referred(reader, holder)
    return {**common, **about, "no_more": _refused(reader, holder), "links": _links(reader, holder)}


def resume(holder: Holder, *, site: SiteSettings, now: dt.datetime) -> Data:
    """The same person as a JSON Resume (jsonresume.org, schema 1.0.0): what is known of one, the basics."""
    profiles = [{"network": "Web", "url": holder.profile_url}] if holder.profile_url else []
    basics = {
        "name": holder.name,
        "email": holder.email,
        "phone": holder.phone,
        "url": holder.profile_url,
        "profiles": profiles,
    }
    return {
        "$schema": RESUME_SCHEMA,
        "basics": {name: value for name, value in basics.items() if value not in (None, "")},
        "meta": {"version": "v1.0.0", "lastModified": now.strftime("%Y-%m-%dT%H:%M:%S")},
    }


def _you(holder: Holder) -> Data:
    return {
        "name": holder.name,
        "email": holder.email,
        "phone": holder.phone,
        "profile": holder.profile_url,
    }


def _candidate(reader: Reader, holder: Holder) -> Data:
    candidate = CANDIDATES.require(reader, holder.id)
    return {
        "known_since": candidate.created.isoformat(),
        "private_notes": bool(candidate.notes),
        "candidacies": [_candidacy(reader, each) for each in candidates.candidacies_of(reader, holder.id)],
        "people_you_named": [
            {"name": each.name_for_referrer, "kind": each.kind.value, "on": each.created.isoformat(),
             "why": each.why, "state": each.state.label}
            for each in referrals.referrals_by(reader, holder.id)
        ],
        "mail_to_you": _mail(reader, holder),
    }  # fmt: skip


def _candidacy(reader: Reader, candidacy: Candidacy) -> Data:
    job = JOBS.require(reader, candidacy.job_id)
    told = told_outcome(reader, candidacy.id)
    debt = FOLLOW_UPS.get(reader, candidacy.id)
    return {
        "job": job.title,
        "client": jobs.client_name_for_candidates(reader, job),
        "since": candidacy.created.isoformat(),
        "outcome_as_told": told.outcome.value if told and told.outcome else None,
        "reason_as_told": candidacy.reason if told else None,
        "answer_promised_by": debt.due.isoformat() if debt and debt.is_owed else None,
        "interviews": [
            {"round": each.round, "on": each.on.isoformat(), "kind": each.kind.value}
            for each in candidates.interviews_of(reader, candidacy.id)
        ],
        "answers": [
            {"on": each.told.isoformat() if each.told else None, "by": each.channel.value,
             "text": each.body if each.channel.value == "mail" else ""}
            for each in told_answers(reader, candidacy.id)
        ],
        "history": [
            {"at": event.at.isoformat(), "text": event.told}
            for event in history.history_of(reader, candidacy.id)
            if event.told
        ],
    }  # fmt: skip


def _referred(reader: Reader, holder: Holder) -> Data:
    named = REFERRALS.require(reader, holder.id)
    by = CANDIDATES.get(reader, named.referrer_id)
    return {
        "named_by": _referrer_name(named, by) if by and named.may_name else UNNAMED.rstrip(","),
        "named_on": named.created.isoformat(),
        "named_as": named.kind.label,
        "company": named.company,
        "role": named.role,
        "field_of_work": named.field_of_work,
        "introduced_yourself": named.by_link,
        "your_words": named.own_words,
        "consent_wording": named.consent_version,
        # Their words about you; who they are may show in them, so they follow what they allowed.
        "why_you": named.why if named.may_name else None,
        "mail_to_you": _mail(reader, holder),
    }


def _referrer_name(referral: Referral, by: Candidate) -> str:
    """Behind a personal link stands the first name of who sent it, and so it does here."""
    return by.name.split()[0] if referral.by_link else by.name


def _mail(reader: Reader, holder: Holder) -> list[Data]:
    sent = OUTBOX.find(reader, {"recipient": holder.email}) if holder.email else []
    return [
        {"on": each.settled.isoformat() if each.settled else None, "subject": each.subject, "text": each.body}
        for each in sent
        if each.state is MailState.SENT
    ]


def _refused(reader: Reader, holder: Holder) -> list[str]:
    return [scope.value for scope in Scope if suppressions.find(reader, scope, holder.id, holder.email)]


def _links(reader: Reader, holder: Holder) -> list[Data]:
    return [
        {"purpose": each.purpose.value, "made": each.created.isoformat(), "until": each.expires.isoformat()}
        for each in links_of(reader, holder.id)
        if each.revoked is None
    ]
