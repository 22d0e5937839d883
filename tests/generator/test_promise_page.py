"""The promise page: there while its figures are, silent where they are, and never made of a broken file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from generator.promise import read_promise
from generator.promise_page import account_of
from tests.generator.publication import Publication


def test_without_figures_there_is_no_page_no_link_and_nothing_in_the_sitemap(site: Publication) -> None:
    site.build()
    files = site.files()
    assert "promise/index.html" not in files
    assert not [name for name, data in files.items() if name.endswith(("ml", "txt")) and b"/promise/" in data]


def test_with_figures_the_page_is_linked_from_the_foot_of_every_page_and_in_the_sitemap(
    site: Publication,
) -> None:
    site.article("a")
    site.figures()
    site.build()
    for page in ("index.html", "articles/a/index.html", "promise/index.html", "404.html"):
        assert '<a href="/promise/">The promise</a>' in site.read(page)
    assert "<loc>https://site.test/promise/</loc>\n    <lastmod>2026-11-22</lastmod>" in site.read(
        "sitemap.xml"
    )


def test_the_page_goes_with_the_file(site: Publication) -> None:
    site.figures()
    site.build()
    (site.content / "figures.json").unlink()
    site.build()
    assert "promise/index.html" not in site.files()
    assert "promise" not in site.read("index.html")


def test_the_page_says_the_figures_with_their_denominators(site: Publication) -> None:
    site.figures()
    site.build()
    html = site.read("promise/index.html")
    for text in (
        "Of 87 people interviewed, 81 have had their answer and 6 are still waiting for it.",
        "Of 81 who were answered, 72 had it by the date they were first promised and 9 had it later.",
        "Half of those answered heard within 4 days of their first interview, nine in ten within 11 days.",
        "The longest wait that is still open has lasted 38 days.",
        "The people who were interviewed named 23 others. 14 were looking for a new role; 9 were hiring.",
        "6 of the names led to a placement or to a new client.",
        "within 5 business days",
        '<time datetime="2025-12-01">1 December 2025</time>',
        "81 <small>of 87</small>",
        '<svg class="chart-bar"',
        "<b>72</b> answered by the date promised",
        "<b>6</b> still waiting",
    ):
        assert text in html, text


def hidden(of: int | None, note: str) -> dict[str, object]:
    return {"count": None, "of": of, "note": note}


@pytest.mark.parametrize(
    ("answered", "in_time", "sentences", "pieces"),
    [
        (
            {"count": 87, "of": 87, "note": None},
            {"count": 87, "of": 87, "note": None},
            [
                "All 87 people interviewed have had their answer.",
                "All 87 who were answered had it by the date they were first promised.",
            ],
            [("kept", 87)],
        ),
        (
            hidden(87, "all but fewer than five"),
            {"count": 72, "of": 87, "note": None},
            [
                "All but fewer than five of the 87 people interviewed have had their answer.",
                "Of 87 people interviewed, 72 had it by the date they were first promised and 15 had it "
                "later or are still waiting.",
            ],
            [("kept", 72), ("rest", 15)],
        ),
        (
            {"count": 81, "of": 87, "note": None},
            hidden(81, "all but fewer than five"),
            [
                "Of 87 people interviewed, 81 have had their answer and 6 are still waiting for it.",
                "All but fewer than five of the 81 who were answered had it by the date they were first "
                "promised.",
            ],
            [("answered", 81), ("open", 6)],
        ),
        (
            hidden(87, "fewer than five"),
            hidden(None, "fewer than five"),
            ["Fewer than five of the 87 people interviewed have had their answer."],
            [],
        ),
        (
            hidden(87, "a group of fewer than five"),
            hidden(None, "a group of fewer than five"),
            [
                "How many of the 87 people interviewed have had their answer is not shown: one side would be "
                "fewer than five."
            ],
            [],
        ),
    ],
)
def test_what_is_left_out_is_said_in_words(
    site: Publication,
    answered: dict[str, object],
    in_time: dict[str, object],
    sentences: list[str],
    pieces: list[tuple[str, int]],
) -> None:
    def change(figures: dict[str, Any]) -> None:
        figures["counts"] |= {"answered": answered, "answered_in_time": in_time}
        figures["days"] = dict.fromkeys(figures["days"])

    site.figures(change)
    promise, problems = read_promise(site.content)
    assert problems == []
    assert promise is not None
    account = account_of(promise)
    assert list(account.sentences) == sentences
    assert [(kind, number) for kind, number, _ in account.bar] == pieces
    site.build()
    assert "None" not in site.read("promise/index.html")


def test_too_few_people_for_any_figure_are_said_to_be_too_few(site: Publication) -> None:
    def change(figures: dict[str, Any]) -> None:
        figures["counts"] = dict.fromkeys(figures["counts"], hidden(None, "fewer than five"))
        figures["days"] = dict.fromkeys(figures["days"])

    site.figures(change)
    site.build()
    html = site.read("promise/index.html")
    assert "Fewer than five people were interviewed in this time: too few to give figures." in html
    assert "<svg class" not in html
    assert "Who came back" not in html


def test_a_page_of_ones_own_cannot_take_the_address(
    site: Publication, problems: Callable[[], list[str]]
) -> None:
    site.page("promise")
    assert problems() == [
        "content/pages/promise.md:1: /promise/ is taken by the site itself — give the page another slug"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{\n  oops", ":2: not JSON: Expecting property name enclosed in double quotes"),
        ("[]", ":1: no figures: there is no"),
        ("{}", ":1: no figures: there is no"),
        (
            '{\n\n"format": 2}',
            ':3: "format" is 2, and this program reads 1 — export it again with this version',
        ),
    ],
)
def test_what_is_no_figures_file_is_refused(
    site: Publication, problems: Callable[[], list[str]], text: str, problem: str
) -> None:
    site.write("figures.json", text)
    (found,) = problems()
    assert found.startswith(f"content/figures.json{problem}"), found


def test_a_file_in_another_encoding_is_refused(site: Publication, problems: Callable[[], list[str]]) -> None:
    (site.content / "figures.json").write_bytes(b'{"format": "\xff"}')
    assert problems()[0].startswith("content/figures.json: not UTF-8 (byte 12)")
