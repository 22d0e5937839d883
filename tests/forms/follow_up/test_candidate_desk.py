"""A candidate's page at the desk, over real requests: candidacies, and private links."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from core.clock import ManualClock
from core.settings import ROOT
from forms.candidates.models import CANDIDACIES, Candidate
from forms.links import LINKS
from forms.outbox.models import OUTBOX
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions, browser
from tests.forms.people import REAL_NAME, Scene
from tests.forms.reading import assert_refused, hidden, value


@pytest.fixture
def content() -> Path:
    """The messages that the product ships with."""
    return ROOT / "content"


@pytest.fixture
def ada(scene: Scene) -> Candidate:
    return scene.candidate()


def page_of(candidate: Candidate) -> str:
    return f"/desk/candidates/{candidate.id}/"


def made_link(desk: DeskActions, candidate: Candidate) -> str:
    shown = desk.post(page_of(candidate) + "links/", page=page_of(candidate))
    assert shown.status_code == 200
    return urlsplit(value_of_link(shown.text)).path


def value_of_link(text: str) -> str:
    found = re.search(r"http://localhost/status/[\w-]{43}/", text)
    assert found
    return found[0]


def test_the_empty_page_says_what_comes_first(desk: DeskActions, ada: Candidate) -> None:
    page = desk.get(page_of(ada)).text
    assert "In the running for nothing yet." in page
    assert "+44 20 7946 0999" in page
    assert "None yet." in page
    assert "Mail a link" not in page  # the mail speaks of a job


def test_a_candidate_is_put_forward_once(
    desk: DeskActions, scene: Scene, ada: Candidate, store: MemoryStore
) -> None:
    page, typed = page_of(ada), {"job": scene.job.id, "stage": "contacted"}
    assert desk.post(page + "candidacies/", typed, page=page).status_code == 303
    again = desk.post(page + "candidacies/", typed, page=page)
    assert_refused(again, "job", "Ada Ashworth is a candidate for this job already.")
    with store.read() as reader:
        assert CANDIDACIES.count(reader) == 1
    shown = desk.get(page).text
    assert REAL_NAME in shown
    assert "Confidential" in shown


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("job", "", "Choose a job."),
        ("job", "none", "Choose one of the list."),
        ("stage", "placed", "Choose one of the list."),
        ("stage", "interviewing", "Choose one of the list."),
    ],
)
def test_a_wrong_candidacy_says_so(
    desk: DeskActions, scene: Scene, ada: Candidate, field: str, typed: str, message: str
) -> None:
    sound = {"job": scene.job.id, "stage": "contacted"}
    page = desk.post(page_of(ada) + "candidacies/", {**sound, field: typed}, page=page_of(ada))
    assert_refused(page, field, message)
    assert all(value(page, name) == text for name, text in sound.items() if name != field)


def test_a_link_to_copy_opens_the_page_and_is_shown_once(
    app: Flask, desk: DeskActions, ada: Candidate
) -> None:
    address = made_link(desk, ada)
    assert "Dear Ada Ashworth" in browser(app).get(address).text
    assert address not in desk.get(page_of(ada)).text
    assert "Valid until" in desk.get(page_of(ada)).text


def test_a_revoked_link_opens_nothing_and_others_stay(
    app: Flask, desk: DeskActions, ada: Candidate, store: MemoryStore
) -> None:
    first, second = made_link(desk, ada), made_link(desk, ada)
    found = re.search(r'action="([^"]*/revoke/)"', desk.get(page_of(ada)).text)
    assert found
    for _ in range(2):  # twice is harmless
        done = desk.post(found[1], page=page_of(ada), follow=True)
        assert "The link opens nothing any more." in done.text
    assert "Revoked" in done.text
    answers = sorted(browser(app).get(each).status_code for each in (first, second))
    assert answers == [200, 404]
    with store.read() as reader:
        assert sum(1 for link in LINKS.find(reader) if link.revoked) == 1


def test_a_link_is_revoked_on_its_own_candidates_page_only(
    app: Flask, desk: DeskActions, scene: Scene, ada: Candidate, store: MemoryStore
) -> None:
    other = scene.candidate("Otto Other", "otto@people.example")
    address = made_link(desk, ada)
    with store.read() as reader:
        (link,) = LINKS.find(reader)
    desk.post(f"{page_of(other)}links/{link.id}/revoke/", page=page_of(other))
    assert browser(app).get(address).status_code == 200


def test_a_link_ends_by_itself(app: Flask, desk: DeskActions, ada: Candidate, clock: ManualClock) -> None:
    address, visitor = made_link(desk, ada), browser(app)
    clock.advance(dt.timedelta(days=180) - dt.timedelta(seconds=1))
    assert visitor.get(address).status_code == 200
    clock.advance(dt.timedelta(seconds=1))
    assert visitor.get(address).status_code == 404
    desk.log_in()
    assert "Expired" in desk.get(page_of(ada)).text


def test_a_link_is_mailed_once_by_two_clicks_and_again_when_asked(
    desk: DeskActions, scene: Scene, ada: Candidate, store: MemoryStore
) -> None:
    scene.candidacy(ada)
    button = {"csrf_token": "", **hidden(desk.get(page_of(ada)))}
    for _ in range(2):
        sent = desk.client.post(page_of(ada) + "links/mail/", data=button, follow_redirects=True)
        assert "The link is on its way by mail." in sent.text
    with store.read() as reader:
        (mail,) = OUTBOX.find(reader)
    assert mail.recipient == "ada@people.example"
    assert "a bank in the north" in mail.body
    assert REAL_NAME not in mail.subject + mail.body
    assert mail.body.rstrip().endswith("Anna Headhunter\n+44 20 7946 0123")
    desk.post(page_of(ada) + "links/mail/", hidden(desk.get(page_of(ada))), page=page_of(ada))
    with store.read() as reader:
        assert OUTBOX.count(reader) == 2


def test_a_link_cannot_be_mailed_to_nowhere_or_about_nothing(
    desk: DeskActions, scene: Scene, ada: Candidate
) -> None:
    said = desk.post(page_of(ada) + "links/mail/", page=page_of(ada), follow=True)
    assert "Put Ada Ashworth forward for a job first" in said.text
    silent = scene.candidate("Otto Other", None)
    scene.candidacy(silent)
    assert "Mail a link" not in desk.get(page_of(silent)).text
    said = desk.post(page_of(silent) + "links/mail/", page=page_of(silent), follow=True)
    assert "Otto Other has no e-mail address. Make a link and pass it on yourself." in said.text


@pytest.mark.parametrize("button", ["candidacies/", "links/", "links/mail/", "links/none/revoke/"])
def test_an_unknown_candidate_is_not_found(desk: DeskActions, scene: Scene, button: str) -> None:
    typed = {"job": scene.job.id, "stage": "contacted"}
    assert desk.post(f"/desk/candidates/none/{button}", typed).status_code == 404
