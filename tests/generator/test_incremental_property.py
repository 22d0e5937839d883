"""Whatever is edited, in whatever order: building what changed gives the bytes of building everything."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from core.settings import STATIC, TEMPLATES
from generator import files
from generator.publish import BuildOptions, Publisher, publish
from tests.generator.publication import NOW, QUICK, SITE_TOML, Publication

SLUGS = st.sampled_from([f"a{number}" for number in range(6)])
TITLES = st.sampled_from(["One", "Another", "A third & last", "“Quoted”"])
BODIES = st.sampled_from(
    [
        "Some text.",
        "Some text.\n\nAnd more.",
        "## Head\n\nWords.[^1]\n\n[^1]: Note.",
        "| a |\n|---|\n| b |",
        "*x* " * 300,
    ]
)
TAGS = st.sampled_from(["[]", "[x]", "[x, y]", "[C++]", "[y, z]"])
DATES = st.sampled_from(["2026-01-01", "2026-01-02", "2026-06-01 10:00", "2026-11-22 12:30", "2027-01-01"])
EXPIRES = st.sampled_from([None, None, "2026-11-22 13:30", "2028-01-01"])
TEMPLATE = st.sampled_from(
    ["layout.html", "articles/article.html", "articles/_card.html", "listing/listing.html"]
)
VALUES = {
    "title": '"Another title"',
    "tagline": '"Another line"',
    "description": '"Another description"',
    "author": '"Somebody Else"',
    "page_size": "3",
    "comments": "false",
    "comments_days": "320",
    "timezone": '"America/New_York"',
}
BEGINNING = f"comments = true\n{SITE_TOML}"
# How long ago a file must have been written to be believed, in seconds: more than a tick of the clock of the
# file systems that tests run on, and less than anybody would wait for.
TICK = 0.02
SETTING = st.sampled_from(sorted(VALUES))


class Edits(RuleBasedStateMachine):
    """Edits of a publication, each followed by a build of what changed and one of everything."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="edits-"))
        self.racy = mock.patch.object(files, "RACY_NANOSECONDS", int(TICK * 1e9))
        self.racy.start()

    def teardown(self) -> None:
        self.racy.stop()
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        self.site = Publication(self.folder)
        self.site.write("site.toml", BEGINNING)
        self.templates = self.folder / "templates"
        shutil.copytree(TEMPLATES, self.templates)
        self.site.article("a0")
        self.now = NOW
        self.publisher = Publisher(
            self.site.content, self.site.output, options=QUICK, templates=self.templates, static=STATIC
        )
        self.compare()

    @rule(slug=SLUGS, title=TITLES, body=BODIES, tags=TAGS, date=DATES, expires=EXPIRES, draft=st.booleans())
    def write(
        self, slug: str, title: str, body: str, tags: str, date: str, expires: str | None, draft: bool
    ) -> None:
        if expires and expires <= date:
            expires = None
        keys = {"title": title, "tags": tags, "date": date, "expires": expires}
        self.site.article(slug, body, **keys, draft=str(draft).lower())
        self.compare()

    @rule(slug=SLUGS, body=BODIES, is_told=st.booleans())
    def write_on(self, slug: str, body: str, is_told: bool) -> None:
        """Another text below the same front matter; the keeper of `serve` is told of the file."""
        path = self.site.content / "articles" / f"{slug}.md"
        if path.exists():
            front = path.read_text(encoding="utf-8").split("\n---\n")[0]
            path.write_text(f"{front}\n---\n\n{body}\n", encoding="utf-8")
            self.compare([path] if is_told else [])

    @rule(slug=SLUGS, text=st.sampled_from([None, "Yes.", "No: https://site.test/articles/a0/"]))
    def comment(self, slug: str, text: str | None) -> None:
        path = self.site.content / "comments" / f"{slug}.json"
        said = {"id": "x", "parent": None, "name": "Ada", "website": None, "by_author": False}
        rows = [said | {"posted": "2026-11-22T12:00:00+00:00", "text": text}]
        if text is None:
            path.unlink(missing_ok=True)
        else:
            file = {"format": 1, "article": slug, "comments": rows}
            self.site.write(f"comments/{slug}.json", json.dumps(file))
        self.compare()

    @rule(slug=SLUGS, other=SLUGS)
    def rename(self, slug: str, other: str) -> None:
        path = self.site.content / "articles" / f"{slug}.md"
        if path.exists():
            path.rename(path.with_name(f"{other}.md"))
            self.compare()

    @rule(slug=SLUGS)
    def delete(self, slug: str) -> None:
        (self.site.content / "articles" / f"{slug}.md").unlink(missing_ok=True)
        self.compare()

    @rule(name=TEMPLATE, text=st.sampled_from(["<!-- one -->", "<!-- two -->"]))
    def template(self, name: str, text: str) -> None:
        shutil.copy(TEMPLATES / name, self.templates / name)
        with (self.templates / name).open("a", encoding="utf-8") as stream:
            stream.write(text)
        self.compare()

    @rule(name=SETTING)
    def setting(self, name: str) -> None:
        lines = [line for line in BEGINNING.split("\n") if not line.startswith(f"{name} =")]
        self.site.write("site.toml", "\n".join([f"{name} = {VALUES[name]}", *lines]))
        self.compare()

    @rule(has_them=st.booleans())
    def figures(self, has_them: bool) -> None:
        if has_them:
            self.site.figures()
        else:
            (self.site.content / "figures.json").unlink(missing_ok=True)
        self.compare()

    @rule(minutes=st.sampled_from([1, 60, 120, 60 * 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)
        self.compare()

    @rule()
    def begin_a_new_process(self) -> None:
        """What was in memory is gone, and what is on the disc stays."""
        self.publisher = Publisher(
            self.site.content, self.site.output, options=QUICK, templates=self.templates, static=STATIC
        )

    def compare(self, edited: Sequence[Path] = ()) -> None:
        time.sleep(1.5 * TICK)
        self.publisher.show(self.now, edited)
        self.expect_the_whole()
        assert self.publisher.settle()

    def expect_the_whole(self) -> None:
        shutil.rmtree(self.folder / "whole", ignore_errors=True)
        whole = self.folder / "whole"
        publish(
            self.site.content,
            whole / "site",
            now=self.now,
            options=BuildOptions(full=True, search=False, jobs=1),
            templates=self.templates,
            static=STATIC,
        )
        assert self.site.files() == {
            path.relative_to(whole / "site").as_posix(): path.read_bytes()
            for path in (whole / "site").rglob("*")
            if path.is_file()
        }


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    max_examples=8, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
)
