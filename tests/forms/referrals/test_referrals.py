"""Referrals: received once, nothing typed lost, and the same answer whoever is named."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from core.errors import Conflict
from forms import history
from forms.referrals import service
from forms.referrals.models import (
    ACCURACY_VERSION,
    REFERRALS,
    HiringNeed,
    Referral,
    ReferralKind,
    ReferralState,
    Relation,
    Wish,
)
from forms.referrals.service import MOST_PER_LINK, MOST_PER_TARGET, TooMany
from tests.forms.people import Scene, someone, someone_hiring

STEPS = {
    (ReferralState.RECEIVED, ReferralState.CONTACTING),
    (ReferralState.RECEIVED, ReferralState.CLOSED),
    (ReferralState.CONTACTING, ReferralState.IN_CONVERSATION),
    (ReferralState.CONTACTING, ReferralState.CLOSED),
    (ReferralState.IN_CONVERSATION, ReferralState.CLOSED),
}
GOOD_END = {ReferralKind.CANDIDATE: ReferralState.PLACED, ReferralKind.CLIENT: ReferralState.CLIENT_WON}


def kept(scene: Scene) -> list[Referral]:
    with scene.store.read() as reader:
        return service.inbox(reader)


def texts(scene: Scene, referral: Referral) -> list[str]:
    with scene.store.read() as reader:
        return [event.text for event in history.history_of(reader, referral.id)]


def referred(scene: Scene, kind: ReferralKind) -> Referral:
    sent = someone() if kind is ReferralKind.CANDIDATE else someone_hiring()
    return scene.refer(scene.candidate(), sent)


@pytest.mark.parametrize(
    ("kind", "before", "after"), [*itertools.product(ReferralKind, ReferralState, ReferralState)]
)
def test_a_referral_takes_the_steps_of_its_kind_and_no_others(
    scene: Scene, kind: ReferralKind, before: ReferralState, after: ReferralState
) -> None:
    referral = replace(referred(scene, kind), state=before)
    if (before, after) in {*STEPS, (ReferralState.IN_CONVERSATION, GOOD_END[kind])}:
        assert referral.move_to(after, scene.clock.now()).state is after
    else:
        with pytest.raises(
            Conflict, match=f"A referral at “{before.label}” can become .*, not “{after.label}”"
        ):
            referral.move_to(after, scene.clock.now())


def test_everything_that_was_typed_is_kept(scene: Scene) -> None:
    ada = scene.candidate()
    sent = someone(phone="+442079460555", profile_url="https://bea.example", job_id=scene.job.id)
    found = scene.refer(ada, sent)
    assert kept(scene) == [found]
    for name in service.TYPED:
        assert getattr(found, name) == getattr(sent, name)
    assert (found.referrer_id, found.link_id, found.state) == (ada.id, "link", ReferralState.RECEIVED)
    assert found.accuracy_version == ACCURACY_VERSION


def test_everything_that_was_typed_about_a_hiring_manager_is_kept(scene: Scene) -> None:
    found = scene.refer(scene.candidate(), someone_hiring())
    assert (found.company, found.role) == ("Carter Works", "Head of platform")
    assert (found.hiring_need, found.wish) == (HiringNeed.NOW, Wish.INTRODUCE)


def test_a_second_click_on_send_makes_one_referral(scene: Scene) -> None:
    ada = scene.candidate()
    first = scene.refer(ada, someone())
    scene.later(seconds=1)
    assert scene.refer(ada, someone()) == first
    assert kept(scene) == [first]
    assert texts(scene, first) == ["Received"]


def test_going_back_to_correct_the_address_makes_one_referral(scene: Scene) -> None:
    """The same form, the same name: the new address is noted, the old one stays."""
    ada = scene.candidate()
    first = scene.refer(ada, someone())
    scene.later(minutes=1)
    assert scene.refer(ada, someone(email="bea@home.example")).id == first.id
    assert texts(scene, first)[0] == "Sent again, with email: bea@home.example"


def test_going_back_to_name_somebody_else_makes_a_second_referral(scene: Scene) -> None:
    """The browser sends the old key with the new words; they must not end as a note on the first person."""
    ada = scene.candidate()
    scene.refer(ada, someone())
    dan = someone(name="Dan Dale", email="dan@people.example")
    second = scene.refer(ada, dan)
    assert second.name == "Dan Dale"
    assert {each.name for each in kept(scene)} == {"Bea Bright", "Dan Dale"}
    assert scene.refer(ada, dan) == second
    assert len(kept(scene)) == 2


def test_the_same_person_again_is_one_referral_with_what_is_new(scene: Scene) -> None:
    ada = scene.candidate()
    first = scene.refer(ada, someone())
    scene.later(days=3)
    again = someone("key-9", phone="+442079460555", why="She is looking now.", relation=Relation.FRIEND)
    assert scene.refer(ada, again) == first
    assert texts(scene, first)[0] == (
        "Sent again, with phone: +442079460555; relation: friend; why: She is looking now."
    )
    scene.refer(ada, again)
    assert len(texts(scene, first)) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"phone": "+442079460555"}, {"email": None, "phone": "+442079460555"}),
        ({"profile_url": "https://bea.example"}, {"email": None, "profile_url": "https://bea.example"}),
        ({"email": None, "phone": "+442079460555"}, {"phone": "+442079460555"}),
    ],
)
def test_a_person_is_known_by_any_of_their_ways_of_contact(
    scene: Scene, first: dict[str, Any], second: dict[str, Any]
) -> None:
    ada = scene.candidate()
    found = scene.refer(ada, someone(**first))
    assert scene.refer(ada, someone("key-9", **second)).id == found.id


def test_two_people_of_one_name_are_two_referrals(scene: Scene) -> None:
    ada = scene.candidate()
    scene.refer(ada, someone())
    scene.refer(ada, someone("key-9", email="other.bea@people.example"))
    assert len(kept(scene)) == 2


def test_a_name_that_may_no_longer_be_used_is_not_used(scene: Scene) -> None:
    """Who sends the form again and now says no has taken the consent back; a later yes is only noted."""
    ada = scene.candidate()
    first = scene.refer(ada, someone(may_name=True))
    assert scene.refer(ada, someone("key-9", may_name=False)).may_name is False
    assert "may_name: no" in " ".join(texts(scene, first))
    scene.refer(ada, someone("key-10", may_name=True))
    assert [each.may_name for each in kept(scene)] == [False]
    assert "may_name: yes" in " ".join(texts(scene, first))


def test_somebody_may_be_looking_and_hiring(scene: Scene) -> None:
    ada = scene.candidate()
    scene.refer(ada, someone())
    scene.refer(ada, someone_hiring(name="Bea Bright", email="bea@people.example"))
    assert {each.kind for each in kept(scene)} == set(ReferralKind)


def test_two_candidates_may_name_the_same_person(scene: Scene) -> None:
    """Each has a referral of their own; only the desk sees that they are one person."""
    first = scene.refer(scene.candidate(), someone())
    bob = scene.candidate("Bob", "bob@people.example")
    second = scene.refer(bob, someone("key-9", name="Bea B."))
    assert first.id != second.id
    with scene.store.read() as reader:
        assert service.others_naming(reader, first) == [second]
        assert service.others_naming(reader, second) == [first]
        assert service.referrals_by(reader, bob.id) == [second]


def test_nobody_can_find_out_with_a_key_what_another_has_referred(scene: Scene) -> None:
    first = scene.refer(scene.candidate(), someone())
    second = scene.refer(scene.candidate("Bob", "bob@people.example"), someone())
    assert second.id != first.id
    assert texts(scene, first) == ["Received"]


def test_a_candidate_refers_so_many_people_a_day_and_no_more(scene: Scene) -> None:
    ada = scene.candidate()
    for number in range(MOST_PER_LINK):
        scene.refer(ada, someone(f"key-{number}", email=f"p{number}@people.example"))
    with pytest.raises(TooMany, match="You have referred 10 people today"):
        scene.refer(ada, someone("key-11", email="p11@people.example"))
    scene.refer(ada, someone("key-12", email="p3@people.example"))
    assert len(kept(scene)) == MOST_PER_LINK
    scene.later(hours=24, seconds=1)
    scene.refer(ada, someone("key-11", email="p11@people.example"))


def test_a_person_is_named_so_often_a_day_by_whatever_way_of_contact(scene: Scene) -> None:
    for number in range(MOST_PER_TARGET):
        referrer = scene.candidate(f"R{number}", f"r{number}@people.example")
        scene.refer(referrer, someone(f"key-{number}", phone="+442079460555"))
    late = scene.candidate("Late", "late@people.example")
    for ways in ({"email": "bea@people.example"}, {"email": None, "phone": "+442079460555"}):
        with pytest.raises(TooMany) as refused:
            scene.refer(late, someone("key-late", **ways))
        assert "Bea" not in str(refused.value)
        assert "referred" not in str(refused.value)
    scene.later(hours=24, seconds=1)
    scene.refer(late, someone("key-late"))


def test_a_refused_referral_leaves_no_trace(scene: Scene) -> None:
    ada = scene.candidate()
    for number in range(MOST_PER_LINK):
        scene.refer(ada, someone(f"key-{number}", email=f"p{number}@people.example"))
    before = kept(scene)
    with pytest.raises(TooMany):
        scene.refer(ada, someone("key-11", email="p11@people.example"))
    assert kept(scene) == before


def test_working_through_a_referral_stands_in_its_history(scene: Scene) -> None:
    found = referred(scene, ReferralKind.CLIENT)
    for state in (ReferralState.CONTACTING, ReferralState.IN_CONVERSATION, ReferralState.CLIENT_WON):
        scene.later(days=1)
        service.change_state(scene.store, found.id, state, by="anna", now=scene.clock.now())
    assert texts(scene, found)[0] == "In conversation → Became a client"
    with scene.store.read() as reader:
        assert REFERRALS.require(reader, found.id).state is ReferralState.CLIENT_WON
        assert service.to_act_on(reader) == []


def test_referrals_to_act_on_come_oldest_first_and_the_inbox_newest_first(scene: Scene) -> None:
    ada = scene.candidate()
    old = scene.refer(ada, someone())
    scene.later(days=1)
    new = scene.refer(ada, someone_hiring())
    with scene.store.read() as reader:
        assert service.to_act_on(reader) == [old, new]
        assert service.inbox(reader) == [new, old]


def test_every_choice_has_words() -> None:
    for choices in (ReferralKind, ReferralState, Relation, HiringNeed, Wish):
        assert all(each.label for each in choices)
