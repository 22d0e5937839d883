"""The mails of comments: to the desk, to whoever wrote one, and the links in them."""

from __future__ import annotations

import re
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from forms.comments.models import COMMENTS, Comment, Telling
from forms.comments.moderating import Moderation
from forms.comments.trap import LEAST
from forms.outbox.delivery import deliver_due
from forms.outbox.room import EXTENSION as ROOM
from forms.outbox.room import MailRoom
from forms.outbox.transport import MemoryTransport
from forms.recruiters import Recruiter
from forms.store.memory import MemoryStore
from forms.web.context import EXTENSION, Context
from forms.web.logs import redact
from tests.forms.acting import BASE_URL, EMAIL, token_in
from tests.forms.comments.conftest import SLUG
from tests.forms.comments.test_comment_views import TYPED
from tests.forms.reading import dump, value


class Office:
    """The desk, the mail worker and a reader of the site, over one application."""

    def __init__(self, app: Flask, store: MemoryStore, clock: ManualClock) -> None:
        self.found = cast(Context, app.extensions[EXTENSION])
        self.moderation = Moderation(self.found)
        self.store, self.clock = store, clock
        self.browser: FlaskClient = app.test_client()
        self.browser.environ_base["HTTP_ORIGIN"] = BASE_URL
        self.transport = MemoryTransport()
        room = cast(MailRoom, app.extensions[ROOM])
        self.room = MailRoom(
            store, self.transport, clock, room.access, room.listeners, invitations=room.invitations
        )

    def write(self, text: str, email: str = "rita@readers.example", **typed: str) -> Comment:
        data = {**TYPED, "comment": text, "email": email, **typed}
        preview = self.browser.post(f"/comments/{SLUG}/", data=data)
        self.clock.advance(LEAST)
        data["mark"] = value(preview, "mark")
        self.own = self.browser.post(f"/comments/{SLUG}/", data=data).location
        with self.store.read() as reader:
            return COMMENTS.find(reader, order="created", descending=True, limit=1)[0]

    def deliver(self) -> list[str]:
        """What goes out now, as text: to, subject, headers of lists, body."""
        before = len(self.transport.sent)
        deliver_due(self.room)
        return [
            f"To: {mail['To']}\nSubject: {mail['Subject']}\n"
            f"List-Unsubscribe: {mail['List-Unsubscribe']}\n\n{mail.get_content()}"
            for mail in self.transport.sent[before:]
        ]

    def read(self, comment: Comment) -> Comment:
        with self.store.read() as reader:
            return COMMENTS.require(reader, comment.id)

    def press(self, page: str, action: str, **data: str) -> int:
        """Open a page and press one of its buttons."""
        token = token_in(self.browser.get(page))
        return self.browser.post(f"{page}{action}", data={"csrf_token": token, **data}).status_code


@pytest.fixture
def office(app: Flask, recruiter: Recruiter, store: MemoryStore, clock: ManualClock) -> Office:
    return Office(app, store, clock)


def link(mail: str, room: str) -> str:
    """The path of a private link in a mail."""
    found = re.search(rf"{re.escape(BASE_URL)}(/comments/{room}/[\w-]{{43}}/)", mail)
    assert found, mail
    return found[1]


def test_the_desk_is_told_with_a_link_that_needs_a_login(office: Office) -> None:
    comment = office.write("What a good letter.")
    (mail,) = office.deliver()
    assert f"To: Anna Headhunter <{EMAIL}>" in mail
    assert "A comment waits below “Why follow up”" in mail
    assert "What a good letter." in mail
    assert f"{BASE_URL}/desk/comments/{comment.id}/" in mail
    assert "token" not in mail


def test_a_flood_of_comments_is_no_flood_of_mail(office: Office) -> None:
    for number in range(15):
        office.write(f"Comment number {number}.", f"a{number}@b.example")
    assert len(office.deliver()) == 12


def test_braces_in_a_comment_are_no_merge_fields(office: Office) -> None:
    office.write("Dear {{ commenter_name }}, {{ nothing }}", name="{{ desk_link }}")
    (mail,) = office.deliver()
    assert "{ { nothing }" in mail
    assert mail.count("/desk/comments/") == 1


def test_whoever_wrote_hears_that_it_is_published_and_can_erase_it(office: Office) -> None:
    comment = office.write("What a good letter.")
    office.deliver()
    office.moderation.approve(comment.id, by="anna")
    (mail,) = office.deliver()
    assert "To: Rita Reader <rita@readers.example>" in mail
    assert f"https://letters.example/articles/{SLUG}/#comment-{comment.id}" in mail
    page = link(mail, "own")
    before = dump(office.store)
    assert "Your comment is published" in office.browser.get(page).text
    assert dump(office.store) == before  # a scanner follows links
    assert office.press(page, "erase/") == 422
    assert office.press(page, "erase/", sure="y") == 200
    assert "rita" not in repr(dump(office.store)).lower()
    assert "good letter" not in repr(dump(office.store))
    assert not (office.found.content / "comments" / f"{SLUG}.json").exists()
    assert office.browser.get(page).status_code == 404


def test_the_link_shown_after_sending_erases_too(office: Office) -> None:
    office.write("What a good letter.")
    assert office.press(office.own, "erase/", sure="y") == 200
    assert "rita" not in repr(dump(office.store)).lower()


