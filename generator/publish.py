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
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import FollowUpError, InvalidContent, InvalidSettings, Problem
from core.settings import STATIC, TEMPLATES, SiteSettings, SiteUrl, display_path, load_site_settings
from generator.ahead import load_for_pages
from generator.amending import Amendment, MoreThanTexts
from generator.article import State
from generator.building import Build
from generator.cache import DamagedCache
from generator.garbage import without_collector
from generator.library import Library, make_library
from generator.memory import Memory
from generator.quick import Inputs, Span, remember, span_of
from generator.report import BuildOptions, ContentCheck, Progress, Report, Step
from generator.standing import BUILT, Built
from generator.swap import Workplace, open_workplace, refuse_nested
from generator.workers import Crew, default_jobs

__all__ = [
    "BuildOptions",
    "ContentCheck",
    "Progress",
    "Publisher",
    "Report",
    "Step",
    "publish",
]


@dataclass(frozen=True)
class _Owed:
    """What is to be written down of a build, unless that is done."""

    built: Built
    inputs: Inputs
    span: Span
    report: Report
    is_settled: bool = False


class Publisher:
    """Publishes one content folder into one output folder, as often as asked.

    What it learnt stays in memory between builds, and beside the output for the next process. `also`: checks
    of files that make no page, whose problems are reported with those of the content.
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
        crew: Crew | None = None,
    ) -> None:
        """`crew` is for the first build, where one has begun already (see `ahead`), and not waited for."""
        self.content = content
        self.output = output
        self._options = options or BuildOptions()
        self._also = tuple(also)
        self._templates = templates
        self._static = static
        self._crew = crew
        self._memory: Memory | None = None
        self._owed: _Owed | None = None

    def publish(
        self, now: dt.datetime, progress: Progress | None = None, inputs: Inputs | None = None
    ) -> Report:
        """Build the site, replacing in one step what a build put there before. `now` decides what is due.

        `inputs` is how everything looks, if somebody has just looked. Raises InvalidContent with all
        problems, or FollowUpError when the output cannot be taken; the old site is then untouched.
        """
        report = self._show(now, progress or _silent, inputs)
        while not self.settle():
            report = self._show(now, progress or _silent)
        return report

    def show(self, now: dt.datetime, edited: Collection[Path] = ()) -> Report:
        """As `publish`, in two steps for somebody who waits: `settle` does what need not be done at once.

        `edited`: the files that changed since the last build, as far as is known; () when nothing is. They
        are taken to be all, which spares a look at the others; `settle` takes it.
        """
        return self._show(now, _silent, edited=edited)

    def settle(self) -> bool:
        """Write down what the next process may use; False when it must be built once more.

        So it must when more had changed than was told, or when what is kept turns out to be damaged.
        Raises FollowUpError when nothing can be written.
        """
        owed, memory = self._owed, self._memory
        if owed is None or memory is None or owed.is_settled:
            return True
        try:
            holds = not owed.inputs.is_guess or self.inputs().digest == owed.inputs.digest
            with open_workplace(self.output) as place:
                if memory.is_of(place):
                    self._write_down(memory, owed, holds=holds)
        except DamagedCache:
            memory.forget_texts()
            self._memory = self._owed = None
            return False
        except OSError as error:
            raise _explained(error, self.output) from error
        self._owed = replace(owed, is_settled=True)
        return holds

    def _write_down(self, memory: Memory, owed: _Owed, *, holds: bool) -> None:
        memory.save()
        memory.vouch(owed.built)
        if holds:
            remember(memory.cache, owed.built.generation, owed.inputs, owed.report, owed.span)

    def inputs(self) -> Inputs:
        """How everything looks that a build reads."""
        return Inputs.now(self.content, self._templates, self._static, self._options)

    def _after(self, edited: Collection[Path], place: Workplace) -> Inputs | None:
        """How everything looks if only these files changed since our last build; None when that cannot be."""
        if not edited or self._owed is None or self._memory is None or not self._memory.is_of(place):
            return None
        content = self.content.absolute()
        if not all(path.absolute().is_relative_to(content) for path in edited):
            return None
        names = [path.absolute().relative_to(content).as_posix() for path in edited]
        return self._owed.inputs.after_edits(self.content, names)

    def _show(
        self,
        now: dt.datetime,
        tell: Progress,
        inputs: Inputs | None = None,
        edited: Collection[Path] = (),
    ) -> Report:
        start = time.perf_counter()
        refuse_nested(self.content, self.output)
        tell(Step.READ, 0, 0)
        try:
            with without_collector(is_first=self._memory is None), open_workplace(self.output) as place:
                if inputs is None or place.was_swapped_since(inputs.since):
                    inputs = self._after(edited, place) or self.inputs()
                memory = self._memory
                if memory is None or not memory.is_of(place):
                    memory = Memory(place, trusted=not self._options.full)
                self._memory = self._owed = None  # until this has ended well: what failed is read again
                try:
                    owed = self._build(memory, now, inputs, tell)
                except InvalidContent:
                    memory.save()  # what could be read need not be read again once the rest is mended
                    self._memory = memory
                    raise
                except DamagedCache as error:
                    memory = Memory(place, trusted=False)
                    memory.notes.append(f"the cache was damaged ({error}); everything was made anew")
                    owed = self._build(memory, now, inputs, tell)
                memory.cache.save(BUILT, owed.built)
                self._memory, self._owed = memory, owed
        except OSError as error:
            raise _explained(error, self.output) from error
        tell(Step.DONE, 0, 0)
        seconds = time.perf_counter() - start
        return replace(owed.report, seconds=seconds, warnings=(*owed.report.warnings, *memory.take_notes()))

    def _build(self, memory: Memory, now: dt.datetime, inputs: Inputs, tell: Progress) -> _Owed:
        standing = memory.standing
        if standing is not None and standing.holds(inputs, now):
            with contextlib.suppress(MoreThanTexts):
                report = Amendment(memory, standing, self._options).run(self.content, inputs, now)
                return _Owed(self._built(memory, now), inputs, standing.span, report)
        memory.doubt()
        inputs = self.inputs() if inputs.is_guess else inputs
        report, span = self._build_whole(memory, now, inputs, tell)
        return _Owed(self._built(memory, now), inputs, span, report)

    def _built(self, memory: Memory, now: dt.datetime) -> Built:
        return Built(memory.tree.generation, now, self._options)

    def _build_whole(
        self, memory: Memory, now: dt.datetime, inputs: Inputs, tell: Progress
    ) -> tuple[Report, Span]:
        """What was done, and the span of time within which that holds."""
        with contextlib.ExitStack() as stack:
            crew = self._crew or stack.enter_context(Crew(self._options.jobs or default_jobs()))
            self._crew = None
            if not memory.tree.manifest:
                crew.prepare(load_for_pages(self._templates, memory))
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
            crew.dismiss()
        report = _report(library, build)
        span = span_of(now, settings.timezone, library.next_change)
        memory.stand(build.standing(inputs.besides, span, report), build.catalogue)
        return report, span

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


def _explained(error: OSError, output: Path) -> FollowUpError:
    where = display_path(Path(error.filename)) if error.filename else display_path(output)
    return FollowUpError(
        f"{where}: {error.strerror or error} — see that the disc has room and that you may write there"
    )


def _report(library: Library, build: Build) -> Report:
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
        seconds=0.0,
        made=build.made,
        written=build.written,
        removed=build.removed,
        warnings=library.warnings,
    )


def _silent(_step: Step, _done: int, _total: int) -> None:
    """Nobody asked."""
