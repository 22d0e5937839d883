"""Markdown as articles use it, typography, and the little we do to HTML."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.slugs import is_slug, slugify
from generator.html import absolute, ids, is_whole, plain_text, taken_apart, targets
from generator.markdown import SUMMARY_LENGTH, Body, renderer
from generator.typography import typographic


def render(text: str) -> Body:
    return renderer().render(text, "x")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("What to say when the job is filled", "what-to-say-when-the-job-is-filled"),
        ("Don't – “ever” – do that!", "dont-ever-do-that"),
        ("Été à Zürich", "ete-a-zurich"),
        ("C", "c"),
        ("C#", "c-sharp"),
        ("C++", "c-plus-plus"),
        ("Q&A", "q-and-a"),
        ("日本", ""),
    ],
)
def test_a_name_becomes_small_letters_and_hyphens(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_of_any_text_is_empty_or_fit_for_an_address(text: str) -> None:
    slug = slugify(text)
    assert slug == "" or is_slug(slug)
    assert slugify(slug) == slug


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('She said "no".', "She said “no”."),
        ("It's the client's", "It’s the client’s"),
        ("'One' and 'two'", "‘One’ and ‘two’"),
        ("\"'Two' in one\"", "“‘Two’ in one”"),
        ('("in brackets")', "(“in brackets”)"),
        ("the '80s, and 'tis so", "the ’80s, and ’tis so"),
        ("pages 3--5 --- all", "pages 3–5 — all"),
        ("wait...", "wait…"),
        ("---- and ....", "---- and ...."),
    ],
)
def test_quotes_dashes_and_dots_are_set_as_a_printer_would(typed: str, printed: str) -> None:
    assert typographic(typed) == printed


@given(st.text("ab \"'-.", max_size=20))
def test_typography_settles_at_once(text: str) -> None:
    assert typographic(typographic(text)) == typographic(text)


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ('"*Hi*" -- `a "b" -- c`\'s', '<p>“<em>Hi</em>” – <code>a "b" -- c</code>’s</p>'),
        ('*"Hi"* and **"ho"**', "<p><em>“Hi”</em> and <strong>“ho”</strong></p>"),
        (r"\"straight\"", '<p>"straight"</p>'),
        ("<https://a.test/b--c>", '<p><a href="https://a.test/b--c">https://a.test/b--c</a></p>'),
        ('[a "b"](/x/ "c")', '<p><a href="/x/" title="c">a “b”</a></p>'),
        ('"AT&amp;T" & "x"', "<p>“AT&amp;T” &amp; “x”</p>"),
    ],
)
def test_typography_follows_the_text_across_inline_marks_and_leaves_code_alone(
    markdown: str, html: str
) -> None:
    assert render(markdown).html == html


def test_headings_begin_at_the_second_level_whatever_the_author_began_with() -> None:
    assert "<h2" in render("## Two\n\n### Three").html
    shifted = render("# One\n\n## Two").html
    assert '<h2 id="one">' in shifted
    assert '<h3 id="two">' in shifted


def test_a_heading_never_takes_an_id_of_the_layout() -> None:
    assert list(ids(render("## Main\n\n## Top\n\n## ???").html)) == ["main-section", "top-section", "section"]


def test_a_contents_list_appears_from_three_headings_on() -> None:
    assert render("## One\n\n## Two").toc == ""
    assert 'href="#three"' in render("## One\n\n## Two\n\n### Three").toc


def test_footnotes_of_two_articles_can_share_a_page() -> None:
    text = "Said.[^1]\n\n[^1]: By whom."
    first, second = renderer().render(text, "first"), renderer().render(text, "second")
    assert not set(ids(first.html)) & set(ids(second.html))
    assert {"#fn:first-1", "#fnref:first-1"} <= set(first.links)


def test_nothing_of_one_text_remains_in_the_next() -> None:
    render("[a]: /elsewhere/\n\nSaid.[^1]\n\n[^1]: By whom.\n\n*[CV]: Curriculum vitae")
    assert render("A CV, [a] and [^1].").html == "<p>A CV, [a] and [^1].</p>"


def test_code_is_highlighted_with_classes_and_without_guessing() -> None:
    body = render("```python\nreturn 1\n```\n\n```\nreturn 1\n```\n\n```no-such-language\nx < 1\n```")
    assert body.html.count('<div class="highlight">') == 3
    assert body.html.count('<span class="k">return</span>') == 1
    assert "style=" not in body.html


def test_tables_lists_admonitions_and_definitions_are_there() -> None:
    body = render(
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n\n1. two\n\n"
        "!!! note\n    Mind.\n\nTerm\n:   Its meaning.\n"
    )
    for tag in ("<table>", "<ul>", "<ol>", '<div class="admonition note">', "<dl>"):
        assert tag in body.html


def test_the_summary_is_the_first_paragraph_as_plain_text() -> None:
    assert render('## Head\n\nThe *first* "one".[^1]\n\nNext.\n\n[^1]: Note.').summary == "The first “one”."
    long = render("word " * 200).summary
    assert long.endswith("word…")
    assert len(long) <= SUMMARY_LENGTH + 1


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (220, 1), (1000, 5)])
def test_reading_takes_a_minute_for_220_words_and_at_least_one(words: int, minutes: int) -> None:
    body = render("word " * words)
    assert (body.words, body.minutes) == (words, minutes)


def test_links_are_found_in_tags_and_not_in_text() -> None:
    text = '<p><a title="a > b" href="/a/?x=1&amp;y=2">href="/no/"</a> <img src=\'/b.png\'></p>'
    assert list(targets(text)) == ["/a/?x=1&y=2", "/b.png"]
    assert plain_text(text) == 'href="/no/" '


_TAGS = st.sampled_from(
    [
        *(
            "<a href='/b' id=\"c\">",
            '<i title="',
            " id='x'",
            ' src="y&amp;z"',
            "</a href='q'>",
            "<br>",
            "<p>",
        ),
        *("</p>", "<!--", "-->", "<b", "'", '"', ">", "<", "=", "/", "&lt;", "text", " ", "\n", "é"),
    ]
)


@given(st.lists(_TAGS, max_size=12).map("".join))
def test_html_taken_apart_at_once_gives_the_same_as_bit_by_bit(fragment: str) -> None:
    parts = taken_apart(fragment)
    assert parts.text == plain_text(fragment)
    assert parts.targets == tuple(targets(fragment))
    assert parts.ids == tuple(ids(fragment))


def test_links_are_made_absolute_as_a_browser_would() -> None:
    text = (
        '<a href="../b/">x</a><a href="#fn">y</a><img src="/c.png"><a href="mailto:a@b.test">href="/no/"</a>'
    )
    assert absolute(text, "https://site.test/articles/a/") == (
        '<a href="https://site.test/articles/b/">x</a><a href="https://site.test/articles/a/#fn">y</a>'
        '<img src="https://site.test/c.png"><a href="mailto:a@b.test">href="/no/"</a>'
    )


@given(st.text("ahtps:/.?#;%[]@ -_~\t\u0391", max_size=12).map("https://".__add__))
def test_an_address_that_is_whole_at_a_glance_is_what_joining_makes_of_it(address: str) -> None:
    if is_whole(address):
        assert urljoin("https://site.test/articles/a/", address) == address
        assert urlsplit(address).netloc


@given(
    st.lists(
        st.sampled_from(
            ['"', "'", "--", "...", "*", "`", "a", " ", "\n\n", "# ", "- ", "> ", "\\", "[b](/c)", "&", "|"]
        ),
        max_size=25,
    )
)
def test_whatever_is_written_gives_html_that_a_browser_need_not_mend(pieces: list[str]) -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parseFragment(render("".join(pieces)).html)
    assert parser.errors == []
