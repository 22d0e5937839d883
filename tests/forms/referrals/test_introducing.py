"""Somebody introduces themselves through a personal link: once, by their own word, and with consent."""

from __future__ import annotations

import datetime as dt

import pytest

from forms import history
from forms.referrals import introducing, service
from forms.referrals.introducing import MOST_THROUGH_LINKS, Introduction
from forms.referrals.models import CONSENT_VERSION, THROUGH_LINK, Confirmation, Referral, ReferralKind
from forms.referrals.service import MOST_PER_TARGET, TooMany
from tests.forms.people import Scene, someone

MYSELF = {
    "kind": ReferralKind.CANDIDATE,
    "name": "Beatrice Bright",
    "email": "bea@people.example",
    "phone": None,
    "profile_url": None,
    "company": "",
    "words": "Back end, in Leeds.",
}


def introduce(scene: Scene, referrer_id: str, *, own: bool = False, **changes: object) -> Referral:
    said = Introduction(**{**MYSELF, **changes})  # type: ignore[arg-type]
    now = scene.clock.now()
    return introducing.introduce(
        scene.store, said, referrer_id=referrer_id, link_id="personal", now=now, own=own
    )


def texts(scene: Scene, referral: Referral) -> list[str]:
    with scene.store.read() as reader:
        return [event.text for event in history.history_of(reader, referral.id)]


def test_their_words_and_their_consent_are_kept(scene: Scene) -> None:
    found = introduce(scene, scene.candidate().id)
    assert (found.by_link, found.own_words) == (True, "Back end, in Leeds.")
    assert (found.consent_version, found.confirmed) == (CONSENT_VERSION, scene.clock.now())
    assert found.confirmed_how is Confirmation.OWN_FORM
    assert texts(scene, found) == ["Introduced themselves through the personal link"]


def test_the_referrer_does_not_read_their_name(scene: Scene) -> None:
    found = introduce(scene, scene.candidate().id)
    assert found.name_for_referrer == THROUGH_LINK


def test_who_was_named_before_is_confirmed_and_stays_one_referral(scene: Scene) -> None:
    """What is empty is filled; what differs is noted: nobody has proved yet who they are."""
    ada = scene.candidate()
    named = scene.refer(ada, someone(knows=False))
    scene.later(days=2)
    found = introduce(scene, ada.id, phone="+442079460777")
    assert found.id == named.id
    assert (found.confirmed, found.phone, found.knows) == (scene.clock.now(), "+442079460777", True)
    assert (found.name, found.name_for_referrer, found.by_link) == ("Bea Bright", "Bea Bright", False)
    assert texts(scene, named)[0] == (
        "Introduced themselves, with name: Beatrice Bright; phone: +442079460777; words: Back end, in Leeds."
    )


def test_a_number_with_another_address_gets_nobody_to_what_was_said_of_its_owner(scene: Scene) -> None:
    """The receipt leads to what is held. The desk sees that the two may be one person."""
    ada = scene.candidate()
    named = scene.refer(ada, someone(email=None, phone="+442079460777"))
    scene.later(minutes=1)
    other = introduce(scene, ada.id, email="mallory@people.example", phone="+442079460777")
    assert other.id != named.id
    assert introduce(scene, ada.id, email=None, phone="+442079460777").id == other.id
    with scene.store.read() as reader:
        assert service.others_naming(reader, named) == [other]


def test_who_is_named_after_they_came_is_read_by_the_name_that_was_given(scene: Scene) -> None:
    ada = scene.candidate()
    came = introduce(scene, ada.id)
    scene.later(days=1)
    named = scene.refer(ada, someone(may_name=False))
    assert named.id == came.id
    assert (named.name, named.name_for_referrer) == ("Beatrice Bright", "Bea Bright")
    assert named.may_name is False


def test_sending_the_form_again_adds_only_what_is_new(scene: Scene) -> None:
    ada = scene.candidate()
    first = introduce(scene, ada.id)
    for _ in range(2):
        scene.later(minutes=1)
        assert introduce(scene, ada.id).id == first.id
    assert len(texts(scene, first)) == 1
    for _ in range(2):
        introduce(scene, ada.id, words="Or in York.")
    assert texts(scene, first)[0] == "Introduced themselves, with words: Or in York."
    assert len(texts(scene, first)) == 2


def test_who_fills_in_their_own_link_confirms_nothing(scene: Scene) -> None:
    found = introduce(scene, scene.candidate().id, own=True)
    assert (found.own, found.confirmed) == (True, None)


def test_so_many_come_through_one_candidates_links_a_day_and_no_more(scene: Scene) -> None:
    ada = scene.candidate()
    for number in range(MOST_THROUGH_LINKS):
        introduce(scene, ada.id, email=f"p{number}@people.example")
    with pytest.raises(TooMany):
        introduce(scene, ada.id, email="late@people.example")
    # Naming somebody in the form has a cap of its own.
    scene.refer(ada, someone(email="named@people.example"))
    scene.clock.advance(dt.timedelta(days=1, seconds=1))
    introduce(scene, ada.id, email="late@people.example")


def test_one_person_comes_so_often_a_day_whoever_sent_them(scene: Scene) -> None:
    for number in range(MOST_PER_TARGET):
        introduce(scene, scene.candidate(f"R{number}", f"r{number}@people.example").id)
    with pytest.raises(TooMany) as refused:
        introduce(scene, scene.candidate("Late", "late@people.example").id)
    assert "Bea" not in str(refused.value)


def test_naming_oneself_again_is_flagged_then_too(scene: Scene) -> None:
    ada = scene.candidate()
    first = scene.refer(ada, someone())
    again = service.submit(
        scene.store,
        someone("key-9", phone="+442079460999"),
        referrer_id=ada.id,
        link_id="link",
        now=scene.clock.now(),
        own=True,
    )
    assert (again.id, again.own) == (first.id, True)


def test_a_name_that_its_owner_corrects_is_theirs_and_the_desks_alone(scene: Scene) -> None:
    """The referrer goes on reading what they gave, if they gave a name."""
    ada = scene.candidate()
    named = scene.refer(ada, someone()).renamed("Beatrice Private")
    assert (named.name, named.name_for_referrer) == ("Beatrice Private", "Bea Bright")
    came = introduce(scene, ada.id, email="other@people.example").renamed("Cyd Private")
    assert (came.name, came.name_for_referrer) == ("Cyd Private", THROUGH_LINK)
