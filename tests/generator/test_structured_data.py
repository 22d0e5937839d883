"""JSON-LD and OpenGraph: what search engines ask of an article, and nothing that breaks out of it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import html5lib

from tests.generator.publication import Publication

# https://developers.google.com/search/docs/appearance/structured-data/article: what an article should have.
ASKED = {"headline", "image", "datePublished", "dateModified", "author"}
TITLE = "'\"</script><b>\" & co'"


def graph(page: str) -> list[dict[str, Any]]:
    """The things that a page describes."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    (script,) = tree.findall(".//script[@type='application/ld+json']")
    data = json.loads(script.text or "")
    assert data["@context"] == "https://schema.org"
    things: list[dict[str, Any]] = data["@graph"]
    return things


def thing(page: str, kind: str) -> dict[str, Any]:
    """The one thing of a kind that a page describes."""
    (found,) = [each for each in graph(page) if each["@type"] == kind]
    return found


def meta(page: str) -> dict[str, str]:
    """The `meta` elements of a page, by property or name."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found = tree.findall(".//meta")
    return {each.get("property") or each.get("name") or "": each.get("content") or "" for each in found}


def build_one(site: Publication, **keys: object) -> str:
    """The page of one article."""
    site.write("images/desk.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    pictured: dict[str, object] = {"image": "/images/desk.svg", "image_alt": "A desk"}
    site.article("a", "Some text.", **(pictured | keys))
    site.build()
    return site.read("articles/a/index.html")


def test_an_article_has_everything_that_search_engines_ask_for(site: Publication) -> None:
    posting = thing(build_one(site, updated="2026-02-03", author="Ade Guest"), "BlogPosting")
    assert set(posting) >= ASKED
    assert posting["image"] == ["https://site.test/images/desk.svg"]
    assert posting["author"] == {
        "@type": "Person",
        "name": "Ade Guest",
        "url": "https://site.test/authors/ade-guest/",
    }
    published, modified = map(dt.datetime.fromisoformat, (posting["datePublished"], posting["dateModified"]))
    assert published.tzinfo
    assert published < modified
    assert posting["mainEntityOfPage"] == "https://site.test/articles/a/"


def test_an_article_says_where_it_stands_in_the_site(site: Publication) -> None:
    trail = thing(build_one(site, category="Practice"), "BreadcrumbList")["itemListElement"]
    assert [step["position"] for step in trail] == [1, 2, 3]
    assert [step["item"] for step in trail] == [
        "https://site.test/",
        "https://site.test/categories/practice/",
        "https://site.test/articles/a/",
    ]
    assert all(step["name"] for step in trail)


def test_the_first_page_describes_the_site(site: Publication) -> None:
    site.build()
    described = thing(site.read("index.html"), "WebSite")
    assert described["name"] == "The Other Seven"
    assert described["url"] == "https://site.test/"


def test_a_title_cannot_break_out_of_the_script(site: Publication) -> None:
    page = build_one(site, title=TITLE)
    assert thing(page, "BlogPosting")["headline"] == "“</script><b>” & co"
    assert page.count("</script>") == page.count("<script")


def test_an_article_passed_on_shows_title_summary_and_picture(site: Publication) -> None:
    found = meta(build_one(site, summary="In short.", tags="[answers]", category="Practice"))
    assert found["og:type"] == "article"
    assert found["og:title"] == "The title of a"
    assert found["og:description"] == "In short."
    assert found["og:url"] == "https://site.test/articles/a/"
    assert found["og:image"] == "https://site.test/images/desk.svg"
    assert found["og:image:alt"] == "A desk"
    assert found["og:locale"] == "en"
    assert found["twitter:card"] == "summary_large_image"
    assert found["article:tag"] == "answers"
    assert found["article:section"] == "Practice"


def test_a_page_without_a_picture_claims_none(site: Publication) -> None:
    site.build()
    found = meta(site.read("index.html"))
    assert found["og:type"] == "website"
    assert "og:image" not in found
    assert found["twitter:card"] == "summary"


def test_former_addresses_are_in_the_file_that_hosts_read(site: Publication) -> None:
    site.article("a", aliases="[/old/, /older.html]")
    site.build()
    assert site.read("_redirects") == "/old/ /articles/a/ 301\n/older.html /articles/a/ 301\n"


def test_a_site_that_never_moved_has_no_such_file(site: Publication) -> None:
    site.build()
    assert "_redirects" not in site.files()
