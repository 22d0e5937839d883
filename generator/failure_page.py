"""What is wrong with the content, as a page: every problem with its place and the lines around it."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup, escape

from core.errors import FollowUpError, Problem, ProblemList

STYLE_URL = "/_preview/failure.css"
STYLE = b"""\
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
h2 { font: 600 1rem/1.4 ui-monospace, monospace; margin: 2rem 0 .25rem; overflow-wrap: anywhere; }
p { margin: .25rem 0; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: 4px; line-height: 1.6; }
mark { display: block; width: max-content; min-width: 100%; }
mark { background: #ffe08a; color: #1b1b1b; font-weight: 600; }
"""
_AROUND = 2  # lines before and after the one that is wrong
_LONGEST = 4096  # characters of a line that are shown
_PAGE = Markup("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{style}">
</head>
<body>
<main>
<h1>{title}</h1>
<p>The site on the disc is as it was. This page goes when the content is mended.</p>
{problems}
</main>
</body>
</html>
""")
_PROBLEM = Markup("""\
<section>
<h2>{place}</h2>
<p>{message}</p>
<p>{repair}</p>
{lines}</section>
""")


def failure_page(error: FollowUpError) -> bytes:
    """The page for what a build raised; reads the files that it names for the lines around."""
    if isinstance(error, ProblemList):
        problems = Markup("").join(map(_section, error.problems))
        count = len(error.problems)
        title = "One thing to mend" if count == 1 else f"{count} things to mend"
    else:
        problems, title = Markup("<p>{}</p>").format(str(error)), "The site could not be built"
    return _PAGE.format(title=title, style=STYLE_URL, problems=problems).encode()


def _section(problem: Problem) -> Markup:
    place = f"{problem.path}:{problem.line}" if problem.line else problem.path
    lines = _lines(problem)
    shown = Markup('<pre tabindex="0">{}</pre>\n').format(lines) if lines else Markup("")
    return _PROBLEM.format(
        place=place, message=_sentence(problem.message), repair=_sentence(problem.repair), lines=shown
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")


def _lines(problem: Problem) -> Markup:
    """The line that is wrong among its neighbours, with numbers; empty when there is no such line."""
    try:
        lines = Path(problem.path).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return Markup("")
    if not 0 < problem.line <= len(lines):
        return Markup("")
    first = max(1, problem.line - _AROUND)
    shown = Markup("")
    for number, line in enumerate(lines[first - 1 : problem.line + _AROUND], first):
        text = escape(f"{number:>5}  {line[:_LONGEST]}")
        # A block of its own ends its line by itself.
        shown += Markup("<mark>{}</mark>").format(text) if number == problem.line else text + "\n"
    return shown
