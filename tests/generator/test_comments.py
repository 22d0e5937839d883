"""Comments of readers: part of the page as text, refused where a file is broken, and never more than text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest

from generator.feed_check import faults_of_feed
from tests.generator.publication import SITE_TOML, Publication

ON = f"comments = true\n{SITE_TOML}"
PAGE = "articles/a/index.html"
FORM = '<form method="post" action="/comments/a/"'
HTML = "{http://www.w3.org/1999/xhtml}"
ATOM = "{http://www.w3.org/2005/Atom}"


def comment(name: str = "Ada", **values: object) -> dict[str, Any]:
    made: dict[str, Any] = {"id": name.lower(), "parent": None, "name": name, "website": None}
    made |= {"by_author": False, "posted": "2026-02-01T12:00:00+00:00", "text": f"{name} agrees."}
    return made | values


def say(site: Publication, *comments: object, slug: str = "a", **values: object) -> None:
    """Write the comments of an article as the endpoint does, one a line."""
    made = {"format": 1, "article": slug, "comments": list(comments)} | values
    rows = ",\n".join(json.dumps(each, ensure_ascii=False) for each in comments)
    head = json.dumps(made | {"comments": []})
    site.write(f"comments/{slug}.json", head.replace('"comments": []', f'"comments": [\n{rows}\n]') + "\n")


@pytest.fixture
def talk(site: Publication) -> Publication:
    """A site that takes comments, with the articles a and b."""
    site.write("site.toml", ON)
    site.article("a")
    site.article("b", date="2026-01-02")
    return site


def test_a_site_that_takes_no_comments_has_no_form_no_comment_and_no_feed(site: Publication) -> None:
    site.article("a")
    say(site, comment())
    site.build()
    html = site.read(PAGE)
    assert "comments/" not in html
    assert "Ada" not in html
    assert "comments.xml" not in site.files()


def test_an_article_ends_with_a_form_that_needs_no_script(talk: Publication) -> None:
    talk.build()
    html = talk.read(PAGE)
    assert FORM in html
    page = html5lib.parse(html)
    form = next(page.iter(f"{HTML}form"))
    controls = [each for each in form.iter() if each.get("name")]
    fields = [each.get("name") for each in controls]
    assert fields == ["parent", "name", "email", "website", "comment", "notify", "homepage_url"]
    needed = {each.get("name") for each in controls if each.get("required") is not None}
    assert needed == {"name", "email", "comment"}
    assert "/static/js/comments." in html
    assert 'href="/comments.xml"' in html


def test_the_form_leads_to_the_endpoint_of_the_settings(talk: Publication) -> None:
    talk.write("site.toml", f'endpoint = "https://desk.test"\n{ON}')
    say(talk, comment())
    talk.build()
    html = talk.read(PAGE)
    assert 'action="https://desk.test/comments/a/"' in html
    assert 'href="https://desk.test/comments/a/?parent=ada" data-reply="ada"' in html


def test_an_article_that_wants_none_shows_none(talk: Publication) -> None:
    talk.article("a", comments="false")
    say(talk, comment())
    talk.build()
    assert "Ada" not in talk.read(PAGE)
    assert "<form" not in talk.read(PAGE)
    assert "Ada" not in talk.read("comments.xml")


def test_comments_are_part_of_the_page_oldest_first_with_replies_below(talk: Publication) -> None:
    say(
        talk,
        comment("Carl", posted="2026-02-03T12:00:00+00:00", website="https://carl.test/"),
        comment("Dora", posted="2026-02-04T12:00:00+00:00", parent="ada", by_author=True),
        comment("Ada"),
        comment(
            "Bela", posted="2026-02-02T12:00:00+00:00", parent="ada", text="One.\n\nTwo: https://b.test."
        ),
    )
    talk.build()
    html = talk.read(PAGE)
    places = [html.index(f'id="comment-{name}"') for name in ("ada", "bela", "dora", "carl")]
    assert places == sorted(places)
    assert "4 comments</h2>" in html
    assert html.index("comment-replies") < places[1]
    assert '<a href="https://carl.test/" rel="nofollow ugc">Carl</a>' in html
    assert '<p>One.</p>\n<p>Two: <a href="https://b.test" rel="nofollow ugc">https://b.test</a>.</p>' in html
    assert html.count("wrote this letter") == 1
    assert html.count("data-reply") == 2, "replies have no replies"
    assert '"commentCount":4' in html
    assert "Ada" not in talk.read("articles/b/index.html")


def test_comments_close_by_themselves_after_their_days(talk: Publication) -> None:
    talk.write("site.toml", f"comments_days = 30\n{ON}")
    say(talk, comment())
    talk.now = dt.datetime(2026, 1, 30, 23, 59, tzinfo=dt.UTC)
    report = talk.build()
    assert report.next_change == dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
    assert FORM in talk.read(PAGE)
    talk.now = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
    report = talk.build()
    assert report.made == (PAGE,)
    assert report.next_change == dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    html = talk.read(PAGE)
    assert "<form" not in html
    assert "js/comments" not in html
    assert "Comments closed 30 days after this letter appeared." in html
    assert "Ada agrees." in html
    talk.now = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    assert talk.build().next_change is None


def test_an_edited_file_makes_the_page_of_its_article_and_the_feed(talk: Publication) -> None:
    talk.build()
    say(talk, comment())
    assert set(talk.build().made) == {PAGE, "comments.xml"}
    say(talk, comment(text="Ada thinks again."))
    assert set(talk.build().made) == {PAGE, "comments.xml"}
    assert "thinks again" in talk.read(PAGE)
    assert set(talk.build().made) == set()
    (talk.content / "comments/a.json").unlink()
    assert set(talk.build().made) == {PAGE, "comments.xml"}
    assert "Ada" not in talk.read(PAGE)


def test_comments_of_an_article_that_is_gone_are_told_and_stop_nothing(talk: Publication) -> None:
    say(talk, comment(), slug="gone")
    talk.article("later", date="2027-01-01")
    say(talk, comment("Lea"), slug="later")
    report = talk.build()
    assert report.warnings == (
        "content/comments/gone.json: there is no article gone; its comments are not shown",
    )
    assert "Lea" not in talk.read("comments.xml")


def test_the_feed_has_the_newest_twenty_with_links_to_their_places(talk: Publication) -> None:
    say(talk, *(comment(f"N{day}", posted=f"2026-02-{day:02}T12:00:00+00:00") for day in range(1, 23)))
    say(talk, comment("Bea", website="https://bea.test/", text="<b>"), slug="b")
    talk.build()
    text = talk.read("comments.xml")
    assert [*faults_of_feed(text)] == []
    entries = ElementTree.fromstring(text).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries][:2] == ["N22", "N21"]
    assert len(entries) == 20
    assert entries[0].findtext(f"{ATOM}id") == "https://site.test/articles/a/#comment-n22"
    assert entries[0].findtext(f"{ATOM}title") == "N22 on “The title of a”"
    assert entries[0].findtext(f"{ATOM}content") == "<p>N22 agrees.</p>"


def test_a_feed_without_comments_is_one(talk: Publication) -> None:
    talk.build()
    assert [*faults_of_feed(talk.read("comments.xml"))] == []


BROKEN: list[tuple[Callable[[Publication], object], int, str]] = [
    (lambda site: site.write("comments/a.json", "{"), 1, "not JSON: Expecting property name"),
    (lambda site: site.write("comments/a.json", "[]"), 1, 'no comments of "format" 1'),
    (lambda site: say(site, format=2), 1, 'no comments of "format" 1'),
    (lambda site: say(site, article="b"), 1, '"article" is "b", and the file is a.json'),
    (lambda site: say(site, more=1), 1, 'unknown key "more"'),
    (lambda site: site.write("comments/a.json", '{"format": 1, "article": "a"}'), 1, '"comments" is missing'),
    (lambda site: say(site, 7), 2, "a comment is no table of keys and values"),
    (lambda site: say(site, comment(), comment("Bo", email="b@x.test")), 3, 'unknown key "email"'),
    (lambda site: say(site, {"id": "x"}), 2, '"parent" is missing'),
    (lambda site: say(site, comment(id='"><script>')), 2, '"id" is'),
    (lambda site: say(site, comment(id=4)), 2, '"id" is 4'),
    (lambda site: say(site, comment(), comment()), 1, "two comments have the same id"),
    (lambda site: say(site, comment(parent="nobody")), 2, '"parent" is "nobody", which is no comment'),
    (
        lambda site: say(site, comment(), comment("Bo", parent="ada"), comment("Cy", parent="bo")),
        4,
        '"parent" is "bo", which is no comment',
    ),
    (lambda site: say(site, comment(name=" \u202e ")), 2, '"name" is'),
    (lambda site: say(site, comment(text=None)), 2, '"text" is null'),
    (lambda site: say(site, comment(website="javascript:alert(1)")), 2, '"website" is "javascript:alert(1)"'),
    (lambda site: say(site, comment(website="https://user:pass@host.test/")), 2, '"website" is'),
    (lambda site: say(site, comment(by_author="yes")), 2, '"by_author" is "yes"'),
    (lambda site: say(site, comment(posted="2026-02-01T12:00:00")), 2, '"posted" is no moment'),
    (lambda site: say(site, comment(posted="0001-01-01T00:00:00+00:00")), 2, '"posted" is no moment'),
    (lambda site: say(site, comment(posted=5)), 2, '"posted" is no moment: 5'),
]


@pytest.mark.parametrize(("spoil", "line", "message"), BROKEN, ids=[case[2] for case in BROKEN])
def test_a_broken_file_is_refused_with_its_place(
    talk: Publication,
    problems: Callable[[], list[str]],
    spoil: Callable[[Publication], object],
    line: int,
    message: str,
) -> None:
    spoil(talk)
    found = problems()
    assert any(each.startswith(f"content/comments/a.json:{line}: {message}") for each in found), found


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea></article></section><iframe src=javascript:alert(1)>",
    "[x](javascript:alert(1)) <javascript:alert(1)>",
    'https://x.test/"onmouseover="alert(1)',
    "https://x.test/'><script>alert(1)</script>",
    "javascript:alert(1)//https://x.test/",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- --!><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e\u0000\ufffe\ud800<math><mtext></mtext><script>",
)
ALLOWED = {"article", "div", "p", "br", "a", "span", "strong", "time", "b", "ol", "li"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_is_written_stays_text(talk: Publication, attack: str) -> None:
    rows = [comment(name=f"Ada {attack}", id="x", text=f"Words {attack}\n\n{attack}")]
    talk.write("comments/a.json", json.dumps({"format": 1, "article": "a", "comments": rows}))
    talk.build()
    page = html5lib.parse(talk.read(PAGE))
    told = next(each for each in page.iter(f"{HTML}article") if each.get("id") == "comment-x")
    for element in told.iter():
        assert str(element.tag).removeprefix(HTML) in ALLOWED
        assert not [name for name in element.attrib if name.startswith("on")]
        target = element.get("href", "https:")
        assert target.startswith(("https://x.test", "https:", "#comment-x", "/comments/a/?parent=x"))
    scripts = [each for each in page.iter(f"{HTML}script") if not each.get("src")]
    assert [each.get("type") for each in scripts] == ["application/ld+json"]
    feed = talk.read("comments.xml")
    assert [*faults_of_feed(feed)] == []
    content = ElementTree.fromstring(feed).findtext(f"{ATOM}entry/{ATOM}content") or ""
    tags = {str(each.tag).removeprefix(HTML) for each in html5lib.parseFragment(content).iter()}
    assert tags <= {"DOCUMENT_FRAGMENT", "p", "br", "a"}


def test_a_private_link_that_somebody_pasted_is_not_published(talk: Publication) -> None:
    token = "A" * 32
    rows = [comment(text=f"See https://site.test/status/{token}/ and /comments/own/{token}/.")]
    say(talk, *rows)
    talk.build()
    assert token not in talk.read(PAGE)
    assert token not in talk.read("comments.xml")
    assert "https://site.test/status/…" in talk.read(PAGE)


def test_what_a_visitor_links_to_may_go(talk: Publication) -> None:
    say(
        talk,
        comment(text="As in https://site.test/articles/b/ he says.", website="https://site.test/nothing/"),
    )
    talk.build()
    talk.article("b", date="2026-01-02", expires="2026-11-01")
    talk.build()
    assert "https://site.test/articles/b/" in talk.read(PAGE)
    assert "articles/b/index.html" not in talk.files()


@pytest.mark.parametrize("days", ["-1", "true", '"30"', "1.5", "40000"])
def test_days_that_are_none_are_refused(
    talk: Publication, problems: Callable[[], list[str]], days: str
) -> None:
    talk.write("site.toml", f"comments_days = {days}\n{ON}")
    assert problems()[0].startswith(
        'content/site.toml:1: "comments_days" must be a whole number of days, from 0 to 36525'
    )


def test_a_thousand_comments_are_one_page(talk: Publication) -> None:
    rows = [
        comment(f"N{number}", parent=None if number % 2 == 0 else f"n{number - 1}", text="Words. " * 40)
        for number in range(1000)
    ]
    say(talk, *rows)
    talk.build()
    assert talk.read(PAGE).count('class="comment"') == 1000
