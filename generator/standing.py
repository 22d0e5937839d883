"""What a build found besides the texts of articles and pages.

While all that stands, a new text changes only the pages that show it, and those are few. So it is kept, with
the site that it is of, and a build of which only texts differ begins from here (see `amending`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.app import Surroundings
from generator.check import Inspector
from generator.library import Library
from generator.pictures import Picture
from generator.quick import Inputs, Span
from generator.report import BuildOptions, Report

NAME = "standing"
BUILT = "built"


@dataclass(frozen=True)
class Built:
    """Which site the last build made, as of when, and how.

    `standing` is the token of what it found, and `sources` the version of the sources that go with it:
    another process, whose build then failed, may have written others down since.
    """

    generation: str
    moment: dt.datetime
    options: BuildOptions
    standing: str = ""
    sources: str = ""


@dataclass(frozen=True)
class Standing:
    """What was found, and reported.

    `token` tells one from another. `besides` is the look of all inputs but the sources of entries; `span` is
    the time within which nothing falls due; `shell` is the library without its entries; `related` are for
    each article the indices of those to read next.
    """

    token: str
    besides: str
    span: Span
    shell: Library
    around: Surroundings
    inspector: Inspector
    pictures: Mapping[str, Picture]
    related: Sequence[tuple[int, ...]]
    report: Report

    def holds(self, inputs: Inputs, now: dt.datetime) -> bool:
        """Whether nothing but articles and pages can have changed since."""
        return self.besides == inputs.besides != "" and self.span[0] <= now < self.span[1]
