"""A small publication in a folder of its own, with short ways to write, build and read it."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.settings import SiteSettings, load_site_settings
from generator.cache import Cache
from generator.files import listing
from generator.library import Library, make_library
from generator.publish import BuildOptions, Progress, Report, publish, read_settings
from generator.shelf import Shelf
from generator.texts import TextReader, TextStore
from generator.workers import Crew

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)

SITE_TOML = """\
title = "The Other Seven"
tagline = "Letters"
description = "On answering everyone."
url = "https://site.test"
author = "Marian Holloway"
timezone = "Europe/London"
copyright_from = 2019
page_size = 2

[[navigation]]
label = "Archive"
url = "/archive/"
"""

QUICK = BuildOptions(search=False)  # the index takes longer than all the rest of so small a site

FIGURES: dict[str, Any] = {
    "format": 1,
    "exported": "2026-11-22",
    "from": "2025-12-01",
    "promise_business_days": 5,
    "counts": {
        "interviewed": {"count": 87, "of": None, "note": None},
        "answered": {"count": 81, "of": 87, "note": None},
        "answered_in_time": {"count": 72, "of": 81, "note": None},
        "referrals": {"count": 23, "of": None, "note": None},
        "referred_candidates": {"count": 14, "of": 23, "note": None},
        "referred_clients": {"count": 9, "of": 23, "note": None},
        "referrals_that_led_on": {"count": 6, "of": 23, "note": None},
    },
    "days": {"median": 4, "nine_in_ten": 11, "oldest_open": 38},
}


def nothing(_figures: dict[str, Any]) -> None:
    """Changes nothing."""


@dataclass
class Publication:
    """A content folder and its output, with short ways to write, build and read."""

    root: Path
    now: dt.datetime = NOW
    content: Path = field(init=False)
    output: Path = field(init=False)
    texts: TextReader = field(init=False, repr=False)  # of the library that was read last

    def __post_init__(self) -> None:
        self.content = self.root / "content"
        self.output = self.root / "build"
        self.write("site.toml", SITE_TOML)
        for page in ("disclosure", "privacy"):
            self.page(page)

    def write(self, name: str, text: str) -> Path:
        """Write one file of the content."""
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def article(self, slug: str, body: str = "Some text.", **keys: object) -> Path:
        """Write an article; `keys` are front matter as YAML."""
        front = {"title": f"The title of {slug}", "date": "2026-01-01"} | keys
        lines = "\n".join(f"{key}: {value}" for key, value in front.items() if value is not None)
        return self.write(f"articles/{slug}.md", f"---\n{lines}\n---\n\n{body}\n")

    def page(self, slug: str, body: str = "Some text.", **keys: object) -> Path:
        """Write a page."""
        lines = "\n".join(f"{key}: {value}" for key, value in ({"title": slug.title()} | keys).items())
        return self.write(f"pages/{slug}.md", f"---\n{lines}\n---\n\n{body}\n")

    def figures(self, change: Callable[[dict[str, Any]], object] = nothing) -> Path:
        """Write the figures of the promise page, after `change` had them."""
        made = json.loads(json.dumps(FIGURES))
        change(made)
        return self.write("figures.json", json.dumps(made, indent=2) + "\n")

    def build(self, progress: Progress | None = None, options: BuildOptions = QUICK) -> Report:
        """Build the site."""
        return publish(self.content, self.output, now=self.now, progress=progress, options=options)

    def library(self) -> tuple[SiteSettings, Library]:
        """Read the content without building."""
        settings, problems = read_settings(self.content)
        assert problems == []
        cache = Cache(self.root / "read.aside")
        texts = TextStore(cache)
        with Crew(1) as crew:
            sources = Shelf(cache, texts).read(
                self.content,
                listing(self.content),
                zone=settings.timezone,
                now=self.now,
                read_at=time.time_ns(),
                crew=crew,
            )
        self.texts = texts.reader()
        return settings, make_library(self.content, sources, settings, self.now)

    @property
    def settings(self) -> SiteSettings:
        """The settings of site.toml."""
        return load_site_settings(self.content)

    def read(self, file: str) -> str:
        """One file of the built site."""
        return (self.output / file).read_text(encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """The whole built site."""
        return {
            path.relative_to(self.output).as_posix(): path.read_bytes()
            for path in sorted(self.output.rglob("*"))
            if path.is_file()
        }
