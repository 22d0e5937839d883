"""Places that links jump to, feeds, ids and the HTML of templates: checked at every build."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import InvalidContent
from core.settings import TEMPLATES
from generator.feed_check import faults_of_feed, faults_of_sitemap
from generator.publish import publish
from tests.generator.publication import Publication

FEED = """\
<feed xmlns="http://www.w3.org/2005/Atom"><id>https://site.test/</id><title>T</title>
<updated>2026-11-22T12:00:00+00:00</updated>{0}</feed>"""
ENTRY = """\
<entry><id>https://site.test/a/</id><title>A</title><updated>2026-11-22T12:00:00+00:00</updated>
<content type="html">{0}</content></entry>"""


def test_a_link_to_a_place_leads_to_a_heading_a_note_a_hand_written_id_or_the_layout(
    site: Publication,
) -> None:
    site.article(
        "a",
        '## One\n\nSee [above](#one), [b](/articles/b/#two), [b](https://site.test/articles/b/#own), '
        '[c](../b/#x), '
        '[top](#top), [main](#main), [text](/archive/#main) and [it](/archive/#2026).[^1]\n\n[^1]: Note.',
    )  # fmt: skip
    site.article("b", '## Two\n\n<p id="own">x</p>\n\n### Three {#x}\n')
    archive = _archive_with(site, '<h2 id="2026">2026</h2>')
    publish(site.content, site.output, now=site.now, templates=archive)


def test_a_link_to_a_place_that_is_not_there_is_told_with_its_line(
    site: Publication, problems: Callable[[], list[str]]
) -> None:
    site.article("a", "## One\n\nText.\n\n[x](#on) [y](/articles/b/#too)\n\n[z](/archive/#nowhere-at-all)")
    site.article("b", "## Two")
    told = problems()
    assert [problem.partition(" — ")[0] for problem in told] == [
        "content/articles/a.md:10: the link #on leads to no place on its page",
        "content/articles/a.md:10: the link /articles/b/#too leads to no place on /articles/b/",
        "content/articles/a.md:12: the link /archive/#nowhere-at-all leads to no place on /archive/",
    ]
    assert told[0].endswith('did you mean "one"?')


def test_a_link_that_a_deletion_broke_is_found_though_its_page_was_not_edited(
    site: Publication, problems: Callable[[], list[str]]
) -> None:
    site.article("a", "See [b](/articles/b/#two).")
    path = site.article("b", "## Two")
    site.build()
    site.article("b", "## Three")
    assert problems()[0].startswith("content/articles/a.md:6: the link /articles/b/#two leads to no place")
    path.unlink()
    assert problems()[0].startswith("content/articles/a.md:6: the link /articles/b/#two leads nowhere")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("<div>", "<div> is not closed before </main>"),
        ('<p id="main">x</p>', 'the id "main" is there twice'),
        ('<a href="#nowhere">x</a>', "the link #nowhere leads to no place on its page"),
        ('<a href="/nowhere/">x</a>', "the link /nowhere/ leads nowhere"),
        ('<img src="/static/favicon.svg" srcset="/static/none.svg 2x" alt="">', "the link /static/none.svg"),
    ],
)  # fmt: skip
def test_a_fault_of_a_template_is_told_once_for_all_its_pages(
    site: Publication, written: str, told: str
) -> None:
    for name in "abc":
        site.article(name)
    templates = site.root / "templates"
    shutil.copytree(TEMPLATES, templates)
    article = templates / "articles" / "article.html"
    article.write_text(
        article.read_text(encoding="utf-8").replace("{% block main %}", "{% block main %}" + written, 1),
        encoding="utf-8",
    )
    with pytest.raises(InvalidContent) as caught:
        publish(site.content, site.output, now=site.now, templates=templates)
    (problem,) = caught.value.problems
    assert problem.message.startswith(told)
    assert problem.path.startswith(("templates/", "site/templates"))
    assert "/articles/" in problem.repair


def test_an_id_of_the_layout_in_an_article_is_told_with_its_file(
    site: Publication, problems: Callable[[], list[str]]
) -> None:
    site.article("a", '<p id="main">x</p>')
    assert problems()[0].startswith('content/articles/a.md: the id "main" is there twice')


def _archive_with(site: Publication, written: str) -> Path:
    templates = site.root / "templates"
    shutil.copytree(TEMPLATES, templates)
    archive = templates / "archive" / "archive.html"
    text = archive.read_text(encoding="utf-8")
    archive.write_text(text.replace("{% block main %}", "{% block main %}" + written), encoding="utf-8")
    return templates


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (FEED.format(""), []),
        (FEED.format(ENTRY.format("&lt;a href=\"https://site.test/\"&gt;x&lt;/a&gt;")), []),
        (FEED.format(ENTRY.format("&lt;a href=\"/x/\"&gt;x&lt;/a&gt;")),
         ['the link "/x/" in a text is not absolute']),
        (FEED.format(ENTRY.format("&lt;a href='x/'&gt;x&lt;/a&gt; &lt;img alt=''\nsrc='//y/'&gt;")),
         ['the link "x/" in a text is not absolute', 'the link "//y/" in a text is not absolute']),
        (FEED.format(ENTRY.format("&lt;video poster=&#34;x&#34;&gt; &lt;q cite=&quot;y&quot;&gt;")),
         ['the link "x" in a text is not absolute', 'the link "y" in a text is not absolute']),
        (FEED.format(ENTRY.format('&lt;a href="https://x.test?a=1&amp;amp;b"&gt;x&lt;/a&gt; '
                                  '&lt;a href="mailto:a@b.test"&gt;x&lt;/a&gt; href="/no/tag/"')), []),
        (FEED.format(ENTRY.format('&lt;a href="https:///x"&gt;x&lt;/a&gt;')),
         ['the link "https:///x" in a text is not absolute']),
        (FEED.format('<link rel="self" href="/feed.xml"/>'), ['the link "/feed.xml" is not absolute']),
        (FEED.format(ENTRY.format("") * 2), ["two entries have the same id"]),
        (FEED.format("").replace("<title>T</title>", ""), ["the feed has no title"]),
        (FEED.format("").replace("feed", "rss"), ["it begins with <rss>, not <feed>"]),
        (FEED.format(ENTRY.format("")).replace("entry", "x:entry"),
         ["it is not well-formed XML: unbound prefix: line 2, column 44"]),
        ("<feed", ["it is not well-formed XML: unclosed token: line 1, column 0"]),
        ("<feed>&nbsp;</feed>", ["it is not well-formed XML: undefined entity: line 1, column 6"]),
    ],
)  # fmt: skip
def test_a_feed_is_whole_and_its_addresses_are_absolute(text: str, faults: list[str]) -> None:
    assert list(faults_of_feed(text)) == list(faults_of_feed(text.encode())) == faults


def test_a_sitemap_lists_absolute_addresses_once() -> None:
    text = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{0}</urlset>'
    good, bad = "<url><loc>https://site.test/</loc></url>", "<url><loc>/a/</loc></url>"
    assert list(faults_of_sitemap(text.format(good))) == []
    assert list(faults_of_sitemap(text.format(bad))) == ['"/a/" is no absolute address']
    assert list(faults_of_sitemap(text.format(good * 2))) == ["an address is listed twice"]
    assert next(faults_of_sitemap("x")).startswith("it is not well-formed XML")
