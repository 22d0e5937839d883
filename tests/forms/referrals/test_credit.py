"""Who is credited when several name the same person."""

from __future__ import annotations

import datetime as dt

import pytest

from core.errors import Conflict
from forms.referrals import credit, introducing, service
from forms.referrals.credit import Credit
from forms.referrals.identity import all_naming
from forms.referrals.introducing import Introduction
from forms.referrals.models import REFERRALS, Referral, ReferralKind, ReferralState
from forms.store.protocol import Store
from tests.forms.people import Scene, someone, someone_hiring

WINDOW = dt.timedelta(days=180)


def myself(**changes: object) -> Introduction:
    values: dict[str, object] = {
        "kind": ReferralKind.CANDIDATE,
        "name": "Bea Bright",
        "email": "bea@people.example",
        "phone": None,
        "profile_url": None,
        "company": "",
        "words": "Back end, in Leeds.",
    }
    return Introduction(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def scene(many_scene: Scene) -> Scene:
    """On each engine."""
    return many_scene


def credited(scene: Scene, referral: Referral) -> Credit:
    with scene.store.read() as reader:
        return credit.credit(
            reader, referral, now=scene.clock.now(), window=WINDOW, say=lambda at: at.strftime("%d.%m.%Y")
        )


def named_by(scene: Scene, name: str, **changes: object) -> Referral:
    key = f"key-{name}"
    return scene.refer(scene.candidate(name, f"{name.lower()}@people.example"), someone(key, **changes))


def introduced(scene: Scene, name: str, **changes: object) -> Referral:
    referrer = scene.candidate(name, f"{name.lower()}@people.example")
    return introduce(scene.store, referrer.id, myself(**changes), scene.clock.now())


def introduce(store: Store, referrer_id: str, said: Introduction, now: dt.datetime) -> Referral:
    return introducing.introduce(store, said, referrer_id=referrer_id, link_id="personal", now=now)


def test_until_one_is_confirmed_the_first_is_credited(scene: Scene) -> None:
    first = named_by(scene, "Ada")
    scene.later(days=1)
    second = named_by(scene, "Bob")
    for referral in (first, second):
        found = credited(scene, referral)
        assert found.referral == first
        assert found.why == (
            "The first to name them, on 12.11.2026. It counts until 11.05.2027, unless the person confirms "
            "another."
        )


def test_the_first_whom_the_person_confirms_is_credited(scene: Scene) -> None:
    first = named_by(scene, "Ada")
    scene.later(days=1)
    second = named_by(scene, "Bob")
    scene.later(days=1)
    confirmed = credit.confirm(scene.store, second.id, by="anna", now=scene.clock.now())
    scene.later(days=1)
    credit.confirm(scene.store, first.id, by="anna", now=scene.clock.now())
    assert credited(scene, first) == Credit(
        confirmed, "Confirmed by telling you on 14.11.2026. It counts until 13.05.2027."
    )


def test_who_introduces_themselves_confirms_who_sent_them(scene: Scene) -> None:
    first = named_by(scene, "Ada")
    scene.later(days=1)
    second = introduced(scene, "Bob")
    assert second.id != first.id
    found = credited(scene, first)
    assert found.referral == second
    assert found.why.startswith("Confirmed through the personal link on 13.11.2026.")


def test_a_confirmation_taken_back_counts_no_more(scene: Scene) -> None:
    first = named_by(scene, "Ada")
    scene.later(days=1)
    second = introduced(scene, "Bob")
    credit.take_back(scene.store, second.id, by="anna", now=scene.clock.now())
    assert credited(scene, second).referral == first


def test_a_claim_ends_with_the_window_and_the_next_one_counts(scene: Scene) -> None:
    first = named_by(scene, "Ada")
    scene.later(days=179)
    second = named_by(scene, "Bob")
    assert credited(scene, first).referral == first
    scene.later(days=1)
    assert credited(scene, first).referral == second
    scene.later(days=179)
    assert credited(scene, first) == Credit(None, "Nobody: the 180 days of every referral are over.")


def test_a_confirmation_begins_the_window_anew(scene: Scene) -> None:
    first = named_by(scene, "Ada")
    scene.later(days=200)
    confirmed = credit.confirm(scene.store, first.id, by="anna", now=scene.clock.now())
    scene.later(days=179)
    assert credited(scene, first).referral == confirmed


def test_what_was_decided_when_it_led_to_a_job_stays(scene: Scene) -> None:
    first = named_by(scene, "Ada")
    scene.later(days=1)
    second = named_by(scene, "Bob")
    scene.later(days=30)
    for state in (ReferralState.CONTACTING, ReferralState.IN_CONVERSATION, ReferralState.PLACED):
        service.change_state(scene.store, first.id, state, by="anna", now=scene.clock.now())
    scene.later(days=400)
    found = credited(scene, second)
    assert found.referral is not None
    assert found.referral.id == first.id
    assert found.why == "The first to name them, on 12.11.2026."


def test_who_names_themselves_is_never_credited(scene: Scene) -> None:
    bea = scene.candidate("Bea Bright", "bea@people.example")
    own = service.submit(
        scene.store, someone(), referrer_id=bea.id, link_id="link", now=scene.clock.now(), own=True
    )
    assert credited(scene, own) == Credit(None, "Nobody: a referral of oneself is never credited.")
    scene.later(days=1)
    other = named_by(scene, "Ada")
    assert credited(scene, own).referral == other
    with pytest.raises(Conflict, match="named themselves"):
        credit.confirm(scene.store, own.id, by="anna", now=scene.clock.now())


def test_one_person_is_found_by_a_chain_of_ways_to_reach_them(scene: Scene) -> None:
    """One knows the address, another the number, a third both."""
    first = named_by(scene, "Ada")
    scene.later(days=1)
    last = named_by(scene, "Bob", email=None, phone="+442079460555")
    assert credited(scene, last).referral == last
    scene.later(days=1)
    both = named_by(scene, "Cyd", phone="+442079460555")
    with scene.store.read() as reader:
        assert all_naming(reader, last) == [first, last, both]
    assert credited(scene, last).referral == first


def test_somebody_named_as_looking_and_as_hiring_is_credited_apart(scene: Scene) -> None:
    looking = named_by(scene, "Ada")
    scene.later(days=1)
    hiring = scene.refer(
        scene.candidate("Bob", "bob@people.example"),
        someone_hiring(name="Bea Bright", email="bea@people.example"),
    )
    assert credited(scene, looking).referral == looking
    assert credited(scene, hiring).referral == hiring


def test_sending_the_form_twice_makes_one_referral(scene: Scene) -> None:
    ada = scene.candidate()
    first = introduce(scene.store, ada.id, myself(), scene.clock.now())
    scene.later(minutes=1)
    assert introduce(scene.store, ada.id, myself(), scene.clock.now()) == first
    with scene.store.read() as reader:
        assert REFERRALS.count(reader) == 1
