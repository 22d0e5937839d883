"""Clients and their contacts at the desk, over real requests."""

from __future__ import annotations

import pytest

from forms.jobs.clients import CLIENTS, CONTACTS, Client
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import Scene
from tests.forms.reading import ESCAPED, SCRIPT, assert_refused, hidden, summary, value

COMPANY = {"name": "Madeup Ltd", "alias": "a mill in Leeds", "notes": "Met at a fair."}
CONTACT = {
    "name": "Hiro Managed",
    "title": "Head of Looms",
    "email": "Hiro@Example.org",
    "phone": "020 7946 0123",
    "profile_url": "https://www.example.org/in/hiro/?utm_source=x",
    "notes": "Mornings only.",
}


@pytest.fixture
def company(desk: DeskActions, store: MemoryStore) -> Client:
    """A client, added through its form."""
    desk.send("/desk/clients/new/", COMPANY)
    with store.read() as reader:
        return CLIENTS.find(reader)[0]


def test_a_client_is_added_and_shown_with_what_was_typed(desk: DeskActions) -> None:
    assert "No client yet." in desk.get("/desk/clients/").text
    page = desk.send("/desk/clients/new/", COMPANY, follow=True)
    assert "Madeup Ltd is added." in page.text
    assert all(text in page.text for text in COMPANY.values())
    assert "No job yet." in page.text
    assert "No contact yet." in page.text
    assert "Madeup Ltd" in desk.get("/desk/clients/").text


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "Enter the company's name."),
        ("name", " \t ", "Enter the company's name."),
        ("name", "x" * 121, "Write at most 120 characters."),
        ("alias", "x" * 121, "Write at most 120 characters."),
        ("notes", "x" * 5001, "Write at most 5000 characters."),
    ],
)
def test_a_wrong_field_of_a_client_says_so_and_keeps_the_rest(
    desk: DeskActions, store: MemoryStore, field: str, typed: str, message: str
) -> None:
    page = desk.send("/desk/clients/new/", {**COMPANY, field: typed})
    assert_refused(page, field, message, typed)
    assert all(value(page, name) == text for name, text in COMPANY.items() if name != field)
    with store.read() as reader:
        assert CLIENTS.count(reader) == 0


def test_a_contact_is_kept_in_normal_form_and_shown_readably(
    desk: DeskActions, store: MemoryStore, company: Client
) -> None:
    page = desk.send(f"/desk/clients/{company.id}/contacts/new/", CONTACT, follow=True)
    with store.read() as reader:
        (kept,) = CONTACTS.find(reader)
    assert (kept.email, kept.phone) == ("hiro@example.org", "+442079460123")
    assert kept.profile_url == "https://example.org/in/hiro"
    assert "+44 20 7946 0123" in page.text
    edit = desk.get(f"/desk/clients/contacts/{kept.id}/")
    assert value(edit, "phone") == "+44 20 7946 0123"
    again = desk.send(f"/desk/clients/contacts/{kept.id}/", {**CONTACT, "phone": value(edit, "phone")})
    assert again.status_code == 303
    with store.read() as reader:
        assert CONTACTS.find(reader)[0].phone == "+442079460123"


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "Enter the person's name."),
        ("name", "x", "Write between 2 and 120 characters."),
        ("title", "x" * 121, "Write at most 120 characters."),
        ("email", "hiro at example", "Enter an e-mail address such as name@example.org."),
        ("phone", "call me", "Enter a telephone number"),
        ("phone", "+44 20", "too few or too many digits"),
        ("profile_url", "http://example.org/hiro", "starting with https://"),
        ("profile_url", "javascript:alert(1)", "starting with https://"),
        ("profile_url", "https://example.org/" + "x" * 300, "starting with https://"),
        ("notes", "x" * 5001, "Write at most 5000 characters."),
    ],
)
def test_a_wrong_field_of_a_contact_says_so_and_keeps_the_rest(
    desk: DeskActions, store: MemoryStore, company: Client, field: str, typed: str, message: str
) -> None:
    page = desk.send(f"/desk/clients/{company.id}/contacts/new/", {**CONTACT, field: typed})
    assert_refused(page, field, message, typed)
    assert all(value(page, name) == text for name, text in CONTACT.items() if name != field)
    with store.read() as reader:
        assert CONTACTS.count(reader) == 0


def test_a_contact_who_cannot_be_reached_is_refused(desk: DeskActions, company: Client) -> None:
    typed = {**CONTACT, "email": "", "phone": "  ", "profile_url": ""}
    page = desk.send(f"/desk/clients/{company.id}/contacts/new/", typed)
    assert_refused(page, "email", "Give an e-mail address, a telephone number or a profile page.")


