"""Publish: content in, a whole site out, or the reasons why not and the old site left as it was.

A build is one line of steps. The sources are read (`shelf`), the library and what every address shows is
worked out anew from them, which is cheap (`catalogue`, `views`); then the fingerprint of each page tells
whether it must be made again (`fingerprints`); what must is made, looked at and put into the shadow of the
served tree (`making`), and the two trees change places (`tree`). All that is remembered from build to build
only spares work: a build in full gives the same bytes, and `verify` holds one to that.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import FollowUpError, InvalidContent, InvalidSettings, Problem
from core.settings import STATIC, TEMPLATES, SiteSettings, SiteUrl, display_path, load_site_settings
from generator.article import State
from generator.building import Build
from generator.cache import DamagedCache
from generator.library import Library, make_library
from generator.memory import Memory
from generator.quick import Inputs, remember, span_of
from generator.report import BuildOptions, ContentCheck, Progress, Report, Step
from generator.swap import open_workplace
from generator.workers import Crew, default_jobs

__all__ = [
    "BUILT",
    "BuildOptions",
    "Built",
    "ContentCheck",
    "Progress",
    "Publisher",
    "Report",
    "Step",
    "publish",
]


BUILT = "built"


@dataclass(frozen=True)
class Built:
    """Which site the last build made, as of when, and how."""

    generation: str
    moment: dt.datetime
    options: BuildOptions


class Publisher:
    """Publishes one content folder into one output folder, as often as asked.

    What it learnt stays in memory between builds, and beside the output for the next process. `also`: further
    checks of the content, whose problems are reported with its own.
    """

    def __init__(
        self,
        content: Path,
        output: Path,
        *,
        options: BuildOptions | None = None,
        also: Iterable[ContentCheck] = (),
        templates: Path = TEMPLATES,
        static: Path = STATIC,
    ) -> None:
        self.content = content
        self.output = output
        self._options = options or BuildOptions()
        self._also = tuple(also)
        self._templates = templates
        self._static = static
        self._memory: Memory | None = None

    def publish(
        self, now: dt.datetime, progress: Progress | None = None, inputs: Inputs | None = None
    ) -> Report:
        """Build the site, replacing in one step what a build put there before. `now` decides what is due.

        `inputs` is how everything looks, if somebody has just looked. Raises InvalidContent with all
        problems, or FollowUpError when the output cannot be taken; the old site is then untouched.
        """
        start = time.perf_counter()
        tell = progress or _silent
        _refuse_nested(self.content, self.output)
        tell(Step.READ, 0, 0)
        try:
            with _without_collector(), open_workplace(self.output) as place:
                memory = self._memory
                if memory is None or not memory.is_of(place):
                    memory = Memory(place, trusted=not self._options.full)
                self._memory = None  # until this has ended well: what failed half-way is read again
                inputs = inputs or self.inputs()
                try:
                    report = self._build(memory, now, inputs, tell, start)
                except InvalidContent:
                    memory.save()  # what could be read need not be read again once the rest is mended
                    self._memory = memory
                    raise
                except DamagedCache as error:
                    memory = Memory(place, trusted=False)
                    memory.notes.append(f"the cache was damaged ({error}); everything was made anew")
                    report = self._build(memory, now, inputs, tell, start)
                self._memory = memory
        except OSError as error:
            raise _explained(error, self.output) from error
        tell(Step.DONE, 0, 0)
        return report

    def inputs(self) -> Inputs:
        """How everything looks that a build reads."""
        return Inputs.now(self.content, self._templates, self._static, self._options)

    def _build(
        self, memory: Memory, now: dt.datetime, inputs: Inputs, tell: Progress, start: float
    ) -> Report:
        with Crew(self._options.jobs or default_jobs()) as crew:
            told = [problem for check in self._also for problem in check(self.content)]
            settings, library = self._read(memory, now, inputs, crew, told)
            build = Build(
                memory,
                crew,
                settings,
                library,
                options=self._options,
                templates=self._templates,
                static=self._static,
                tell=tell,
            )
            build.run(told)
        memory.save()
        report = _report(library, build, time.perf_counter() - start)
        generation = memory.tree.generation
        memory.cache.save(BUILT, Built(generation, now, self._options))
        remember(
            memory.cache,
            generation,
            inputs,
            report,
            span_of(now, settings.timezone, library.next_change),
        )
        return report

    def _read(
        self, memory: Memory, now: dt.datetime, inputs: Inputs, crew: Crew, told: list[Problem]
    ) -> tuple[SiteSettings, Library]:
        """The settings and the library. Raises InvalidContent with all that is wrong in the content."""
        settings, problems = read_settings(self.content)
        sources = memory.shelf.read(
            self.content,
            inputs.content,
            zone=settings.timezone,
            now=now,
            read_at=inputs.since,
            crew=crew,
        )
        try:
            library = make_library(self.content, sources, settings, now)
        except InvalidContent as error:
            raise InvalidContent([*problems, *told, *error.problems]) from error
        if problems:
            raise InvalidContent([*problems, *told])
        return settings, library


def publish(
    content: Path,
    output: Path,
    *,
    now: dt.datetime,
    options: BuildOptions | None = None,
    progress: Progress | None = None,
    also: Iterable[ContentCheck] = (),
    templates: Path = TEMPLATES,
    static: Path = STATIC,
) -> Report:
    """Build the site of `content` into `output` once; as `Publisher`."""
    publisher = Publisher(content, output, options=options, also=also, templates=templates, static=static)
    return publisher.publish(now, progress)


def read_settings(content: Path) -> tuple[SiteSettings, list[Problem]]:
    """The settings of site.toml, and what is wrong with them.

    Wrong ones are replaced by such as will do to find, in the same run, what is wrong with the articles.
    """
    try:
        settings = load_site_settings(content)
    except InvalidSettings as error:
        return SiteSettings(title="", url=SiteUrl("https://example.org"), author=""), list(error.problems)
    if settings.page_size < 1:
        shown = display_path(content / "site.toml")
        return settings, [Problem(shown, 0, '"page_size" is less than 1', "write page_size = 10")]
    return settings, []


def _refuse_nested(content: Path, output: Path) -> None:
    """A site inside its own content would be content at the next build, and replacing it deletes that."""
    source, target = content.resolve(), output.resolve()
    if source == target or source in target.parents or target in source.parents:
        raise FollowUpError(
            f"{display_path(output)}: this lies inside the content, or the content inside it — "
            "choose an --output beside it"
        )


def _explained(error: OSError, output: Path) -> FollowUpError:
    where = display_path(Path(error.filename)) if error.filename else display_path(output)
    return FollowUpError(
        f"{where}: {error.strerror or error} — see that the disc has room and that you may write there"
    )


def _report(library: Library, build: Build, seconds: float) -> Report:
    states = [entry.state(library.now) for entry in library.withheld]
    return Report(
        files=build.files,
        articles=len(library.articles),
        pages=len(library.pages),
        drafts=states.count(State.DRAFT),
        scheduled=states.count(State.SCHEDULED),
        expired=states.count(State.EXPIRED),
        next_due=library.next_due,
        next_change=library.next_change,
        seconds=seconds,
        made=build.made,
        written=build.written,
        removed=build.removed,
        warnings=(*library.warnings, *build.memory.take_notes()),
    )


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Ten thousand articles are millions of objects, none of them garbage: looking for some takes seconds."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _silent(_step: Step, _done: int, _total: int) -> None:
    """Nobody asked."""
