"""What each address shows: the template, and the values that it is made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

from core.assets import Assets
from core.settings import SiteSettings
from core.slugs import slugify
from generator import promise, structured
from generator.article import Article, Entry
from generator.catalogue import Catalogue, Item
from generator.feeds import FEED_LENGTH, Feed, FeedEntry, Robots, Sitemap
from generator.moved import Moved
from generator.picture_html import IMAGES_URL
from generator.pictures import Picture, Variant
from generator.promise_page import account_of
from generator.redirects import Redirects
from generator.shown import (
    ArchivePage,
    ArticlePage,
    FileCopy,
    HomePage,
    Letter,
    Line,
    ListPage,
    Page,
    PictureFile,
    PromisePage,
    Series,
    Sheet,
    Shown,
    StandingPage,
    TermsPage,
    TextKey,
)
from generator.taxonomies import AUTHORS, BY_KIND, SERIES
from generator.threads import feed_of_comments, thread_of
from generator.typography import typographic
from generator.urls import Address


@dataclass(frozen=True)
class Views:
    """One method for each endpoint of `app.ROUTES`; its arguments are the values of the address.

    Of which entries and settings a method may make its values is told in `origins`, too.
    """

    catalogue: Catalogue
    listed: Sequence[Address]
    assets: Assets
    pictures: Mapping[str, Picture]

    def settings_as_values(self) -> dict[str, object]:
        """All settings, of which any value may be made."""
        return {field.name: getattr(self._settings, field.name) for field in fields(self._settings)}

    def shown(self, address: Address) -> Shown:
        """What the address shows."""
        made: Shown = getattr(self, address.endpoint)(**address.values)
        return made

    def home(self) -> Shown:
        articles = self.catalogue.articles
        values = HomePage(
            page_title=self._settings.title,
            canonical=self._absolute("/"),
            description=self._settings.description,
            articles=self.catalogue.page_of(articles, 1),
            older_url=self.catalogue.pager(articles, 1, "/").older_url,
            structured=structured.web_site(self._settings),
        )
        return Shown("home/home.html", values)

    def newer_and_older(self, number: int) -> Shown:
        return self._list(self.catalogue.articles, number, "/", "All articles", feed_url="/feed.xml")

    def article(self, slug: str) -> Shown:
        item = self.catalogue.article(slug)
        letter = self._letter(item)
        canonical, description = self._canonical(item.entry), item.card.summary
        words = self.catalogue.library.bodies[item.entry.url].words
        thread = thread_of(item.entry, self.catalogue)
        values = ArticlePage(
            page_title=item.card.title,
            canonical=canonical,
            description=description,
            structured=structured.posting(
                letter,
                self._settings,
                canonical=canonical,
                description=description,
                words=words,
                comments=thread.count if thread else None,
            ),
            image=structured.absolute_address(letter.image, self._settings) if letter.image else "",
            image_alt=letter.image_alt,
            article=letter,
            text=self._text(item.entry),
            thread=thread,
            pictures=self._pictures_in(item.entry),
            related=tuple(other.line for other in self.catalogue.related_to(item)),
        )
        return Shown("articles/article.html", values)

    def page(self, slug: str) -> Shown:
        page = self.catalogue.pages[slug]
        title = typographic(page.title)
        values = StandingPage(
            page_title=title,
            canonical=self._canonical(page),
            description=self.catalogue.summary(page),
            title=title,
            lead=typographic(page.summary or ""),
            text=self._text(page),
            pictures=self._pictures_in(page),
        )
        return Shown("pages/page.html", values)

    def archive(self) -> Shown:
        years: dict[int, list[Line]] = {}
        for item in self.catalogue.articles:
            years.setdefault(item.card.date.year, []).append(item.line)
        values = ArchivePage(
            page_title="Archive",
            canonical=self._absolute("/archive/"),
            years=tuple((year, tuple(lines)) for year, lines in years.items()),
        )
        return Shown("archive/archive.html", values)

    def terms(self, kind: str) -> Shown:
        taxonomy = BY_KIND[kind]
        values = TermsPage(
            page_title=taxonomy.heading,
            canonical=self._absolute(taxonomy.base),
            heading=taxonomy.heading,
            terms=tuple(self.catalogue.terms[taxonomy].values()),
        )
        return Shown("terms/terms.html", values)

    def term(self, kind: str, slug: str, number: int = 1) -> Shown:
        taxonomy = BY_KIND[kind]
        term = self.catalogue.terms[taxonomy][slug]
        feed_url = f"{term.url}feed.xml" if taxonomy.has_feeds else None
        return self._list(self.catalogue.under(taxonomy, slug), number, term.url, term.name, feed_url)

    def term_feed(self, kind: str, slug: str) -> Shown:
        taxonomy = BY_KIND[kind]
        term = self.catalogue.terms[taxonomy][slug]
        title = f"{self._settings.title}: {term.name}"
        return self._feed(self.catalogue.under(taxonomy, slug), term.url, title)

    def promise(self) -> Shown:
        found = self.catalogue.library.promise
        assert found is not None  # otherwise the address is not listed
        account = account_of(found)
        values = PromisePage(
            page_title="The promise",
            canonical=self._absolute(promise.URL),
            description=account.summary,
            promise=account,
        )
        return Shown("promise/promise.html", values)

    def feed(self) -> Shown:
        return self._feed(self.catalogue.articles, "/", self._settings.title)

    def _feed(self, articles: Sequence[Item], home: str, title: str) -> Shown:
        items = articles[:FEED_LENGTH]
        values = Feed(
            self_url=self._absolute(f"{home}feed.xml"),
            home=self._absolute(home),
            language=self._settings.language,
            title=title,
            subtitle=self._settings.tagline,
            author=self._settings.author,
            updated=max((item.changed for item in items), default=self._beginning()),
            entries=tuple(map(self._feed_entry, items)),
        )
        return Shown("", values)

    def comments_feed(self) -> Shown:
        return Shown("", feed_of_comments(self.catalogue, self._beginning()))

    def sitemap(self) -> Shown:
        """Every address that should be found."""
        local = self._settings.local
        listed = (
            (self._absolute(address.url), local(address.changed).date() if address.changed else None)
            for address in self.listed
            if address.indexed
        )
        return Shown("", Sitemap(tuple(listed)))

    def robots(self) -> Shown:
        return Shown("", Robots(self._settings.url))

    def search(self) -> Shown:
        values = Page(page_title="Search", canonical=self._absolute("/search/"))
        return Shown("search/search.html", values)

    def redirects(self) -> Shown:
        moved = self.catalogue.moved.items()
        return Shown("", Redirects(tuple((old, entry.url) for old, entry in moved)))

    def not_found(self) -> Shown:
        return Shown("errors/404.html", Page(page_title="Not found", canonical="", noindex=True))

    def moved(self, path: str) -> Shown:
        """Sends readers on from a former address."""
        entry = self.catalogue.moved[f"/{path}"]
        values = Moved(self._settings.language, typographic(entry.title), entry.url, self._canonical(entry))
        return Shown("", values)

    def images(self, filename: str) -> Shown:
        picture = self.pictures.get(filename)
        if picture is not None:  # under its own name, for links and for pages elsewhere: the widest
            return Shown("", PictureFile(picture, picture.fallback))
        found = self._variants.get(filename)
        return Shown("", PictureFile(*found) if found else FileCopy("images", filename))

    def static(self, filename: str) -> Shown:
        own = self.assets.own_names.get(filename, filename)
        if own != filename and own.endswith(".css"):  # it asks for other files, by their published names
            return Shown("", Sheet(self.assets.contents[filename].decode("utf-8")))
        return Shown("", FileCopy("static", own))

    @cached_property
    def _variants(self) -> dict[str, tuple[Picture, Variant]]:
        return {
            variant.name: (picture, variant)
            for picture in self.pictures.values()
            for variant in picture.variants
        }

    def _picture(self, address: str | None) -> Picture | None:
        return self.pictures.get((address or "").removeprefix(IMAGES_URL))

    def _pictures_in(self, entry: Entry) -> tuple[Picture, ...]:
        """The pictures that a text shows."""
        shown = (self._picture(link) for link in self.catalogue.library.bodies[entry.url].links)
        return tuple(picture for picture in shown if picture is not None)

    @property
    def _settings(self) -> SiteSettings:
        return self.catalogue.settings

    def _list(
        self, articles: Sequence[Item], number: int, base: str, heading: str, feed_url: str | None = None
    ) -> Shown:
        url = base if number == 1 else f"{base}page/{number}/"
        values = ListPage(
            page_title=heading if number == 1 else f"{heading}, page {number}",
            canonical=self._absolute(url),
            heading=heading,
            articles=self.catalogue.page_of(articles, number),
            pager=self.catalogue.pager(articles, number, base),
            feed_url=feed_url,
        )
        return Shown("listing/listing.html", values)

    def _letter(self, item: Item) -> Letter:
        article, card, all_items = item.entry, item.card, self.catalogue.articles
        older = all_items[item.index + 1] if item.index + 1 < len(all_items) else None
        newer = all_items[item.index - 1] if item.index else None
        return Letter(
            url=card.url,
            title=card.title,
            date=card.date,
            updated=self._settings.local(article.updated) if article.updated else None,
            author=self._author(article),
            author_url=self.catalogue.link_to(AUTHORS, article.author).url if article.author else "",
            lead=typographic(article.summary or ""),
            minutes=card.minutes,
            image=article.image,
            image_alt=article.image_alt or "",
            picture=self._picture(article.image),
            category=card.category,
            series=self._series(item),
            tags=item.tags,
            disclosure=self._settings.disclosure if article.disclosure else "",
            previous=older.link if older else None,
            next=newer.link if newer else None,
        )

    def _series(self, item: Item) -> Series | None:
        name = item.entry.series
        if not name:
            return None
        parts = self.catalogue.under(SERIES, slugify(name))
        return Series(
            name=name,
            url=SERIES.url(name),
            number=parts.index(item) + 1,
            parts=tuple(part.link for part in parts),
        )

    def _feed_entry(self, item: Item) -> FeedEntry:
        article = item.entry
        names = (*article.tags, *((article.category,) if article.category else ()))
        return FeedEntry(
            url=self._absolute(article.url),
            title=item.card.title,
            published=item.card.date,
            updated=item.changed,
            author=self._author(article),
            summary=item.card.summary,
            terms=tuple((slugify(name), name) for name in names),
            text=self._text(article),
        )

    def _beginning(self) -> dt.datetime:
        """A feed must say when it changed; one without articles says when the publication began."""
        return dt.datetime(self._settings.copyright_from or 1970, 1, 1, tzinfo=self._settings.timezone)

    def _author(self, article: Article) -> str:
        """Who wrote it: the site's author unless the entry names another."""
        return article.author or self._settings.author

    def _canonical(self, entry: Entry) -> str:
        """The absolute address, or that of the original when it appeared elsewhere first."""
        return entry.canonical or self._absolute(entry.url)

    def _absolute(self, path: str) -> str:
        return self._settings.url + path

    def _text(self, entry: Entry) -> TextKey:
        return TextKey(self.catalogue.library.keys[entry.url])
