"""Taking a referral up: a candidate, or a contact at a client."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Conflict
from forms import history
from forms.candidates import service as candidates
from forms.candidates.models import CANDIDATES, Candidate
from forms.follow_up import taking_up
from forms.jobs.clients import CLIENTS, CONTACTS, Contact
from forms.referrals.models import REFERRALS, Referral, ReferralState
from tests.forms.people import REAL_NAME, Scene, someone, someone_hiring


def as_candidate(scene: Scene, referral: Referral) -> Candidate:
    return taking_up.as_candidate(scene.store, referral.id, by="anna", now=scene.clock.now())


def as_contact(scene: Scene, referral: Referral) -> Contact:
    return taking_up.as_contact(scene.store, referral.id, by="anna", now=scene.clock.now())


def state(scene: Scene, referral: Referral) -> ReferralState:
    with scene.store.read() as reader:
        return REFERRALS.require(reader, referral.id).state


def notes(scene: Scene, referral: Referral) -> list[str]:
    with scene.store.read() as reader:
        return [event.text for event in history.history_of(reader, referral.id)]


def test_a_referred_person_becomes_a_candidate_with_all_that_was_said(scene: Scene) -> None:
    referral = scene.refer(scene.candidate(), someone(phone="+442079460555"))
    bea = as_candidate(scene, referral)
    assert (bea.name, bea.email, bea.phone) == ("Bea Bright", "bea@people.example", "+442079460555")
    assert bea.referral_id == referral.id
    assert "She writes the clearest code I know." in bea.notes
    assert "Back end" in bea.notes
    assert state(scene, referral) is ReferralState.CONTACTING


def test_taking_up_twice_gives_the_same_candidate(scene: Scene) -> None:
    referral = scene.refer(scene.candidate(), someone())
    assert as_candidate(scene, referral) == as_candidate(scene, referral)
    assert notes(scene, referral).count("Made a candidate") == 1
    with scene.store.read() as reader:
        assert CANDIDATES.count(reader) == 2


def test_who_is_a_candidate_already_is_found_and_the_referral_counts_as_taken_up(scene: Scene) -> None:
    """Otherwise it would ask to be acted on for ever."""
    known = scene.candidate("Bea Bright", "bea@people.example")
    referral = scene.refer(scene.candidate(), someone())
    for _ in range(2):
        assert as_candidate(scene, referral) == known
    assert state(scene, referral) is ReferralState.CONTACTING
    assert notes(scene, referral).count("Bea Bright is a candidate already") == 1


def test_two_referrals_of_one_person_make_one_candidate(scene: Scene) -> None:
    first = scene.refer(scene.candidate(), someone())
    second = scene.refer(scene.candidate("Bob", "bob@people.example"), someone("key-9"))
    assert as_candidate(scene, first) == as_candidate(scene, second)
    assert state(scene, second) is ReferralState.CONTACTING


def test_a_person_without_an_address_is_known_by_the_profile(scene: Scene) -> None:
    ways: dict[str, Any] = {"email": None, "profile_url": "https://bea.example"}
    first = scene.refer(scene.candidate(), someone(**ways))
    second = scene.refer(scene.candidate("Bob", "bob@people.example"), someone("key-9", **ways))
    assert as_candidate(scene, first) == as_candidate(scene, second)


def test_two_addresses_at_one_telephone_are_two_people(scene: Scene) -> None:
    known = scene.candidate("Reception", "desk@people.example")
    referral = scene.refer(scene.candidate("Bob", None), someone(phone=known.phone))
    assert as_candidate(scene, referral).id != known.id


def test_a_referral_that_has_come_further_keeps_its_state(scene: Scene) -> None:
    referral = scene.refer(scene.candidate(), someone())
    with scene.store.transaction() as tx:
        for step in (ReferralState.CONTACTING, ReferralState.IN_CONVERSATION):
            referral = REFERRALS.put(tx, referral.move_to(step, scene.clock.now()))
    as_candidate(scene, referral)
    assert state(scene, referral) is ReferralState.IN_CONVERSATION


def test_a_hiring_manager_becomes_a_contact_at_a_new_client(scene: Scene) -> None:
    referral = scene.refer(scene.candidate(), someone_hiring())
    cal = as_contact(scene, referral)
    assert (cal.name, cal.title, cal.referral_id) == ("Cal Carter", "Head of platform", referral.id)
    assert "Hiring: Now" in cal.notes
    with scene.store.read() as reader:
        assert CLIENTS.require(reader, cal.client_id).name == "Carter Works"
    assert state(scene, referral) is ReferralState.CONTACTING


def test_a_client_of_that_name_is_found_however_it_is_written(scene: Scene) -> None:
    referral = scene.refer(scene.candidate(), someone_hiring(company=f" {REAL_NAME.upper()} "))
    assert as_contact(scene, referral).client_id == scene.client_id


def test_taking_up_twice_gives_the_same_contact(scene: Scene) -> None:
    referral = scene.refer(scene.candidate(), someone_hiring())
    assert as_contact(scene, referral) == as_contact(scene, referral)
    with scene.store.read() as reader:
        assert (CONTACTS.count(reader), CLIENTS.count(reader)) == (1, 2)


def test_two_referrals_of_one_hiring_manager_make_one_contact(scene: Scene) -> None:
    first = scene.refer(scene.candidate(), someone_hiring())
    second = scene.refer(scene.candidate("Bob", "bob@people.example"), someone_hiring("key-9"))
    assert as_contact(scene, first) == as_contact(scene, second)
    assert state(scene, second) is ReferralState.CONTACTING


def test_a_referral_is_taken_up_as_what_it_is(scene: Scene) -> None:
    ada = scene.candidate()
    looking, hiring = scene.refer(ada, someone()), scene.refer(ada, someone_hiring())
    with pytest.raises(Conflict, match="make them a contact"):
        as_candidate(scene, hiring)
    with pytest.raises(Conflict, match="make them a candidate"):
        as_contact(scene, looking)
    assert state(scene, looking) is state(scene, hiring) is ReferralState.RECEIVED


def test_a_candidate_made_by_hand_is_not_overwritten(scene: Scene) -> None:
    known = scene.candidate("Bea Bright", "bea@people.example")
    as_candidate(scene, scene.refer(scene.candidate(), someone(phone="+442079460555")))
    with scene.store.read() as reader:
        assert CANDIDATES.require(reader, known.id) == known
        assert candidates.candidacies_of(reader, known.id) == []
