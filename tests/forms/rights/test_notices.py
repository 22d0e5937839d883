"""Whoever was named is told, or the record erases itself."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from core.errors import Conflict
from forms import suppressions
from forms.candidates.models import CANDIDATES
from forms.follow_up import taking_up
from forms.referrals.models import REFERRALS, Referral
from forms.rights import notices, retention
from forms.rights.mail import UNNAMED
from forms.rights.models import NOTICES
from forms.store.memory import MemoryStore
from forms.suppressions import Scope
from forms.web.context import EXTENSION, Context
from forms.web.logs import redact
from tests.forms.acting import DeskActions, token_in
from tests.forms.people import Scene, someone
from tests.forms.reading import dump, words
from tests.forms.rights.conftest import Post


@pytest.fixture
def found(app: Flask) -> Context:
    return cast(Context, app.extensions[EXTENSION])


@pytest.fixture
def named(scene: Scene) -> Referral:
    """Bea, named by Ada."""
    return scene.refer(scene.candidate(), someone())


def page_in(text: str) -> str:
    link = re.search(r"http://localhost(/notice/[^/\s]+/)", text)
    assert link, text
    return link[1]


def told(scene: Scene, named: Referral, found: Context, post: Post) -> str:
    """Send the notice; the path of the page it leads to."""
    notices.send(scene.store, named.id, by=scene.recruiter.id, found=found, now=scene.clock.now())
    return page_in(post.deliver()[-1])


def test_the_notice_says_who_named_them_what_is_held_and_how_to_object(
    scene: Scene, named: Referral, found: Context, post: Post
) -> None:
    notices.send(scene.store, named.id, by=scene.recruiter.id, found=found, now=scene.clock.now())
    (text,) = post.deliver()
    flat = " ".join(text.split())
    assert "Ada Ashworth thought that you might be open to a new role" in flat
    assert "E-mail: bea@people.example" in flat
    assert "She writes the clearest code" not in flat
    assert page_in(text)
    with scene.store.read() as reader:
        assert NOTICES.require(reader, named.id).told == scene.clock.now()
        assert notices.waiting(reader, found) == []


def test_who_does_not_want_to_be_named_is_not(
    scene: Scene, found: Context, post: Post, visitor: FlaskClient
) -> None:
    named = scene.refer(scene.candidate(), someone(may_name=False))
    page = told(scene, named, found, post)
    assert UNNAMED.rstrip(",") in str(post.transport.sent[-1].get_content()).replace("\n", " ").replace(
        "  ", " "
    )
    for text in (visitor.get(page).text, visitor.get(page + "my-data.json").text):
        assert "Ashworth" not in text
        assert "clearest code" not in text


def test_it_is_sent_once(scene: Scene, named: Referral, found: Context, post: Post) -> None:
    for _ in range(2):
        notices.send(scene.store, named.id, by=scene.recruiter.id, found=found, now=scene.clock.now())
    assert len(post.deliver()) == 1


def test_the_page_shows_all_and_lets_them_correct_it(
    scene: Scene, named: Referral, found: Context, post: Post, visitor: FlaskClient
) -> None:
    page = told(scene, named, found, post)
    before = dump(scene.store)
    text = words(visitor.get(page).text)
    assert "Ada Ashworth gave me your name" in text
    assert "bea@people.example" in text
    assert json.loads(visitor.get(page + "my-data.json").data)["named_by"] == "Ada Ashworth"
    assert dump(scene.store) == before
    form = {"csrf_token": token_in(visitor.get(page + "correct/")), "name": "Beatrice Bright"}
    assert visitor.post(page + "correct/", data=form).status_code == 303
    with scene.store.read() as reader:
        assert REFERRALS.require(reader, named.id).name == "Beatrice Bright"


def test_who_objects_leaves_nothing_but_a_fingerprint_and_is_left_alone(
    scene: Scene, named: Referral, found: Context, post: Post, visitor: FlaskClient
) -> None:
    page = told(scene, named, found, post)
    form = {"csrf_token": token_in(visitor.get(page + "object/")), "sure": "yes"}
    assert visitor.post(page + "object/", data=form).location == "/erased/"
    text = json.dumps(dump(scene.store)).lower()
    assert "bea@people" not in text
    assert "bea bright" not in text
    assert visitor.get(page).status_code == 404
    with scene.store.read() as reader:
        assert suppressions.find(reader, Scope.CONTACT, "", "bea@people.example")
    scene.later(days=2)
    with scene.store.read() as reader:
        (ada,) = CANDIDATES.find(reader)
    again = scene.refer(ada, someone("again"))
    with pytest.raises(Conflict, match="not to be written to"):
        notices.send(scene.store, again.id, by=scene.recruiter.id, found=found, now=scene.clock.now())
    with pytest.raises(Conflict, match="not to be written to"):
        taking_up.as_candidate(scene.store, again.id, by=scene.recruiter.id, now=scene.clock.now())


def test_who_is_erased_by_code_from_the_notice(
    scene: Scene, named: Referral, found: Context, post: Post, visitor: FlaskClient
) -> None:
    page = told(scene, named, found, post)
    visitor.post(page + "erase/code/", data={"csrf_token": token_in(visitor.get(page + "erase/"))})
    code = re.search(r"^(\d{4} \d{4})\s*$", post.deliver()[0], re.MULTILINE)
    assert code
    form = {"csrf_token": token_in(visitor.get(page + "erase/")), "code": code[1], "sure": "yes"}
    assert visitor.post(page + "erase/", data=form).location == "/erased/"
    assert "bea@people" not in json.dumps(dump(scene.store))


def test_nobody_told_for_thirty_days_is_erased_and_the_desk_was_warned_five_days_before(
    scene: Scene, named: Referral, found: Context, clock: ManualClock
) -> None:
    taking_up.as_candidate(scene.store, named.id, by=scene.recruiter.id, now=clock.now())
    clock.advance(dt.timedelta(days=24))
    with scene.store.read() as reader:
        assert notices.pressing(reader, found) == []
    clock.advance(dt.timedelta(days=1))
    with scene.store.read() as reader:
        assert [each.referral.id for each in notices.pressing(reader, found)] == [named.id]
    clock.advance(dt.timedelta(days=5))
    assert retention.run(found)["referral"] == 0, "the thirtieth day is theirs"
    clock.advance(dt.timedelta(days=1))
    assert retention.run(found)["referral"] == 1
    text = json.dumps(dump(scene.store))
    assert "bea@people" not in text
    assert "Bea Bright" not in text


def test_who_was_told_is_not_erased_by_that(
    scene: Scene, named: Referral, found: Context, clock: ManualClock
) -> None:
    notices.told_by_phone(scene.store, named.id, by=scene.recruiter.id, now=clock.now())
    clock.advance(dt.timedelta(days=40))
    assert retention.run(found)["referral"] == 0
    with scene.store.read() as reader:
        assert REFERRALS.get(reader, named.id)


def test_whoever_is_in_the_running_stays_when_the_referral_goes(
    scene: Scene, named: Referral, found: Context, clock: ManualClock
) -> None:
    bea = taking_up.as_candidate(scene.store, named.id, by=scene.recruiter.id, now=clock.now())
    scene.candidacy(bea)
    clock.advance(dt.timedelta(days=31))
    retention.run(found)
    with scene.store.read() as reader:
        assert CANDIDATES.require(reader, bea.id).email == "bea@people.example"
        assert REFERRALS.get(reader, named.id) is None


def test_the_desk_reads_sends_and_notes_a_call(
    scene: Scene, desk: DeskActions, store: MemoryStore, post: Post, clock: ManualClock
) -> None:
    first = scene.refer(scene.candidate(), someone())
    other = scene.refer(
        scene.candidate("Otto", "otto@people.example"),
        someone("k", name="Cy", email=None, phone="+442079460123"),
    )
    page = f"/desk/data/notices/{first.id}/"
    assert "Ada Ashworth thought that you might be open" in words(desk.get(page).text)
    assert desk.send(page).status_code == 303
    assert len(post.deliver()) == 1
    assert "They were told by mail" in desk.get(page).text
    phone = f"/desk/data/notices/{other.id}/"
    assert "has no e-mail address: call" in desk.get(phone).text
    assert "soon erased" not in desk.get("/desk/").text
    clock.advance(dt.timedelta(days=27))
    desk.log_in()
    assert "Named, not told, and soon erased (1)" in words(desk.get("/desk/").text)
    desk.post(phone + "phone/", page=phone)
    assert "soon erased" not in desk.get("/desk/").text


@pytest.mark.parametrize("room", ["notice", "address"])
def test_a_private_address_is_cut_out_of_logs(room: str) -> None:
    assert redact(f"GET /{room}/kX3_secret/data/ 200") == f"GET /{room}/[private]/data/ 200"


def test_a_link_opens_the_pages_of_its_own_kind_only(
    scene: Scene, named: Referral, found: Context, post: Post, visitor: FlaskClient
) -> None:
    """The same token at another address is a wrong one."""
    notice = told(scene, named, found, post).split("/")[2]
    status = scene.link(named.referrer_id)[0]
    assert visitor.get(f"/notice/{notice}/").status_code == 200
    assert visitor.get(f"/status/{status}/data/").status_code == 200
    crossed = [f"/notice/{status}/", f"/address/{status}/", f"/status/{notice}/", f"/status/{notice}/data/"]
    crossed += [f"/address/{notice}/", f"/status/{notice}/refer/", f"/notice/{status}/my-data.json"]
    assert {visitor.get(address).status_code for address in crossed} == {404}
    token = token_in(visitor.get(f"/status/{status}/data/object/"))
    answer = visitor.post(f"/notice/{notice}/object/", data={"csrf_token": token, "sure": "yes"})
    assert answer.status_code == 403
