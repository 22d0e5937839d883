"""What each address answers with."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, send_from_directory
from markupsafe import Markup

from generator import feeds, promise
from generator.catalogue import ArticleView, Catalogue, EntryView
from generator.promise_page import account_of
from generator.urls import IMAGES_URL, Address

ROUTES = (
    ("/", "home"),
    ("/page/<int:number>/", "newer_and_older"),
    ("/articles/<slug>/", "article"),
    ("/<slug>/", "page"),
    ("/archive/", "archive"),
    ("/tags/", "tags"),
    ("/tags/<slug>/", "tag"),
    ("/tags/<slug>/page/<int:number>/", "tag"),
    ("/categories/<slug>/", "category"),
    ("/categories/<slug>/page/<int:number>/", "category"),
    (promise.URL, "promise"),
    ("/feed.xml", "feed"),
    ("/sitemap.xml", "sitemap"),
    ("/robots.txt", "robots"),
    ("/404.html", "not_found"),
    (f"{IMAGES_URL}<path:filename>", "images"),
)

_MOVED = Markup("""\
<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={url}">
<link rel="canonical" href="{canonical}">
<title>{title}</title>
<h1>This has moved</h1>
<p>It is now at <a href="{url}">{title}</a>.</p>
</html>
""")


@dataclass(frozen=True)
class Views:
    """One method for each endpoint of `ROUTES`."""

    catalogue: Catalogue
    listed: list[Address]

    def home(self) -> str:
        articles = self.catalogue.articles
        return self._page(
            "home/home.html",
            "/",
            self.catalogue.settings.title,
            description=self.catalogue.settings.description,
            articles=self.catalogue.page_of(articles, 1),
            older_url=self.catalogue.pager(articles, 1, "/").older_url,
        )

    def newer_and_older(self, number: int) -> str:
        return self._list(self.catalogue.articles, number, "/", "All articles", feed_url="/feed.xml")

    def article(self, slug: str) -> str:
        view = self.catalogue.by_slug.get(slug) or abort(404)
        return self._page(
            "articles/article.html",
            view.url,
            view.title,
            description=view.summary,
            canonical=view.canonical,
            article=view,
            related=[],
        )

    def page(self, slug: str) -> str:
        view = self.catalogue.pages.get(slug) or abort(404)
        return self._page(
            "pages/page.html",
            view.url,
            view.title,
            description=view.summary,
            canonical=view.canonical,
            page=view,
        )

    def archive(self) -> str:
        return self._page("archive/archive.html", "/archive/", "Archive", years=self.catalogue.years())

    def tags(self) -> str:
        terms = list(self.catalogue.tags.values())
        return self._page("tags/tags.html", "/tags/", "Topics", heading="Topics", terms=terms)

    def tag(self, slug: str, number: int = 1) -> str:
        term = self.catalogue.tags.get(slug) or abort(404)
        return self._list(self.catalogue.tagged[slug], number, term.url, term.name)

    def category(self, slug: str, number: int = 1) -> str:
        term = self.catalogue.categories.get(slug) or abort(404)
        return self._list(self.catalogue.categorised[slug], number, term.url, term.name)

    def promise(self) -> str:
        account = account_of(self.catalogue.library.promise or abort(404))
        return self._page(
            "promise/promise.html", promise.URL, "The promise", description=account.summary, promise=account
        )

    def feed(self) -> Response:
        return _file(feeds.atom(self.catalogue), "feed.xml")

    def sitemap(self) -> Response:
        return _file(feeds.sitemap(self.listed, self.catalogue.settings), "sitemap.xml")

    def robots(self) -> Response:
        return _file(feeds.robots(self.catalogue.settings), "robots.txt")

    def not_found(self) -> str:
        return self._page("errors/404.html", "/404.html", "Not found", canonical="", noindex=True)

    def moved(self, view: EntryView) -> str:
        """Sends readers on from a former address, without a script and on any server."""
        return _MOVED.format(
            language=self.catalogue.settings.language,
            title=view.title,
            url=view.url,
            canonical=view.canonical,
        )

    def images(self, filename: str) -> Response:
        return send_from_directory(self.catalogue.library.content.resolve() / "images", filename)

    def _list(
        self,
        articles: Sequence[ArticleView],
        number: int,
        base: str,
        heading: str,
        **more: Any,
    ) -> str:
        shown = self.catalogue.page_of(articles, number)
        url = base if number == 1 else f"{base}page/{number}/"
        title = heading if number == 1 else f"{heading}, page {number}"
        context = {"intro": "", "feed_url": None} | more
        return self._page(
            "listing/listing.html",
            url,
            title,
            heading=heading,
            articles=shown or abort(404),
            pager=self.catalogue.pager(articles, number, base),
            **context,
        )

    def _page(self, template: str, url: str, title: str, **context: Any) -> str:
        """Render a page with what `layout.html` asks for."""
        defaults = {"description": "", "noindex": False, "canonical": self.catalogue.settings.url + url}
        return render_template(template, page_title=title, **(defaults | context))


def _file(text: str, name: str) -> Response:
    """A text of the type that a web server guesses from the file's name: Frozen-Flask compares the two."""
    return Response(text, mimetype=mimetypes.guess_type(name)[0])
