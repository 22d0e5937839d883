"""Sending a comment over requests: with a script and without one, from here and from elsewhere."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.clock import ManualClock
from core.errors import StoreUnavailable
from forms.comments.models import COMMENTS, LONGEST_TEXT, Comment, CommentState, Telling
from forms.comments.trap import LEAST, LONGEST
from forms.store.memory import MemoryStore
from tests.forms.comments.conftest import SLUG, Column
from tests.forms.reading import ESCAPED, SCRIPT, assert_refused, beside, hidden, summary, value

ADDRESS = f"/comments/{SLUG}/"
SITE = "https://letters.example"
JSON = {"Accept": "application/json"}

TYPED = {
    "name": "Rita Reader",
    "email": "Rita@Readers.example",
    "website": "readers.example/rita",
    "comment": "What a good letter.\n\nSee https://a.example.",
    "parent": "",
    "homepage_url": "",
}


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    """A browser on the static site, which says where its form stands."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = SITE
    return client


def look_first(client: FlaskClient, **typed: str) -> TestResponse:
    """Send the form as it stands below the article."""
    return client.post(ADDRESS, data={**TYPED, **typed})


def send(client: FlaskClient, clock: ManualClock, **typed: str) -> TestResponse:
    """Send the form, read the preview, and send that."""
    preview = look_first(client, **typed)
    clock.advance(LEAST)
    return client.post(ADDRESS, data={**TYPED, **typed, "mark": value(preview, "mark")})


def said(answer: TestResponse) -> dict[str, Any]:
    """The JSON of an answer."""
    assert isinstance(answer.json, dict)
    return answer.json


def kept(store: MemoryStore) -> list[Comment]:
    with store.read() as found:
        return COMMENTS.find(found, order="created")


