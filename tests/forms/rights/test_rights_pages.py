"""What people do about their own data, from their private page."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.clock import ManualClock
from core.errors import Conflict
from forms import suppressions
from forms.candidates.models import CANDIDATES, Outcome
from forms.follow_up.overview import overview
from forms.jobs.models import JobState
from forms.rights import wishes
from forms.rights.models import WishKind
from forms.store.memory import MemoryStore
from forms.suppressions import Scope
from tests.forms.acting import token_in
from tests.forms.people import Scene
from tests.forms.reading import assert_refused, dump, hidden, words
from tests.forms.rights.conftest import Post
from tests.forms.rights.everywhere import EMAIL, NAME, SIGNS, written_everywhere


class Page:
    """The pages of one link."""

    def __init__(self, visitor: FlaskClient, home: str) -> None:
        self.visitor, self.home = visitor, home

    def get(self, path: str = "") -> TestResponse:
        return self.visitor.get(self.home + path)

    def send(self, path: str, **typed: str) -> TestResponse:
        form = {"csrf_token": token_in(self.get(path))}
        return self.visitor.post(self.home + path, data={**form, **typed})

    def press(self, path: str, button: str, **typed: str) -> TestResponse:
        """A button whose form stands on `path` and goes to `button`."""
        form = {"csrf_token": token_in(self.get(path))}
        return self.visitor.post(self.home + button, data={**form, **typed})


@pytest.fixture
def mine(scene: Scene, visitor: FlaskClient) -> Page:
    """The pages of an interviewed candidate, Ada."""
    return pages_of(scene, visitor, scene.interviewed().candidate_id)


def pages_of(scene: Scene, visitor: FlaskClient, candidate_id: str) -> Page:
    return Page(visitor, f"/status/{scene.link(candidate_id)[0]}/data/")


def code_in(text: str) -> str:
    found = re.search(r"^(\d{4} \d{4})\s*$", text, re.MULTILINE)
    assert found, text
    return found[1]


def test_everything_held_is_shown_and_can_be_taken_away(
    app: Flask, scene: Scene, visitor: FlaskClient
) -> None:
    there = written_everywhere(scene)
    page = pages_of(scene, visitor, there.candidate.id)
    assert NAME in page.get().text
    file = page.get("my-data.json")
    assert file.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = json.loads(file.data)
    assert data["you"]["email"] == EMAIL
    assert [each["name"] for each in data["people_you_named"]] == ["Bea Bright"]
    assert data["private_notes"] is True
    assert "PRIVATE" not in file.text
    assert data["candidacies"][0]["client"] == "a bank in the north", "a confidential client stays so"
    resume = json.loads(page.get("resume.json").data)
    assert resume["basics"]["name"] == NAME
    assert resume["basics"]["email"] == EMAIL
    assert resume["basics"]["profiles"][0]["url"].startswith("https://")


def test_looking_changes_nothing(mine: Page, store: MemoryStore) -> None:
    before = dump(store)
    for path in ("", "my-data.json", "resume.json", "correct/", "object/", "erase/"):
        assert mine.get(path).status_code == 200, path
    assert dump(store) == before


def test_a_form_of_another_link_is_refused(scene: Scene, visitor: FlaskClient, mine: Page) -> None:
    other = pages_of(scene, visitor, scene.candidate("Otto Other", "otto@people.example").id)
    stolen = {"csrf_token": token_in(other.get("object/")), "sure": "yes"}
    assert visitor.post(mine.home + "object/", data=stolen).status_code == 403


def test_withdrawing_records_the_outcome_and_leaves_the_answer_owed(
    scene: Scene, visitor: FlaskClient, store: MemoryStore
) -> None:
    ada = scene.interviewed()
    page = pages_of(scene, visitor, ada.candidate_id)
    address = f"withdraw/{ada.id}/"
    assert_refused(page.send(address, why="I found another"), "sure", "Choose one of the two.")
    assert page.send(address, sure="no").status_code == 303
    assert scene.read(ada).is_live
    assert page.send(address, sure="yes", why="I found another").status_code == 303
    assert scene.read(ada).outcome is Outcome.WITHDREW
    assert scene.owed(ada).is_owed
    with store.read() as reader:
        assert [each.kind for each in wishes.unseen(reader)] == [WishKind.WITHDREW]
    assert "You withdrew from this job." in visitor.get(page.home.removesuffix("data/")).text
    assert "Withdraw from Payroll" not in page.get().text


def test_withdrawing_tells_nothing_of_a_decision_that_was_not_told(
    scene: Scene, visitor: FlaskClient
) -> None:
    decided, live = scene.declined(), scene.interviewed("Otto Other", "otto@people.example")
    answers = []
    for each in (decided, live):
        page = pages_of(scene, visitor, each.candidate_id)
        page.send(f"withdraw/{each.id}/", sure="yes")
        answers.append(re.sub(r"status/[^/]+|Otto Other|Ada Ashworth|otto@|ada@", "", page.get().text))
    assert answers[0] == answers[1]
    assert scene.read(decided).outcome is Outcome.CLIENT_DECLINED


def test_nobody_withdraws_somebody_else(scene: Scene, mine: Page) -> None:
    other = scene.interviewed("Otto Other", "otto@people.example")
    assert mine.get(f"withdraw/{other.id}/").status_code == 303
    assert scene.read(other).is_live


def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(
    scene: Scene, visitor: FlaskClient, store: MemoryStore, mine: Page, post: Post
) -> None:
    typed = {"name": "Ada Byron", "email": "ada@new.example", "phone": "020 7946 0111", "profile_url": ""}
    assert mine.send("correct/", **typed).status_code == 303
    with store.read() as reader:
        (ada,) = CANDIDATES.find(reader, {"name": "Ada Byron"})
    assert (ada.email, ada.phone) == ("ada@people.example", "+442079460111")
    (text,) = post.deliver()
    address = re.search(r"http://localhost(/address/[^/\s]+/)", text)
    assert address
    before = dump(store)
    assert visitor.get(address[1]).status_code == 200
    assert dump(store) == before
    visitor.post(address[1], data=hidden(visitor.get(address[1])))
    with store.read() as reader:
        assert CANDIDATES.require(reader, ada.id).email == "ada@new.example"
    assert [str(each["To"]) for each in post.transport.sent] == ["Ada Byron <ada@new.example>"]
    post.deliver()
    assert str(post.transport.sent[-1]["To"]) == "Ada Byron <ada@people.example>"
    assert visitor.get(address[1]).status_code == 404, "the link is used up"


def test_an_address_of_somebody_else_is_not_taken_and_not_told_of(
    scene: Scene, visitor: FlaskClient, store: MemoryStore, mine: Page, post: Post
) -> None:
    scene.candidate("Otto Other", "otto@people.example")
    page = mine.send("correct/", name="Ada Ashworth", email="otto@people.example", phone="", profile_url="")
    assert page.status_code == 303
    (text,) = post.deliver()
    address = re.search(r"http://localhost(/address/[^/\s]+/)", text)
    assert address
    answer = visitor.post(address[1], data=hidden(visitor.get(address[1])))
    assert "I cannot use this address" in answer.text
    assert "Otto" not in answer.text


def test_what_was_typed_wrongly_is_kept(mine: Page) -> None:
    page = mine.send("correct/", name="Ada", email="ada at home", phone="", profile_url="")
    assert_refused(page, "email", "Enter an e-mail address such as name@example.org.", "ada at home")
    assert_refused(mine.send("correct/", name="Ada", email=""), "email", "Enter an address")


def test_who_objects_is_asked_for_nothing_and_still_owed_the_answer(
    scene: Scene, visitor: FlaskClient, store: MemoryStore
) -> None:
    ada = scene.interviewed()
    page = pages_of(scene, visitor, ada.candidate_id)
    assert page.send("object/", sure="no").status_code == 303
    assert page.send("object/", sure="yes").status_code == 303
    assert page.send("object/", sure="yes").status_code == 303
    with store.read() as reader:
        for scope in (Scope.CONTACT, Scope.INVITATIONS):
            assert suppressions.find(reader, scope, ada.candidate_id, "ada@people.example")
        assert [each.kind for each in wishes.unseen(reader)] == [WishKind.OBJECTED]
    assert scene.owed(ada).is_owed
    assert "You have objected" in page.get().text


def test_erasing_takes_a_code_and_a_decision_and_leaves_nothing(
    app: Flask, scene: Scene, visitor: FlaskClient, store: MemoryStore, post: Post
) -> None:
    there = written_everywhere(scene)
    page = pages_of(scene, visitor, there.candidate.id)
    post.deliver()
    assert page.press("erase/", "erase/code/").status_code == 303
    (text,) = post.deliver()
    code = code_in(text)
    for rows in dump(store).values():
        assert code not in json.dumps(rows), "the code is kept as a hash"
        assert code.replace(" ", "") not in json.dumps(rows)
    assert_refused(page.send("erase/", code=code), "sure", "Choose one of the two.")
    assert page.send("erase/", code=code, sure="no").status_code == 303
    assert_refused(
        page.send("erase/", code="0000 0000", sure="yes"), "code", "This is not the code", "0000 0000"
    )
    done = page.send("erase/", code=code, sure="yes")
    assert done.location == "/erased/"
    assert words(visitor.get("/erased/").text).count("It is erased")
    assert page.get().status_code == 404
    left = json.dumps(dump(store)).lower()
    assert [sign for sign in SIGNS if sign in left] == []


def test_the_code_grows_old_and_tries_are_limited(
    scene: Scene, visitor: FlaskClient, mine: Page, post: Post, clock: ManualClock
) -> None:
    mine.press("erase/", "erase/code/")
    code = code_in(post.deliver()[0])
    clock.advance(dt.timedelta(minutes=30))
    assert_refused(mine.send("erase/", code=code, sure="yes"), "code", "older than half an hour")
    mine.press("erase/", "erase/code/")
    fresh = code_in(post.deliver()[0])
    for _ in range(4):
        mine.send("erase/", code="1", sure="yes")
    assert_refused(mine.send("erase/", code=fresh, sure="yes"), "code", "Too many tries")


def test_codes_are_not_mailed_without_end(mine: Page, post: Post) -> None:
    answers = {mine.press("erase/", "erase/code/").status_code for _ in range(5)}
    assert answers == {303}
    assert len(post.deliver()) == 3


def test_who_has_no_address_leaves_word_for_a_call(
    scene: Scene, visitor: FlaskClient, store: MemoryStore
) -> None:
    page = pages_of(scene, visitor, scene.candidate("Cal Phone", None).id)
    for _ in range(2):
        assert page.press("erase/", "erase/code/").status_code == 303
    with store.read() as reader:
        assert [each.kind for each in wishes.unseen(reader)] == [WishKind.ERASE]


def test_the_job_of_somebody_erased_can_be_closed(
    scene: Scene, visitor: FlaskClient, mine: Page, post: Post
) -> None:
    mine.press("erase/", "erase/code/")
    assert "I still owe you an answer" in mine.get("erase/").text
    mine.send("erase/", code=code_in(post.deliver()[0]), sure="yes")
    scene.job_to(JobState.FILLED)
    assert scene.close().state is JobState.CLOSED


def test_who_withdraws_while_their_job_is_being_filled_gets_no_other_outcome(
    scene: Scene, visitor: FlaskClient
) -> None:
    """The end of the job was prepared with “filled by someone else” for them; that is no longer so."""
    there = written_everywhere(scene)
    page = pages_of(scene, visitor, there.candidate.id)
    page.send(f"withdraw/{there.candidacy.id}/", sure="yes")
    with scene.store.read() as reader:
        people = [each.id for each in overview(reader, scene.job.id, JobState.FILLED).people]
    assert there.candidacy.id not in people
    assert scene.read(there.candidacy).outcome is Outcome.WITHDREW
    scene.job_to(JobState.FILLED)
    with pytest.raises(Conflict, match="still owed an answer"):
        scene.close()


def test_who_is_erased_while_their_job_is_being_filled_leaves_it_able_to_end(
    scene: Scene, visitor: FlaskClient, post: Post
) -> None:
    there = written_everywhere(scene)
    page = pages_of(scene, visitor, there.candidate.id)
    post.deliver()
    page.press("erase/", "erase/code/")
    page.send("erase/", code=code_in(post.deliver()[0]), sure="yes")
    with scene.store.read() as reader:
        whole = overview(reader, scene.job.id, JobState.FILLED)
    assert there.candidacy.id not in [each.id for each in whole.people]
