"""Compressed copies: the same content, smaller, and the same bytes every time."""

from __future__ import annotations

import gzip
import os

import brotli
import pytest

from generator.compress import copies, is_text

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
