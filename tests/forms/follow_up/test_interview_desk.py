"""Correcting an interview at the desk, over real requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import ROOT
from forms.candidates.models import INTERVIEWS, Candidacy
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import Scene
from tests.forms.reading import ESCAPED, SCRIPT, assert_refused, dump, hidden, summary, value

CORRECTION = {"on": "2026-11-13", "kind": "phone", "reason": "The client moved it."}


@pytest.fixture
def content() -> Path:
    """The messages that the product ships with."""
    return ROOT / "content"


def pages(store: MemoryStore, candidacy: Candidacy) -> tuple[str, str]:
    """The candidacy's page and that of its first interview."""
    with store.read() as reader:
        interview = INTERVIEWS.find(reader, {"candidacy_id": candidacy.id}, order="round")[0]
    page = f"/desk/candidacies/{candidacy.id}/"
    return page, f"{page}interviews/{interview.id}/"


def test_a_date_is_corrected_from_the_candidacys_page(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    ada = scene.interviewed()
    page, interview = pages(store, ada)
    assert f'href="{interview}"' in desk.get(page).text
    opened = desk.get(interview)
    assert (value(opened, "on"), value(opened, "kind")) == ("2026-11-12", "video")
    done = desk.post(interview, CORRECTION, page=interview, follow=True).text
    assert "The interview is corrected." in done
    assert "12 November 2026, by video → 13 November 2026, by phone" in done
    assert "Reason: The client moved it." in done
    assert scene.owed(ada).due.isoformat() == "2026-11-20"


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("on", "", "Enter the date of the interview."),
        ("on", "2026-02-30", "Enter a date, such as 2026-11-20."),
        ("on", "0001-01-01", "Enter a date of the last five years or the coming one."),
        ("kind", "telepathy", "Choose one of the list."),
        ("reason", " ", "Give the reason; it stays in the history."),
        ("reason", "x" * 501, "Write at most 500 characters."),
    ],
)
def test_a_wrong_correction_says_so_and_keeps_the_rest(
    desk: DeskActions, scene: Scene, store: MemoryStore, field: str, typed: str, message: str
) -> None:
    _, interview = pages(store, scene.interviewed())
    before = dump(store)
    refused = desk.post(interview, {**CORRECTION, field: typed}, page=interview)
    assert_refused(refused, field, message)
    assert all(value(refused, name) == text for name, text in CORRECTION.items() if name != field)
    assert dump(store) == before


def test_a_correction_of_nothing_is_refused_with_the_reason_kept(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    _, interview = pages(store, scene.interviewed())
    same = {**CORRECTION, "on": "2026-11-12", "kind": "video"}
    refused = desk.post(interview, same, page=interview)
    assert refused.status_code == 422
    assert "This is what is recorded already" in summary(refused)
    assert value(refused, "reason") == "The client moved it."


def test_two_clicks_correct_once(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    page, interview = pages(store, scene.interviewed())
    form = {**hidden(desk.get(interview)), **CORRECTION}
    for _ in range(2):
        assert desk.client.post(interview, data=form).status_code == 303
    assert desk.get(page).text.count("Reason: The client moved it.") == 1


def test_a_mistaken_interview_is_taken_back_by_one_click_or_two(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    ada = scene.interviewed()
    page, interview = pages(store, ada)
    form = {**hidden(desk.get(interview)), "back-reason": "It was another candidate's."}
    for _ in range(2):
        assert desk.client.post(interview + "take-back/", data=form).status_code == 303
    shown = desk.get(page).text
    assert "The interview is taken back." in shown
    assert "Nothing is owed before an interview" in shown
    assert "Reason: It was another candidate&#39;s." in shown
    assert scene.debt(ada) is None
    assert desk.get(interview).status_code == 404


def test_it_is_not_taken_back_without_a_reason_nor_under_an_answer(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    ada = scene.declined()
    _, interview = pages(store, ada)
    without = desk.client.post(
        interview + "take-back/", data={**hidden(desk.get(interview)), "back-reason": " "}
    )
    assert_refused(without, "back-reason", "Give the reason; it stays in the history.")
    scene.send(ada)
    refused = desk.client.post(
        interview + "take-back/", data={**hidden(desk.get(interview)), "back-reason": "A mistake."}
    )
    assert refused.status_code == 422
    assert "An answer is on its way. Call it back" in summary(refused)
    assert value(refused, "back-reason") == "A mistake."


def test_an_interview_is_found_under_its_own_candidacy_only(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    ada, bea = scene.interviewed(), scene.interviewed("Bea", "bea@people.example")
    _, interview = pages(store, ada)
    elsewhere = interview.replace(ada.id, bea.id)
    before = dump(store)
    form = {**hidden(desk.get(interview)), **CORRECTION, "back-reason": "x"}
    assert desk.get(elsewhere).status_code == 404
    assert desk.client.post(elsewhere, data=form).status_code == 404
    assert desk.client.post(elsewhere + "take-back/", data=form).status_code == 404
    assert dump(store) == before


def test_a_reason_is_never_markup(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    page, interview = pages(store, scene.interviewed())
    desk.post(interview, {**CORRECTION, "reason": SCRIPT}, page=interview)
    shown = desk.get(page).text
    assert ESCAPED in shown
    assert SCRIPT not in shown