def test_what_was_typed_is_never_markup(desk: DeskActions, store: MemoryStore) -> None:
    """In every text field, on every page that shows it, and in the form again."""
    desk.send("/desk/clients/new/", dict.fromkeys(COMPANY, SCRIPT))
    with store.read() as reader:
        (made,) = CLIENTS.find(reader)
    contact = {**CONTACT, "name": SCRIPT, "title": SCRIPT, "notes": SCRIPT}
    desk.send(f"/desk/clients/{made.id}/contacts/new/", contact)
    with store.read() as reader:
        (person,) = CONTACTS.find(reader)
    for page in (
        desk.get("/desk/clients/"),
        desk.get(f"/desk/clients/{made.id}/"),
        desk.get(f"/desk/clients/{made.id}/edit/"),
        desk.get(f"/desk/clients/{made.id}/jobs/new/"),
        desk.get(f"/desk/clients/contacts/{person.id}/"),
        desk.send(f"/desk/clients/{made.id}/edit/", {**dict.fromkeys(COMPANY, SCRIPT), "name": SCRIPT * 9}),
    ):
        assert ESCAPED in page.text
        assert SCRIPT not in page.text


def test_a_form_sent_twice_makes_one(desk: DeskActions, store: MemoryStore) -> None:
    """A double click without script, or the back button: the second finds it made."""
    form = hidden(desk.get("/desk/clients/new/"))
    first = desk.client.post("/desk/clients/new/", data={**form, **COMPANY})
    second = desk.client.post("/desk/clients/new/", data={**form, **COMPANY}, follow_redirects=True)
    assert first.status_code == 303
    assert "That client is added already." in second.text
    with store.read() as reader:
        (made,) = CLIENTS.find(reader)
    address = f"/desk/clients/{made.id}/contacts/new/"
    form = hidden(desk.get(address))
    for _ in range(2):
        assert desk.client.post(address, data={**form, **CONTACT}).status_code == 303
    with store.read() as reader:
        assert CONTACTS.count(reader) == 1


def test_a_refused_form_can_be_sent_again(desk: DeskActions, store: MemoryStore) -> None:
    """Its key is used up only once something was made."""
    page = desk.send("/desk/clients/new/", {**COMPANY, "name": ""})
    done = desk.client.post("/desk/clients/new/", data={**hidden(page), **COMPANY})
    assert done.status_code == 303
    with store.read() as reader:
        assert CLIENTS.count(reader) == 1


def test_an_alias_that_candidates_read_cannot_be_taken_away(desk: DeskActions, scene: Scene) -> None:
    page = desk.send(f"/desk/clients/{scene.client_id}/edit/", {"name": "Renamed", "alias": ""})
    assert_refused(page, "alias", "has a confidential job")
    assert value(page, "name") == "Renamed"


@pytest.mark.parametrize("address", ["none/", "none/edit/", "none/contacts/new/", "contacts/none/"])
def test_an_unknown_client_or_contact_is_not_found(desk: DeskActions, address: str) -> None:
    assert desk.get(f"/desk/clients/{address}").status_code == 404
    assert desk.post(f"/desk/clients/{address}", COMPANY, page="/desk/clients/new/").status_code in (404, 405)


def test_a_form_of_more_than_64_kilobytes_is_refused_in_words(desk: DeskActions, store: MemoryStore) -> None:
    page = desk.send("/desk/clients/new/", {**COMPANY, "notes": "x" * 65_536})
    assert page.status_code == 413
    assert "64 kilobytes" in page.text
    with store.read() as reader:
        assert CLIENTS.count(reader) == 0


def test_bytes_that_are_no_text_are_no_fault(desk: DeskActions, store: MemoryStore) -> None:
    """Neither broken UTF-8 nor control characters reach the store or the page."""
    form = hidden(desk.get("/desk/clients/new/"))
    typed = "name=Mill%ff%00%08ers&alias=%ED%A0%80"
    body = f"csrf_token={form['csrf_token']}&form_key={form['form_key']}&{typed}"
    page = desk.client.post(
        "/desk/clients/new/",
        data=body.encode(),
        content_type="application/x-www-form-urlencoded",
        follow_redirects=True,
    )
    assert page.status_code == 200
    assert summary(page) == ""
    with store.read() as reader:
        kept = CLIENTS.find(reader)[0].name
    assert kept.startswith("Mill")
    assert kept.isprintable()
