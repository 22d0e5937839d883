"""HTML written by hand in an article: what a browser would have to mend is told with its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tinyhtml5 import inputstream

from generator.html_faults import faults_of_page, faults_of_text
from generator.markdown import renderer
from tests.generator.publication import Publication

PLAIN = """\
# A title

Text with `<b>` in code, an address <https://example.org/a> and 3 < 4 & 5 > 2.[^1]

```html
<div><p></div>
```

| a | b |
|---|---|
| 1 | ![x](/y.png) |

[^1]: A note.
"""


def faults(markdown: str) -> list[tuple[int, str]]:
    """Line, counted from 1, and message."""
    body = renderer().render(markdown, "a")
    return [(fault.line + 1, fault.message) for fault in body.faults]


def test_what_markdown_makes_by_itself_has_no_fault() -> None:
    assert faults(PLAIN) == []


@pytest.mark.parametrize(
    ("written", "line", "message"),
    [
        ("One.\n\nTwo <b>bold.", 3, "<b> is never closed"),
        ("One.\n\nTwo bold</b>.", 3, "</b> closes what is not open there"),
        ("<b>Fine</b>.\n\n<b><i>Not</b></i>.", 3, "<i> is not closed before </b>"),
        ("<table>\n<tr><td>a</td></tr>\n<p>b</p>\n</table>", 3, "<p> stands in a table but in no cell"),
        ("One.\n\nTwo &nosuch; three.", 3, "&nosuch; is no character that HTML knows"),
        ("One.\n\n<b class=x class=y>a</b>", 3, "<b class=x class=y> has an attribute twice"),
        ('One.\n\n<img src="/a.png">', 3, "the picture has no text for those who cannot see it"),
        ('## A {#x}\n\n## B {#x}', 3, 'the id "x" is there twice'),
        ('<p id="x">a</p>\n\nText.\n\n<p id="x">b</p>', 5, 'the id "x" is there twice'),
        ("One.\n\n<div>\n\nTwo.", 3, "<div> is never closed"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(written: str, line: int, message: str) -> None:
    assert faults(written) == [(line, message)]


def test_a_link_within_a_link_is_found_without_any_html_by_hand() -> None:
    made = '<p><a href="/a/">x <a href="#fn">1</a></a></p>'
    assert [fault.message for fault in faults_of_text("[x [^1]](/a/)", made, [])] == [
        '<a href="#fn"> stands within another of its kind'
    ]


def test_elements_of_today_are_no_faults() -> None:
    assert (
        faults(
            "<details><summary>More</summary><p>Text</p></details>\n\n"
            '<picture><source srcset="/a.webp"><img src="/a.png" alt="A"></picture>\n\n'
            '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>\n'
        )
        == []
    )


def test_a_page_is_read_whole() -> None:
    assert faults_of_page("<!doctype html><html lang=en><title>x</title>\n<p>y</html>") == ()
    assert faults_of_page("<!doctype html><html lang=en><title>x</title>\n<div>y</html>") == (
        ("<div> is never closed", 2, "<div>"),
    )


ITEM = '<li><time datetime="2026-11-22">22 Nov</time><a href="/a/">A &amp; b</a></li>'


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (ITEM, ()),
        (ITEM.replace("&amp;", "&nosuch;"), (("&nosuch; is no character that HTML knows", 5, "&nosuch;"),)),
        (ITEM.replace("</a>", ""), (('<a href="/a/"> is not closed before </li>', 5, '<a href="/a/">'),)),
        (ITEM.replace("A &amp; b", "A\ufdd0b"), (("invalid codepoint at this place", 1, ""),)),
        (ITEM + "\n<i>x", (("<i> is not closed before </ol>", 6, "<i>"),)),
        (ITEM + "</ol><table>" + ITEM, (("<li> stands in a table but in no cell", 5, "<li>"),)),
    ],
)  # fmt: skip
def test_in_a_long_list_every_item_that_differs_is_read(
    last: str, told: tuple[tuple[str, int, str], ...]
) -> None:
    head = "<!doctype html><html lang=en><title>x</title>"
    assert faults_of_page(f"{head}<ol>\n{ITEM}\n\n{ITEM}\n{last}</ol></html>")[:1] == told


def test_every_fault_of_every_article_is_told_in_one_run(
    site: Publication, problems: Callable[[], list[str]]
) -> None:
    site.article("a", "One.\n\nTwo <b>bold.")
    site.article("b", "[x](/nowhere/) and <i>\n")
    assert problems() == [
        "content/articles/a.md:8: <b> is never closed — write its end tag",
        "content/articles/b.md:6: <i> is never closed — write its end tag",
        "content/articles/b.md:6: the link /nowhere/ leads nowhere — mend it, or take it out",
    ]


def test_the_parser_makes_each_of_its_patterns_once() -> None:
    page = "<!doctype html><html><head><title>x</title></head><body><p id='a' class=b>x</p></body></html>"
    assert faults_of_page(page) == ()
    patterns = dict(inputstream.characters_until_regex)
    assert faults_of_page(page * 2) != ()
    assert inputstream.characters_until_regex == patterns
