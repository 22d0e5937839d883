"""Pictures of `content/images/` in the sizes that screens ask for, in WebP and in their own format.

A photograph straight from a camera weighs megabytes and says where it was taken. So every picture is
published anew: turned upright, no wider than WIDEST, without the data that cameras add, and in several widths
among which the browser chooses. Names carry a digest of the picture and of how it is made, so that they may
be kept for ever, and so that a picture that was made once need not be made again.

Pillow takes 20 ms to import: it comes with the first picture that is looked at, and most builds look at none.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from core.errors import InvalidContent, Problem
from core.settings import display_path

if TYPE_CHECKING:
    from PIL import Image

FOLDER = "images"
WIDTHS = (480, 960)  # pixels: a phone, and the measure of a letter on a fine screen; then the picture's own
WIDEST = 1920  # pixels: what a letter as wide as the sheet shows on a fine screen
WEBP_QUALITY = 78
JPEG_QUALITY = 82
MOST_PIXELS = 60_000_000  # what a good camera makes; more would take gigabytes of memory
_SETUP = f"1 {WIDTHS} {WIDEST} {WEBP_QUALITY} {JPEG_QUALITY}"  # a change makes every picture anew
_FORMATS = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})


@dataclass(frozen=True, slots=True)
class Variant:
    """One file of a picture: its name below `/images/`, its size in pixels, and its media type."""

    name: str
    width: int
    height: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture and the files it is published as, from narrow to wide within each media type.

    `name` is the path below `content/images/` that articles refer to.
    """

    name: str
    width: int
    height: int
    variants: tuple[Variant, ...]

    @property
    def fallback(self) -> Variant:
        """The widest file in the picture's own format: for `src`, and for pages elsewhere that show it."""
        return max((v for v in self.variants if v.media_type == self.media_type), key=lambda v: v.width)

    @property
    def media_type(self) -> str:
        """The media type of the picture itself."""
        return self.variants[-1].media_type


def read_picture(path: Path, name: str) -> Picture | None:
    """How a picture is to be published; None for what is published as it is (drawings, animations).

    Raises InvalidContent when the file cannot be read as what its name says.
    """
    if path.suffix.lower() not in SUFFIXES:
        return None
    from PIL import Image, UnidentifiedImageError  # see above

    data = path.read_bytes()
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.format not in _FORMATS or getattr(image, "is_animated", False):
                return None
            if image.width * image.height > MOST_PIXELS:
                raise InvalidContent([_too_large(path, image.width, image.height)])
            width, height = _upright_size(image)
            own = image.format
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        problem = Problem(display_path(path), 0, f"not a picture: {error}", "save it anew as JPEG or PNG")
        raise InvalidContent([problem]) from error
    digest = hashlib.sha256(_SETUP.encode() + data).hexdigest()[:10]
    return Picture(name, width, height, tuple(_variants(name, width, height, own, digest)))


def make_variants(path: Path, picture: Picture) -> dict[str, bytes]:
    """The files of a picture, by name. Raises InvalidContent for a file that is damaged inside."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as opened:
            image = ImageOps.exif_transpose(opened)
            image.load()
    except (OSError, SyntaxError, ValueError) as error:
        problem = Problem(display_path(path), 0, f"damaged: {error}", "save it anew as JPEG or PNG")
        raise InvalidContent([problem]) from error
    if image.mode not in ("RGB", "RGBA", "L", "LA"):
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    return {variant.name: _encoded(image, variant) for variant in picture.variants}


def _variants(name: str, width: int, height: int, own: str, digest: str) -> list[Variant]:
    widest = min(width, WIDEST)
    widths = [each for each in WIDTHS if each < widest] + [widest]
    stem = PurePosixPath(name).with_suffix("")
    formats = dict.fromkeys(("WEBP", own))  # the own one last: the fallback
    return [
        Variant(
            f"{stem}-{each}.{digest}{_FORMATS[kind][1]}",
            each,
            max(1, round(height * each / width)),
            _FORMATS[kind][0],
        )
        for kind in formats
        for each in widths
    ]


def _encoded(image: Image.Image, variant: Variant) -> bytes:
    """The picture in the size and the format of `variant`, without anything that a camera wrote into it."""
    from PIL.Image import Resampling

    sized = image.resize((variant.width, variant.height), Resampling.LANCZOS, reducing_gap=3.0)
    sized.info = {key: value for key, value in image.info.items() if key == "icc_profile"}
    colours = sized.info.get("icc_profile")
    stream = io.BytesIO()
    match variant.media_type:
        case "image/webp":
            sized.save(stream, "WEBP", quality=WEBP_QUALITY, method=4, icc_profile=colours)
        case "image/jpeg":
            sized = sized.convert("L" if sized.mode in ("L", "LA") else "RGB")
            sized.save(
                stream, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True, icc_profile=colours
            )
        case _:
            sized.save(stream, "PNG", optimize=True, icc_profile=colours)
    return stream.getvalue()


def _upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as a person sees it: cameras note how they were held (EXIF 2.32, orientation)."""
    turned = image.getexif().get(0x0112, 1) >= 5  # 5 to 8 lie on their side
    return (image.height, image.width) if turned else (image.width, image.height)


def _too_large(path: Path, width: int, height: int) -> Problem:
    message = f"{width} × {height} pixels are more than the {MOST_PIXELS // 1_000_000} million that are read"
    return Problem(display_path(path), 0, message, "make it smaller; a screen shows two million")
