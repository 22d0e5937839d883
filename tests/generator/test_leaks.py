"""What is not to be seen is in no file of the site."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.errors import InvalidContent
from core.settings import TEMPLATES
from generator.publish import publish
from tests.generator.publication import Publication

BODY = "Zanzibar quokkas hum at midnight under amber lamps."


@pytest.fixture
def withheld(site: Publication) -> Publication:
    """A publication with one of everything that must not be seen, and a published neighbour of each."""
    keys = {"tags": "[visible, veiled-{0}]", "category": "Veiled {0}", "series": "Veiled {0}"}
    for name, state in {
        "draft": {"draft": "true"},
        "future": {"date": "2026-11-22 12:01"},
        "expired": {"expires": "2026-11-22 11:00"},
    }.items():
        own = {key: value.format(name) for key, value in keys.items()}
        site.article(
            f"secret-{name}",
            BODY,
            **{"title": f"The unseen {name} & its title", "summary": f"Unseen summary {name}"} | own | state,
        )
    site.page("secret-page", BODY, title="The unseen draft page", draft="true")
    site.article("seen", "Plain.", tags="[visible]", date="2026-11-22 11:59")
    return site


def test_drafts_future_and_expired_entries_are_in_no_byte_of_any_file(withheld: Publication) -> None:
    """Neither their address nor a word of them, nor a tag that only they have."""
    withheld.build()
    files = withheld.files()
    assert b"The title of seen" in files["articles/seen/index.html"]
    for name, data in files.items():
        for needle in ("secret", "unseen", "veiled", "zanzibar", "quokka"):
            assert needle not in name.lower()
            assert needle.encode() not in data.lower(), f"{needle} in {name}"


def test_a_tag_counts_only_what_is_published(withheld: Publication) -> None:
    withheld.build()
    html = withheld.read("tags/index.html")
    assert html.count('href="/tags/visible/"') == 1
    assert '<span class="count">1 ' in html


@pytest.mark.parametrize(
    ("leak", "what"),
    [
        ("<a>/x</a> https://site.test/articles/secret-draft/", "https://site.test/articles/secret-draft/"),
        ("The unseen draft &amp; its title", "The unseen draft & its title"),
        (
            "Zanzibar quokkas hum at midnight under amber lamps",
            "Zanzibar quokkas hum at midnight under amber lamps",
        ),
        ("xThe unseen draft &amp; its title/x", "The unseen draft & its title"),
    ],
)
@pytest.mark.parametrize("others", [0, 20])
def test_a_leak_stops_the_build_before_anybody_sees_it(
    withheld: Publication, leak: str, what: str, others: int
) -> None:
    for number in range(others):
        withheld.article(f"draft-{number}", title=f"One of many drafts, {number}", draft="true")
    templates = withheld.root / "templates"
    shutil.copytree(TEMPLATES, templates)
    archive = templates / "archive" / "archive.html"
    archive.write_text(f"<html>{leak}</html>", encoding="utf-8")
    with pytest.raises(InvalidContent) as caught:
        publish(withheld.content, withheld.output, now=withheld.now, templates=templates)
    assert f'/archive/ would show "{what}" of content/articles/secret-draft.md, which is a draft' in str(
        caught.value
    )
    assert not withheld.output.exists()


def test_a_private_link_in_an_article_stops_the_build(site: Publication) -> None:
    site.article("a", "See https://site.test/status/Zm9sbG93LXVwLWZvbGxvdy11cA/ please.")
    with pytest.raises(InvalidContent, match="would show somebody's private link"):
        site.build()


def test_an_article_may_mention_the_title_of_a_draft_in_its_own_words(withheld: Publication) -> None:
    withheld.article("b", 'I shall write "The unseen draft & its title" one day.')
    withheld.build()
    assert "unseen draft" in withheld.read("articles/b/index.html")


def test_a_page_that_nobody_listed_is_not_published(site: Publication, tmp_path: Path) -> None:
    """Files of an editor and of a file manager, and what is no Markdown, stay at home."""
    site.write("articles/.#a.md", "not even front matter")
    site.write("articles/notes.txt", "private notes")
    site.write("images/.DS_Store", "x")
    site.article("a")
    site.build()
    assert not [name for name in site.files() if "notes" in name or "DS_Store" in name or "#" in name]
