"""Moderating: a queue, a button and a key for everything, and a way back from it."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from forms.comments.models import CommentState
from tests.forms.acting import DeskActions, token_in
from tests.forms.comments.conftest import Column
from tests.forms.reading import ESCAPED, SCRIPT, assert_refused, value, words

STATES = {
    "approve": CommentState.APPROVED,
    "spam": CommentState.SPAM,
    "delete": CommentState.DELETED,
}


def press(desk: DeskActions, comment_id: str, verdict: str) -> TestResponse:
    """A verdict by its button on the comment's page."""
    page = f"/desk/comments/{comment_id}/"
    return desk.post(f"{page}{verdict}/", page=page, follow=True)


def fill(desk: DeskActions, comment_id: str, form: str, **typed: str) -> TestResponse:
    """One of the forms on the comment's page, filled in and sent."""
    page = f"/desk/comments/{comment_id}/"
    token = {f"{form}-csrf_token": token_in(desk.get(page))}
    typed = {f"{form}-{name}": text for name, text in typed.items()}
    return desk.client.post(f"{page}{form}/", data=token | typed, follow_redirects=True)


@pytest.mark.parametrize("verdict", STATES)
def test_each_verdict_is_one_button_and_can_be_taken_back(
    desk: DeskActions, column: Column, verdict: str
) -> None:
    comment = column.submit()
    answer = press(desk, comment.id, verdict)
    assert column.read(comment).state is STATES[verdict]
    assert "Take it back" in answer.text
    press(desk, comment.id, "undo")
    assert column.read(comment).state is CommentState.HELD


def test_the_queue_is_oldest_first_and_shows_the_text_as_the_page_would(
    desk: DeskActions, column: Column
) -> None:
    column.submit("The first one.\n\nWith two paragraphs.")
    column.later(minutes=5)
    column.submit("The second: https://example.org/a", email="other@readers.example")
    page = desk.get("/desk/comments/").text
    assert page.index("The first one.") < page.index("The second")
    assert "<p>With two paragraphs.</p>" in page
    assert 'rel="nofollow ugc"' in page


def test_an_approved_comment_is_written_for_the_site_and_a_deleted_one_taken_away(
    desk: DeskActions, column: Column
) -> None:
    comment = column.submit("What a good letter.")
    press(desk, comment.id, "approve")
    assert column.texts() == ["What a good letter."]
    press(desk, comment.id, "delete")
    assert column.texts() == []


def test_a_reply_approves_the_comment_and_is_marked_as_the_authors(desk: DeskActions, column: Column) -> None:
    comment = column.submit("A question?")
    answer = fill(desk, comment.id, "reply", text="An answer.")
    assert "Your reply is published" in answer.text
    file = column.file()
    assert file is not None
    assert {row["text"]: row["by_author"] for row in file["comments"]} == {
        "A question?": False,
        "An answer.": True,
    }


def test_an_edit_keeps_what_the_comment_said_in_its_history(desk: DeskActions, column: Column) -> None:
    comment = column.submit("My number is 07700 900111.")
    answer = fill(desk, comment.id, "edit", text="My number is gone.")
    assert column.read(comment).text == "My number is gone."
    assert "It said: My number is 07700 900111." in words(answer.text)


@pytest.mark.parametrize("form", ["edit", "reply"])
def test_a_text_that_is_refused_stays_in_its_field(desk: DeskActions, column: Column, form: str) -> None:
    comment = column.submit()
    answer = fill(desk, comment.id, form, text="x" * 5000)
    assert answer.status_code == 422
    assert value(answer, f"{form}-text") == "x" * 5000
    assert column.read(comment).text == comment.text


def test_who_is_banned_lands_in_spam_until_the_ban_is_lifted(desk: DeskActions, column: Column) -> None:
    comment = column.submit("Buy this.")
    fill(desk, comment.id, "ban")
    assert column.submit("Buy that.").state is CommentState.SPAM
    listed = desk.get("/desk/comments/bans/").text
    assert "rita@readers.example" not in listed
    lift = listed.split('action="/desk/comments/bans/')[1].split('"')[0]
    desk.post(f"/desk/comments/bans/{lift}", page="/desk/comments/bans/")
    assert column.submit("Sorry.").state is CommentState.HELD


def test_a_word_can_be_banned(desk: DeskActions, column: Column) -> None:
    desk.send("/desk/comments/bans/", {"kind": "word", "value": "cheap loans", "note": "spam"})
    assert column.submit("Get CHEAP loans now").state is CommentState.SPAM


def test_a_ban_of_nothing_is_refused(desk: DeskActions, column: Column) -> None:
    answer = desk.send("/desk/comments/bans/", {"kind": "host", "value": "  "})
    assert_refused(answer, "value", "Say what is to be banned.")


def test_what_a_commenter_types_is_shown_as_text_on_every_page(desk: DeskActions, column: Column) -> None:
    comment = column.submit(f"{SCRIPT}", name=f"Eve {SCRIPT}")
    for page in ("/desk/comments/", f"/desk/comments/{comment.id}/"):
        text = desk.get(page).text
        assert SCRIPT not in text
        assert ESCAPED in text


def test_looking_changes_nothing_so_a_scanner_that_follows_links_does_no_harm(
    desk: DeskActions, column: Column
) -> None:
    comment = column.submit()
    for page in ("", f"{comment.id}/", "bans/", "?state=spam", "?state=nonsense", f"?last={comment.id}"):
        assert desk.get(f"/desk/comments/{page}").status_code == 200
    assert column.read(comment) == comment


def test_a_verdict_twice_says_what_it_is_already(desk: DeskActions, column: Column) -> None:
    comment = column.submit()
    press(desk, comment.id, "approve")
    assert "already" in press(desk, comment.id, "approve").text


def test_every_action_in_the_queue_has_a_key(desk: DeskActions, column: Column) -> None:
    column.submit()
    page = desk.get("/desk/comments/").text
    assert all(f'data-key="{key}"' in page for key in "asderb")
