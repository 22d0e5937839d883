"""The last look at a page: what is told of one, whatever was seen on those before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.check import Inspector
from generator.leaks import Secret, Secrets
from generator.links import Known
from generator.urls import Address

PAGE = """\
<!doctype html>
<html lang="en">
<head><title>A pärticular page – ünd more</title></head>
<body id="top">
<main id="main">
{0}
</main>
</body>
</html>
"""
BODY = '<h2 id="zwölf">Zwölf</h2>\n<p><a href="/nowhere/">told with its text</a></p>'
IDS = ("zwölf",)
# Says what is wrong with a page of this within <main>, in which there is a text with ids.
Look = Callable[..., list[str]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """One inspector, which has seen a page of each kind without a fault."""
    (tmp_path / "site.toml").touch()
    paths = frozenset({"/", "/a/", "/ä/", "/a&b/", "/x.png", "/y.png"})
    secrets = Secrets((Secret("Geheimnis für zwölf", "Geheimnis für zwölf", "a draft"),))
    inspector = Inspector(Known("https://site.test", paths, {}), secrets, tmp_path)

    def told(within: str, body: str = "", file: str = "/a/", endpoint: str = "article") -> list[str]:
        address = Address(file, endpoint, source="content/articles/a.md")
        text = PAGE.format(within) if file.endswith("/") else within
        found = inspector.page(address, text.encode(), body, IDS if body else ())
        return [finding.problem.message for finding in found]

    for within, body in (("", ""), (f"<p>x</p>{BODY}", BODY), ("<p>x</p>", ""), ("<div></div>", "")):
        assert told(within, body) == []
    return told


@pytest.mark.parametrize(
    ("within", "message"),
    [
        ('<p>x</p><a href="/nö/?a=1&amp;b">x</a>', "the link /nö/?a=1&b leads nowhere"),
        ('<a href="#zwölf">x</a>', "the link #zwölf leads to no place on its page"),
        ('<a href="b/">x</a>', "the link b/ leads nowhere"),
        ('<a href="">x</a><img src="/z.png" alt="">', "the link /z.png leads nowhere"),
        ('<img src="/x.png" srcset="/x.png 1x, /zä.png 2x" alt="">', "the link /zä.png leads nowhere"),
        ('<p id="ä">x</p>\n<p id="ä">x</p>', 'the id "ä" is there twice'),
        ('<p id="main">x</p>', 'the id "main" is there twice'),
        ("<p>x</p></div>", "</div> closes what is not open there"),
        ('<a href="/status/Zm9sbG93LXVwLWZvbGxvdw/">x</a>', "/a/ would show somebody's private link"),
        ("Geheimnis für zwölf", '/a/ would show "Geheimnis für zwölf" of a draft'),
    ],
)
def test_a_fault_is_told_on_a_later_page_too(look: Look, within: str, message: str) -> None:
    assert look(within)[0] == message


@pytest.mark.parametrize(
    "within",
    [
        '<a href="/ä/">x</a> <a href="/a&amp;b/">x</a> <a href="#main">x</a> <a href="#top">x</a>',
        '<a href="https://elsewhere.test/ö">x</a> <a href="mailto:a@b.test">x</a> <a href="#">x</a>',
        '<code>&lt;a href="/nowhere/"&gt;</code> data-id="main"',
        '<a href="/nowhere/" rel="nofollow ugc">a visitor\'s link</a>',
        '<img src="/x.png" srcset="/x.png 1x, /y.png 2x" alt="">',
    ],
)
def test_what_leads_somewhere_is_no_fault(look: Look, within: str) -> None:
    assert look(within) == []


def test_the_text_of_a_page_is_not_told_of_twice_but_its_ids_count(look: Look) -> None:
    assert look(BODY, BODY) == []
    assert look(BODY) == ["the link /nowhere/ leads nowhere"]
    assert look(f'{BODY}<a href="#zwölf">x</a>', BODY) == []
    assert look(f'{BODY}<p id="zwölf">x</p>', BODY) == ['the id "zwölf" is there twice']
    assert look(f"{BODY}{BODY}", BODY) == [
        'the id "zwölf" is there twice',
        "the link /nowhere/ leads nowhere",
    ]


def test_a_link_of_a_template_is_told_though_a_visitor_wrote_the_same(look: Look) -> None:
    visitors = '<a href="/nowhere/" rel="nofollow ugc">x</a>'
    assert look(f'{visitors}<a href="/nowhere/">x</a>') == ["the link /nowhere/ leads nowhere"]


@pytest.mark.parametrize("file", ["/feed.xml", "/robots.txt", "/search.json"])
def test_other_files_than_pages_are_looked_at(look: Look, file: str) -> None:
    link = "https://site.test/notice/Zm9sbG93LXVwLWZvbGxvdw/ Geheimnis für zwölf"
    private, *faults, leak = look(link, file=file, endpoint="feed")
    assert private == f"{file} would show somebody's private link"
    assert leak == f'{file} would show "Geheimnis für zwölf" of a draft'
    assert [fault.partition(":")[0] for fault in faults] == ["it is not well-formed XML"] * file.endswith(
        "xml"
    )


def test_an_empty_page_is_told(look: Look) -> None:
    assert look("", file="/empty/index.html") == ["/empty/index.html came out empty"]
