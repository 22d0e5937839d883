"""Pictures in HTML: the browser is offered every size, in WebP and in the picture's own format.

Width and height are told, so that the text does not jump when the picture arrives; pictures in the text wait
until the reader comes near them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup

from generator.pictures import Picture, Variant

IMAGES_URL = "/images/"
# How wide a picture is shown: the measure of a letter, or nearly the whole of a phone.
SIZES = "(min-width: 46rem) 40rem, 92vw"
_IMAGE = re.compile(r"""<img\s(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_SOURCE = re.compile(r"""(?<=\s)src="([^"]*)\"""")
_LOADING = re.compile(r"\s(?:loading|decoding|width|height|srcset|sizes)=")


def with_pictures(body: str, pictures: Iterable[Picture]) -> str:
    """A text whose images are shown in the sizes of `pictures`; those of other images stay their own."""
    if "<img" not in body:
        return body
    by_url = {IMAGES_URL + picture.name: picture for picture in pictures}
    return _IMAGE.sub(lambda found: _offered(found[0], by_url), body)


def head_picture(picture: Picture, alt: str) -> Markup:
    """The picture at the top of an article, which is fetched at once."""
    tag = f'<img src="{IMAGES_URL}{html.escape(picture.name)}" alt="{html.escape(alt)}" fetchpriority="high">'
    return Markup(_in_sizes(tag, picture))  # noqa: S704  # every value in it was escaped


def _offered(tag: str, by_url: Mapping[str, Picture]) -> str:
    if _LOADING.search(tag):
        return tag  # whoever wrote these knew better
    lazy = tag.removesuffix(">").rstrip() + ' loading="lazy" decoding="async">'
    source = _SOURCE.search(tag)
    picture = by_url.get(html.unescape(source[1])) if source else None
    return lazy if picture is None else _in_sizes(lazy, picture)


def _in_sizes(tag: str, picture: Picture) -> str:
    own, others = picture.media_type, [v for v in picture.variants if v.media_type != picture.media_type]
    fallback = picture.fallback
    size = f'width="{fallback.width}" height="{fallback.height}"'
    offered = f'srcset="{_srcset(picture, own)}" sizes="{SIZES}" {size}>'
    image = _SOURCE.sub(f'src="{_address(fallback)}"', tag.removesuffix(">")) + f" {offered}"
    if not others:
        return image
    kind = others[0].media_type
    source = f'<source type="{kind}" srcset="{_srcset(picture, kind)}" sizes="{SIZES}">'
    return f"<picture>{source}{image}</picture>"


def _srcset(picture: Picture, kind: str) -> str:
    return ", ".join(f"{_address(v)} {v.width}w" for v in picture.variants if v.media_type == kind)


def _address(variant: Variant) -> str:
    # Spaces and commas tell the parts of a srcset apart.
    name = variant.name.replace("%", "%25").replace(" ", "%20").replace(",", "%2C")
    return html.escape(IMAGES_URL + name)