def test_a_comment_is_shown_first_then_sent_then_held(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    preview = look_first(reader)
    assert preview.status_code == 200
    assert "how your comment will look" in preview.text
    assert "<p>What a good letter.</p>" in preview.text
    assert '<a href="https://a.example" rel="nofollow ugc">' in preview.text
    assert '<a href="https://readers.example/rita" rel="nofollow ugc">Rita Reader</a>' in preview.text
    assert kept(store) == []
    clock.advance(LEAST)
    sent = reader.post(ADDRESS, data={**TYPED, "mark": value(preview, "mark")})
    assert sent.status_code == 303
    assert re.fullmatch(r"/comments/own/[\w-]{43}/", sent.location)
    assert "waits to be read" in reader.get(sent.location).text
    (comment,) = kept(store)
    assert (comment.name, comment.email, comment.website, comment.text) == (
        "Rita Reader", "rita@readers.example", "https://readers.example/rita", TYPED["comment"],
    )  # fmt: skip
    assert comment.state is CommentState.HELD


def test_who_asks_how_it_looks_sees_it_however_long_they_wrote(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    """Also who was told of a mistake first. The mark is good by then, and is kept for the sending."""
    page = reader.get(ADDRESS)
    for typed, shown in (({"name": ""}, 422), ({}, 200)):
        clock.advance(dt.timedelta(minutes=5))
        assert re.search('name="look" value="y">See how it looks<', page.text)
        page = reader.post(ADDRESS, data={**TYPED, **typed, "mark": value(page, "mark"), "look": "y"})
        assert page.status_code == shown
    assert "how your comment will look" in page.text
    assert kept(store) == []
    assert 'name="look"' not in page.text
    assert reader.post(ADDRESS, data={**TYPED, "mark": value(page, "mark")}).status_code == 303
    assert len(kept(store)) == 1


def test_no_answer_sets_a_cookie(reader: FlaskClient, clock: ManualClock) -> None:
    for answer in (reader.get(ADDRESS), look_first(reader), send(reader, clock)):
        assert "Set-Cookie" not in answer.headers


def test_what_the_preview_shows_can_be_changed_there(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    preview = look_first(reader)
    clock.advance(LEAST)
    mark = value(preview, "mark")
    assert reader.post(ADDRESS, data={**TYPED, "comment": "Changed.", "mark": mark}).status_code == 303
    assert [comment.text for comment in kept(store)] == ["Changed."]


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "  ", "Enter your name"),
        ("name", "\u200b\u202e", "Enter your name"),
        ("name", "x" * 81, "at most 80"),
        ("email", "", "never published"),
        ("email", "rita", "Enter an e-mail address"),
        ("website", "javascript:alert(1)", "web address"),
        ("website", "ftp://a.example", "web address"),
        ("website", "https://user@a.example", "web address"),
        ("website", 'https://a.example"onmouseover=1', "web address"),
        ("website", "nothing", "web address"),
        ("comment", " \n ", "Write your comment"),
        ("comment", "é" * 2049, f"4098 bytes, and at most {LONGEST_TEXT}"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(
    reader: FlaskClient, store: MemoryStore, field: str, typed: str, message: str
) -> None:
    page = look_first(reader, **{field: typed})
    assert_refused(page, field, message)
    for name in {"name", "email", "website", "comment"} - {field}:
        assert value(page, name).replace("\r", "") == TYPED[name]
    assert kept(store) == []


def test_a_comment_of_exactly_four_kilobytes_is_taken(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    assert send(reader, clock, comment="é" * 2048).status_code == 303
    assert len(kept(store)[0].text.encode()) == LONGEST_TEXT


def test_line_ends_of_forms_do_not_count_twice(reader: FlaskClient, clock: ManualClock) -> None:
    assert send(reader, clock, comment="a\r\n" * 1500 + "b").status_code == 303


def test_what_only_programs_fill_in_is_not_taken_at_once_but_a_person_is_asked(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    page = look_first(reader, homepage_url="https://spam.example")
    assert page.status_code == 422
    assert "once more" in summary(page)
    assert value(page, "homepage_url") == ""
    assert value(page, "comment").replace("\r", "") == TYPED["comment"]
    clock.advance(LEAST)
    mark = hidden(page)["mark"]
    assert reader.post(ADDRESS, data={**TYPED, "mark": mark}).status_code == 303


def test_a_form_that_comes_back_at_once_is_shown_once_more(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    mark = value(look_first(reader), "mark")
    again = reader.post(ADDRESS, data={**TYPED, "mark": mark})
    assert again.status_code == 200
    assert value(again, "mark") == mark
    assert kept(store) == []
    clock.advance(LEAST)
    assert reader.post(ADDRESS, data={**TYPED, "mark": mark}).status_code == 303


@pytest.mark.parametrize("mark", ["", "forged", "1.2.3", "1700000000000~x.AAAA"])
def test_a_mark_that_is_not_ours_is_worth_nothing(reader: FlaskClient, store: MemoryStore, mark: str) -> None:
    page = look_first(reader, mark=mark)
    assert page.status_code == 200
    assert value(page, "mark") not in ("", mark)
    assert kept(store) == []


def test_a_mark_of_yesterday_and_one_of_another_article_are_worth_nothing(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock, column: Column
) -> None:
    other = column.content / "articles" / "another.md"
    other.write_text('---\ntitle: "Another"\ndate: 2026-11-01\n---\nText.\n', encoding="utf-8")
    mark = value(look_first(reader), "mark")
    clock.advance(LEAST)
    assert reader.post("/comments/another/", data={**TYPED, "mark": mark}).status_code == 200
    clock.advance(LONGEST)
    assert reader.post(ADDRESS, data={**TYPED, "mark": mark}).status_code == 200
    assert kept(store) == []


def test_a_second_click_makes_one_comment_and_opens_the_same_one(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    mark = value(look_first(reader), "mark")
    clock.advance(LEAST)
    first, second = (reader.post(ADDRESS, data={**TYPED, "mark": mark}) for _ in range(2))
    assert len(kept(store)) == 1
    assert reader.get(first.location).status_code == reader.get(second.location).status_code == 200


def test_who_repeats_the_words_of_another_gets_no_link_to_their_comment(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    send(reader, clock)
    again = send(reader, clock)
    assert again.location == f"{ADDRESS}?sent=1"
    assert "Thank you" in reader.get(again.location).text
    assert len(kept(store)) == 1


@pytest.mark.parametrize(
    "slug", ["nothing-like-it", "draft", "to-come", "expired", "broken", "UPPER", "..%2fsite"]
)
def test_there_is_nothing_to_comment_on_below_what_cannot_be_read(
    reader: FlaskClient, column: Column, slug: str
) -> None:
    heads = {
        "draft": "date: 2026-11-01\ndraft: true",
        "to-come": "date: 2026-11-30",
        "expired": "date: 2026-11-01\nexpires: 2026-11-05",
        "broken": "date: 2026-02-30",
    }
    for name, head in heads.items():
        (column.content / "articles" / f"{name}.md").write_text(f'---\ntitle: "x"\n{head}\n---\nText.\n')
    assert reader.post(f"/comments/{slug}/", data=TYPED).status_code == 404
    assert reader.get(f"/comments/{slug}/").status_code == 404


def test_an_article_is_known_by_the_name_in_its_front_matter(reader: FlaskClient, column: Column) -> None:
    path = column.content / "articles" / "2026-11-02-a file.md"
    path.write_text('---\ntitle: "x"\ndate: 2026-11-02\nslug: its-own-name\n---\nText.\n')
    assert reader.get("/comments/its-own-name/").status_code == 200
    assert reader.get("/comments/a-file/").status_code == 404
    path.write_text('---\ntitle: "x"\ndate: 2026-11-02\n---\nNow by its file.\n')
    assert reader.get("/comments/a-file/").status_code == 200
    assert reader.get("/comments/its-own-name/").status_code == 404


def test_an_article_that_takes_no_comments_says_so_and_keeps_what_was_typed(
    reader: FlaskClient, column: Column, store: MemoryStore
) -> None:
    path = column.content / "articles" / "closed.md"
    path.write_text('---\ntitle: "x"\ndate: 2026-11-01\ncomments: false\n---\nText.\n')
    page = reader.post("/comments/closed/", data=TYPED)
    assert page.status_code == 403
    assert "takes no comments" in page.text
    assert "What a good letter." in page.text
    assert reader.get("/comments/closed/").status_code == 200
    answer = reader.post("/comments/closed/", data=TYPED, headers=JSON)
    assert (answer.status_code, answer.json) == (403, {"message": "This article takes no comments."})
    assert kept(store) == []


def test_a_script_gets_a_mark_and_is_answered_in_json(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    given = said(reader.get(ADDRESS, headers=JSON))
    assert given["wait"] == LEAST.seconds
    clock.advance(LEAST)
    taken = reader.post(ADDRESS, data={**TYPED, "mark": given["mark"]}, headers=JSON)
    assert taken.status_code == 201
    assert said(taken)["state"] == "held"
    assert "waits to be read" in said(taken)["message"]
    assert reader.get(said(taken)["link"].removeprefix("http://localhost")).status_code == 200
    assert len(kept(store)) == 1


def test_a_script_is_told_what_is_wrong_field_by_field(reader: FlaskClient) -> None:
    answer = reader.post(ADDRESS, data={**TYPED, "email": "x", "comment": ""}, headers=JSON)
    assert answer.status_code == 422
    assert set(said(answer)["errors"]) == {"email", "comment"}
    trapped = reader.post(ADDRESS, data={**TYPED, "homepage_url": "x"}, headers=JSON)
    assert list(said(trapped)["errors"]) == [""]


def test_a_script_without_a_mark_gets_one_and_is_told_to_wait(
    reader: FlaskClient, clock: ManualClock
) -> None:
    answer = reader.post(ADDRESS, data=TYPED, headers=JSON)
    assert answer.status_code == 409
    clock.advance(LEAST)
    again = reader.post(ADDRESS, data={**TYPED, "mark": said(answer)["mark"]}, headers=JSON)
    assert again.status_code == 201


@pytest.mark.parametrize("origin", [SITE, "http://localhost", "https://www.letters.example"])
def test_scripts_of_allowed_origins_may_read_the_answer(
    environ: dict[str, str], app: Flask, origin: str, request: pytest.FixtureRequest
) -> None:
    answer = app.test_client().get(ADDRESS, headers={**JSON, "Origin": origin})
    named = origin in (SITE, "http://localhost")
    assert (answer.headers.get("Access-Control-Allow-Origin") == origin) == named
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


def test_further_origins_are_a_setting(environ: dict[str, str], request: pytest.FixtureRequest) -> None:
    environ["FOLLOWUP_COMMENT_ORIGINS"] = "https://www.letters.example, https://b.example:8443/"
    client = request.getfixturevalue("app").test_client()
    for origin in ("https://www.letters.example", "https://b.example:8443"):
        answer = client.post(ADDRESS, data=TYPED, headers={"Origin": origin})
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert client.post(ADDRESS, data=TYPED, headers={"Origin": "https://b.example"}).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}])
def test_a_browser_that_does_not_say_where_its_form_stands_is_let_in(
    app: Flask, headers: dict[str, str]
) -> None:
    assert app.test_client().post(ADDRESS, data=TYPED, headers=headers).status_code == 200


def test_another_site_is_not_let_in(app: Flask, store: MemoryStore) -> None:
    client = app.test_client()
    for accept in ({}, JSON):
        answer = client.post(ADDRESS, data=TYPED, headers={"Origin": "https://evil.example", **accept})
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_when_the_store_fails_the_text_is_kept_and_can_be_sent_again(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = value(look_first(reader), "mark")
    clock.advance(LEAST)

    def unavailable() -> None:
        raise StoreUnavailable("the disc is full")

    with monkeypatch.context() as patch:
        patch.setattr(store, "transaction", unavailable)
        page = reader.post(ADDRESS, data={**TYPED, "mark": mark})
        script = reader.post(ADDRESS, data={**TYPED, "mark": mark}, headers=JSON)
    assert page.status_code == script.status_code == 503
    assert "What a good letter." in page.text
    assert said(script)["message"].startswith("This could not be done just now")
    assert reader.post(ADDRESS, data=hidden(page)).status_code == 303
    assert [comment.name for comment in kept(store)] == ["Rita Reader"]


def test_the_caps_are_said_and_the_text_is_kept(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    for number in range(20):
        clock.advance(dt.timedelta(minutes=2))
        assert send(reader, clock, comment=f"Number {number}.").status_code == 303
    page = send(reader, clock, comment="One too many.")
    assert page.status_code == 429
    assert "try again later" in summary(page)
    assert value(page, "comment") == "One too many."
    preview = look_first(reader, comment="One too many.")
    clock.advance(LEAST)
    data = {**TYPED, "comment": "One too many.", "mark": value(preview, "mark")}
    answer = reader.post(ADDRESS, data=data, headers=JSON)
    assert answer.status_code == 429
    assert "try again later" in said(answer)["errors"][""][0]


def test_a_form_beyond_all_measure_is_refused(reader: FlaskClient) -> None:
    assert look_first(reader, comment="x" * 70_000).status_code == 413


ATTACKS = [
    SCRIPT,
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "[x](javascript:alert(1))",
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/<script>alert(1)</script>",
    "javascript:alert(1) data:text/html,<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202ehttps://a.example\u2066",
]


def assert_harmless(page: str) -> None:
    """As a browser reads it: no script but ours, no picture, no handler, no address that runs."""
    for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
        assert element.tag not in ("img", "svg", "iframe", "style")
        assert element.tag != "script" or element.get("src", "").startswith("/static/js/forms.")
        assert not [name for name in element.attrib if name.startswith("on")]
        assert re.match(r"https?:|/|#|$", element.get("href", ""))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_kept_as_typed_and_shown_as_text(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock, attack: str
) -> None:
    wrong = look_first(reader, name=attack[:60], comment=attack, email="x")
    preview = look_first(reader, name=attack[:60], comment=attack)
    sent = send(reader, clock, name=attack[:60], comment=attack)
    for page in (wrong, preview, reader.get(sent.location)):
        assert_harmless(page.text)
    unseen = re.compile("[\u202e\u2066]")
    assert kept(store)[0].text == unseen.sub("", attack)
    assert json.dumps(kept(store)[0].name)


def test_a_script_in_a_comment_is_shown_escaped(reader: FlaskClient) -> None:
    assert ESCAPED in look_first(reader, comment=SCRIPT).text


def test_whoever_asks_to_be_told_of_replies_has_only_asked(
    reader: FlaskClient, store: MemoryStore, clock: ManualClock
) -> None:
    sent = send(reader, clock, notify="y")
    assert kept(store)[0].telling is Telling.ASKED
    page = reader.get(sent.location)
    assert "a mail comes in which you confirm" in page.text
    token = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)[0]
    origin = {"Origin": "http://localhost"}
    reader.post(f"{sent.location}replies/on/", data={"csrf_token": token}, headers=origin)
    assert kept(store)[0].telling is Telling.ASKED


def test_a_reply_is_begun_by_a_link_without_a_script(reader: FlaskClient) -> None:
    assert value(reader.get(f"{ADDRESS}?parent=abc"), "parent") == "abc"


def test_the_errors_page_names_the_fields_as_the_form_does(reader: FlaskClient) -> None:
    assert beside(look_first(reader, name=""), "name") == "Enter your name."
