"""What a build of a whole site loads, and in which process: that takes longer than to make a small site.

The process that begins ahead loads Markdown and reads articles. This one loads Flask and Jinja meanwhile, and
compiles the templates; the processes that make pages are copies of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from core.settings import SiteSettings, SiteUrl
from generator.files import is_source
from generator.quick import Inputs
from generator.report import BuildOptions
from generator.swap import Workplace
from generator.workers import FEWEST, Crew, default_jobs

if TYPE_CHECKING:
    from generator.markdown import Body
    from generator.memory import Memory

MOST_USED = ("articles/article.html", "listing/listing.html", "home/home.html")
"""The templates of nearly all pages. Others are compiled when the first page of theirs is made."""
# Step by step: Flask would bring the first three in at once, and by itself the next two with the first page.
_OF_PAGES = (
    *("http.server", "werkzeug", "jinja2", "flask", "flask.testing", "encodings.idna"),
    *("generator.freeze", "generator.mentions"),
)
_TEXTS: dict[str, Body] = {}


def crew_of(output: Path, inputs: Inputs, options: BuildOptions) -> Crew:
    """The crew of a build; where all is to be read, one process of it has begun to load what that needs."""
    crew = Crew(options.jobs or default_jobs())
    is_anew = options.full or not Workplace(output).cache.exists()
    if is_anew and sum(map(is_source, inputs.content)) >= FEWEST:
        crew.begin_ahead(_load_for_texts)
    return crew


def _load_for_texts() -> None:
    import_module("generator.sources")
    import_module("generator.markdown").renderer()


def load_for_pages(templates: Path, memory: Memory) -> Iterator[None]:
    """Load what makes pages, and compile the templates of most of them into the cache: step by step."""
    for name in _OF_PAGES:
        import_module(name)
        yield
    from jinja2 import TemplateError

    from generator.app import Surroundings, create_site_app
    from generator.bytecode import Bytecode
    from generator.closures import Closures

    nothing = SiteSettings(title="", url=SiteUrl("https://example.org"), author="")
    app = create_site_app(Surroundings(nothing, 0, "", templates, {}), {}, _TEXTS.__getitem__)
    app.jinja_env.bytecode_cache = Bytecode(memory.cache)
    closures = Closures(templates, memory.mentions)
    for name in MOST_USED:
        for member in closures.members(name):
            with contextlib.suppress(
                TemplateError, UnicodeDecodeError
            ):  # a page of it will say what is wrong
                app.jinja_env.get_template(member)
            yield
