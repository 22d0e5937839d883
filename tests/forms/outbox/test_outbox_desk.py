"""Mail at the desk: the headhunter sees what needs a person, and settles it."""

from __future__ import annotations

import pytest

from core.clock import ManualClock
from forms.outbox import queue
from forms.outbox.delivery import deliver_due
from forms.outbox.failures import Refused, TryLater, Uncertain
from forms.outbox.models import OUTBOX, Mail, MailState
from forms.outbox.room import MailRoom
from forms.outbox.transport import MemoryTransport
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.outbox.office import letter


@pytest.fixture
def mailed(store: MemoryStore, clock: ManualClock) -> dict[str, Mail]:
    """One message in each state that the page shows, by the name of its state."""
    room = MailRoom(store, MemoryTransport(), clock, lambda *_: ("https://followup.example/status/x/", "x"))
    answers = {
        "failed": Refused("550 no such user"),
        "unknown": Uncertain("No answer"),
        "retry": TryLater("450 mailbox busy"),
        "sent": None,
    }
    made = {}
    for name, answer in answers.items():
        message = letter(f"test:{name}", recipient_name=f"Person {name}", subject=f"Letter {name}")
        made[name] = queue.enqueue(store, message, now=clock.now(), domain="followup.example")
        deliver_due(MailRoom(room.store, MemoryTransport(answer), clock, room.access))
    message = letter("test:queued", recipient_name="Person queued", subject="Letter <b>queued</b>")
    made["queued"] = queue.enqueue(store, message, now=clock.now(), domain="followup.example")
    return made


def state(store: MemoryStore, mail: Mail) -> MailState:
    """The state of the row now."""
    with store.read() as reader:
        return OUTBOX.require(reader, mail.id).state


def test_what_needs_a_person_comes_first(desk: DeskActions, mailed: dict[str, Mail]) -> None:
    page = desk.get("/desk/mail/").text
    places = [page.index(f"Person {name}") for name in ("failed", "unknown")]
    assert max(places) < page.index("Waiting") < page.index("Person retry")
    assert page.index("Person queued") < page.index("Sent lately") < page.index("Person sent")
    assert "550 no such user" in page
    assert "450 mailbox busy" in page


def test_an_empty_outbox_is_said_to_be_in_order(desk: DeskActions) -> None:
    assert "Nothing went wrong." in desk.get("/desk/mail/").text


def test_a_message_is_shown_as_text_and_without_a_private_link(
    desk: DeskActions, mailed: dict[str, Mail]
) -> None:
    page = desk.get(f"/desk/mail/{mailed['queued'].id}/").text
    assert "[a fresh private link, made while it is sent]" in page
    assert "{{ status_link }}" not in page
    assert "Letter &lt;b&gt;queued&lt;/b&gt;" in page
    assert "Person queued &lt;bea@example.org&gt;" in page


@pytest.mark.parametrize(
    ("name", "deed", "after"),
    [
        ("failed", "retry", MailState.QUEUED),
        ("failed", "cancel", MailState.CANCELLED),
        ("retry", "retry", MailState.QUEUED),
        ("retry", "cancel", MailState.CANCELLED),
        ("queued", "cancel", MailState.CANCELLED),
        ("unknown", "retry", MailState.QUEUED),
        ("unknown", "mark-sent", MailState.SENT),
    ],
)
def test_a_button_of_the_page_does_what_it_says(
    desk: DeskActions, store: MemoryStore, mailed: dict[str, Mail], name: str, deed: str, after: MailState
) -> None:
    address = f"/desk/mail/{mailed[name].id}/"
    assert f'action="{address}{deed}/"' in desk.get(address).text
    assert desk.post(f"{address}{deed}/", page=address).status_code == 303
    assert state(store, mailed[name]) is after


@pytest.mark.parametrize(("name", "deed"), [("sent", "retry"), ("sent", "cancel"), ("failed", "mark-sent")])
def test_what_no_longer_fits_is_explained_and_changes_nothing(
    desk: DeskActions, store: MemoryStore, mailed: dict[str, Mail], name: str, deed: str
) -> None:
    address = f"/desk/mail/{mailed[name].id}/"
    assert f"{deed}/" not in desk.get(address).text
    page = desk.post(f"{address}{deed}/", page="/desk/mail/", follow=True)
    assert "This message cannot be" in page.text
    assert state(store, mailed[name]) is MailState(name)


def test_a_doubtful_message_is_asked_about_before_it_is_sent_again(
    desk: DeskActions, mailed: dict[str, Mail]
) -> None:
    assert "Decide" in desk.get("/desk/mail/").text
    page = desk.get(f"/desk/mail/{mailed['unknown'].id}/").text
    assert "Did it arrive?" in page
    assert "has it twice" in page


def test_a_button_without_the_token_of_the_page_does_nothing(
    desk: DeskActions, store: MemoryStore, mailed: dict[str, Mail]
) -> None:
    desk.client.post(f"/desk/mail/{mailed['queued'].id}/cancel/", data={})
    assert state(store, mailed["queued"]) is MailState.QUEUED


def test_reading_changes_nothing(desk: DeskActions, store: MemoryStore, mailed: dict[str, Mail]) -> None:
    for name, mail in mailed.items():
        desk.get(f"/desk/mail/{mail.id}/")
        assert desk.get(f"/desk/mail/{mail.id}/cancel/").status_code == 405
        assert state(store, mail) is MailState(name)


def test_a_message_that_is_not_there_is_not_found(desk: DeskActions) -> None:
    assert desk.get(f"/desk/mail/{'0' * 32}/").status_code == 404
