"""The commands: build, check, new."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.clock import SystemClock
from core.errors import Problem
from core.frontmatter import read_document
from generator.cli import cli
from tests.generator.publication import Publication


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words, catch_exceptions=False)


def test_build_says_what_it_made_and_when_the_next_article_is_due(site: Publication) -> None:
    site.article("a")
    site.article("later", date="2999-01-02 09:30")
    site.article("draft", draft="true")
    result = run("build", "--content", "content", "--output", "build")
    assert result.exit_code == 0
    assert "1 article, 2 pages" in result.stdout
    assert "Not published: 1 draft, 1 scheduled, 0 expired." in result.stdout
    assert "The next article is due on 2999-01-02 at 09:30 (Europe/London)." in result.stdout
    assert "The site is in build." in result.stdout
    assert site.read("articles/a/index.html")


def test_scripts_may_rely_on_full_and_no_search_from_the_start(site: Publication) -> None:
    assert run("build", "--content", "content", "--output", "build", "--full", "--no-search").exit_code == 0


def test_a_build_with_errors_names_them_all_and_exits_with_1(site: Publication) -> None:
    site.article("a", tittle="x")
    site.article("b", date="soon")
    result = run("build", "--content", "content", "--output", "build")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        'content/articles/a.md:4: unknown key "tittle" — did you mean "title"?',
        'content/articles/b.md:3: "date" is no date: soon — write it as 2026-11-12 or 2026-11-12 09:00',
    ]
    assert not site.output.exists()


def test_a_content_folder_that_is_not_there_is_an_error_like_any_other(tmp_path: Path) -> None:
    result = run("build", "--content", str(tmp_path / "none"), "--output", str(tmp_path / "build"))
    assert result.exit_code == 1
    assert "site.toml: there is no such file" in result.stderr


def test_further_checks_of_the_content_are_reported_in_the_same_run(site: Publication) -> None:
    site.article("a", "[x](/nowhere/)")

    def nothing_told(content: Path) -> list[Problem]:
        return [Problem(f"{content}/messages/told.md", 3, "it says nothing", "write it")]

    words = ("--content", "content")
    for command in (("build", *words, "--output", "build"), ("check", *words)):
        result = CliRunner().invoke(cli, command, obj=(nothing_told,), catch_exceptions=False)
        assert result.exit_code == 1
        assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == [
            "content/articles/a.md:6",
            "content/messages/told.md:3",
        ]
    site.article("a")
    result = CliRunner().invoke(cli, ("check", *words), obj=(nothing_told,), catch_exceptions=False)
    assert result.exit_code == 1
    assert result.stderr == "content/messages/told.md:3: it says nothing — write it\n"
    assert not site.output.exists()


def test_check_builds_without_publishing(site: Publication) -> None:
    site.article("a")
    result = run("check", "--content", "content")
    assert result.exit_code == 0
    assert "Nothing is wrong" in result.stdout
    assert sorted(path.name for path in site.root.iterdir()) == ["content"]
    site.article("a", "[x](/nowhere/)")
    assert run("check", "--content", "content").exit_code == 1


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What comes back", "what-comes-back.md"),
        ('"Done": it\'s \\ 50% -- C#', "done-its-50-c-sharp.md"),
    ],
)
def test_new_article_writes_a_dated_draft_and_prints_its_path(
    site: Publication, title: str, name: str
) -> None:
    today = site.settings.local(SystemClock().now()).date()
    result = run("new", "article", "--content", "content", title)
    assert result.stdout == f"content/articles/{name}\n"
    document = read_document(Path(result.stdout.strip()))
    assert document.values["title"] == title
    assert document.values["draft"] is True
    assert str(document.values["date"]) >= today.isoformat()
    assert run("build", "--content", "content", "--output", "build").exit_code == 0
    assert not list((site.output / "articles").glob("*"))


def test_new_article_never_overwrites(site: Publication) -> None:
    path = site.article("what-comes-back", "Mine.")
    before = path.read_text()
    result = run("new", "article", "--content", "content", "What comes back?")
    assert result.exit_code == 1
    assert "what-comes-back.md: there is such an article already" in result.stderr
    assert path.read_text() == before


def test_new_article_needs_a_title_that_gives_a_name(site: Publication) -> None:
    result = run("new", "article", "--content", "content", "???")
    assert result.exit_code == 1
    assert "choose another title" in result.stderr


def test_a_new_page_is_a_draft_that_a_build_reads_and_never_takes_what_is_taken(site: Publication) -> None:
    result = run("new", "page", "--content", "content", 'Talks: "here"')
    assert result.exit_code == 0
    assert result.stdout == "content/pages/talks-here.md\n"
    text = (site.content / "pages" / "talks-here.md").read_text(encoding="utf-8")
    assert text == '---\ntitle: "Talks: \\"here\\""\ndraft: true\n---\n\n'
    assert site.build().drafts == 1
    again = run("new", "page", "--content", "content", "Talks here")
    assert again.exit_code == 1
    assert "there is such a page already" in again.stderr
    taken = run("new", "page", "--content", "content", "Desk")
    assert taken.exit_code == 1
    assert "/desk/ is taken by the site itself" in taken.stderr
