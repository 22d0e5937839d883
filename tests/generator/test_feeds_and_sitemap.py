"""What machines read: the feed, the sitemap, robots.txt."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import html5lib
import pytest

from generator.feeds import ATOM, FEED_LENGTH, SITEMAP
from generator.html import targets
from tests.generator.publication import Publication

A = {"a": ATOM}


@pytest.fixture
def feed(site: Publication) -> ElementTree.Element:
    """The feed of a publication with two articles; the newer was updated."""
    site.page("about")
    site.article("old", "[Up](/about/) & ![pic](../../static/favicon.svg)[^1]\n\n[^1]: A note.", tags="[C++]")
    site.article(
        "new",
        '`href="/x/"`',
        date="2026-02-01",
        updated="2026-03-01 10:00",
        author="Guest",
        title="'\"<b>\" & co'",
    )
    site.build()
    return ElementTree.fromstring(site.read("feed.xml"))


def text(parent: ElementTree.Element, path: str) -> str:
    return parent.findtext(path, "", A)


def test_the_feed_has_what_rfc_4287_asks_for(feed: ElementTree.Element) -> None:
    assert feed.tag == f"{{{ATOM}}}feed"
    assert text(feed, "a:id") == "https://site.test/"
    assert text(feed, "a:title") == "The Other Seven"
    assert text(feed, "a:updated") == "2026-03-01T10:00:00+00:00"
    assert text(feed, "a:author/a:name") == "Marian Holloway"
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", A)}
    assert links == {"self": "https://site.test/feed.xml", "alternate": "https://site.test/"}


def test_an_entry_has_an_id_its_times_its_author_and_its_tags(feed: ElementTree.Element) -> None:
    new, old = feed.findall("a:entry", A)
    assert text(new, "a:id") == "https://site.test/articles/new/"
    assert text(new, "a:title") == "“<b>” & co"
    assert text(new, "a:author/a:name") == "Guest"
    assert text(new, "a:published") == "2026-02-01T00:00:00+00:00"
    assert text(new, "a:updated") == "2026-03-01T10:00:00+00:00"
    assert text(old, "a:updated") == "2026-01-01T00:00:00+00:00"
    assert [tag.attrib for tag in old.findall("a:category", A)] == [{"term": "c-plus-plus", "label": "C++"}]


def test_an_entry_holds_the_whole_text_with_absolute_links(feed: ElementTree.Element) -> None:
    new, old = (text(entry, "a:content") for entry in feed.findall("a:entry", A))
    assert '<a href="https://site.test/about/">Up</a>' in old
    assert 'src="https://site.test/static/favicon.svg"' in old
    assert "A note." in old
    assert all(urlsplit(target).scheme for target in targets(old))
    assert 'href="/x/"' in new
    for content in (new, old):
        html5lib.HTMLParser(strict=True).parseFragment(content)


def test_the_feed_of_an_empty_publication_is_still_a_feed(site: Publication) -> None:
    site.build()
    feed = ElementTree.fromstring(site.read("feed.xml"))
    assert text(feed, "a:updated") == "2019-01-01T00:00:00+00:00"


def test_the_feed_holds_the_newest_only(site: Publication) -> None:
    for number in range(FEED_LENGTH + 1):
        site.article(f"a{number:02}", date=f"2026-01-{number + 1:02}")
    site.build()
    entries = ElementTree.fromstring(site.read("feed.xml")).findall("a:entry", A)
    assert len(entries) == FEED_LENGTH
    assert text(entries[0], "a:id").endswith("/a20/")


def test_the_sitemap_lists_what_should_be_found(site: Publication) -> None:
    for day in (1, 2, 3):
        site.article(f"a{day}", date=f"2026-01-0{day}", tags="[x]")
    site.build()
    root = ElementTree.fromstring(site.read("sitemap.xml"))
    space = {"s": SITEMAP}
    found = {
        url.findtext("s:loc", "", space).removeprefix("https://site.test"): url.findtext(
            "s:lastmod", None, space
        )
        for url in root.findall("s:url", space)
    }
    assert found == {
        "/": "2026-01-03",
        "/archive/": "2026-01-03",
        "/articles/a1/": "2026-01-01",
        "/articles/a2/": "2026-01-02",
        "/articles/a3/": "2026-01-03",
        "/disclosure/": None,
        "/privacy/": None,
        "/tags/": None,
        "/tags/x/": "2026-01-03",
    }


def test_robots_keep_out_of_what_is_private(site: Publication) -> None:
    site.build()
    parser = RobotFileParser()
    parser.parse(site.read("robots.txt").splitlines())
    for path in ("/status/abc/", "/desk/", "/r/abc/"):
        assert not parser.can_fetch("*", f"https://site.test{path}")
    assert parser.can_fetch("*", "https://site.test/articles/referrals/")
    assert parser.site_maps() == ["https://site.test/sitemap.xml"]
