"""A whole site from a whole content folder."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import html5lib
import pytest
from flask import url_for

from core.assets import read_assets
from core.errors import FollowUpError, InvalidContent
from core.settings import ROOT, STATIC, TEMPLATES
from generator.app import ROUTES, Surroundings, create_site_app, isodate, pages_of, postmark
from generator.publish import Step, publish
from generator.swap import MARKER
from tests.generator.publication import SITE_TOML, Publication


def links_of(html: str, start: str) -> list[str]:
    """The links that begin with `start`, in order, each once."""
    found = [piece.split('"')[0] for piece in html.split('href="')[1:]]
    return list(dict.fromkeys(link for link in found if link.startswith(start)))


def test_every_kind_of_page_has_its_address(site: Publication) -> None:
    for day in range(1, 6):
        site.article(f"a{day}", date=f"2026-01-0{day}", tags="[C++, Two Words]", category="New clients")
    site.page("about")
    site.write("images/a b.txt", "x")
    site.build()
    expected = {
        "index.html",
        "page/2/index.html",
        "page/3/index.html",
        *(f"articles/a{day}/index.html" for day in range(1, 6)),
        "about/index.html",
        "archive/index.html",
        "tags/index.html",
        "tags/c-plus-plus/index.html",
        "tags/two-words/page/3/index.html",
        "categories/new-clients/index.html",
        "categories/new-clients/page/2/index.html",
        "feed.xml",
        "sitemap.xml",
        "robots.txt",
        "404.html",
        "static/css/site.css",
        "images/a b.txt",
        MARKER,
    }
    assert expected <= set(site.files())
    assert "page/1/index.html" not in site.files()
    assert "page/4/index.html" not in site.files()


def test_every_view_of_the_site_app_is_frozen_in_a_publication_that_has_everything(site: Publication) -> None:
    for number in range(3):
        site.article(f"a{number}", tags="[x]", category="y", aliases=f"[/old/{number}/]")
    site.write("images/a.txt", "x")
    site.figures()
    site.write("site.toml", f"comments = true\n{SITE_TOML}")
    settings, library = site.library()
    listed, _pages = pages_of(library, settings, read_assets(STATIC), {})
    assert {address.endpoint for address in listed} == {endpoint for _rule, endpoint in ROUTES}


def test_every_address_is_what_flask_makes_of_its_endpoint_and_values(site: Publication) -> None:
    for number in range(3):
        site.article(f"a{number}", tags="[x]", category="y", aliases=f"[/old/{number}/]")
    site.write("images/a b.txt", "x")
    settings, library = site.library()
    assets = read_assets(STATIC)
    listed, pages = pages_of(library, settings, assets, {})
    app = create_site_app(Surroundings.of(library, settings, TEMPLATES, STATIC, assets), pages, site.texts)
    with app.test_request_context():
        for address in listed:
            values: dict[str, Any] = address.values
            assert unquote(url_for(address.endpoint, **values)) == address.url
    site.texts.close()


def test_every_address_answers_and_no_other_does(site: Publication) -> None:
    site.article("a", tags="[x]")
    settings, library = site.library()
    assets = read_assets(STATIC)
    listed, pages = pages_of(library, settings, assets, {})
    around = Surroundings.of(library, settings, TEMPLATES, STATIC, assets)
    client = create_site_app(around, pages, site.texts).test_client()
    for address in listed:
        with client.get(address.url) as response:
            assert response.status_code == 200, address
    for path in (
        "/articles/b/",
        "/b/",
        "/page/2/",
        "/page/0/",
        "/tags/y/",
        "/tags/x/page/2/",
        "/categories/x/",
    ):
        assert client.get(path).status_code == 404, path
    site.texts.close()


def test_a_publication_without_articles_is_a_site_too(site: Publication) -> None:
    report = site.build()
    assert (report.articles, report.pages) == (0, 2)
    assert "<h1>" in site.read("index.html")


def test_lists_are_newest_first_and_paged_by_path(site: Publication) -> None:
    for slug, date in {"old": "2025-01-01", "new": "2026-01-01", "middle": "2025-06-01"}.items():
        site.article(slug, date=date)
    site.build()
    assert links_of(site.read("index.html"), "/articles/") == ["/articles/new/", "/articles/middle/"]
    assert "/page/2/" in links_of(site.read("index.html"), "/page/")
    assert links_of(site.read("page/2/index.html"), "/articles/") == ["/articles/old/"]
    assert links_of(site.read("archive/index.html"), "/articles/") == [
        "/articles/new/",
        "/articles/middle/",
        "/articles/old/",
    ]


def test_an_article_leads_to_the_one_before_and_the_one_after(site: Publication) -> None:
    for day in (1, 2, 3):
        site.article(f"a{day}", date=f"2026-01-0{day}")
    site.build()
    assert links_of(site.read("articles/a2/index.html"), "/articles/") == ["/articles/a1/", "/articles/a3/"]
    assert links_of(site.read("articles/a1/index.html"), "/articles/") == ["/articles/a2/"]


def test_an_article_shows_what_its_front_matter_says(site: Publication) -> None:
    site.write("site.toml", 'disclosure = "I earn a little."\n' + SITE_TOML)
    site.article(
        "a",
        "Text.",
        title='"\\"Done\\" & told"',
        summary="In short -- this.",
        author="Guest Writer",
        updated="2026-02-03",
        series="A series",
        disclosure="true",
        canonical="https://elsewhere.test/first/",
    )
    site.build()
    html = site.read("articles/a/index.html")
    for text in (
        "“Done” &amp; told",
        "In short – this.",
        "Guest Writer",
        "A series",
        "I earn a little.",
        "2026",
    ):
        assert text in html
    assert '<link rel="canonical" href="https://elsewhere.test/first/">' in html
    assert "/articles/a/" not in site.read("sitemap.xml")


def test_a_date_without_a_zone_is_meant_in_the_sites_own(site: Publication) -> None:
    site.article("summer", date="2026-07-01 00:30")
    site.article("elsewhere", date="2026-07-01T00:30:00+00:00")
    _settings, library = site.library()
    dates = {article.slug: article.date.astimezone(dt.UTC) for article in library.articles}
    assert dates["summer"] == dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)
    assert dates["elsewhere"] == dt.datetime(2026, 7, 1, 0, 30, tzinfo=dt.UTC)


def test_a_file_named_by_its_date_has_no_date_in_its_address(site: Publication) -> None:
    site.article("2026-01-01-Hello_World")
    _settings, library = site.library()
    assert [article.url for article in library.articles] == ["/articles/hello-world/"]


def test_a_former_address_sends_readers_on(site: Publication) -> None:
    site.article("new", aliases="[/old/, /articles/older, /2019/oldest.html]", title="New & found")
    site.build()
    for file in ("old/index.html", "articles/older/index.html", "2019/oldest.html"):
        html = site.read(file)
        assert '<meta http-equiv="refresh" content="0; url=/articles/new/">' in html
        assert '<link rel="canonical" href="https://site.test/articles/new/">' in html
        assert "New &amp; found" in html
        html5lib.HTMLParser(strict=True).parse(html)
    assert "old" not in site.read("sitemap.xml")


def test_an_alias_that_is_an_address_of_the_site_itself_is_refused(site: Publication) -> None:
    site.article("a", tags="[x]", aliases="[/tags/x/, /feed.xml/]")
    with pytest.raises(InvalidContent, match="alias /tags/x/ is an address of the site itself"):
        site.build()


def test_the_same_content_gives_the_same_bytes(site: Publication) -> None:
    site.article("a", "```python\nx = 1\n```", tags="[x, y]")
    site.build()
    first = site.files()
    shutil.rmtree(site.output)
    site.build()
    assert site.files() == first


def test_a_removed_article_is_gone_from_the_site(site: Publication) -> None:
    path = site.article("a")
    site.build()
    path.unlink()
    site.build()
    assert "articles/a/index.html" not in site.files()


def test_the_next_due_time_and_what_is_withheld_are_reported(site: Publication) -> None:
    site.article("draft", draft="true", date="2027-01-01")
    site.article("later", date="2027-03-01")
    site.article("soon", date="2027-02-01 09:30")
    site.article("over", expires="2026-02-01")
    site.article("ending", expires="2027-01-15")
    report = site.build()
    assert (report.articles, report.drafts, report.scheduled, report.expired) == (1, 1, 2, 1)
    assert report.next_due == dt.datetime(2027, 2, 1, 9, 30, tzinfo=dt.UTC)
    assert report.next_change == dt.datetime(2027, 1, 15, tzinfo=dt.UTC)


def test_an_article_appears_at_its_time_and_goes_at_its_end(site: Publication) -> None:
    site.article("a", date="2026-12-01 09:00", expires="2026-12-02 09:00")
    seen = []
    for hour in (8, 9, 32, 33):
        site.now = dt.datetime(2026, 12, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour)
        seen.append(site.build().articles)
    assert seen == [0, 1, 1, 0]


@pytest.mark.parametrize("name", ["content", "content/articles", "."])
def test_an_output_inside_the_content_or_around_it_is_refused(site: Publication, name: str) -> None:
    with pytest.raises(FollowUpError, match="lies inside the content"):
        publish(site.content, site.root / name, now=site.now)


def test_a_page_size_below_one_is_refused(site: Publication) -> None:
    site.write("site.toml", SITE_TOML.replace("page_size = 2", "page_size = 0"))
    with pytest.raises(InvalidContent, match='"page_size" is less than 1'):
        site.build()


def test_dates_are_shown_the_same_whatever_the_language_of_the_machine() -> None:
    assert postmark(dt.date(2026, 11, 2)) == "2 Nov 2026"
    assert isodate(dt.date(2026, 11, 2)) == "2026-11-02"
    assert isodate(dt.datetime(999, 11, 2, 9, 30, tzinfo=dt.UTC)) == "0999-11-02"


def test_progress_is_told_step_by_step(site: Publication) -> None:
    told: list[tuple[Step, int, int]] = []
    report = site.build(lambda *step: told.append(step))
    steps = list(dict.fromkeys(step for step, _done, _total in told))
    assert steps == [Step.READ, Step.WRITE, Step.CHECK, Step.SWAP, Step.DONE]
    assert (Step.WRITE, report.files, report.files) in told


def test_a_fault_in_a_template_names_the_template_and_the_article(site: Publication) -> None:
    templates = site.root / "templates"
    shutil.copytree(TEMPLATES, templates)
    (templates / "articles" / "article.html").write_text("<html>\n{{ article.titel }}</html>")
    site.article("a")
    with pytest.raises(InvalidContent) as caught:
        publish(site.content, site.output, now=site.now, templates=templates, static=STATIC)
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == ("templates/articles/article.html", 2)
    assert "titel" in problem.message
    assert "/articles/a/ from content/articles/a.md" in problem.message


@pytest.mark.parametrize("name", ["layout.html", "archive/archive.html"])
def test_a_template_that_is_not_utf_8_is_named(site: Publication, name: str) -> None:
    templates = site.root / "templates"
    shutil.copytree(TEMPLATES, templates)
    (templates / name).write_bytes(b"<html>\n\xe9</html>")
    site.article("one")
    with pytest.raises(InvalidContent) as caught:
        publish(site.content, site.output, now=site.now, templates=templates)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"templates/{name}:2: not UTF-8 (byte 7)")


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("", 0, "/articles/a/ came out empty"),
        ('<!doctype html><html><p id="x"><p id="x"></html>', 0, 'the id "x" is there twice'),
        ('<!doctype html><html><a href="/nowhere/">x</a></html>', 1, "the link /nowhere/ leads nowhere"),
    ],
)
def test_a_page_that_came_out_wrong_is_not_published(
    site: Publication, template: str, line: int, message: str
) -> None:
    templates = site.root / "templates"
    shutil.copytree(TEMPLATES, templates)
    (templates / "articles" / "article.html").write_text(template)
    site.article("a")
    with pytest.raises(InvalidContent) as caught:
        publish(site.content, site.output, now=site.now, templates=templates)
    assert [(problem.line, problem.message) for problem in caught.value.problems] == [(line, message)]
    assert not site.output.exists()


def test_a_link_of_the_navigation_that_leads_nowhere_is_told_once_with_its_line(site: Publication) -> None:
    site.write("site.toml", SITE_TOML.replace("/archive/", "/archiv/"))
    site.article("a")
    with pytest.raises(InvalidContent) as caught:
        site.build()
    assert str(caught.value) == (
        'content/site.toml:12: the link /archiv/ leads nowhere — did you mean "/archive/"?'
    )


def test_the_shipped_publication_builds(tmp_path: Path) -> None:
    report = publish(ROOT / "content", tmp_path / "build", now=dt.datetime.now(dt.UTC))
    assert report.articles >= 6
