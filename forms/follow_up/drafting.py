"""The letter a page opens with: the draft that was kept, or the template that fits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.settings import SiteSettings
from forms.candidates.models import CANDIDACIES, CANDIDATES, Candidacy, Candidate, Outcome
from forms.contact_details import readable_phone
from forms.follow_up.answering import template_for, was_long
from forms.follow_up.answers import draft_of
from forms.follow_up.letter import NEXT_DATE, OBSERVATION, REASON, Wording
from forms.jobs import service as jobs
from forms.jobs.clients import CLIENTS, Client
from forms.jobs.models import JOBS, Job
from forms.outbox.merge import LINK_FIELD
from forms.outbox.template import TemplateUse, draft, load_template
from forms.recruiters import Recruiter
from forms.store.protocol import Reader

CASE_FIELDS = (
    "candidate_name",
    "job_title",
    "client_name",
    "recruiter_name",
    "recruiter_email",
    "recruiter_phone",
    "site_title",
)
"""The merge fields that `case_fields` always knows; the reason only once there is one."""

_IN_AN_ANSWER = (*CASE_FIELDS, REASON, LINK_FIELD, OBSERVATION)

ANSWER_TEMPLATES = (
    *(TemplateUse(template_for(each), f"the answer for “{each.label}”", _IN_AN_ANSWER) for each in Outcome),
    TemplateUse(
        template_for(Outcome.JOB_FILLED, long_process=True), "the answer after a long process", _IN_AN_ANSWER
    ),
    TemplateUse(
        template_for(None),
        "the letter for “not decided yet”",
        (*CASE_FIELDS, REASON, LINK_FIELD, NEXT_DATE),
        needed=(NEXT_DATE,),
    ),
)
"""The messages a candidate is answered with, one for every outcome."""


@dataclass(frozen=True)
class Case:
    """One candidacy with the people and the job around it.

    `client` is for the desk alone; `client_name` is what candidates may read, in letters and pages.
    """

    candidacy: Candidacy
    candidate: Candidate
    job: Job
    client: Client
    client_name: str


def case_of(reader: Reader, candidacy_id: str) -> Case:
    """The case of a candidacy. Raises NotFound."""
    candidacy = CANDIDACIES.require(reader, candidacy_id)
    job = JOBS.require(reader, candidacy.job_id)
    candidate = CANDIDATES.require(reader, candidacy.candidate_id)
    client = CLIENTS.require(reader, job.client_id)
    return Case(candidacy, candidate, job, client, jobs.client_name_for_candidates(reader, job))


def first_wording(
    reader: Reader, case: Case, recruiter: Recruiter, *, site: SiteSettings, content: Path, not_decided: bool
) -> Wording:
    """What the answer page opens with: the saved draft, else the template with all that is known filled in.

    Raises InvalidContent for a template that is missing or broken.
    """
    saved = draft_of(reader, case.candidacy.id)
    if saved is not None and (saved.new_date is not None) == not_decided:
        return Wording(saved.subject, saved.body, saved.new_date, saved.observation, saved.invite)
    outcome = None if not_decided else case.candidacy.outcome
    return template_wording(reader, case, outcome, recruiter, site=site, content=content)


def template_wording(
    reader: Reader,
    case: Case,
    outcome: Outcome | None,
    recruiter: Recruiter,
    *,
    site: SiteSettings,
    content: Path,
) -> Wording:
    """The template that fits this outcome and this process, with all that is known filled in.

    None: the one for "not decided yet". Raises InvalidContent for a template that is missing or broken.
    """
    name = template_for(outcome, long_process=was_long(reader, case.candidacy))
    text = draft(load_template(content, name), case_fields(case, recruiter, site))
    return Wording(text.subject, text.body)


def case_fields(case: Case, recruiter: Recruiter, site: SiteSettings) -> dict[str, str]:
    """The merge fields that are known of a case."""
    return {
        "candidate_name": case.candidate.name,
        "job_title": case.job.title,
        "client_name": case.client_name,
        "recruiter_name": recruiter.name,
        "recruiter_email": recruiter.email,
        "recruiter_phone": readable_phone(recruiter.phone),
        "site_title": site.title,
        "reason": case.candidacy.reason,
    }
