"""Receiving comments and deciding on them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core.errors import Conflict
from core.settings import DaysOpen, load_site_settings
from forms.comments import bans, erasing, service, verdicts
from forms.comments.articles import Article
from forms.comments.bans import BanKind
from forms.comments.models import COMMENTS, CommentState, Deed
from forms.comments.service import TooMany
from forms.recruiters import Recruiter
from tests.forms.comments.conftest import SLUG, Column


def approve(column: Column, comment_id: str) -> None:
    verdicts.approve(column.store, comment_id, by="anna", now=column.clock.now())


def test_a_comment_waits_for_a_moderator(column: Column) -> None:
    comment = column.submit()
    assert comment.state is CommentState.HELD
    with column.store.read() as reader:
        assert service.moderation_queue(reader) == [comment]
        assert service.published(reader, SLUG) == []


def test_the_first_comment_of_an_address_waits_even_where_known_ones_are_published(column: Column) -> None:
    assert not column.submitted(column.draft("The first words."), known_at_once=True).at_once


def test_an_approved_address_is_published_at_once_where_that_is_set(column: Column) -> None:
    approve(column, column.submit("The first words.").id)
    assert not column.submitted(column.draft("The second words.")).at_once
    assert column.submitted(column.draft("The third words."), known_at_once=True).at_once
    linked = " ".join(f"https://a.example/{number}" for number in range(3))
    assert not column.submitted(column.draft(linked), known_at_once=True).at_once


def test_an_address_with_spam_is_not_known_any_more(column: Column) -> None:
    approve(column, column.submit("The first words.").id)
    verdicts.mark_spam(column.store, column.submit("Bad words.").id, by="anna", now=column.clock.now())
    assert not column.submitted(column.draft("The third words."), known_at_once=True).at_once


def test_one_form_sent_twice_makes_one_comment(column: Column) -> None:
    draft = column.draft()
    first, second = column.submitted(draft), column.submitted(draft)
    assert (first.again, second.again) == (False, True)
    assert first.comment.id == second.comment.id


def test_the_same_words_of_the_same_address_are_one_comment(column: Column) -> None:
    assert column.submit("Once more.\r\n").id == column.submit("Once more.").id


def test_a_text_is_kept_as_it_was_typed(column: Column) -> None:
    text = '<script>alert("x")</script> & {{ name }}\n\n[a](javascript:1) *b*'
    assert column.submit(text).text == text


def test_many_links_are_told_and_very_many_are_spam(column: Column) -> None:
    some = column.submit(" ".join(f"https://a.example/{number}" for number in range(3)))
    many = column.submit(" ".join(f"https://b.example/{number}" for number in range(8)))
    assert (some.state, many.state) == (CommentState.HELD, CommentState.SPAM)
    assert "3 links" in some.reasons


def test_a_text_that_others_sent_before_is_spam_in_the_end(column: Column) -> None:
    states = [
        column.submit(f"Buy our wonderful watches{'!' * number}", email=f"a{number}@spam.example").state
        for number in range(4)
    ]
    assert states == [CommentState.HELD] * 3 + [CommentState.SPAM]


def test_short_thanks_are_no_repetition(column: Column) -> None:
    for number in range(5):
        assert column.submit("Thank you!", email=f"a{number}@b.example").state is CommentState.HELD


@pytest.mark.parametrize(
    ("key", "most"),
    [("origin", service.MOST_PER_ORIGIN), ("email", service.MOST_PER_ADDRESS)],
)
def test_an_origin_and_an_address_can_write_so_much_in_a_day(column: Column, key: str, most: int) -> None:
    def one(number: int) -> None:
        others = {"origin": f"origin {number}", "email": f"a{number}@b.example"}
        column.submit(f"Comment {number}", **{**others, key: "same"})

    for number in range(most):
        one(number)
    with pytest.raises(TooMany):
        one(most)
    column.later(days=1, seconds=1)
    one(most)


def test_an_article_takes_so_many_in_an_hour(column: Column) -> None:
    def one(number: int) -> None:
        column.submit(f"Comment {number}", email=f"a{number}@b.example", origin=f"origin {number}")

    for number in range(service.MOST_PER_ARTICLE):
        one(number)
    with pytest.raises(TooMany):
        one(99)
    column.submit("Elsewhere", article="another", origin="new", email="new@b.example")


def test_a_reply_to_a_reply_belongs_to_the_same_comment(column: Column) -> None:
    top = column.submit("The first words.")
    approve(column, top.id)
    reply = column.submit("The reply.", parent_id=top.id)
    approve(column, reply.id)
    assert reply.parent_id == top.id
    assert column.submit("A reply to it.", parent_id=reply.id).parent_id == top.id


def test_a_reply_to_what_is_not_on_the_page_stands_by_itself(column: Column) -> None:
    held = column.submit("Nobody sees this.")
    assert column.submit("A reply.", parent_id=held.id).parent_id is None
    assert column.submit("Another reply.", parent_id="nothing").parent_id is None
    approve(column, held.id)
    assert column.submit("Elsewhere.", parent_id=held.id, article="another").parent_id is None


def test_every_verdict_can_be_taken_back_and_is_in_the_history(column: Column) -> None:
    comment, now = column.submit(), column.clock.now()
    for verdict in (verdicts.approve, verdicts.mark_spam, verdicts.delete, verdicts.hold):
        before = column.read(comment).state
        if verdict is verdicts.hold:
            verdicts.approve(column.store, comment.id, by="anna", now=now)
            before = CommentState.APPROVED
        assert verdict(column.store, comment.id, by="anna", now=now).state is not before
        assert verdicts.undo(column.store, comment.id, by="anna", now=now).state is before
    deeds = [change.deed for change in column.read(comment).changes]
    assert deeds[:3] == [Deed.RECEIVED, Deed.APPROVED, Deed.UNDONE]
    with pytest.raises(Conflict, match="nothing to take back"):
        verdicts.undo(column.store, comment.id, by="anna", now=now)


def test_a_verdict_given_twice_is_said_to_be_there(column: Column) -> None:
    comment = column.submit()
    approve(column, comment.id)
    with pytest.raises(Conflict, match="already"):
        approve(column, comment.id)


def test_an_edit_keeps_what_was_said_before(column: Column) -> None:
    comment, now = column.submit("What a god letter."), column.clock.now()
    edited = verdicts.edit(column.store, comment.id, " What a good letter. ", by="anna", now=now)
    assert edited.text == "What a good letter."
    assert verdicts.edit(column.store, comment.id, edited.text, by="anna", now=now) == edited
    with pytest.raises(Conflict, match="delete it"):
        verdicts.edit(column.store, comment.id, "  ", by="anna", now=now)
    assert verdicts.undo(column.store, comment.id, by="anna", now=now).text == "What a god letter."


def test_the_author_answers_what_is_published(column: Column, recruiter: Recruiter) -> None:
    comment, now = column.submit(), column.clock.now()
    with pytest.raises(Conflict, match="Approve"):
        verdicts.reply(column.store, comment.id, "Thank you.", by=recruiter, now=now)
    approve(column, comment.id)
    made = verdicts.reply(column.store, comment.id, "Thank you.", by=recruiter, now=now)
    assert (made.by_author, made.name, made.email, made.parent_id) == (
        True, recruiter.name, None, comment.id,
    )  # fmt: skip
    assert made.is_public


def test_a_banned_sender_is_spam_and_welcome_again_when_it_is_lifted(column: Column) -> None:
    made = bans.ban(
        column.store, BanKind.ADDRESS, "Rita@Readers.example", note="", by="anna", now=column.clock.now()
    )
    assert column.submit("One.").state is CommentState.SPAM
    bans.lift(column.store, made.id)
    assert column.submit("Two.").state is CommentState.HELD


@pytest.mark.parametrize(
    ("kind", "value", "text", "website"),
    [
        (BanKind.HOST, "bad.example", "See https://www.bad.example/x", None),
        (BanKind.HOST, "https://bad.example/page", "Hello", "http://bad.example"),
        (BanKind.WORD, "cheap  Pills", "buy CHEAP, pills today", None),
        (BanKind.ORIGIN, "somewhere", "Hello", None),
    ],
)
def test_what_a_ban_hits(column: Column, kind: BanKind, value: str, text: str, website: str | None) -> None:
    bans.ban(column.store, kind, value, note="", by="anna", now=column.clock.now())
    assert column.submit(text, website=website).state is CommentState.SPAM
    assert column.submit("An expill is no pill.", origin="elsewhere").state is CommentState.HELD


def test_the_blocklist_of_the_content_folder_is_heeded(column: Column) -> None:
    (column.content / bans.FILE).write_text(
        "# ours\ncasino royale\nbad.example\nrita@readers.example # again\n", encoding="utf-8"
    )
    other = {"email": "other@b.example"}
    assert column.submit("One.").state is CommentState.SPAM
    assert column.submit("The Casino—Royale!", **other).state is CommentState.SPAM
    assert column.submit("http://bad.example", **other).state is CommentState.SPAM
    assert column.submit("Hello there.", **other).state is CommentState.HELD


def test_a_ban_of_nothing_is_refused(column: Column) -> None:
    with pytest.raises(ValueError, match="what"):
        bans.ban(column.store, BanKind.WORD, "  ", note="", by="anna", now=column.clock.now())


def test_of_a_banned_address_only_a_hash_is_kept(column: Column) -> None:
    made = bans.ban(
        column.store, BanKind.ADDRESS, "rita@readers.example", note="", by="a", now=column.clock.now()
    )
    assert "rita" not in repr(made)


def test_an_imported_comment_keeps_its_id_and_date(column: Column) -> None:
    comment = column.submit()
    older = column.clock.now().replace(year=2020)
    with column.store.transaction() as tx:
        COMMENTS.put(tx, replace(comment, posted=older, original="wordpress:17"))
    with column.store.read() as reader:
        found = COMMENTS.first(reader, {"original": "wordpress:17"})
    assert found is not None
    assert found.posted == older


@pytest.mark.parametrize(
    ("comments", "days", "own", "why"),
    [
        (True, 0, True, ""),
        (True, 12, True, ""),
        (True, 11, True, "Comments closed 11 days after this article appeared."),
        (True, 0, False, "This article takes no comments."),
        (False, 0, True, "This site takes no comments."),
    ],
)
def test_when_comments_are_closed(column: Column, comments: bool, days: int, own: bool, why: str) -> None:
    settings = load_site_settings(column.content)
    site = replace(settings, comments=comments, comments_days=DaysOpen(days))
    date = column.clock.now() - dt.timedelta(days=11)
    article = Article(SLUG, "Why", date, None, draft=False, comments=own)
    assert article.closed(site, column.clock.now()) == why


def test_who_erases_comments_cannot_write_without_end(column: Column) -> None:
    for number in range(service.MOST_PER_ORIGIN):
        erasing.erase(column.store, column.submit(f"Comment {number}.").id)
    with pytest.raises(TooMany):
        column.submit("Once more.")
