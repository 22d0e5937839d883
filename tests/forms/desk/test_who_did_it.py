"""The history at the desk: when, who by name, what, and what the candidate reads of it."""

from __future__ import annotations

from core.clock import ManualClock
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import Scene, someone
from tests.forms.reading import words


def test_every_history_names_who_did_it(desk: DeskActions, store: MemoryStore, clock: ManualClock) -> None:
    scene = Scene(store, clock)
    ada = scene.interviewed()
    referral = scene.refer(scene.candidate("Rita", "rita@people.example"), someone())
    assert " Anna Headhunter Interview, round 1" in words(desk.get(f"/desk/candidacies/{ada.id}/").text)
    assert " Anna Headhunter Job added" in words(desk.get(f"/desk/jobs/{scene.job.id}/").text)
    assert " The candidate Received" in words(desk.get(f"/desk/referrals/{referral.id}/").text)


def test_the_history_says_what_the_candidate_reads_of_it(
    desk: DeskActions, store: MemoryStore, clock: ManualClock
) -> None:
    scene = Scene(store, clock)
    page = words(desk.get(f"/desk/candidacies/{scene.interviewed().id}/").text)
    assert "On their page: Your profile went to the client." in page
