"""The site as a Flask application of its own: frozen into files, never deployed, strange to the endpoint."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from core.settings import STATIC, TEMPLATES, SiteSettings
from generator import promise
from generator.catalogue import Catalogue
from generator.library import Library
from generator.urls import MOVED, STATIC_URL, Address, addresses
from generator.views import ROUTES, Views

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def create_site_app(
    library: Library,
    settings: SiteSettings,
    now: dt.datetime,
    *,
    templates: Path = TEMPLATES,
    static: Path = STATIC,
) -> Flask:
    """The site app, which answers the addresses that `addresses_of` lists, and no other."""
    app = Flask(
        __name__,
        template_folder=str(templates),
        static_folder=str(static),
        static_url_path=STATIC_URL.rstrip("/"),
    )
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a fault in a template stops the build, with its traceback
    app.jinja_env.auto_reload = False
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(
        site=settings, year=settings.local(now).year, asset=asset, site_url=lambda path: path
    )
    app.jinja_env.globals["promise_url"] = promise.URL if library.promise else ""
    app.jinja_env.filters.update(postmark=postmark, isodate=isodate)
    catalogue = Catalogue(library, settings)
    listed = addresses(catalogue, static)
    app.extensions["addresses"] = listed
    views = Views(catalogue, listed)
    for rule, endpoint in ROUTES:
        app.add_url_rule(rule, endpoint, getattr(views, endpoint))
    by_source = {view.entry.source.path: view for view in (*catalogue.articles, *catalogue.pages.values())}
    for address in listed:
        if address.endpoint.startswith(MOVED):
            app.add_url_rule(address.url, address.endpoint, partial(views.moved, by_source[address.source]))
    return app


def addresses_of(app: Flask) -> list[Address]:
    """Every address a site app publishes."""
    listed: list[Address] = app.extensions["addresses"]
    return listed


def asset(name: str) -> str:
    """The address of a file of `site/static`."""
    return STATIC_URL + name


def postmark(date: dt.date) -> str:
    """A date as a postmark shows it: "12 Nov 2026", whatever the machine's language."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def isodate(date: dt.date) -> str:
    """A date for `<time datetime>`: "2026-11-12"."""
    return f"{date:%Y-%m-%d}"
