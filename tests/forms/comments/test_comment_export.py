"""The files of published comments: whole, stable, with nothing private in them."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import cast

import pytest
from flask import Flask

from core.errors import StoreUnavailable
from forms import SHAPES
from forms.comments import bans, erasing, service, verdicts
from forms.comments.bans import BanKind
from forms.comments.export import Exporter
from forms.comments.models import COMMENTS, Change, Comment, CommentState, Deed
from forms.comments.moderating import Moderation
from forms.comments.service import mark_changed
from forms.recruiters import Recruiter
from forms.store.collection import new_id
from forms.store.protocol import Store
from forms.web.context import EXTENSION, Context
from tests.contracts.conftest import engine as engine
from tests.contracts.conftest import open_store as open_store
from tests.contracts.ledger import OpenStore
from tests.forms.comments.conftest import SLUG, Column


@pytest.fixture
def moderation(app: Flask) -> Moderation:
    return Moderation(cast(Context, app.extensions[EXTENSION]))


def test_a_verdict_is_in_the_file_at_once(
    column: Column, moderation: Moderation, recruiter: Recruiter
) -> None:
    first = column.submit("The first.", website="https://a.example")
    assert column.file() is None
    moderation.approve(first.id, by="anna")
    column.later(seconds=1)
    reply = moderation.reply(first.id, "Thank you <b>&</b> “you”.", by=recruiter)
    assert column.file() == {
        "format": 1,
        "article": SLUG,
        "comments": [
            {
                "id": first.id,
                "parent": None,
                "name": "Rita Reader",
                "website": "https://a.example",
                "by_author": False,
                "posted": "2026-11-12T09:30:00+00:00",
                "text": "The first.",
            },
            {
                "id": reply.id,
                "parent": first.id,
                "name": "Anna Headhunter",
                "website": None,
                "by_author": True,
                "posted": "2026-11-12T09:30:01+00:00",
                "text": "Thank you <b>&</b> “you”.",
            },
        ],
    }
    moderation.edit(first.id, "The first, edited.", by="anna")
    assert column.texts()[0] == "The first, edited."
    moderation.mark_spam(first.id, by="anna")
    assert [row["parent"] for row in (column.file() or {})["comments"]] == [None]
    moderation.undo(first.id, by="anna")
    assert len(column.texts()) == 2


def test_the_file_goes_with_the_last_comment(column: Column, moderation: Moderation) -> None:
    comment = column.submit()
    moderation.approve(comment.id, by="anna")
    moderation.delete(comment.id, by="anna")
    assert column.file() is None
    moderation.undo(comment.id, by="anna")
    assert column.texts() == ["What a good letter."]


def test_nothing_private_is_in_the_file(column: Column, moderation: Moderation) -> None:
    comment = column.submit(origin="the-origin")
    moderation.approve(comment.id, by="anna-the-moderator")
    text = (column.content / "comments" / f"{SLUG}.json").read_text(encoding="utf-8")
    for private in ("readers.example", "the-origin", "anna-the-moderator", "form 1"):
        assert private not in text
    assert text.endswith("\n]}\n")
    assert len(text.splitlines()) == 3


def test_what_could_not_be_written_is_written_later(
    column: Column, moderation: Moderation, app: Flask
) -> None:
    comment = column.submit()
    (column.content / "comments").write_text("in the way", encoding="utf-8")
    assert moderation.approve(comment.id, by="anna").is_public
    exporter = Exporter(column.store, column.content, pause=0)
    with pytest.raises(OSError, match="comments"):
        exporter()
    (column.content / "comments").unlink()
    exporter()
    assert column.texts() == ["What a good letter."]


def test_a_folder_that_cannot_be_written_to_is_not_tried_every_second(
    column: Column, moderation: Moderation
) -> None:
    comment = column.submit()
    (column.content / "comments").write_text("in the way", encoding="utf-8")
    moderation.approve(comment.id, by="anna")
    exporter = Exporter(column.store, column.content, pause=1000)
    with pytest.raises(OSError, match="comments"):
        exporter()
    exporter()


def test_a_file_that_we_did_not_write_is_left_alone(column: Column) -> None:
    folder = column.content / "comments"
    folder.mkdir()
    (folder / "another.json").write_text("{}", encoding="utf-8")
    exporter = Exporter(column.store, column.content)
    exporter()
    assert not exporter.export("another")
    assert (folder / "another.json").read_text(encoding="utf-8") == "{}"


def test_a_demonstration_writes_nothing(column: Column, app: Flask) -> None:
    found = cast(Context, app.extensions[EXTENSION])
    without = replace(found, run=replace(found.run, publish_comments=False))
    Moderation(without).approve(column.submit().id, by="anna")
    assert column.file() is None


def test_while_nothing_changes_a_look_costs_one_record(
    column: Column, moderation: Moderation, monkeypatch: pytest.MonkeyPatch
) -> None:
    moderation.approve(column.submit().id, by="anna")
    exporter = Exporter(column.store, column.content)
    exporter()

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("looked again")

    monkeypatch.setattr(COMMENTS, "find", refuse)
    monkeypatch.setattr(exporter, "export", refuse)
    exporter()


def test_a_store_that_fails_is_asked_again(column: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = column.submit()
    verdicts.approve(column.store, comment.id, by="anna", now=column.clock.now())
    exporter = Exporter(column.store, column.content, pause=0)

    def unavailable() -> None:
        raise StoreUnavailable("not now")

    with monkeypatch.context() as patch:
        patch.setattr(column.store, "read", unavailable)
        with pytest.raises(StoreUnavailable):
            exporter()
    exporter()
    assert column.texts() == ["What a good letter."]


def many(store: Store, column: Column, count: int) -> None:
    """So many published comments, several of the same moment."""
    now = column.clock.now()
    with store.transaction() as tx:
        for number in range(count):
            at = now.replace(second=number // 100)
            changes = (Change(at, "anna", Deed.IMPORTED, CommentState.APPROVED),)
            comment = Comment(
                new_id(), SLUG, None, f"Reader {number}", None, None, f"Words {number} é.", at, at,
                CommentState.APPROVED, changes,
            )  # fmt: skip
            COMMENTS.put(tx, comment)
        mark_changed(tx, SLUG)


def test_a_thousand_comments_are_written_the_same_way_every_time(
    open_store: OpenStore, column: Column
) -> None:
    store = open_store(SHAPES)
    many(store, column, 1000)
    exporter = Exporter(store, column.content)
    exporter()
    path = column.content / "comments" / f"{SLUG}.json"
    before = path.read_bytes()
    rows = json.loads(before)["comments"]
    assert len(rows) == 1000
    assert rows == sorted(rows, key=lambda row: (row["posted"], row["id"]))
    assert not exporter.export(SLUG)
    path.unlink()
    assert exporter.export(SLUG)
    assert path.read_bytes() == before


def test_two_who_export_at_once_leave_the_latest(column: Column) -> None:
    ids = [column.submit(f"Words {number}.").id for number in range(12)]

    def approve(mine: list[str]) -> None:
        for comment_id in mine:
            verdicts.approve(column.store, comment_id, by="anna", now=column.clock.now())
            Exporter(column.store, column.content).export(SLUG)

    threads = [threading.Thread(target=approve, args=(ids[start::3],)) for start in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(column.texts()) == 12


def test_the_whole_life_of_a_comment_is_the_same_on_every_engine(
    open_store: OpenStore, column: Column, recruiter: Recruiter
) -> None:
    store, now = open_store(SHAPES), column.clock.now()
    column.store = store
    exporter = Exporter(store, column.content)
    first, second = column.submit("The first words."), column.submit("The second words.")
    verdicts.approve(store, first.id, by="anna", now=now)
    column.later(seconds=1)
    reply = verdicts.reply(store, first.id, "Thank you.", by=recruiter, now=column.clock.now())
    verdicts.mark_spam(store, second.id, by="anna", now=now)
    bans.ban(store, BanKind.ADDRESS, "rita@readers.example", note="", by="anna", now=now)
    assert column.submit("The third words.").state is CommentState.SPAM
    exporter()
    assert column.texts() == ["The first words.", "Thank you."]
    verdicts.undo(store, second.id, by="anna", now=now)
    assert erasing.erase(store, first.id) == SLUG
    exporter()
    assert column.texts() == ["Thank you."]
    assert column.read(reply).parent_id is None
    column.later(days=31)
    assert erasing.sweep(store, column.clock.now()) == 1
    assert erasing.sweep(store, column.clock.now()) == 0
    with store.read() as reader:
        assert {each.id for each in COMMENTS.find(reader)} == {second.id, reply.id}
        assert service.counts(reader)[CommentState.HELD] == 1
