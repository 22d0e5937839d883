"""Referrals at the desk, over real requests: the inbox, the way of one, and taking it up."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from core.clock import ManualClock
from forms.candidates.models import CANDIDATES
from forms.jobs.clients import CONTACTS
from forms.outbox.models import OUTBOX, Mail
from forms.referrals import service
from forms.referrals.models import Referral, ReferralState
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import Scene, someone, someone_hiring
from tests.forms.reading import ESCAPED, SCRIPT, dump, words


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
    before = dump(store, "sessions", "limits", "audit")
    assert why in desk.post(page + "state/", {"state": state}, page=page, follow=True).text
    assert dump(store, "sessions", "limits", "audit") == before


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


def mails(store: MemoryStore) -> list[Mail]:
    with store.read() as reader:
        return OUTBOX.find(reader)


@pytest.mark.parametrize(
    ("kind", "end", "subject"),
    [
        ("looking", "placed", "It led to a job: thank you"),
        ("looking", "closed", "Your referral: it came to nothing this time"),
        ("hiring", "client_won", "It led to a new client: thank you"),
    ],
)
def test_the_referrer_is_thanked_at_the_end_and_told_no_more_than_how_it_ended(
    desk: DeskActions, request: pytest.FixtureRequest, store: MemoryStore, kind: str, end: str, subject: str
) -> None:
    referral: Referral = request.getfixturevalue(kind)
    page = page_of(referral)
    for state in ("contacting", "in_conversation", end):
        assert mails(store) == []
        desk.post(page + "state/", {"state": state}, page=page)
    desk.post(page + "state/", {"state": end}, page="/desk/referrals/")  # a second click
    (mail,) = mails(store)
    assert mail.subject == subject
    assert referral.name in mail.body
    for secret in (referral.email or "", referral.company or "Back end", referral.why):
        assert secret not in mail.body


def test_the_thanks_at_the_end_can_be_called_back_for_a_while(
    environ: dict[str, str], request: pytest.FixtureRequest, store: MemoryStore, clock: ManualClock
) -> None:
    environ["FOLLOWUP_UNDO_MINUTES"] = "10"
    desk: DeskActions = request.getfixturevalue("desk")
    referral: Referral = request.getfixturevalue("looking")
    desk.post(page_of(referral) + "state/", {"state": "closed"}, page=page_of(referral))
    assert mails(store)[0].not_before == clock.now() + dt.timedelta(minutes=10)


def test_the_desk_says_who_is_credited_and_why(desk: DeskActions, scene: Scene, looking: Referral) -> None:
    scene.later(days=1)
    desk.log_in()
    other = scene.refer(scene.candidate("Otto Other", "otto@people.example"), someone("key-9"))
    for referral in (looking, other):
        credit = panel(desk.get(page_of(referral)).text)
        assert "Ada Ashworth. The first to name them, on 12 November 2026." in credit
    page = page_of(other)
    said = desk.post(page + "confirmed/", page=page, follow=True).text
    assert "They say Otto Other sent them" not in said
    assert "Otto Other. Confirmed by telling you on 13 November 2026." in panel(said)
    assert "Otto Other. Confirmed" in panel(desk.get(page_of(looking)).text)
    back = desk.post(page + "confirmed/back/", page=page, follow=True).text
    assert "Ada Ashworth. The first to name them" in panel(back)


def test_a_self_referral_is_flagged_and_nobody_is_credited(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    ada = scene.candidate()
    own = service.submit(
        store, someone(email=ada.email), referrer_id=ada.id, link_id="l", now=scene.clock.now(), own=True
    )
    assert "Self-referral" in desk.get("/desk/referrals/").text
    page = desk.get(page_of(own)).text
    assert "Self-referral: Ada Ashworth named themselves. It is never credited." in page
    assert "Nobody: a referral of oneself is never credited." in panel(page)
    assert "sent them</button>" not in page
    said = desk.post(page_of(own) + "confirmed/", page=page_of(own), follow=True).text
    assert "there is nobody to credit" in said


def panel(page: str) -> str:
    """The part that says who is credited."""
    found = re.search(r'<section class="panel" aria-labelledby="credit">.*?</section>', page, re.S)
    assert found
    return words(found[0]).replace(" .", ".")