def test_replies_to_an_erased_comment_stay(office: Office) -> None:
    first = office.write("The first.")
    office.moderation.approve(first.id, by="anna")
    own = office.own
    reply = office.write("The reply.", "bob@readers.example", parent=first.id)
    office.moderation.approve(reply.id, by="anna")
    office.press(own, "erase/", sure="y")
    assert office.read(reply).parent_id is None


def test_replies_are_told_only_after_the_address_was_confirmed(office: Office, recruiter: Recruiter) -> None:
    first = office.write("The first.", notify="y")
    office.moderation.approve(first.id, by="anna")
    page = link("".join(office.deliver()), "own")
    office.moderation.reply(first.id, "Nobody is told of this.", by=recruiter)
    assert office.deliver() == []
    assert office.read(first).telling is Telling.ASKED
    office.press(page, "replies/on/")
    assert office.read(first).telling is Telling.CONFIRMED
    office.moderation.reply(first.id, "Thank you.", by=recruiter)
    (mail,) = office.deliver()
    assert "To: Rita Reader" in mail
    assert "Anna Headhunter replied below “Why follow up”" in mail
    assert "Thank you." in mail
    assert "List-Unsubscribe: <http://localhost/comments/replies/" in mail


def confirmed(office: Office, text: str = "The first.", email: str = "rita@readers.example") -> Comment:
    comment = office.write(text, email, notify="y")
    office.moderation.approve(comment.id, by="anna")
    office.press(link("".join(office.deliver()), "own"), "replies/on/")
    return comment


def test_a_reader_s_reply_is_told_when_it_is_approved_and_not_to_whoever_wrote_it(office: Office) -> None:
    first = confirmed(office)
    reply = office.write("A reply.", "bob@readers.example", parent=first.id, name="Bob")
    office.deliver()
    office.moderation.approve(reply.id, by="anna")
    # Two of one moment go out in either order.
    assert sorted(mail.splitlines()[0] for mail in office.deliver()) == [
        "To: Bob <bob@readers.example>", "To: Rita Reader <rita@readers.example>",
    ]  # fmt: skip
    own = office.write("My own reply.", parent=first.id)
    office.deliver()
    office.moderation.approve(own.id, by="anna")
    assert ["replied" in mail for mail in office.deliver()] == [False]


def test_one_click_ends_mail_about_replies_and_a_get_does_not(office: Office, recruiter: Recruiter) -> None:
    first = confirmed(office)
    office.moderation.reply(first.id, "Thank you.", by=recruiter)
    (mail,) = office.deliver()
    stop = link(mail, "replies")
    assert "Stop mail about replies?" in office.browser.get(stop).text
    assert office.read(first).telling is Telling.CONFIRMED
    provider = {"Origin": "https://mail.example"}
    for _ in range(2):
        answer = office.browser.post(stop, data={"List-Unsubscribe": "One-Click"}, headers=provider)
        assert answer.status_code == 200
    assert office.read(first).telling is Telling.STOPPED
    office.moderation.reply(first.id, "Once more.", by=recruiter)
    assert office.deliver() == []


def test_a_reply_taken_back_in_time_is_not_told(
    environ: dict[str, str], request: pytest.FixtureRequest, clock: ManualClock
) -> None:
    environ["FOLLOWUP_UNDO_MINUTES"] = "10"
    office: Office = request.getfixturevalue("office")
    comment = office.write("What a good letter.")
    office.deliver()
    office.moderation.approve(comment.id, by="anna")
    office.moderation.undo(comment.id, by="anna")
    clock.advance(LEAST * 1000)
    assert office.deliver() == []
    office.moderation.approve(comment.id, by="anna")
    clock.advance(LEAST * 1000)
    assert len(office.deliver()) == 1
    office.moderation.hold(comment.id, by="anna")
    office.moderation.approve(comment.id, by="anna")
    clock.advance(LEAST * 1000)
    assert office.deliver() == []  # they know it


def test_a_stop_between_queueing_and_sending_holds_the_mail(office: Office, recruiter: Recruiter) -> None:
    first = confirmed(office)
    page = office.own
    office.moderation.reply(first.id, "Thank you.", by=recruiter)
    office.press(page, "replies/off/")
    assert office.deliver() == []


@pytest.mark.parametrize("room", ["own", "replies"])
def test_a_link_that_opens_nothing_says_so(office: Office, room: str) -> None:
    for token in ("x" * 43, "nothing"):
        assert office.browser.get(f"/comments/{room}/{token}/").status_code == 404


def test_a_link_that_ends_mail_opens_no_comment(office: Office, recruiter: Recruiter) -> None:
    comment = confirmed(office)
    office.moderation.reply(comment.id, "Hello.", by=recruiter)
    stop = link(office.deliver()[-1], "replies")
    assert office.browser.get(stop.replace("/replies/", "/own/")).status_code == 404


def test_private_links_of_comments_reach_no_log() -> None:
    for room in ("own", "replies"):
        assert "abc" not in redact(f"GET /comments/{room}/abc/ HTTP/1.1")
    assert "why-follow-up" in redact("POST /comments/why-follow-up/ HTTP/1.1")
