"""Pictures in the sizes that screens ask for."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from core.errors import InvalidContent
from generator.pictures import Picture, make_variants, read_picture


def photograph(path: Path, width: int = 2400, height: int = 1600, orientation: int = 1) -> Path:
    """A picture with what cameras add: a place, and how the camera was held."""
    image = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera of Example"
    exif.get_ifd(0x8825)[1] = "N"
    image.save(path, "JPEG", exif=exif)
    return path


def read(path: Path) -> Picture:
    picture = read_picture(path, f"2026/{path.name}")
    assert picture is not None
    return picture


def test_a_photograph_is_published_in_three_widths_as_webp_and_in_its_own_format(tmp_path: Path) -> None:
    picture = read(photograph(tmp_path / "team.jpg"))
    assert [(v.width, v.height, v.media_type) for v in picture.variants] == [
        (480, 320, "image/webp"),
        (960, 640, "image/webp"),
        (1920, 1280, "image/webp"),
        (480, 320, "image/jpeg"),
        (960, 640, "image/jpeg"),
        (1920, 1280, "image/jpeg"),
    ]
    assert picture.fallback == picture.variants[-1]


def test_every_file_is_what_its_name_and_its_size_say(tmp_path: Path) -> None:
    path = photograph(tmp_path / "team.jpg")
    picture = read(path)
    files = make_variants(path, picture)
    for variant in picture.variants:
        with Image.open(io.BytesIO(files[variant.name])) as image:
            assert image.size == (variant.width, variant.height)
            assert Image.MIME[image.format or ""] == variant.media_type


def test_nothing_that_the_camera_wrote_is_published(tmp_path: Path) -> None:
    path = photograph(tmp_path / "team.jpg")
    for data in make_variants(path, read(path)).values():
        with Image.open(io.BytesIO(data)) as image:
            assert not image.getexif()
        assert b"Camera of Example" not in data


def test_a_picture_taken_upright_is_published_upright(tmp_path: Path) -> None:
    path = photograph(tmp_path / "tall.jpg", 1600, 800, orientation=6)
    picture = read(path)
    assert (picture.width, picture.height) == (800, 1600)
    with Image.open(io.BytesIO(make_variants(path, picture)[picture.fallback.name])) as image:
        assert image.size == (800, 1600)


def test_a_small_picture_is_not_blown_up_and_transparency_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    Image.new("RGBA", (120, 40), (200, 30, 30, 128)).save(path)
    picture = read(path)
    assert [(v.width, v.media_type) for v in picture.variants] == [(120, "image/webp"), (120, "image/png")]
    for data in make_variants(path, picture).values():
        with Image.open(io.BytesIO(data)) as image:
            assert image.convert("RGBA").getpixel((5, 5))[3] in range(126, 131)  # type: ignore[index]


def test_a_palette_with_a_transparent_colour_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "old.png"
    image = Image.new("P", (600, 20), 0)
    image.putpalette([0, 0, 0, 255, 255, 255])
    image.save(path, transparency=0)
    for data in make_variants(path, read(path)).values():
        with Image.open(io.BytesIO(data)) as made:
            assert made.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_names_change_with_the_picture_and_only_with_it(tmp_path: Path) -> None:
    path = photograph(tmp_path / "team.jpg")
    first = read(path)
    assert read(path) == first
    photograph(path, 2400, 1601)
    assert not {v.name for v in first.variants} & {v.name for v in read(path).variants}
    assert all(v.name.startswith("2026/team-") for v in first.variants)


def test_drawings_and_animations_are_published_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text("<svg/>", encoding="utf-8")
    frames = [Image.new("L", (8, 8), shade) for shade in (0, 255)]
    frames[0].save(tmp_path / "moving.webp", save_all=True, append_images=frames[1:])
    assert read_picture(tmp_path / "a.svg", "a.svg") is None
    assert read_picture(tmp_path / "moving.webp", "moving.webp") is None


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0 broken"])
def test_what_is_no_picture_is_an_error_that_names_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "team.jpg"
    path.write_bytes(content)
    with pytest.raises(InvalidContent, match=r"team\.jpg: not a picture"):
        read_picture(path, "team.jpg")


def test_a_picture_that_breaks_off_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = photograph(tmp_path / "team.jpg")
    picture = read(path)
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(InvalidContent, match=r"team\.jpg: damaged"):
        make_variants(path, picture)


def test_a_picture_with_more_pixels_than_memory_allows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (8000, 8000)).save(path)
    with pytest.raises(InvalidContent, match=r"huge\.png: 8000 × 8000 pixels"):
        read_picture(path, "huge.png")
