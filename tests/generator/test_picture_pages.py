"""Pictures in articles: in the sizes that screens ask for, and published anew."""

from __future__ import annotations

import io
from pathlib import Path

import html5lib
import pytest
from PIL import Image

from core.errors import InvalidContent
from generator.publish import BuildOptions
from tests.generator.publication import Publication
from tests.generator.test_pictures import photograph


def with_photograph(site: Publication, name: str = "team.jpg", width: int = 2400) -> Path:
    """A photograph among the site's pictures."""
    folder = site.content / "images"
    folder.mkdir(exist_ok=True)
    return photograph(folder / name, width, width * 2 // 3)


def image_in(page: str) -> dict[str, str]:
    """The attributes of the one image of an article's text."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    (image,) = tree.findall(".//div[@class='prose']//img")
    return {str(key): str(value) for key, value in image.attrib.items()}


def test_a_picture_in_a_text_is_offered_in_every_size_and_waits_until_it_is_seen(site: Publication) -> None:
    with_photograph(site)
    site.article("a", "One.\n\n![The team](/images/team.jpg)")
    site.build()
    page = site.read("articles/a/index.html")
    image = image_in(page)
    assert image["alt"] == "The team"
    assert image["loading"] == "lazy"
    assert (image["width"], image["height"]) == ("1920", "1280")
    assert image["srcset"].count("w,") == 2
    assert image["sizes"]
    assert page.count('<source type="image/webp"') == 1


def test_every_size_that_is_offered_is_there(site: Publication) -> None:
    with_photograph(site)
    site.article("a", "![The team](/images/team.jpg)")
    site.build()
    offered = image_in(site.read("articles/a/index.html"))["srcset"].split(", ")
    for address, width in (each.split(" ") for each in offered):
        with Image.open(site.output / address.removeprefix("/")) as image:
            assert f"{image.width}w" == width


def test_the_picture_at_the_top_is_fetched_at_once(site: Publication) -> None:
    with_photograph(site)
    site.article("a", image="/images/team.jpg", image_alt="The team")
    site.build()
    image = image_in(site.read("articles/a/index.html"))
    assert image["fetchpriority"] == "high"
    assert "loading" not in image


def test_the_address_that_the_article_names_stays_and_says_nothing_of_the_camera(site: Publication) -> None:
    original = with_photograph(site)
    site.article("a", "![The team](/images/team.jpg)")
    site.build()
    published = site.files()["images/team.jpg"]
    assert b"Camera of Example" in original.read_bytes()
    assert b"Camera of Example" not in published
    with Image.open(io.BytesIO(published)) as image:
        assert not image.getexif()
        assert image.size == (1920, 1280)


def test_a_figure_of_a_short_code_is_in_sizes_too(site: Publication) -> None:
    with_photograph(site)
    site.article("a", '{{ figure "/images/team.jpg" alt="The team" caption="All of us" }}')
    site.build()
    assert "srcset" in image_in(site.read("articles/a/index.html"))


def test_a_picture_on_a_page_that_stands_by_itself_is_in_sizes_too(site: Publication) -> None:
    with_photograph(site)
    site.page("about", "![The team](/images/team.jpg)")
    site.build()
    assert "srcset" in image_in(site.read("about/index.html"))


def test_drawings_and_pictures_with_sizes_of_their_own_are_left_alone(site: Publication) -> None:
    with_photograph(site)
    site.write("images/d.svg", "<svg/>")
    site.article("a", '<img src="/images/team.jpg" alt="" width="40" height="20">')
    site.article("b", "![](/images/d.svg)")
    site.build()
    assert "srcset" not in image_in(site.read("articles/a/index.html"))
    assert image_in(site.read("articles/b/index.html"))["src"] == "/images/d.svg"


def test_only_the_pages_that_show_a_picture_are_made_again_when_it_changes(site: Publication) -> None:
    with_photograph(site)
    site.article("a", "![The team](/images/team.jpg)")
    site.article("b")
    site.build()
    with_photograph(site, width=2100)
    written = site.build().written
    assert "articles/a/index.html" in written
    assert "articles/b/index.html" not in written
    assert all(name.startswith(("articles/a/", "images/", "feed")) for name in written)


def test_the_sizes_of_a_picture_that_is_gone_are_gone(site: Publication) -> None:
    path = with_photograph(site)
    site.build()
    assert len([name for name in site.files() if name.startswith("images/")]) == 7
    path.unlink()
    site.build()
    assert not [name for name in site.files() if name.startswith("images/")]


def test_an_unchanged_picture_is_not_made_again(site: Publication) -> None:
    with_photograph(site)
    site.article("a", "![The team](/images/team.jpg)")
    site.build()
    site.article("a", "![The whole team](/images/team.jpg)")
    assert not [name for name in site.build().made if name.startswith("images/")]


def test_pictures_can_be_left_as_they_are(site: Publication) -> None:
    original = with_photograph(site)
    site.article("a", "![The team](/images/team.jpg)")
    site.build(options=BuildOptions(search=False, images=False))
    assert site.files()["images/team.jpg"] == original.read_bytes()
    assert "srcset" not in image_in(site.read("articles/a/index.html"))


def test_a_broken_picture_is_reported_with_everything_else_that_is_wrong(site: Publication) -> None:
    site.write("images/team.jpg", "no picture")
    site.article("a", "[nowhere](/nowhere/)")
    with pytest.raises(InvalidContent) as caught:
        site.build()
    told = str(caught.value)
    assert "content/images/team.jpg: not a picture" in told
    assert "/nowhere/" in told


def test_a_name_with_spaces_and_commas_can_be_asked_for(site: Publication) -> None:
    with_photograph(site, "a b, c.jpg", 1000)
    site.article("a", "![x](</images/a b, c.jpg>)")
    site.build()
    srcset = image_in(site.read("articles/a/index.html"))["srcset"]
    assert [part.split(" ")[1] for part in srcset.split(", ")] == ["480w", "960w", "1000w"]
