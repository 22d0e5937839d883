"""Articles and pages as they were read: who did not change is neither read, parsed nor rendered again."""

from __future__ import annotations

import codecs
import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidContent, Problem
from core.frontmatter import Document, parse_document, read_document
from generator.article import Entry, State, read_article, read_page
from generator.cache import digest
from generator.files import Stat, as_stat
from generator.markdown import Body, Unrenderable, renderer
from generator.shortcodes import Expanded, expand
from generator.texts import Location, TextReader, TextWriter, facts_of, text_key

READERS = {"articles": read_article, "pages": read_page}


@dataclass(frozen=True)
class KeptSource:
    """A file that was read, and is read again only when its text or a line is asked for."""

    path: str
    file: str

    @property
    def body(self) -> str:
        """The Markdown below the front matter."""
        return self._document().body

    @property
    def body_line(self) -> int:
        """The first line of `body`."""
        return self._document().body_line

    def line(self, name: str, item: int | None = None) -> int:
        """Where a key was written."""
        return self._document().line(name, item)

    def problem(self, name: str, message: str, repair: str, *, item: int | None = None) -> Problem:
        """A problem with the value of a key."""
        return self._document().problem(name, message, repair, item=item)

    def _document(self) -> Document:
        return read_document(Path(self.file))


@dataclass(frozen=True)
class Kept:
    """One file as it was read at `read_at` (nanoseconds): its entry, and of its text the key and the facts.

    Without facts the text was not rendered, because nobody was to see it.
    """

    stat: Stat
    read_at: int
    digest: str
    entry: Entry
    key: str
    facts: Body | None


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read: its folder (which says what it is), its path, and its name in messages."""

    folder: str
    file: str
    shown: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: the source, and where its text lies if it was rendered; or what is wrong."""

    file: str
    kept: Kept | None
    location: Location | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class ReadContext:
    """What reading depends on besides the files: the zone of dates, the time, and the texts there are."""

    zone: dt.tzinfo
    now: dt.datetime
    read_at: int
    texts: Path
    locations: Mapping[str, Location]
    pack: str = ""


class Reader:
    """Reads, parses and renders files; the texts go to the disc at once. For one process."""

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._writer = TextWriter(context.texts, context.pack)
        self._texts = TextReader(context.texts, context.locations)

    def __call__(self, jobs: Sequence[Job]) -> list[Outcome]:
        """What came of each job. Raises OSError when texts cannot be written, DamagedCache."""
        outcomes = list(map(self._read, jobs))
        self._writer.flush()
        return outcomes

    def close(self) -> None:
        """Let go of the files."""
        self._writer.close()
        self._texts.close()

    def _read(self, job: Job) -> Outcome:
        try:
            data, stat = _contents(job.file)
            document = parse_document(data.removeprefix(codecs.BOM_UTF8).decode(), job.shown)
        except (OSError, UnicodeDecodeError):
            return Outcome(job.file, None, None, _why(job.file))
        except InvalidContent as error:
            return Outcome(job.file, None, None, error.problems)
        source = KeptSource(job.shown, job.file)
        entry, problems = READERS[job.folder](document, self._context.zone, source)
        text = expand(document.body)
        problems += _faults(document, text)
        if entry is None or problems:
            return Outcome(job.file, None, None, tuple(problems))
        key, facts, location = text_key(text.text, entry.slug), None, None
        if entry.state(self._context.now) is State.PUBLISHED:
            try:
                facts, location = self._facts(key, text.text, entry.slug)
            except Unrenderable as fault:
                return Outcome(job.file, None, None, (_unrenderable(document, fault),))
        kept = Kept(stat, self._context.read_at, digest(data), entry, key, facts)
        return Outcome(job.file, kept, location, ())

    def _facts(self, key: str, text: str, slug: str) -> tuple[Body, Location | None]:
        if key in self._context.locations:
            return facts_of(self._texts(key)), None
        body = renderer().render(text, slug)
        return facts_of(body), self._writer.add(body)


def _faults(document: Document, text: Expanded) -> list[Problem]:
    """What is wrong with the short codes of a document."""
    above = document.body_line - 1
    return [Problem(document.path, above + fault.line, fault.message, fault.repair) for fault in text.faults]


def _unrenderable(document: Document, fault: Unrenderable) -> Problem:
    line = document.body_line - 1 + fault.line if fault.line else 0
    repair = "mend or take out what is in braces there" if line else "take out what you wrote last"
    return Problem(document.path, line, f"no HTML can be made of it ({fault})", repair)


def digest_of_file(file: str) -> str | None:
    """The digest of a source, as `Kept` has it; None when it cannot be read."""
    try:
        return digest(_contents(file)[0])
    except OSError:
        return None


def shares(jobs: Sequence[Job], size: int) -> Iterable[Sequence[Job]]:
    """The jobs in shares of a size that is worth sending to another process."""
    return (jobs[start : start + size] for start in range(0, len(jobs), size))


def _contents(file: str) -> tuple[bytes, Stat]:
    """The bytes, and how the file looked when they were read."""
    # Without a buffer, since all is read at once, and without a Path: a third of the time.
    with open(file, "rb", buffering=0) as stream:  # noqa: PTH123
        return stream.read(), as_stat(os.fstat(stream.fileno()))


def _why(file: str) -> tuple[Problem, ...]:
    """What keeps a file from being read, in words."""
    try:
        read_document(Path(file))
    except InvalidContent as error:
        return error.problems
    return (Problem(file, 0, "was replaced while it was read", "build again"),)
