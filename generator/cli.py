"""The generator's commands: build, verify, check, keep, new.

Whoever puts them into a group of their own may give its context an `obj`: further checks of the content
(a sequence of ContentCheck), which `build` and `check` then make as well.

What takes long to import is imported where it is used: a build that finds nothing to do is over before that,
and so is the completion of a word.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from core.clock import SystemClock
from core.errors import FollowUpError
from core.settings import ROOT, STATIC, TEMPLATES, SiteSettings, display_path, load_site_settings
from generator.completion import SCRIPTS, SHELLS
from generator.progress import ProgressLine
from generator.quick import Inputs, unchanged
from generator.report import BuildOptions, ContentCheck, Report

CONTENT = ROOT / "content"
OUTPUT = ROOT / "build"
MEMORY = ROOT / "var" / "outside-links.json"

content_option = click.option(
    "--content",
    type=click.Path(path_type=Path),
    default=CONTENT,
    help="What the headhunter writes; content/.",
)


output_option = click.option(
    "--output", type=click.Path(path_type=Path), default=OUTPUT, help="Where to; build/."
)


class Commands(click.Group):
    """A group whose commands explain what can be repaired, and exit 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except FollowUpError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=Commands, context_settings={"obj": ()})
def cli() -> None:
    """Publish what stands in content/."""


@cli.command()
@content_option
@output_option
@click.option("--full", is_flag=True, help="Build without any cache.")
@click.option("--no-search", is_flag=True, help="Make no search index.")
@click.option("--no-images", is_flag=True, help="Publish pictures as they are.")
@click.option("--no-compress", is_flag=True, help="Make no compressed copies.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; one for each core.")
@click.pass_obj
def build(
    also: Sequence[ContentCheck],
    *,
    content: Path,
    output: Path,
    full: bool,
    no_search: bool,
    no_images: bool,
    no_compress: bool,
    jobs: int | None,
) -> None:
    """Build the static site: all of it, or nothing and every error as file:line."""
    now = SystemClock().now()
    options = BuildOptions(
        full=full, search=not no_search, images=not no_images, compress=not no_compress, jobs=jobs
    )
    inputs = Inputs.now(content, TEMPLATES, STATIC, options)
    report = None if full else unchanged(output, inputs, now)
    if report is None:
        from generator.ahead import crew_of  # for the time it takes

        with crew_of(output, inputs, options) as crew, ProgressLine() as line:
            from generator.publish import Publisher  # for the time it takes: the crew is at work meanwhile

            publisher = Publisher(content, output, options=options, also=also, crew=crew)
            report = publisher.publish(now, line if sys.stderr.isatty() else None, inputs)
    click.echo(describe(report, load_site_settings(content)))
    click.echo(f"The site is in {display_path(output)}.")


@cli.command("verify")
@content_option
@output_option
@click.pass_obj
def verify_site(also: Sequence[ContentCheck], content: Path, output: Path) -> None:
    """Build in full aside, and compare with the site byte for byte; exit 1 at any difference."""
    from generator.verify import verify  # for the time it takes

    verdict = verify(content, output, now=SystemClock().now(), also=also)
    click.echo(str(verdict), err=not verdict.is_right)
    sys.exit(0 if verdict.is_right else 1)


@cli.command()
@content_option
@click.option("--external", is_flag=True, help="Visit the links to other sites too.")
@click.option("--private", is_flag=True, help="With --external: links into a private network are meant.")
@click.option(
    "--memory",
    type=click.Path(path_type=Path),
    default=MEMORY,
    help="With --external: where what was learnt is kept; var/outside-links.json.",
)
@click.pass_obj
def check(also: Sequence[ContentCheck], content: Path, external: bool, private: bool, memory: Path) -> None:
    """Build into a folder that is thrown away, to hear what is wrong."""
    from generator.publish import publish  # for the time it takes

    now = SystemClock().now()
    with tempfile.TemporaryDirectory() as folder:
        report = publish(content, Path(folder) / "site", now=now, also=also)
    settings = load_site_settings(content)
    click.echo(describe(report, settings))
    click.echo("Nothing is wrong; nothing was published.")
    if external:
        from generator.check_command import check_links_outside  # for the time it takes

        show = show_visits if sys.stderr.isatty() else lambda _done, _total: None
        outcome = check_links_outside(content, settings, now, memory, private=private, progress=show)
        for problem in outcome.problems():
            click.echo(str(problem), err=True)
        click.echo(outcome.summary())
        sys.exit(1 if outcome.is_broken else 0)


@cli.command()
@content_option
@click.option("--output", type=click.Path(path_type=Path), default=OUTPUT, help="Where to; build/.")
@click.option("--parent", type=int, help="Stop when the process of this number is no longer the parent.")
@click.pass_obj
def keep(also: Sequence[ContentCheck], content: Path, output: Path, parent: int | None) -> None:
    """Build, and again whenever something changes, falls due or expires, until stopped."""
    from core import server  # for the time it takes
    from generator.keep_command import keep_site

    with server.stop_signals() as stop:
        keep_site(content, output, also, stop, parent)


@cli.group()
def new() -> None:
    """Begin something new."""


@new.command()
@content_option
@click.argument("title")
def article(content: Path, title: str) -> None:
    """Write a dated draft named after TITLE, and print its path."""
    from generator.new import new_article  # for the time it takes

    settings = load_site_settings(content)
    click.echo(new_article(content, title, settings.local(SystemClock().now()).date()))


@new.command()
@content_option
@click.argument("title")
def page(content: Path, title: str) -> None:
    """Write a draft of a page named after TITLE, and print its path."""
    from generator.new import new_page  # for the time it takes

    click.echo(new_page(content, title))


@cli.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script by which SHELL completes commands and options: bash, zsh or fish."""
    click.echo(SCRIPTS[shell], nl=False)


def describe(report: Report, settings: SiteSettings) -> str:
    """What a build did, in a few lines; times in the site's own zone."""
    lines = [
        f"{report.files} files in {report.seconds:.1f} s: "
        f"{_count(report.articles, 'article')}, {_count(report.pages, 'page')}.",
        f"{len(report.written)} written, {report.unchanged} unchanged, {len(report.removed)} removed.",
        *(f"Note: {warning}." for warning in report.warnings),
    ]
    withheld = [
        _count(report.drafts, "draft"),
        f"{report.scheduled} scheduled",
        f"{report.expired} expired",
    ]
    if report.drafts or report.scheduled or report.expired:
        lines.append(f"Not published: {', '.join(withheld)}.")
    if report.next_due:
        due = settings.local(report.next_due)
        lines.append(f"The next article is due on {due:%Y-%m-%d} at {due:%H:%M} ({settings.timezone}).")
    return "\n".join(lines)


def show_visits(done: int, total: int) -> None:
    """One line that changes; cleared at the end."""
    end = "" if done == total else f"visiting {done}/{total}"
    click.echo(f"\r\x1b[K{end}", nl=False, err=True)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


if __name__ == "__main__":
    cli()
