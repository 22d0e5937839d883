"""A process that is killed (-9) while a job is filled leaves it filled wholly or not at all."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from core.clock import ManualClock
from forms import SHAPES
from forms.candidates.models import CANDIDACIES, Stage
from forms.follow_up import filling
from forms.follow_up.letter import Wording
from forms.follow_up.models import Channel
from forms.follow_up.plans import Plan
from forms.follow_up.sending_time import When
from forms.jobs.models import JOBS, JobState
from forms.outbox.models import OUTBOX
from forms.store.protocol import Query
from forms.store.tinydb import TinyStore
from tests.faults.filling_child import NOW, confirm
from tests.forms.people import Scene
from tests.processes import run

pytestmark = pytest.mark.faults


def prepared(ledger: Path) -> str:
    """Three people with their letters written, one of them placed; gives the job's id."""
    store = TinyStore(ledger, SHAPES)
    scene = Scene(cast(Any, store), ManualClock(NOW))
    scene.interviewed()
    scene.interviewed("Bea Bright", "bea@people.example")
    cal = scene.candidacy(scene.candidate("Cal Carter", "cal@people.example"), at=Stage.OFFERED)
    by, job_id, filled = scene.recruiter, scene.job.id, JobState.FILLED
    ending = filling.choose(store, job_id, filled, placed=cal.id, spared=(), by=by, now=NOW)
    with store.read() as reader:
        people = CANDIDACIES.find(reader)
    for each in people:
        outcome = ending.outcome_for(each)
        plan = Plan(each.id, job_id, outcome, "So.", Channel.MAIL, When.NOW, None, NOW)
        wording = Wording("The outcome", "Dear you, {{ status_link }}")
        filling.prepare(store, filled, replace(plan, ready=True), wording, by=by, now=NOW)
    store.close()
    return job_id


def contents(ledger: Path) -> dict[str, list[dict[str, Any]]]:
    store = TinyStore(ledger, SHAPES)
    with store.read() as reader:
        found = {shape.name: reader.find(shape.name, Query({})) for shape in SHAPES}
    store.close()
    return found


def test_a_kill_at_any_write_of_the_confirmation_leaves_the_job_as_it_was(tmp_path: Path) -> None:
    ledger = tmp_path / "followup.json"
    job_id = prepared(ledger)
    before, writes, ended = contents(ledger), 0, -signal.SIGKILL
    while ended == -signal.SIGKILL:
        assert contents(ledger) == before
        ended = run(confirm, ledger, job_id, writes)
        writes += 1
    assert ended == 0
    assert writes > 12
    store = TinyStore(ledger, SHAPES)
    with store.read() as reader:
        assert JOBS.require(reader, job_id).state is JobState.FILLED
        assert all(each.outcome for each in CANDIDACIES.find(reader))
        assert OUTBOX.count(reader) == 3
    store.close()
