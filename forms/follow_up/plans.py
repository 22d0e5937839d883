"""How a job is to end, while it is prepared: who was placed, and what each of the others will be told.

It is kept from step to step, so that nothing typed is lost, and stays afterwards as what the progress page
shows. The letters themselves are the candidacies' drafts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from forms.candidates.models import Candidacy, Outcome
from forms.follow_up.models import Channel
from forms.follow_up.sending_time import When
from forms.jobs.models import JobState
from forms.store.collection import Collection

PROPOSED = {JobState.FILLED: Outcome.JOB_FILLED, JobState.CANCELLED: Outcome.JOB_CANCELLED}
"""The outcome that the end of a job proposes for everyone who is still in the running."""


@dataclass(frozen=True)
class Ending:
    """The end of a job. Its id is the job's; `placed` and `spared` are ids of candidacies.

    `spared`: people never interviewed whose candidacies are left open. `confirmed`: when it was done.
    """

    id: str
    state: JobState
    placed: str | None
    spared: tuple[str, ...]
    by: str
    begun: dt.datetime
    confirmed: dt.datetime | None = None

    def outcome_for(self, candidacy: Candidacy) -> Outcome:
        """The outcome proposed for somebody."""
        return Outcome.PLACED if candidacy.id == self.placed else PROPOSED[self.state]

    def outcomes_for(self, candidacy: Candidacy) -> tuple[Outcome, ...]:
        """What may be recorded of somebody when the job ends so."""
        if candidacy.id == self.placed:
            return (Outcome.PLACED,)
        others = {Outcome.PLACED, *(each for state, each in PROPOSED.items() if state is not self.state)}
        return tuple(each for each in candidacy.possible_outcomes() if each not in others)


@dataclass(frozen=True)
class Plan:
    """What one interviewed person will be told, and how. Its id is the candidacy's.

    `asked`: an observation was asked for, and may be missing now. `ready`: gone through to the end.
    `at` is the moment for `When.CUSTOM`. `invite`: an invitation to refer someone follows the letter.
    """

    id: str
    job_id: str
    outcome: Outcome
    reason: str
    channel: Channel
    when: When
    at: dt.datetime | None
    saved: dt.datetime
    asked: bool = False
    ready: bool = False
    invite: bool = False

    def not_before(self, earliest: dt.datetime, morning: Callable[[], dt.datetime]) -> dt.datetime:
        """When the letter may go out: at the time chosen, but not before `earliest`."""
        if self.when is When.MORNING:
            return max(earliest, morning())
        return max(earliest, self.at) if self.when is When.CUSTOM and self.at else earliest


ENDINGS = Collection("endings", Ending, references={"id": "jobs", "placed": "candidacies"})
PLANS = Collection(
    "plans", Plan, keys=("job_id", "saved"), references={"id": "candidacies", "job_id": "jobs"}
)
