"""What visitors write, as HTML."""

from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.plain_text import as_html, clean, is_web_address, links_in

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    'https://example.org/"onmouseover=alert(1)//',
    "https://example.org/' onmouseover='alert(1)",
    "https://example.org/<script>alert(1)</script>",
    "http://javascript:alert(1)@example.org/",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x](javascript:alert(1))",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "https://example.org/&quot;onclick=alert(1)",
)


def elements(text: str) -> list[tuple[str, dict[str, str]]]:
    """Tag and attributes of everything that a browser would see."""
    tree = html5lib.parseFragment(str(as_html(text)), namespaceHTMLElements=False)
    return [(str(each.tag), dict(each.attrib)) for each in tree.iter() if each.tag != "DOCUMENT_FRAGMENT"]


def test_an_empty_line_begins_a_paragraph_and_a_single_one_a_line() -> None:
    assert as_html("One\ntwo\n\n\n\nthree") == "<p>One<br>\ntwo</p>\n<p>three</p>"


def test_nothing_written_is_nothing() -> None:
    assert as_html(" \n\n ") == ""


def test_an_address_becomes_a_link_that_recommends_nothing() -> None:
    assert as_html("See https://example.org/a?b=1&c=2.") == (
        '<p>See <a href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc">'
        "https://example.org/a?b=1&amp;c=2</a>.</p>"
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("(https://example.org/a)", "https://example.org/a"),
        ("https://example.org/a_(b).", "https://example.org/a_(b)"),
        ("https://example.org/a, then", "https://example.org/a"),
        ("HTTPS://EXAMPLE.ORG/", "HTTPS://EXAMPLE.ORG/"),
        ("https://example.org/…", "https://example.org/"),
    ],
)
def test_what_ends_the_sentence_does_not_belong_to_the_address(text: str, address: str) -> None:
    assert links_in(text) == [address]


@pytest.mark.parametrize(
    "text", ["https://", "http://:80/", "https://me@example.org/", "ftp://example.org/", "//x"]
)
def test_what_is_no_web_address_stays_text(text: str) -> None:
    assert not is_web_address(text)
    assert links_in(text) == []


def test_an_address_with_characters_that_nobody_sees_is_none() -> None:
    assert not is_web_address("https://\u202eelpmaxe.a/")


@pytest.mark.parametrize("text", ATTACKS)
def test_no_attack_makes_an_element_or_an_attribute_of_its_own(text: str) -> None:
    for tag, attributes in elements(text):
        assert tag in {"p", "br", "a"}
        assert set(attributes) <= {"href", "rel"}
        assert attributes.get("href", "https://").lower().startswith(("https://", "http://"))


@given(st.text("<>\"'&;:/ahtps.=() \n\u202e\u200b", max_size=60))
def test_whatever_is_written_only_our_own_tags_come_out(text: str) -> None:
    for tag, attributes in elements(f"https://example.org/{text}"):
        assert tag in {"p", "br", "a"}
        assert set(attributes) <= {"href", "rel"}


@given(st.text(max_size=80))
def test_the_text_itself_is_not_changed_but_for_what_cannot_be_seen(text: str) -> None:
    tree = html5lib.parseFragment(str(as_html(text)), namespaceHTMLElements=False)
    shown = "".join(tree.itertext()).split()
    assert shown == clean(text).split()


def test_unseen_characters_are_taken_out() -> None:
    assert clean("a\u202eb\u200bc\x00d\r\ne") == "abcd\ne"
