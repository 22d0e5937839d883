"""What the composition root assembled, for the request at hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import current_app, g

from core.business_days import BusinessDays
from core.clock import Clock
from core.settings import RunSettings, SiteSettings
from forms.store.protocol import Store

EXTENSION = "followup"


@dataclass(frozen=True)
class Context:
    """The parts an application was made of. `content` and `root` are absolute folders."""

    site: SiteSettings
    run: RunSettings
    store: Store
    clock: Clock
    root: Path
    content: Path
    secret: bytes = field(repr=False)

    def now(self) -> dt.datetime:
        """The present moment, in UTC."""
        return self.clock.now()

    def today(self) -> dt.date:
        """The date in the headhunter's own time zone: promises are kept by the calendar on the wall."""
        return self.site.local(self.clock.now()).date()

    def local_date(self, moment: dt.datetime) -> dt.date:
        """The date of a moment in the headhunter's own time zone."""
        return self.site.local(moment).date()

    def calendar(self) -> BusinessDays:
        """The business days of this installation."""
        return BusinessDays(self.run.holidays)

    def absolute(self, path: str) -> str:
        """The address, with host, under which people reach `path` of this endpoint."""
        return self.run.base_url.rstrip("/") + path


def context() -> Context:
    """The parts of the application that answers this request, as whoever sent it may use them."""
    return cast(Context, g.get(EXTENSION) or current_app.extensions[EXTENSION])


def set_context(found: Context) -> None:
    """Said by the desk's guard, once per request: this store for who is logged in."""
    setattr(g, EXTENSION, found)
