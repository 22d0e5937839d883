"""The loop over real requests: a job, a candidate, a private link, two referrals, an outcome, an answer."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast
from urllib.parse import urlsplit

import pytest
from flask import Flask

from core.clock import ManualClock
from core.settings import ROOT
from forms.candidates.models import CANDIDACIES, CANDIDATES
from forms.follow_up.models import FOLLOW_UPS
from forms.jobs.clients import CLIENTS, CONTACTS
from forms.jobs.models import JOBS
from forms.outbox.delivery import deliver_due
from forms.outbox.room import EXTENSION, MailRoom
from forms.outbox.transport import MemoryTransport
from forms.referrals.models import REFERRALS
from forms.store.collection import Collection
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions, browser

T = TypeVar("T")

LINK = re.compile(r"http://localhost(/status/[\w-]{43}/)")
REFERRAL = {
    "name": "Ines Invented",
    "email": "ines@example.org",
    "relation": "colleague",
    "why": "She found the fault nobody else found.",
    "knows": "yes",
    "may_name": "no",
    "accuracy": "y",
}


@pytest.fixture
def content() -> Path:
    """What the product ships with."""
    return ROOT / "content"


def test_the_whole_loop(app: Flask, desk: DeskActions, store: MemoryStore, clock: ManualClock) -> None:
    """Every step a headhunter and a candidate take, and what each of them may see at each step."""
    # The headhunter enters a client, a job, a candidate and an interview.
    desk.send("/desk/clients/new/", {"name": "Northwind Secret plc", "alias": "a bank in Leeds"})
    client_id = _only(store, CLIENTS).id
    desk.send(
        f"/desk/clients/{client_id}/jobs/new/",
        {"title": "Platform Engineer", "state": "open", "confidential": "y"},
    )
    job_id = _only(store, JOBS).id
    added = desk.send(
        f"/desk/candidates/new/?job={job_id}", {"name": "Cara Madeup", "email": "Cara@Example.org"}
    )
    assert job_id in added.location
    candidate_id = _only(store, CANDIDATES).id
    page = f"/desk/candidates/{candidate_id}/"
    desk.post(page + "candidacies/", {"job": job_id, "stage": "submitted"}, page=page)
    candidacy_id = _only(store, CANDIDACIES).id
    candidacy = f"/desk/candidacies/{candidacy_id}/"
    desk.post(candidacy + "interviews/", {"on": "2026-11-10", "kind": "video"}, page=candidacy)
    assert _only(store, FOLLOW_UPS).due == dt.date(2026, 11, 17)
    assert "Cara Madeup" in desk.get("/desk/").text

    # A link to pass on is shown once.
    made = desk.post(page + "links/", page=page)
    address = _link(made.text)
    visitor = browser(app)
    letter = visitor.get(address)
    assert letter.status_code == 200
    assert "Dear Cara Madeup" in letter.text
    assert "a bank in Leeds" in letter.text
    assert "Northwind" not in letter.text
    assert "17 November 2026" in letter.text

    # The candidate names two people.
    refer = address + "refer/"
    asked = visitor.get(refer + "?kind=candidate")
    fields = {**REFERRAL, **_hidden(asked.text)}
    clock.advance(dt.timedelta(seconds=30))
    sent = visitor.post(refer, data={**fields, "kind": "candidate", "field_of_work": "Databases"})
    assert sent.status_code == 303
    again = visitor.post(refer, data={**fields, "kind": "candidate", "field_of_work": "Databases"})
    assert again.location == sent.location
    thanks = visitor.get(sent.location)
    assert "Ines Invented" in thanks.text
    asked = visitor.get(refer + "?kind=client")
    clock.advance(dt.timedelta(seconds=30))
    hiring = {
        **REFERRAL,
        **_hidden(asked.text),
        "kind": "client",
        "name": "Hiro Managed",
        "email": "hiro@example.org",
        "company": "Madeup Ltd",
        "hiring_need": "now",
        "wish": "contact",
    }
    assert visitor.post(refer, data=hiring).status_code == 303
    assert "Ines Invented" in visitor.get(address).text

    # Both arrive, and are taken up.
    inbox = desk.get("/desk/referrals/").text
    assert "Ines Invented" in inbox
    assert "Hiro Managed" in inbox
    with store.read() as reader:
        by_kind = {each.kind.value: each for each in REFERRALS.find(reader)}
    for kind, what in (("candidate", "candidate"), ("client", "contact")):
        shown = f"/desk/referrals/{by_kind[kind].id}/"
        taken = desk.post(f"{shown}take-up/{what}/", page=shown, follow=True)
        assert by_kind[kind].name in taken.text
    with store.read() as reader:
        assert CONTACTS.find(reader)[0].name == "Hiro Managed"
    assert "Getting in touch" in visitor.get(address).text

    # The decision is recorded; the candidate sees nothing of it.
    desk.post(
        candidacy + "outcome/",
        {"outcome": "job_filled", "reason": "They chose someone who has run the same system."},
        page=candidacy,
    )
    undecided = visitor.get(address).text
    assert "filled" not in undecided
    assert "same system" not in undecided

    # An open merge field stops the send, and keeps what was typed; then the answer goes out.
    answer = candidacy + "answer/"
    opened = desk.get(answer)
    letter_text = _textarea(opened.text, "body")
    assert "{{ observation }}" in letter_text
    typed = {"subject": "The outcome", "body": letter_text, "action": "send"}
    stopped = desk.send(answer, typed)
    assert stopped.status_code == 422
    assert "observation" in stopped.text
    sent = desk.send(answer, {**typed, "observation": "You drew the failure before naming it."}, follow=True)
    assert "on its way" in sent.text
    assert "filled" not in visitor.get(address).text
    transport = MemoryTransport()
    deliver_due(_room(app, transport))
    mail = next(each for each in transport.sent if each["Subject"] == "The outcome")
    assert mail["To"] == "Cara Madeup <cara@example.org>"
    text = mail.get_content()
    assert "You drew the failure before naming it." in text

    # Now the page shows it, also through the link in the mail.
    fresh = _link(text)
    assert fresh != address
    for each in (address, fresh):
        told = visitor.get(each).text
        assert "The job has been filled" in told
        assert "You drew the failure before naming it." in told

    # Nobody is owed anything, so the job can be closed.
    job = f"/desk/jobs/{job_id}/"
    desk.send(job + "fill/", {"placed": "nobody"})
    desk.client.post(job + "fill/preview/", data=_hidden(desk.get(job + "fill/preview/").text))
    closed = desk.post(job + "state/", {"state": "closed"}, page=job, follow=True)
    assert "The job is now closed" in closed.text


def test_every_page_of_the_desk_answers(desk: DeskActions) -> None:
    """Also where nothing is there yet."""
    for address in ("", "jobs/", "jobs/?show=closed", "clients/", "candidates/", "referrals/", "mail/"):
        assert desk.get(f"/desk/{address}").status_code == 200, address
    for address in (
        "jobs/none/",
        "clients/none/",
        "candidates/none/",
        "candidacies/none/",
        "referrals/none/",
    ):
        assert desk.get(f"/desk/{address}").status_code == 404, address


def _only(store: MemoryStore, collection: Collection[T]) -> T:
    with store.read() as reader:
        (found,) = collection.find(reader)
    return found


def _link(text: str) -> str:
    found = LINK.search(text)
    assert found, text
    return urlsplit(found[0]).path


def _hidden(page: str) -> dict[str, str]:
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    return {
        name[1]: value[1]
        for tag in tags
        if (name := re.search(r'name="([^"]*)"', tag)) and (value := re.search(r'value="([^"]*)"', tag))
    }


def _textarea(page: str, name: str) -> str:
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*(.*?)</textarea>', page, re.S)
    assert found
    return html.unescape(found[1])


def _room(app: Flask, transport: MemoryTransport) -> MailRoom:
    return replace(cast(MailRoom, app.extensions[EXTENSION]), transport=transport)
