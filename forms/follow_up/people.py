"""Who a candidate is to the features that know candidates only by id."""

from __future__ import annotations

from forms.candidates.models import CANDIDATES
from forms.recruiters import RECRUITERS
from forms.referrals.mail import Referrer
from forms.store.protocol import Reader


def referrer(reader: Reader, candidate_id: str) -> Referrer | None:
    """The candidate as one who refers others; None when they, or their headhunter, are gone."""
    candidate = CANDIDATES.get(reader, candidate_id)
    recruiter = RECRUITERS.get(reader, candidate.recruiter_id) if candidate else None
    if candidate is None or recruiter is None:
        return None
    return Referrer(
        candidate.id, candidate.name, candidate.email, recruiter, candidate.phone, candidate.profile_url
    )
