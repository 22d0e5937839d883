"""Candidates at the desk, over real requests: adding, correcting, finding."""

from __future__ import annotations

import pytest

from forms.candidates.models import CANDIDATES, Candidate
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import Scene
from tests.forms.reading import ESCAPED, SCRIPT, assert_refused, hidden, value

PERSON = {
    "name": "Cara Madeup",
    "email": "Cara@Example.org",
    "phone": "020 7946 0123",
    "profile_url": "https://example.org/in/cara",
    "notes": "Prefers mornings.",
}
ADD = "/desk/candidates/new/"


def people(store: MemoryStore) -> list[Candidate]:
    with store.read() as reader:
        return CANDIDATES.find(reader)


def test_a_candidate_is_added_and_shown_readably(desk: DeskActions, store: MemoryStore) -> None:
    assert "No candidate yet." in desk.get("/desk/candidates/").text
    page = desk.send(ADD, PERSON, follow=True)
    assert "Cara Madeup is added." in page.text
    for text in ("cara@example.org", "+44 20 7946 0123", "https://example.org/in/cara", "Prefers mornings."):
        assert text in page.text
    assert [each.phone for each in people(store)] == ["+442079460123"]
    assert "+44 20 7946 0123" in desk.get("/desk/candidates/").text


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "Enter the person's name."),
        ("name", "  ", "Enter the person's name."),
        ("name", "x", "Write between 2 and 120 characters."),
        ("name", "x" * 121, "Write between 2 and 120 characters."),
        ("email", "cara@", "Enter an e-mail address such as name@example.org."),
        ("email", "a" * 255 + "@example.org", "Enter an e-mail address such as name@example.org."),
        ("phone", "no number", "Enter a telephone number"),
        ("phone", "+44 20 7946 0123 x9", "without its extension"),
        ("profile_url", "http://example.org/cara", "starting with https://"),
        ("profile_url", "javascript:alert(1)", "starting with https://"),
        ("profile_url", "https://user@example.org/", "starting with https://"),
        ("notes", "x" * 5001, "Write at most 5000 characters."),
    ],
)
def test_a_wrong_field_says_so_and_keeps_the_rest(
    desk: DeskActions, store: MemoryStore, field: str, typed: str, message: str
) -> None:
    page = desk.send(ADD, {**PERSON, field: typed})
    assert_refused(page, field, message, typed)
    assert all(value(page, name) == text for name, text in PERSON.items() if name != field)
    assert people(store) == []


def test_somebody_who_cannot_be_reached_is_refused(desk: DeskActions) -> None:
    page = desk.send(ADD, {"name": "Cara Madeup", "email": " "})
    assert_refused(page, "email", "Give an e-mail address, a telephone number or a profile page.")


def test_an_address_belongs_to_one_candidate(desk: DeskActions, store: MemoryStore) -> None:
    """Also in other letters, and when another candidate is corrected."""
    desk.send(ADD, PERSON)
    page = desk.send(ADD, {**PERSON, "email": "CARA@example.org"})
    assert_refused(page, "email", "is the address of another candidate, Cara Madeup.")
    desk.send(ADD, {**PERSON, "name": "Otto Other", "email": "otto@example.org"})
    otto = next(each for each in people(store) if each.name == "Otto Other")
    page = desk.send(f"/desk/candidates/{otto.id}/edit/", PERSON)
    assert_refused(page, "email", "is the address of another candidate")
    assert desk.send(f"/desk/candidates/{otto.id}/edit/", {**PERSON, "email": ""}).status_code == 303


def test_a_candidate_sent_twice_is_one_candidate(desk: DeskActions, store: MemoryStore) -> None:
    """Also without an address, by which nobody could be recognised."""
    form = {**hidden(desk.get(ADD)), **PERSON, "email": ""}
    assert desk.client.post(ADD, data=form).status_code == 303
    again = desk.client.post(ADD, data=form, follow_redirects=True)
    assert "That candidate is added already." in again.text
    assert len(people(store)) == 1


def test_what_was_typed_is_never_markup(desk: DeskActions, store: MemoryStore) -> None:
    desk.send(ADD, {**PERSON, "name": SCRIPT, "notes": SCRIPT})
    (made,) = people(store)
    for page in (
        desk.get("/desk/candidates/"),
        desk.get(f"/desk/candidates/?q={SCRIPT}"),
        desk.get("/desk/candidates/?q=none" + SCRIPT),
        desk.get(f"/desk/candidates/{made.id}/"),
        desk.get(f"/desk/candidates/{made.id}/edit/"),
        desk.send(ADD, dict.fromkeys(PERSON, SCRIPT)),
        desk.send(ADD, {**PERSON, "email": "cara@example.org"}, follow=True),
    ):
        assert SCRIPT not in page.text
    assert ESCAPED in desk.get(f"/desk/candidates/{made.id}/").text


@pytest.mark.parametrize(
    "typed", ["Cara", "cara MADE", "cara@ex", "7946 0123", "020 7946", "+44 20", "+4420"]
)
def test_a_candidate_is_found_by_name_address_or_number(desk: DeskActions, typed: str) -> None:
    desk.send(ADD, PERSON)
    desk.send(ADD, {"name": "Otto Other", "email": "otto@other.example"}, follow=True)
    page = desk.client.get("/desk/candidates/", query_string={"q": typed})
    assert "Cara Madeup" in page.text
    assert "Otto Other" not in page.text
    assert value(page, "q") == typed


def test_who_is_not_found_is_said_to_be_so(desk: DeskActions) -> None:
    desk.send(ADD, PERSON)
    for typed in ("None", "0", "999"):
        page = desk.get(f"/desk/candidates/?q={typed}").text
        assert ("Nobody found." in page) == (typed != "0"), typed


@pytest.mark.parametrize("address", ["none/", "none/edit/"])
def test_an_unknown_candidate_is_not_found(desk: DeskActions, address: str) -> None:
    assert desk.get(f"/desk/candidates/{address}").status_code == 404


def test_whoever_is_added_for_a_job_is_put_forward_for_it_next(desk: DeskActions, scene: Scene) -> None:
    page = desk.send(f"{ADD}?job={scene.job.id}", PERSON, follow=True)
    assert value(page, "job") == scene.job.id
