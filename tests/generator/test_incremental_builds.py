"""A second build makes exactly the pages that show what changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.settings import STATIC, TEMPLATES
from generator.publish import Report, publish
from tests.generator.publication import QUICK, SITE_TOML, Publication

HOME, SECOND, THIRD = "index.html", "page/2/index.html", "page/3/index.html"
FEEDS = {"feed.xml"}


def page(slug: str) -> str:
    return f"articles/{slug}/index.html"


@pytest.fixture
def five(site: Publication) -> Publication:
    """Five articles, a1 the oldest, two on a page; a1 and a2 share a tag. Built from its own templates."""
    shutil.copytree(TEMPLATES, site.root / "templates")
    shutil.copytree(STATIC, site.root / "static")
    for day in range(1, 6):
        tags = "[shared]" if day < 3 else "[]"
        site.article(f"a{day}", f"Text {day}.", date=f"2026-01-0{day}", tags=tags, summary=f"Summary {day}.")
    build(site)
    return site


def build(site: Publication) -> Report:
    return publish(
        site.content,
        site.output,
        now=site.now,
        options=QUICK,
        templates=site.root / "templates",
        static=site.root / "static",
    )


def made(site: Publication) -> set[str]:
    report = build(site)
    assert set(report.written) <= set(report.made)
    return set(report.made)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def all_pages(site: Publication) -> set[str]:
    return {name for name in site.files() if name.endswith(".html")}


def test_when_nothing_changed_nothing_is_made(five: Publication) -> None:
    assert made(five) == set()


def test_an_edited_body_makes_the_article_and_the_feeds_that_carry_it(five: Publication) -> None:
    edit(five.content / "articles/a4.md", "Text 4.", "Another text.")
    assert made(five) == {page("a4")} | FEEDS
    assert "Another text." in five.read(page("a4"))


def test_an_edited_title_makes_the_lists_and_the_neighbours_too(five: Publication) -> None:
    edit(five.content / "articles/a4.md", "The title of a4", "Another title")
    assert made(five) == {page("a3"), page("a4"), page("a5"), HOME, "archive/index.html"} | FEEDS


def test_a_new_article_moves_the_lists_along(five: Publication) -> None:
    five.article("a6", date="2026-01-06")
    lists = {HOME, SECOND, THIRD, "archive/index.html", "sitemap.xml"}
    assert made(five) == {page("a6"), page("a5")} | lists | FEEDS


def test_a_removed_article_takes_its_files_along(five: Publication) -> None:
    (five.content / "articles/a5.md").unlink()
    report = build(five)
    assert set(report.removed) == {page("a5"), THIRD}
    assert not (five.output / "articles/a5").exists()
    assert page("a4") in report.made
    assert page("a3") not in report.made


def test_a_date_that_changes_the_order_makes_who_stands_beside_it(five: Publication) -> None:
    edit(five.content / "articles/a5.md", "2026-01-05", "2026-01-06")
    assert made(five) == {page("a5"), HOME, "archive/index.html", "sitemap.xml"} | FEEDS


def test_a_tag_makes_its_list_and_the_list_of_tags(five: Publication) -> None:
    edit(five.content / "articles/a3.md", "tags: []", "tags: [other]")
    new = {"tags/other/index.html", "tags/other/feed.xml"}
    assert made(five) == {page("a3"), "tags/index.html", "sitemap.xml"} | new | FEEDS


def test_a_template_makes_the_pages_that_use_it(five: Publication) -> None:
    edit(five.root / "templates/archive/archive.html", "Every letter", "Each letter")
    assert made(five) == {"archive/index.html"}


def test_a_template_that_is_included_or_imported_makes_who_draws_on_it(five: Publication) -> None:
    edit(five.root / "templates/articles/_card.html", "min read", "minutes")
    lists = {HOME, SECOND, THIRD, "tags/shared/index.html"}
    assert made(five) >= lists
    assert page("a1") not in made(five)
    edit(five.root / "templates/layout.html", "Skip to the text", "To the text")
    assert made(five) == all_pages(five)


def test_a_template_of_the_desk_makes_nothing(five: Publication) -> None:
    edit(five.root / "templates/desk/layout.html", "<", "<!-- --><")
    assert made(five) == set()


def test_a_setting_makes_the_pages_that_show_it(five: Publication) -> None:
    five.write("site.toml", SITE_TOML.replace("On answering everyone.", "On answering all."))
    assert made(five) == {HOME}
    five.write("site.toml", SITE_TOML.replace("2019", "2018"))
    assert made(five) == all_pages(five), "the year is at the foot of every page"


def test_a_disclosure_makes_only_the_articles_that_show_it(five: Publication) -> None:
    five.article("a3", date="2026-01-03", disclosure="true")
    build(five)
    five.write("site.toml", 'disclosure = "I earn a little."\n' + SITE_TOML)
    assert made(five) == {page("a3")}


def test_the_figures_make_their_page_and_the_link_to_it(five: Publication) -> None:
    five.figures()
    assert made(five) == all_pages(five) | {"sitemap.xml"}
    five.figures(lambda figures: figures["days"].update(median=5))
    assert made(five) == {"promise/index.html"}


def test_a_style_sheet_makes_the_pages_that_name_it(five: Publication) -> None:
    edit(five.root / "static/css/figures.css", "{", "{ /* nothing */")
    files = made(five)
    assert all("figures" in name for name in files), "only the promise page shows it, and there is none"
    assert files
    edit(five.root / "static/css/site.css", "{", "{ /* nothing */")
    assert made(five) >= all_pages(five)


def test_a_picture_makes_only_its_own_files(five: Publication) -> None:
    path = five.write("images/notes.txt", "one")
    assert made(five) == {"images/notes.txt"}
    path.write_text("two", encoding="utf-8")
    assert made(five) == {"images/notes.txt"}
    assert five.read("images/notes.txt") == "two"


def same_size(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace("Text 4", "Txet 4"), encoding="utf-8")


def same_size_and_time(path: Path) -> None:
    before = path.stat()
    same_size(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def older(path: Path) -> None:
    same_size(path)
    os.utime(path, (1, 1))


def by_rename(path: Path) -> None:
    aside = path.with_suffix(".tmp")
    shutil.copy2(path, aside)
    same_size_and_time(aside)
    aside.replace(path)


@pytest.mark.parametrize("change", [same_size, same_size_and_time, older, by_rename])
def test_an_edit_is_noticed_however_the_file_looks(five: Publication, change: Callable[[Path], None]) -> None:
    change(five.content / "articles/a4.md")
    assert made(five) == {page("a4")} | FEEDS
    assert "Txet 4." in five.read(page("a4"))


def test_a_file_that_was_only_touched_makes_nothing(five: Publication) -> None:
    for path in (five.content / "articles").iterdir():
        path.touch()
    assert made(five) == set()


def test_an_article_that_falls_due_or_expires_is_made_without_an_edit(five: Publication) -> None:
    five.article("later", date="2026-12-01", expires="2026-12-03")
    assert made(five) == set()
    five.now = five.now.replace(month=12, day=2)
    assert page("later") in made(five)
    five.now = five.now.replace(day=4)
    assert page("later") in build(five).removed


def test_a_page_that_comes_out_the_same_keeps_its_time_of_change(five: Publication) -> None:
    before = (five.output / "archive/index.html").stat()
    edit(five.root / "templates/archive/archive.html", "{% block main %}", "{% block main %}{# nothing #}")
    report = build(five)
    assert (report.made, report.written) == (("archive/index.html",), ())
    assert (five.output / "archive/index.html").stat().st_mtime_ns == before.st_mtime_ns


def test_faults_are_told_again_until_they_are_mended(five: Publication) -> None:
    """The page is not made again, and its fault is: a build that failed remembers nothing good of it."""
    edit(five.content / "articles/a4.md", "Text 4.", "See [it](/nowhere/).")
    for _build in range(2):
        with pytest.raises(Exception, match="leads nowhere"):
            build(five)
    edit(five.content / "articles/a4.md", "See [it](/nowhere/).", "Text 4.")
    assert made(five) == set()


def test_a_link_of_the_layout_to_what_is_gone_is_told_though_no_page_is_made(five: Publication) -> None:
    (five.content / "pages/privacy.md").unlink()
    with pytest.raises(Exception, match="the link /privacy/ leads nowhere"):
        build(five)


def test_a_new_draft_is_looked_for_in_pages_that_are_not_made(five: Publication) -> None:
    edit(five.root / "templates/errors/404.html", "It may have moved", "A quokka at midnight may have moved")
    build(five)
    five.article("secret", title="A quokka at midnight", draft="true")
    with pytest.raises(Exception, match="would show"):
        build(five)
