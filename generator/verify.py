"""Proof that building only what changed is right: the site made in full, and compared byte for byte."""

from __future__ import annotations

import datetime as dt
import filecmp
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import FollowUpError
from core.settings import STATIC, TEMPLATES, display_path
from generator.cache import Cache
from generator.files import listing
from generator.publish import publish
from generator.report import BuildOptions, ContentCheck
from generator.search import FOLDER
from generator.standing import BUILT, Built
from generator.swap import MARKER, Workplace, refuse_foreign

_PREFIX = "verify-"


@dataclass(frozen=True)
class Verdict:
    """How a site compares with one made in full of the same content, as of `moment`.

    `differs` are files with other bytes, `missing` are not there, `extra` should not be.
    """

    moment: dt.datetime
    compared: int
    differs: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether there is no difference."""
        return not (self.differs or self.missing or self.extra)

    def __str__(self) -> str:
        when = f"{self.moment:%Y-%m-%d %H:%M} UTC"
        if self.is_right:
            return f"{self.compared} files are, byte for byte, what a build in full makes as of {when}."
        found = (("differs", self.differs), ("is missing", self.missing), ("should not be there", self.extra))
        lines = [f"{name} {what}" for what, names in found for name in names]
        return "\n".join(
            [f"Compared with a build in full as of {when}:", *lines, "Mend it with: build --full"]
        )


def verify(
    content: Path,
    output: Path,
    *,
    now: dt.datetime,
    also: Iterable[ContentCheck] = (),
    templates: Path = TEMPLATES,
    static: Path = STATIC,
) -> Verdict:
    """Build in full beside `output`, and compare. `now` is used where the last build's moment is not known.

    Raises InvalidContent when the content cannot be built, FollowUpError when there is no site to compare.
    """
    place = Workplace(output)
    refuse_foreign(place.output)
    if not (place.output / MARKER).is_file():
        raise FollowUpError(f"{display_path(output)}: there is no site — build one first")
    built: Built | None = Cache(place.cache).load(BUILT)
    if built is None or built.generation != place.generation():
        built = Built("", now, BuildOptions())
    place.aside.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=place.aside) as folder:
        fresh = Path(folder) / "site"
        options = replace(built.options, full=True, search_may_lag=False)
        publish(
            content, fresh, now=built.moment, options=options, also=also, templates=templates, static=static
        )
        # While somebody writes, the index of the search is left behind on purpose.
        apart = f"{FOLDER}/" if built.options.search_may_lag else MARKER
        return _compared(place.output, fresh, built.moment, apart)


def _compared(site: Path, fresh: Path, moment: dt.datetime, apart: str) -> Verdict:
    here, there = (
        {name for name in listing(folder) if name != MARKER and not name.startswith(apart)}
        for folder in (site, fresh)
    )
    both = sorted(here & there)
    return Verdict(
        moment=moment,
        compared=len(here | there),
        differs=tuple(name for name in both if not filecmp.cmp(site / name, fresh / name, shallow=False)),
        missing=tuple(sorted(there - here)),
        extra=tuple(sorted(here - there)),
    )
