"""Tags, categories, authors and series: their pages, their feeds, and what an article says of them."""

from __future__ import annotations

from xml.etree import ElementTree

import html5lib
import pytest

from core.errors import InvalidContent
from tests.generator.publication import Publication

ATOM = "{http://www.w3.org/2005/Atom}"


def titles(page: str) -> list[str]:
    """The titles of the cards of a list, in order."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return ["".join(link.itertext()) for link in tree.iterfind(".//li[@class='card']/div/h2/a")]


def test_an_author_has_a_page_and_the_article_links_to_it(site: Publication) -> None:
    site.article("guest", author="Ade Guest")
    site.article("own")
    site.build()
    assert titles(site.read("authors/ade-guest/index.html")) == ["The title of guest"]
    assert '<a href="/authors/ade-guest/" rel="author">Ade Guest</a>' in site.read(
        "articles/guest/index.html"
    )
    assert "/authors/" not in site.read("articles/own/index.html")
    assert "Ade Guest" in site.read("authors/index.html")


def test_a_category_has_a_page_and_the_categories_are_listed(site: Publication) -> None:
    site.article("a", category="Practice")
    site.build()
    assert titles(site.read("categories/practice/index.html")) == ["The title of a"]
    assert 'href="/categories/practice/"' in site.read("categories/index.html")


def test_a_series_is_listed_from_its_beginning(site: Publication) -> None:
    for number, slug in enumerate(("one", "two", "three"), 1):
        site.article(slug, series="Ten minutes", date=f"2026-01-0{number}")
    site.build()
    listed = [*titles(site.read("series/ten-minutes/index.html"))]
    listed += titles(site.read("series/ten-minutes/page/2/index.html"))
    assert listed == ["The title of one", "The title of two", "The title of three"]


def test_an_article_says_which_part_of_its_series_it_is_and_names_the_others(site: Publication) -> None:
    site.article("one", series="Ten minutes", date="2026-01-01")
    site.article("two", series="Ten minutes", date="2026-01-02")
    site.build()
    page = site.read("articles/two/index.html")
    assert "Part 2 of 2 of the series “Ten minutes”" in page
    assert '<li><a href="/articles/one/">The title of one</a></li>' in page
    assert '<span aria-current="page">The title of two</span>' in page


def test_a_site_without_authors_and_series_has_no_empty_pages_of_them(site: Publication) -> None:
    site.article("a")
    site.build()
    assert not {"authors", "series", "categories"} & {name.split("/")[0] for name in site.files()}
    assert "tags/index.html" in site.files()


def test_every_tag_has_a_feed_of_its_own_in_full_with_absolute_addresses(site: Publication) -> None:
    site.article("a", "Read [more](/articles/b/).", tags="[answers]")
    site.article("b", tags="[clients]")
    site.build()
    feed = ElementTree.fromstring(site.read("tags/answers/feed.xml"))
    (entry,) = feed.findall(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}id") == "https://site.test/tags/answers/"
    assert feed.findtext(f"{ATOM}title") == "The Other Seven: answers"
    assert 'href="https://site.test/articles/b/"' in (entry.findtext(f"{ATOM}content") or "")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == "https://site.test/tags/answers/feed.xml"


def test_the_page_of_a_tag_leads_to_its_feed(site: Publication) -> None:
    site.article("a", tags="[answers]")
    site.build()
    assert 'href="/tags/answers/feed.xml"' in site.read("tags/answers/index.html")


def test_the_pages_of_terms_are_in_the_sitemap_and_their_further_pages_are_not(site: Publication) -> None:
    for number in range(3):
        site.article(f"a{number}", series="Long", author="Ade Guest")
    site.build()
    sitemap = site.read("sitemap.xml")
    assert "https://site.test/series/long/<" in sitemap
    assert "https://site.test/authors/ade-guest/<" in sitemap
    assert "page/2" not in sitemap


@pytest.mark.parametrize("key", ["author", "series"])
def test_two_names_for_one_address_are_an_error_with_file_and_line(site: Publication, key: str) -> None:
    site.article("a", **{key: "Ade Guest"})
    site.article("b", **{key: "ade guest"})
    with pytest.raises(InvalidContent, match=r"b\.md:4: .*would share one address, …/ade-guest/"):
        site.build()


def test_related_articles_stand_below_an_article(site: Publication) -> None:
    site.article("a", tags="[answers]")
    site.article("b", tags="[answers]")
    site.article("c", tags="[clients]")
    site.build()
    page = site.read("articles/a/index.html")
    related = page[page.index("Related letters") : page.index("Other letters")]
    assert "/articles/b/" in related
    assert "/articles/c/" not in related
