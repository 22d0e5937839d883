"""The site as a Flask application of its own: frozen into files, never deployed, strange to the endpoint.

It answers exactly the addresses it is given, each from the values of that address (see `shown`), so that it
can be made in any process from what was sent there.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.assets import Assets
from core.plain_text import as_html
from core.settings import SiteSettings
from generator import promise
from generator.catalogue import Catalogue
from generator.comments import FEED_URL
from generator.library import Library
from generator.pages import Pages
from generator.picture_html import IMAGES_URL, head_picture
from generator.pictures import Picture, make_variants
from generator.related import Relate, related_by_words
from generator.shown import FileCopy, Page, PictureFile, Shown, Texts, context_of
from generator.taxonomies import BY_KIND
from generator.urls import STATIC_URL, Address, addresses
from generator.views import Views

if TYPE_CHECKING:
    from flask import Flask

    from generator.direct import SiteApp

_KINDS = ", ".join(BY_KIND)
ROUTES = (
    ("/", "home"),
    ("/page/<int:number>/", "newer_and_older"),
    ("/articles/<slug>/", "article"),
    ("/<slug>/", "page"),
    ("/archive/", "archive"),
    (f"/<any({_KINDS}):kind>/", "terms"),
    (f"/<any({_KINDS}):kind>/<slug>/", "term"),
    (f"/<any({_KINDS}):kind>/<slug>/page/<int:number>/", "term"),
    (f"/<any({_KINDS}):kind>/<slug>/feed.xml", "term_feed"),
    (promise.URL, "promise"),
    ("/feed.xml", "feed"),
    (FEED_URL, "comments_feed"),
    ("/sitemap.xml", "sitemap"),
    ("/robots.txt", "robots"),
    ("/search/", "search"),
    ("/404.html", "not_found"),
    ("/_redirects", "redirects"),
    (f"{IMAGES_URL}<path:filename>", "images"),
    (f"{STATIC_URL}<path:filename>", "static"),
    ("/<path:path>", "moved"),
)
OTHER = "application/octet-stream"  # what Frozen-Flask expects of a file whose name says nothing
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Surroundings:
    """What all pages have in common: the settings, what templates may name besides, and where files stand.

    `year` is that of the build, in the site's zone; `promise_url` is '' while there are no figures; `assets`
    are the addresses of files of `site/static` that are published under other names than their own.
    """

    settings: SiteSettings
    year: int
    promise_url: str
    templates: Path
    folders: Mapping[str, Path]
    assets: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, library: Library, settings: SiteSettings, templates: Path, static: Path, assets: Assets
    ) -> Surroundings:
        """Those of a library at its moment."""
        return cls(
            settings=settings,
            year=settings.local(library.now).year,
            promise_url=promise.URL if library.promise else "",
            templates=templates,
            folders={"static": static.resolve(), "images": library.content.resolve() / "images"},
            assets=assets.urls,
        )

    def globals(self) -> dict[str, object]:
        """What every template may name. A value that is no function is part of the fingerprints of pages."""
        return {
            "site": self.settings,
            "year": self.year,
            "promise_url": self.promise_url,
            "asset": self.asset,
            "site_url": site_url,
        }

    def asset(self, name: str) -> str:
        """The address of a file of `site/static`."""
        return self.assets.get(name, STATIC_URL + name)


def create_site_app(around: Surroundings, pages: Mapping[str, Shown], texts: Texts) -> SiteApp:
    """The site app: it answers the addresses (paths) of `pages`, and no other."""
    # Here, for they take 80 ms, and a build that makes no page does without.
    from flask import Response, abort, request
    from jinja2 import StrictUndefined

    from generator.direct import SiteApp

    app = SiteApp(__name__, template_folder=str(around.templates), static_folder=None)
    # A former address such as /older.html is no page /older.html/: it is answered as it stands.
    app.url_map.strict_slashes = False
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a fault in a template stops the build, with its traceback
    app.jinja_env.auto_reload = False
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(around.globals())
    app.jinja_env.filters.update(
        postmark=postmark, isodate=isodate, head_picture=head_picture, as_html=as_html
    )

    def answer(path: str) -> Response:
        shown = pages.get(path) or abort(404)
        # Of the type that a web server guesses from the file's name: Frozen-Flask compares the two.
        name = path + ("index.html" if path.endswith("/") else "")
        kind = mimetypes.guess_type(name)[0] or OTHER
        return Response(_body(app, shown, around, texts), mimetype=kind)

    def view(**_values: object) -> Response:
        return answer(request.path)

    app.answer = answer
    for rule, endpoint in ROUTES:
        app.add_url_rule(rule, endpoint, view)
    return app


def _body(app: Flask, shown: Shown, around: Surroundings, texts: Texts) -> str | bytes:
    values = shown.values
    if isinstance(values, Page):
        return app.jinja_env.get_template(shown.template).render(context_of(values, texts))
    if isinstance(values, FileCopy):
        return (around.folders[values.folder] / values.name).read_bytes()
    if isinstance(values, PictureFile):
        return picture_file(values, around.folders["images"])
    return values.written(texts)


def pages_of(
    library: Library,
    settings: SiteSettings,
    assets: Assets,
    pictures: Mapping[str, Picture],
    relate: Relate = related_by_words,
) -> tuple[list[Address], Pages]:
    """Every address of the site, in a fixed order, and what each shows."""
    catalogue = Catalogue(library, settings, relate)
    listed = addresses(catalogue, assets, pictures)
    return listed, Pages(listed, Views(catalogue, listed, assets, pictures))


def site_url(path: str) -> str:
    """The address of a page, for templates that the endpoint shows too: there it is another origin's."""
    return path


def picture_file(values: PictureFile, folder: Path) -> bytes:
    """One file of a picture. The next one asked for is mostly of the same picture."""
    return _variants_of(folder / values.picture.name, values.picture)[values.variant.name]


_variants_of = lru_cache(maxsize=1)(make_variants)


def postmark(date: dt.date) -> str:
    """A date as a postmark shows it: "12 Nov 2026", whatever the machine's language."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def isodate(date: dt.date) -> str:
    """A date for `<time datetime>`: "2026-11-12"."""
    return date.isoformat()[:10]  # of a moment, too; `strftime` drops the zero of the year 999
