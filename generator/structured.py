"""What search engines and other programs read about a page: JSON-LD in the terms of schema.org.

Required and recommended properties: https://schema.org/BlogPosting and Google's guide to structured data for
articles; https://schema.org/BreadcrumbList; https://schema.org/WebSite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from core.settings import SiteSettings
from generator.shown import Letter, Link

CONTEXT = "https://schema.org"


def posting(
    letter: Letter,
    settings: SiteSettings,
    *,
    canonical: str,
    description: str,
    words: int,
    comments: int | None = None,
) -> str:
    """An article, and where it stands in the site. `canonical` is its absolute address.

    `comments` is their number, None where there can be none.
    """
    url = settings.url + letter.url
    author: dict[str, Any] = {"@type": "Person", "name": letter.author}
    author["url"] = settings.url + (letter.author_url or "/")
    article: dict[str, Any] = {
        "@type": "BlogPosting",
        "@id": url,
        "headline": letter.title,
        "description": description,
        "inLanguage": settings.language,
        "wordCount": words,
        "datePublished": letter.date.isoformat(),
        "dateModified": (letter.updated or letter.date).isoformat(),
        "author": author,
        "publisher": {"@type": "Organization", "name": settings.title, "url": f"{settings.url}/"},
        "mainEntityOfPage": canonical,
    }
    if comments is not None:
        article["commentCount"] = comments
    if letter.image:
        article["image"] = [absolute_address(letter.image, settings)]
    if letter.tags:
        article["keywords"] = [tag.name for tag in letter.tags]
    if letter.category:
        article["articleSection"] = letter.category.name
    trail = [Link(settings.title, "/"), *([letter.category] if letter.category else [])]
    return _script([article, _breadcrumbs([*trail, Link(letter.title, letter.url)], settings)])


def web_site(settings: SiteSettings) -> str:
    """The site as a whole, for its first page."""
    site: dict[str, Any] = {
        "@type": "WebSite",
        "name": settings.title,
        "url": f"{settings.url}/",
        "inLanguage": settings.language,
        "publisher": {"@type": "Person", "name": settings.author},
    }
    if settings.description:
        site["description"] = settings.description
    return _script([site])


def absolute_address(address: str, settings: SiteSettings) -> str:
    """An address of front matter as other sites must write it."""
    return settings.url + address if address.startswith("/") else address


def _breadcrumbs(trail: Sequence[Link], settings: SiteSettings) -> dict[str, Any]:
    steps = [
        {"@type": "ListItem", "position": place, "name": link.name, "item": settings.url + link.url}
        for place, link in enumerate(trail, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def _script(things: list[dict[str, Any]]) -> str:
    """Text for a `script` element, which no title can end: `<` is written as JSON may write it."""
    text = orjson.dumps({"@context": CONTEXT, "@graph": things}).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
