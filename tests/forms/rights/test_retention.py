"""Nothing is kept for ever, and nobody who is owed an answer goes by time."""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from forms.candidates.models import CANDIDATES
from forms.outbox.models import OUTBOX
from forms.rights import retention
from forms.rights.models import WISHES
from forms.rights.retention import TEXT_GONE, Retention
from forms.web.context import EXTENSION, Context
from tests.forms.acting import DeskActions, token_in
from tests.forms.people import Scene
from tests.forms.reading import dump, words
from tests.forms.rights.conftest import Post


@pytest.fixture
def found(app: Flask) -> Context:
    return cast(Context, app.extensions[EXTENSION])


def names(scene: Scene) -> set[str]:
    with scene.store.read() as reader:
        return {each.name for each in CANDIDATES.find(reader)}


def test_a_candidate_goes_when_nothing_was_heard_of_them_for_three_years(
    scene: Scene, found: Context, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    scene.candidate("Old Hand", "old@people.example")
    clock.advance(dt.timedelta(days=1094))
    scene.candidate("New Hand", "new@people.example")
    assert retention.run(found)["candidate"] == 0
    clock.advance(dt.timedelta(days=1))
    before = dump(scene.store)
    assert retention.run(found, dry=True)["candidate"] == 1
    assert dump(scene.store) == before
    with caplog.at_level(logging.INFO, "forms.rights.retention"):
        retention.run(found)
    assert names(scene) == {"New Hand"}
    assert "candidate 1" in caplog.text
    assert "Old Hand" not in caplog.text


def test_nobody_who_is_owed_an_answer_goes(scene: Scene, found: Context, clock: ManualClock) -> None:
    scene.interviewed()
    clock.advance(dt.timedelta(days=4000))
    retention.run(found)
    assert names(scene) == {"Ada Ashworth"}


def test_whatever_happens_with_somebody_keeps_them(scene: Scene, found: Context, clock: ManualClock) -> None:
    ada = scene.candidate()
    clock.advance(dt.timedelta(days=1000))
    scene.candidacy(ada)
    clock.advance(dt.timedelta(days=1000))
    retention.run(found)
    assert names(scene) == {"Ada Ashworth"}


def test_the_text_of_sent_mail_goes_and_that_it_was_sent_stays(
    scene: Scene, found: Context, clock: ManualClock, post: Post
) -> None:
    scene.send(scene.declined(), body="UNMISTAKABLE")
    post.deliver()
    clock.advance(dt.timedelta(days=731))
    retention.run(found)
    with scene.store.read() as reader:
        (mail,) = OUTBOX.find(reader)
    assert (mail.body, mail.subject, mail.state.value) == (TEXT_GONE, TEXT_GONE, "sent")
    assert retention.run(found)["mail texts"] == 0


def test_the_chore_runs_once_a_day(scene: Scene, found: Context, clock: ManualClock) -> None:
    chore = Retention(found)
    chore()
    scene.candidate()
    clock.advance(dt.timedelta(days=1096))
    chore()
    assert names(scene) == set()


def test_the_desk_sees_beforehand_who_goes_and_why(
    scene: Scene, desk: DeskActions, clock: ManualClock
) -> None:
    scene.candidate()
    clock.advance(dt.timedelta(days=1070))
    desk.log_in()
    text = words(desk.get("/desk/data/").text)
    assert "Erased in the next 30 days (1)" in text
    assert "no contact for 1095 days" in text


def test_the_desk_erases_after_a_call_who_has_no_address(
    scene: Scene, desk: DeskActions, visitor: FlaskClient
) -> None:
    cal = scene.candidate("Cal Phone", None)
    home = f"/status/{scene.link(cal.id)[0]}/data/erase/"
    visitor.post(home + "code/", data={"csrf_token": token_in(visitor.get(home))})
    assert "Wants to be erased: confirm it by a call" in desk.get("/desk/").text
    page = f"/desk/data/erase/candidate/{cal.id}/"
    assert desk.send(page, {"sure": "no"}).status_code == 303
    assert names(scene) == {"Cal Phone"}
    assert desk.send(page, {"sure": "yes"}).status_code == 303
    assert "Cal Phone" not in json.dumps(dump(scene.store))


def test_the_desk_takes_note_of_a_withdrawal_and_the_answer_stays_owed(
    scene: Scene, desk: DeskActions, visitor: FlaskClient
) -> None:
    ada = scene.interviewed()
    page = f"/status/{scene.link(ada.candidate_id)[0]}/data/withdraw/{ada.id}/"
    visitor.post(page, data={"csrf_token": token_in(visitor.get(page)), "sure": "yes"})
    today = words(desk.get("/desk/").text)
    assert "Withdrew from the job: Payroll engineer" in today
    assert "Owed an answer (1" in today
    with scene.store.read() as reader:
        (wish,) = WISHES.find(reader)
    desk.post(f"/desk/data/wishes/{wish.id}/noted/", page="/desk/data/")
    today = words(desk.get("/desk/").text)
    assert "Withdrew from the job" not in today
    assert "Owed an answer (1" in today


def test_the_command_says_what_would_go(app: Flask, scene: Scene, clock: ManualClock) -> None:
    scene.candidate()
    clock.advance(dt.timedelta(days=1096))
    runner = app.test_cli_runner()
    assert "candidate 1" in runner.invoke(args=["retention", "--dry-run"]).output
    assert names(scene) == {"Ada Ashworth"}
    assert "candidate 1" in runner.invoke(args=["retention"]).output
    assert "candidate" not in runner.invoke(args=["retention"]).output


def test_the_desk_reads_that_somebody_wants_no_more_contact(
    scene: Scene, desk: DeskActions, visitor: FlaskClient
) -> None:
    ada = scene.candidate()
    page = f"/status/{scene.link(ada.id)[0]}/data/object/"
    own = f"/desk/candidates/{ada.id}/"
    assert "no more contact" not in desk.get(own).text
    visitor.post(page, data={"csrf_token": token_in(visitor.get(page)), "sure": "yes"})
    assert "They want no more contact than the answer they are owed." in desk.get(own).text
    assert "Wants no more contact" in desk.get("/desk/").text
