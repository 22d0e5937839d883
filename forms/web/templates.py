"""What every template of the endpoint finds beside what its view gives it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from forms.contact_details import readable_phone
from forms.web.context import context
from forms.web.site_files import is_site_served
from forms.web.static_files import asset


def init_app(app: Flask) -> None:
    """Register the globals and filters of `site/templates/`; an unknown name in a template is an error."""
    app.jinja_env.undefined = StrictUndefined
    app.add_template_global(asset, "asset")
    app.add_template_global(site_url, "site_url")
    app.add_template_filter(phone, "phone")
    app.context_processor(_page)


def site_url(path: str) -> str:
    """The address of a page of the public site: on this origin when we serve it, else where it is."""
    if is_site_served() or not path.startswith("/"):
        return path
    return f"{context().site.url}{path}"


def phone(number: str | None) -> str:
    """A telephone number as people write it; nothing for none. Links (`tel:`) keep E.164."""
    return readable_phone(number) if number else ""


def _page() -> dict[str, Any]:
    """Defaults; a view overrides them by giving its own. Nothing the endpoint shows belongs in an index."""
    found = context()
    return {
        "site": found.site,
        "year": found.today().year,
        "page_title": found.site.title,
        "description": "",
        "canonical": "",
        "noindex": True,
    }
