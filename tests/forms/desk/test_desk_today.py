"""Today, over real requests: who is owed an answer, the oldest first, and what else wants doing."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from core.clock import ManualClock
from forms.outbox.failures import Refused
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import REAL_NAME, Scene, someone
from tests.forms.reading import words


@pytest.fixture
def scene(store: MemoryStore, clock: ManualClock) -> Scene:
    """Anna, one confidential job, and a Thursday morning."""
    return Scene(store, clock)


def rows(page: str, section: str) -> list[str]:
    """The rows of one section, as text."""
    found = re.search(rf'<section aria-labelledby="{section}">.*?</section>', page, re.S)
    return [words(row) for row in re.findall(r"<tr data-row>.*?</tr>", found[0], re.S)] if found else []


def parts(page: str) -> list[str]:
    """The headings of the lists of debts, in their order."""
    return re.findall(r"<h3>(.*?)</h3>", page)


def test_an_empty_desk_is_glad_of_it(desk: DeskActions) -> None:
    page = desk.get("/desk/").text
    assert "Nobody is waiting." in page
    assert "No new names." in page
    assert "Mail that did not arrive" not in page
    assert "Thursday 12 November 2026" in page


def test_who_waits_longest_stands_first(desk: DeskActions, scene: Scene) -> None:
    for name, ago in (("Middle", 10), ("Newest", 0), ("Oldest", 20)):
        candidacy = scene.candidacy(scene.candidate(name, f"{name}@people.example".lower()))
        scene.interview(candidacy, scene.today - dt.timedelta(days=ago))
    page = desk.get("/desk/").text
    assert [row.split()[0] for row in rows(page, "owed")] == ["Oldest", "Middle", "Newest"]
    assert "Owed an answer (3, 2 late)" in page
    assert "13 days late" in rows(page, "owed")[0]
    assert "7 days left" in rows(page, "owed")[2]


def test_what_is_due_today_is_said_once(desk: DeskActions, scene: Scene) -> None:
    scene.interview(scene.candidacy(), dt.date(2026, 11, 5))
    page = desk.get("/desk/").text
    assert "Owed an answer (1, 1 due today)" in page
    assert page.count("Ada Ashworth") == 2  # the row's heading, and what its button says to who cannot see


def test_the_desk_reads_the_clients_name_and_that_it_is_confidential(desk: DeskActions, scene: Scene) -> None:
    scene.interviewed()
    (row,) = rows(desk.get("/desk/").text, "owed")
    assert f"Payroll engineer, {REAL_NAME} Confidential" in row
    assert "a bank in the north" not in row


def test_who_has_no_address_is_a_call_to_make(desk: DeskActions, scene: Scene) -> None:
    candidacy = scene.interviewed(email=None)
    page = desk.get("/desk/").text
    assert f"/desk/candidacies/{candidacy.id}/answer/call/" in page
    assert '<a href="tel:+442079460999">+44 20 7946 0999</a>' in page
    assert "Call Ada Ashworth" in rows(page, "owed")[0]


def test_an_answer_on_its_way_asks_for_nothing(desk: DeskActions, scene: Scene) -> None:
    """It stays in the list until it has gone out, without a button to write another."""
    candidacy = scene.declined()
    scene.send(candidacy)
    page = desk.get("/desk/").text
    assert "On its way" in rows(page, "owed")[0]
    assert f"/desk/candidacies/{candidacy.id}/answer/" not in page
    scene.deliver()
    assert "Nobody is waiting." in desk.get("/desk/").text


def test_mail_that_failed_is_shown_and_the_answer_is_owed_again(desk: DeskActions, scene: Scene) -> None:
    scene.send(scene.declined())
    scene.deliver(Refused("550 no such mailbox"))
    page = desk.get("/desk/").text
    (mail,) = rows(page, "mail")
    assert "Ada Ashworth <ada@people.example>" in mail
    assert "Mail failed" in rows(page, "owed")[0]


def test_new_names_stand_there_until_they_are_taken_up(desk: DeskActions, scene: Scene) -> None:
    referral = scene.refer(scene.candidate(), someone())
    page = desk.get("/desk/").text
    (row,) = rows(page, "named")
    assert "Bea Bright" in row
    assert "Ada Ashworth" in row
    shown = f"/desk/referrals/{referral.id}/"
    desk.post(shown + "take-up/candidate/", page=shown)
    assert "No new names." in desk.get("/desk/").text


def test_the_ledger_counts_everybody_who_was_interviewed(desk: DeskActions, scene: Scene) -> None:
    scene.call(scene.declined())
    scene.interviewed("Otto Other", "otto@people.example")
    ledger = words(desk.get("/desk/").text.partition('id="ledger"')[2])
    assert "Interviewed 2" in ledger
    assert "Answered 1" in ledger
    assert "Still owed 1" in ledger


def test_a_desk_with_more_than_a_hundred_debts_says_how_many_there_are(
    desk: DeskActions, scene: Scene
) -> None:
    for number in range(101):
        scene.interviewed(f"Person {number}", f"p{number}@people.example")
    page = desk.get("/desk/").text
    assert "Owed an answer (101)" in page
    assert len(rows(page, "owed")) == 100
    assert "These are the first 100 of 101." in page


def test_late_due_today_and_due_later_are_told_apart(desk: DeskActions, scene: Scene) -> None:
    for name, ago in (("Later", 0), ("Late", 20), ("Now", 7)):
        candidacy = scene.candidacy(scene.candidate(name, f"{name}@people.example".lower()))
        scene.interview(candidacy, scene.today - dt.timedelta(days=ago))
    page = desk.get("/desk/").text
    assert parts(page) == ["Late (1)", "Promised for today (1)", "Due later (1)"]
    assert [row.split()[0] for row in rows(page, "owed")] == ["Late", "Now", "Later"]


def test_a_promise_for_today_is_shown_however_many_are_late(desk: DeskActions, scene: Scene) -> None:
    for number in range(101):
        late = scene.candidacy(scene.candidate(f"Late {number}", f"p{number}@people.example"))
        scene.interview(late, scene.today - dt.timedelta(days=20))
    scene.interview(scene.candidacy(), dt.date(2026, 11, 5))
    page = desk.get("/desk/").text
    assert parts(page) == ["Late (101)", "Promised for today (1)"]
    assert rows(page, "owed")[-1].startswith("Ada Ashworth")


def test_who_was_put_off_twice_is_marked_everywhere_at_the_desk(desk: DeskActions, scene: Scene) -> None:
    ada = scene.interviewed()
    pages = ("/desk/", f"/desk/jobs/{ada.job_id}/", f"/desk/candidacies/{ada.id}/",
             f"/desk/candidates/{ada.candidate_id}/")  # fmt: skip
    scene.call(ada, new_date=dt.date(2026, 11, 26))
    assert not any("Extended twice" in desk.get(page).text for page in pages)
    scene.call(ada, new_date=dt.date(2026, 12, 3))
    assert all("Extended twice" in desk.get(page).text for page in pages)
    scene.call(ada, new_date=dt.date(2026, 12, 10))
    assert all("Extended 3 times" in desk.get(page).text for page in pages)


def test_every_row_is_one_click_from_its_action(desk: DeskActions, scene: Scene) -> None:
    scene.send(scene.declined())
    scene.deliver(Refused("550 no such mailbox"))
    scene.refer(scene.candidate("Rita Referrer", "rita@people.example"), someone())
    found = re.findall(r"<tr data-row>.*?</tr>", desk.get("/desk/").text, re.S)
    assert len(found) == 3
    for row in found:
        (action,) = re.findall(r'data-act href="([^"]+)"', row)
        assert desk.get(action).status_code == 200


def test_more_than_a_hundred_new_names_are_counted(desk: DeskActions, scene: Scene) -> None:
    for number in range(101):
        rita = scene.candidate(f"Rita {number}", f"r{number}@people.example")
        named = someone(f"key-{number}", name=f"Bea {number}", email=f"bea{number}@people.example")
        scene.refer(rita, named, link_id=f"link-{number}")
    page = desk.get("/desk/").text
    assert "New referrals (101)" in page
    assert len(rows(page, "named")) == 100
    assert "These are the first 100 of 101. All of them are under Referrals." in page
