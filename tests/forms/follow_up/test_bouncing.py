"""An answer that came back: off the page, owed again, and no promise kept by a mail nobody got."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import Conflict
from forms import history
from forms.candidates.models import Candidacy, Outcome
from forms.follow_up import answering, answers
from forms.follow_up.bouncing import mail_came_back
from forms.follow_up.models import Answer, DebtState
from forms.jobs.models import JOBS, Job, JobState
from forms.outbox.bounces import Taken, take
from forms.outbox.dsn import Report
from forms.outbox.failures import Uncertain
from tests.forms.acting import DeskActions
from tests.forms.people import Scene

NEXT_WEEK = dt.date(2026, 11, 26)


def bounce(scene: Scene, answer: Answer) -> Taken:
    """The mail server sends the mail of this answer back."""
    mail = scene.mail(answer)
    report = Report(f"report of {mail.id}", True, "550 5.1.1 no such user", (mail.message_id,), ())
    listeners = (answering.mail_settled, mail_came_back)
    return take(scene.store, report, scene.clock.now(), None, listeners)


def told(scene: Scene, candidacy: Candidacy) -> Outcome | None:
    with scene.store.read() as reader:
        answer = answers.told_outcome(reader, candidacy.id)
    return answer.outcome if answer else None


def test_an_outcome_that_came_back_is_off_the_page_and_owed_again(scene: Scene) -> None:
    ada = scene.declined()
    answer = scene.send(ada)
    scene.deliver()
    assert told(scene, ada) is Outcome.CLIENT_DECLINED
    assert bounce(scene, answer) is Taken.CAME_BACK
    assert told(scene, ada) is None
    assert scene.owed(ada).state is DebtState.FAILED
    assert scene.owed(ada).is_owed
    with scene.store.read() as reader:
        newest = history.history_of(reader, ada.id)[0]
    assert newest.text == "The mail came back; an answer is owed again"
    assert "ada@" not in newest.text


def test_it_can_be_given_by_phone_or_written_anew(scene: Scene) -> None:
    ada = scene.declined()
    bounce_of = scene.send(ada)
    scene.deliver()
    bounce(scene, bounce_of)
    scene.call(ada)
    assert told(scene, ada) is Outcome.CLIENT_DECLINED
    assert scene.owed(ada).state is DebtState.CALLED


def test_a_bounce_after_a_call_leaves_the_debt_paid(scene: Scene) -> None:
    """The answer of which nobody knew came back; the extension told by phone since stands."""
    ada = scene.interviewed()
    first = scene.send(ada, new_date=NEXT_WEEK)
    scene.deliver()
    scene.later(hours=1)
    scene.decide(ada, Outcome.CLIENT_DECLINED)
    scene.call(ada)
    bounce(scene, first)
    assert scene.owed(ada).state is DebtState.CALLED
    assert told(scene, ada) is Outcome.CLIENT_DECLINED


def test_a_new_date_in_a_mail_that_came_back_is_not_promised(scene: Scene) -> None:
    ada = scene.interviewed()
    promised = scene.owed(ada).due
    answer = scene.send(ada, new_date=NEXT_WEEK)
    scene.deliver()
    assert scene.owed(ada).due == NEXT_WEEK
    bounce(scene, answer)
    debt = scene.owed(ada)
    assert (debt.state, debt.due, debt.extensions) == (DebtState.FAILED, promised, 0)


def test_one_of_which_nobody_knew_is_owed_again(scene: Scene) -> None:
    ada = scene.declined()
    answer = scene.send(ada)
    scene.deliver(Uncertain("lost"))
    assert bounce(scene, answer) is Taken.CAME_BACK
    assert scene.owed(ada).state is DebtState.FAILED
    assert told(scene, ada) is None


def job(scene: Scene) -> Job:
    with scene.store.read() as reader:
        return JOBS.require(reader, scene.job.id)


@pytest.mark.parametrize("ended", [JobState.FILLED, JobState.CANCELLED])
def test_a_bounce_after_the_job_was_closed_takes_the_closing_back(scene: Scene, ended: JobState) -> None:
    """To the state before, not to `open`, which the public forms would offer."""
    ada = scene.declined()
    answer = scene.send(ada)
    scene.deliver()
    scene.job_to(ended)
    assert scene.close().state is JobState.CLOSED
    scene.later(days=2)
    bounce(scene, answer)
    assert job(scene).state is ended
    with scene.store.read() as reader:
        event = history.history_of(reader, scene.job.id)[0]
    assert event.text == (
        f"Closed → {ended.label}: the mail with an answer came back, and somebody is owed one again"
    )
    with pytest.raises(Conflict, match="1 interviewed person is still owed an answer"):
        scene.close()
    scene.call(ada)
    assert scene.close().state is JobState.CLOSED


def test_a_bounce_that_opens_no_debt_leaves_a_closed_job_closed(scene: Scene) -> None:
    ada = scene.interviewed()
    first = scene.send(ada, new_date=NEXT_WEEK)
    scene.deliver()
    scene.later(hours=1)
    scene.decide(ada, Outcome.CLIENT_DECLINED)
    scene.call(ada)
    scene.job_to(JobState.FILLED)
    scene.close()
    bounce(scene, first)
    assert job(scene).state is JobState.CLOSED


def test_a_job_closed_before_the_state_was_kept_counts_as_filled(scene: Scene) -> None:
    scene.job_to(JobState.FILLED)
    scene.close()
    record = JOBS.to_record(job(scene))
    del record["closed_from"]
    assert JOBS.from_record(record).owes_again().state is JobState.FILLED


def test_a_job_opened_by_hand_forgets_from_where_it_was_closed(scene: Scene) -> None:
    scene.job_to(JobState.CANCELLED)
    scene.close()
    assert job(scene).closed_from is JobState.CANCELLED
    assert job(scene).reopen().closed_from is None


def test_today_and_the_jobs_page_show_what_came_back(scene: Scene, desk: DeskActions) -> None:
    ada = scene.declined()
    answer = scene.send(ada)
    scene.deliver()
    scene.job_to(JobState.FILLED)
    scene.close()
    assert "Ada Ashworth" not in desk.get("/desk/").text
    bounce(scene, answer)
    today = desk.get("/desk/").text
    assert today.count("Ada Ashworth") >= 2, "owed an answer, and in the mail that needs somebody"
    page = f"/desk/jobs/{scene.job.id}/"
    shown = desk.get(page).text
    assert "Closed → Filled: the mail with an answer came back" in shown
    refused = desk.post(page + "state/", {"state": "closed"}, page=page, follow=True).text
    assert "This job cannot be closed: 1 interviewed person is still owed an answer." in refused
