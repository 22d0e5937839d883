"""Publish: content in, a whole site out, or the reasons why not and the old site left as it was."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from core.errors import FollowUpError, InvalidContent, InvalidSettings, Problem
from core.settings import STATIC, TEMPLATES, SiteSettings, SiteUrl, display_path, load_site_settings
from generator.app import Surroundings, create_site_app, pages_of
from generator.article import State
from generator.check import check_output
from generator.freeze import freeze
from generator.library import Library, read_library
from generator.links import Known, broken_links
from generator.swap import open_workplace
from generator.urls import aliases_taken


class Step(Enum):
    """What a build is doing."""

    READ = "reading"
    WRITE = "writing"
    CHECK = "checking"
    SWAP = "swapping"
    DONE = "done"


# Told of each step, and of how many files of how many are written.
Progress = Callable[[Step, int, int], None]

# What is wrong with files of the content folder that make no page, such as messages: somebody else's to say.
ContentCheck = Callable[[Path], list[Problem]]


@dataclass(frozen=True)
class Report:
    """What a build did.

    `next_due` is when the next scheduled article appears; `next_change` is when the site is next out of date
    by itself (an article falls due, or something expires); `seconds` is wall-clock time.
    """

    files: int
    articles: int
    pages: int
    drafts: int
    scheduled: int
    expired: int
    next_due: dt.datetime | None
    next_change: dt.datetime | None
    seconds: float


def publish(
    content: Path,
    output: Path,
    *,
    now: dt.datetime,
    full: bool = False,
    search: bool = True,
    progress: Progress | None = None,
    also: Iterable[ContentCheck] = (),
    templates: Path = TEMPLATES,
    static: Path = STATIC,
) -> Report:
    """Build the site of `content` into `output`, replacing in one step what a build put there before.

    `now` decides what is due. `full` builds without any cache and `search` makes a search index: there is
    neither yet, and both are accepted so that scripts may rely on them. `also`: further checks of `content`,
    whose problems are reported with its own. Raises InvalidContent with all problems, or FollowUpError when
    `output` cannot be taken; the old site is then untouched.
    """
    del full, search
    start = time.perf_counter()
    tell = progress or _silent
    _refuse_nested(content, output)
    tell(Step.READ, 0, 0)
    with _together_with([problem for check in also for problem in check(content)]):
        settings, library = read_content(content, now)
        listed, pages = pages_of(library, settings, static)
        known = Known.of(library, listed, settings)
        _stop_at([*aliases_taken(listed), *broken_links(library, known)])
    around = Surroundings.of(library, settings, now, templates, static)
    app = create_site_app(around, pages, library.bodies.__getitem__)
    try:
        with open_workplace(output) as place:
            new = place.begin()
            freeze(app, listed, new, lambda done, total: tell(Step.WRITE, done, total))
            tell(Step.CHECK, 0, 0)
            _stop_at(check_output(new, listed, library, known))
            tell(Step.SWAP, 0, 0)
            place.swap()
    except OSError as error:
        where = display_path(Path(error.filename)) if error.filename else display_path(output)
        raise FollowUpError(
            f"{where}: {error.strerror or error} — see that the disc has room and that you may write there"
        ) from error
    tell(Step.DONE, 0, 0)
    return _report(library, len(listed), time.perf_counter() - start)


def read_content(content: Path, now: dt.datetime) -> tuple[SiteSettings, Library]:
    """The settings and the library. Raises InvalidContent with what is wrong in site.toml and every file."""
    problems: list[Problem] = []
    try:
        settings = load_site_settings(content)
        if settings.page_size < 1:
            shown = display_path(content / "site.toml")
            problems.append(Problem(shown, 0, '"page_size" is less than 1', "write page_size = 10"))
    except InvalidSettings as error:
        problems += error.problems
        # Good enough to find what is wrong with the articles in the same run.
        settings = SiteSettings(title="", url=SiteUrl("https://example.org"), author="")
    try:
        library = read_library(content, settings, now)
    except InvalidContent as error:
        problems += error.problems
        raise InvalidContent(problems) from error
    _stop_at(problems)
    return settings, library


@contextlib.contextmanager
def _together_with(problems: list[Problem]) -> Iterator[None]:
    """Raises InvalidContent with these problems and those of the block; of either, when there are any."""
    try:
        yield
    except InvalidContent as error:
        raise InvalidContent([*problems, *error.problems]) from error
    _stop_at(problems)


def _stop_at(problems: list[Problem]) -> None:
    if problems:
        raise InvalidContent(problems)


def _refuse_nested(content: Path, output: Path) -> None:
    """A site inside its own content would be content at the next build, and replacing it deletes that."""
    source, target = content.resolve(), output.resolve()
    if source == target or source in target.parents or target in source.parents:
        raise FollowUpError(
            f"{display_path(output)}: this lies inside the content, or the content inside it — "
            "choose an --output beside it"
        )


def _report(library: Library, files: int, seconds: float) -> Report:
    states = [entry.state(library.now) for entry in library.withheld]
    return Report(
        files=files,
        articles=len(library.articles),
        pages=len(library.pages),
        drafts=states.count(State.DRAFT),
        scheduled=states.count(State.SCHEDULED),
        expired=states.count(State.EXPIRED),
        next_due=library.next_due,
        next_change=library.next_change,
        seconds=seconds,
    )


def _silent(_step: Step, _done: int, _total: int) -> None:
    """Nobody asked."""
