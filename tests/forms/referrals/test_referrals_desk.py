"""Referrals at the desk, over real requests: the inbox, the way of one, and taking it up."""

from __future__ import annotations

import pytest

from forms.candidates.models import CANDIDATES
from forms.jobs.clients import CONTACTS
from forms.referrals.models import Referral, ReferralState
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import Scene, someone, someone_hiring
from tests.forms.reading import ESCAPED, SCRIPT, dump


@pytest.fixture
def looking(scene: Scene) -> Referral:
    return scene.refer(scene.candidate(), someone(phone="+442079460321"))


@pytest.fixture
def hiring(scene: Scene) -> Referral:
    return scene.refer(scene.candidate("Otto Other", "otto@people.example"), someone_hiring())


def page_of(referral: Referral) -> str:
    return f"/desk/referrals/{referral.id}/"


def test_the_empty_inbox_says_where_names_come_from(desk: DeskActions) -> None:
    page = desk.get("/desk/referrals/").text
    assert "No new names." in page
    assert "Taken up" not in page


def test_a_referral_is_shown_with_every_word_of_the_referrer(desk: DeskActions, looking: Referral) -> None:
    assert "Bea Bright" in desk.get("/desk/referrals/").text
    page = desk.get(page_of(looking)).text
    for text in ("Ada Ashworth", "bea@people.example", "+44 20 7946 0321", "the clearest code", "Back end"):
        assert text in page
    assert "Make this a candidate" in page
    assert "Make this a client contact" not in page


def test_its_buttons_are_the_steps_it_may_take(desk: DeskActions, looking: Referral) -> None:
    page = page_of(looking)
    for state, said in (("contacting", "getting in touch"), ("in_conversation", "in conversation")):
        done = desk.post(page + "state/", {"state": state}, page=page, follow=True)
        assert f"Bea Bright: {said}." in done.text
    desk.post(page + "state/", {"state": "placed"}, page=page)
    assert "How far it has come" not in desk.get(page).text
    assert "Bea Bright" in desk.get("/desk/referrals/").text


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("placed", "A referral at “Received” can become “Getting in touch” or “Closed”, not"),
        ("received", "A referral at “Received” can become"),
        ("nonsense", "Choose a state."),
        ("", "Choose a state."),
    ],
)
def test_a_step_that_is_not_possible_says_why(
    desk: DeskActions, looking: Referral, store: MemoryStore, state: str, why: str
) -> None:
    page = page_of(looking)
    before = dump(store, "sessions", "limits")
    assert why in desk.post(page + "state/", {"state": state}, page=page, follow=True).text
    assert dump(store, "sessions", "limits") == before


def test_taking_up_twice_makes_one_candidate(
    desk: DeskActions, looking: Referral, store: MemoryStore
) -> None:
    page = page_of(looking)
    for _ in range(2):
        done = desk.post(page + "take-up/candidate/", page=page, follow=True)
        assert "Bea Bright is a candidate." in done.text
    with store.read() as reader:
        assert CANDIDATES.count(reader, {"referral_id": looking.id}) == 1
    assert ReferralState.CONTACTING.label in desk.get(page).text


def test_taking_up_twice_makes_one_contact(desk: DeskActions, hiring: Referral, store: MemoryStore) -> None:
    page = page_of(hiring)
    for _ in range(2):
        done = desk.post(page + "take-up/contact/", page=page, follow=True)
        assert "Cal Carter is a contact." in done.text
    with store.read() as reader:
        assert CONTACTS.count(reader) == 1


def test_somebody_is_taken_up_as_what_they_were_named_for(
    desk: DeskActions, looking: Referral, hiring: Referral
) -> None:
    said = desk.post(page_of(looking) + "take-up/contact/", page=page_of(looking), follow=True)
    assert "make them a candidate" in said.text
    said = desk.post(page_of(hiring) + "take-up/candidate/", page=page_of(hiring), follow=True)
    assert "make them a contact of a client" in said.text


def test_others_who_named_the_same_person_are_pointed_to(
    desk: DeskActions, scene: Scene, looking: Referral
) -> None:
    other = scene.refer(scene.candidate("Otto Other", "otto@people.example"), someone("key-9"))
    page = desk.get(page_of(looking)).text
    assert "1 other referral of the same person" in page
    assert page_of(other) in page


def test_what_was_typed_is_never_markup(desk: DeskActions, scene: Scene) -> None:
    texts = dict.fromkeys(("name", "company", "role", "why"), SCRIPT)
    referral = scene.refer(scene.candidate(), someone_hiring(**texts))
    for address in ("/desk/", "/desk/referrals/", page_of(referral)):
        assert ESCAPED in desk.get(address).text
        assert SCRIPT not in desk.get(address).text
    taken = desk.post(page_of(referral) + "take-up/contact/", page=page_of(referral), follow=True)
    assert ESCAPED in taken.text
    assert SCRIPT not in taken.text


@pytest.mark.parametrize("button", ["state/", "take-up/candidate/", "take-up/contact/"])
def test_an_unknown_referral_is_not_found(desk: DeskActions, button: str) -> None:
    assert desk.get("/desk/referrals/none/").status_code == 404
    assert desk.post(f"/desk/referrals/none/{button}", {"state": "closed"}).status_code == 404
