"""Compressed copies: the same content, smaller, and the same bytes every time."""

from __future__ import annotations

import gzip
import os
import shutil

import brotli
import pytest

from core.settings import STATIC
from generator.compress import copies, is_text
from generator.publish import BuildOptions, publish
from tests.generator.publication import Publication

PAGE = b"<p>Thank you for the hour you gave us.</p>\n" * 100


@pytest.mark.parametrize("is_kept_for_ever", [False, True])
def test_each_copy_unpacks_to_the_file_and_is_much_smaller(is_kept_for_ever: bool) -> None:
    made = copies(PAGE, is_kept_for_ever=is_kept_for_ever)
    assert gzip.decompress(made[".gz"]) == PAGE
    assert brotli.decompress(made[".br"]) == PAGE
    assert all(len(copy) < len(PAGE) / 5 for copy in made.values())


def test_the_same_file_gives_the_same_copies() -> None:
    assert copies(PAGE) == copies(PAGE)
    assert copies(PAGE)[".gz"][4:8] == b"\0\0\0\0"  # no time of making (RFC 1952)


def test_a_small_file_and_one_that_cannot_be_made_smaller_get_no_copies() -> None:
    assert copies(b"User-agent: *\n") == {}
    assert copies(os.urandom(4000)) == {}


def test_texts_are_compressed_and_pictures_and_typefaces_are_not() -> None:
    assert all(map(is_text, ("a/index.html", "site.1a2b3c4d5e.css", "feed.xml", "waves.svg")))
    assert not any(map(is_text, ("a.webp", "a.jpg", "a.woff2", "_redirects")))


def test_every_text_of_the_site_has_its_copies_and_they_go_with_it(site: Publication) -> None:
    site.article("a", "Some words. " * 200)
    site.build()
    for suffix, unpack in ((".gz", gzip.decompress), (".br", brotli.decompress)):
        page = (site.output / "articles/a/index.html").read_bytes()
        assert unpack((site.output / f"articles/a/index.html{suffix}").read_bytes()) == page
    (site.content / "articles/a.md").unlink()
    site.build()
    assert not [file for file in site.files() if file.startswith("articles/a/")]


def test_a_changed_page_has_changed_copies_and_an_unchanged_one_keeps_its_own(site: Publication) -> None:
    site.article("a", "Some words. " * 200)
    site.article("b", "Other words. " * 200)
    site.build()
    before = site.files()
    site.article("a", "New words. " * 200)
    site.build()
    after = site.files()
    assert gzip.decompress(after["articles/a/index.html.gz"]) == after["articles/a/index.html"]
    assert after["articles/a/index.html.br"] != before["articles/a/index.html.br"]
    assert after["articles/b/index.html.br"] == before["articles/b/index.html.br"]


def test_a_page_that_became_too_small_loses_its_copies(site: Publication) -> None:
    static = site.root / "static"
    shutil.copytree(STATIC, static)
    (static / "notes.txt").write_text("A long note. " * 100, encoding="utf-8")
    publish(site.content, site.output, now=site.now, static=static)
    assert "static/notes.txt.gz" in site.files()
    (static / "notes.txt").write_text("Short.", encoding="utf-8")
    for _again in range(2):  # the second build works on the other of the two trees
        publish(site.content, site.output, now=site.now, static=static)
        assert "static/notes.txt.gz" not in site.files()


def test_copies_can_be_left_out_and_come_back(site: Publication) -> None:
    site.article("a", "Some words. " * 200)
    for wanted in (True, False, True):
        publish(site.content, site.output, now=site.now, options=BuildOptions(compress=wanted))
        assert ("articles/a/index.html.br" in site.files()) == wanted
