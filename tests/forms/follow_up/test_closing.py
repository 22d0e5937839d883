"""A job cannot be closed while one interviewed person is unanswered."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import Conflict, NotFound
from forms import history
from forms.candidates.models import Stage
from forms.follow_up import closing
from forms.jobs.models import JOBS, JobState
from forms.outbox.failures import Refused, Uncertain
from tests.forms.people import Scene


def state(scene: Scene) -> JobState:
    with scene.store.read() as reader:
        return JOBS.require(reader, scene.job.id).state


def test_closing_is_refused_and_says_how_many_are_owed(scene: Scene) -> None:
    ada, _ = scene.declined(), scene.interviewed("Bea", "bea@people.example")
    scene.job_to(JobState.FILLED)
    with pytest.raises(Conflict, match="2 interviewed people are still owed an answer"):
        scene.close()
    scene.call(ada)
    with pytest.raises(Conflict, match="1 interviewed person is still owed an answer"):
        scene.close()
    assert state(scene) is JobState.FILLED


def test_a_job_is_closed_once_everybody_has_heard(scene: Scene) -> None:
    ada, bea = scene.declined(), scene.declined("Bea", "bea@people.example")
    scene.job_to(JobState.CANCELLED)
    scene.call(ada)
    scene.send(bea)
    scene.deliver()
    scene.later(minutes=1)
    assert scene.close().state is JobState.CLOSED
    with scene.store.read() as reader:
        assert history.history_of(reader, scene.job.id)[0].text == "Cancelled → Closed"


@pytest.mark.parametrize(
    "happened", ["drafted", "on its way", "failed", "unknown", "called back", "not decided yet", "reopened"]
)
def test_whatever_is_short_of_an_answer_stands_in_the_way(scene: Scene, happened: str) -> None:
    ada = scene.interviewed() if happened == "not decided yet" else scene.declined()
    scene.job_to(JobState.FILLED)
    if happened == "drafted":
        scene.draft(ada)
    elif happened == "not decided yet":
        scene.call(ada, scene.today + dt.timedelta(days=7))
    elif happened == "reopened":
        scene.call(ada)
        scene.reopen(ada)
    else:
        answer = scene.send(ada)
        if happened == "called back":
            scene.cancel(answer)
        elif happened != "on its way":
            scene.deliver(Refused("550") if happened == "failed" else Uncertain("lost"))
    with pytest.raises(Conflict, match="1 interviewed person is still owed an answer"):
        scene.close()


def test_who_was_not_interviewed_and_other_jobs_do_not_stand_in_the_way(scene: Scene) -> None:
    scene.candidacy(at=Stage.SUBMITTED)
    bea = scene.candidate("Bea", "bea@people.example")
    scene.candidacy(bea, at=Stage.INTERVIEWING, job=scene.another_job("Another"))
    scene.job_to(JobState.FILLED)
    assert scene.close().state is JobState.CLOSED


def test_an_open_job_is_filled_or_cancelled_first(scene: Scene) -> None:
    with pytest.raises(Conflict, match="cannot become closed"):
        scene.close()


def test_a_job_that_does_not_exist_cannot_be_closed(scene: Scene) -> None:
    with pytest.raises(NotFound):
        closing.close_job(scene.store, "none", by="anna", now=scene.clock.now())
