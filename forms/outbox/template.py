"""Message templates: `content/messages/<name>.md`, a subject in the front matter, merge fields in the text.

    ---
    subject: "{{ job_title }}: where things stand"
    ---
    Dear {{ candidate_name }},

They become plain text. As in Markdown, a line break within a paragraph is a space, unless the line ends with
a backslash or two spaces; a line that is nothing but a field stays a line of its own, and so does an item of
a list. Lines are folded again when the message is composed, so that no screen shows them ragged.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidContent, Problem, did_you_mean
from core.frontmatter import Document, read_document
from core.settings import MESSAGES, display_path
from forms.outbox.merge import (
    DISPENSABLE,
    FIELDS,
    fields_in,
    fill,
    has_broken_field,
    joined,
    known_values,
    mentions_status_link,
    only_field,
    put_status_link,
    unfilled,
)
from forms.outbox.models import STATUS_LINK

__all__ = [
    "FIELDS",
    "Rendered",
    "Template",
    "TemplateUse",
    "check_templates",
    "draft",
    "has_templates",
    "load_template",
    "mentions_status_link",
    "put_status_link",
    "render",
    "unfilled",
]


@dataclass(frozen=True)
class TemplateUse:
    """What a feature writes with the template `name`: `purpose`, as in "the answer when a job was filled".

    `fields`: what can be filled there; another one would stop the mail. `needed`: what must be in its text.
    """

    name: str
    purpose: str
    fields: tuple[str, ...] = FIELDS
    needed: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The name of the file it is written in."""
        return f"{self.name}.md"


@dataclass(frozen=True)
class Template:
    """A message to be filled. `path` as shown in errors; `subject_line`, `body_line`: where each begins."""

    name: str
    path: str
    subject: str
    body: str
    subject_line: int
    body_line: int

    def lines(self) -> list[tuple[int, str]]:
        """The subject and the lines of the text, each with its place."""
        return [(self.subject_line, self.subject), *enumerate(self.body.split("\n"), self.body_line)]

    def fields(self) -> list[tuple[int, str]]:
        """Every field with the line it is written on."""
        return [(line, name) for line, text in self.lines() for name in fields_in(text)]

    def problem(self, line: int, message: str, repair: str) -> Problem:
        """A problem on a line of this template."""
        return Problem(self.path, line, message, repair)


@dataclass(frozen=True)
class Rendered:
    """A filled message."""

    subject: str
    body: str


def load_template(content: Path, name: str) -> Template:
    """The template `messages/<name>.md` of the content folder. Raises InvalidContent."""
    path = content / MESSAGES / f"{name}.md"
    if not path.is_file():
        problem = Problem(display_path(path), 0, "there is no such message", "write it, or restore it")
        raise InvalidContent([problem])
    template, problems = _read(path)
    if problems or template is None:
        raise InvalidContent(problems)
    return template


def has_templates(content: Path) -> bool:
    """Whether the content folder has messages at all; one that only a site is made of need not."""
    return (content / MESSAGES).is_dir()


def check_templates(content: Path, uses: Sequence[TemplateUse] = ()) -> list[Problem]:
    """Everything wrong with the templates of the content folder, in the order of their places.

    Each of `uses` must be there and fit its purpose; a message that nobody uses need only be well written.
    """
    folder = content / MESSAGES
    if uses and not folder.is_dir():
        repair = "restore it: it holds the messages to candidates"
        return [Problem(display_path(folder), 0, "there is no such folder", repair)]
    # Hidden files are an editor's or the system's own.
    paths = [path for path in folder.glob("*.md") if not path.name.startswith(".")]
    by_name = {use.name: use for use in uses}
    problems = [problem for path in paths for problem in _check(path, by_name.get(path.stem))]
    there = {path.name for path in paths}
    unused = there - {use.file for use in uses}
    problems += [_missing(folder, use, unused) for use in uses if use.file not in there]
    return sorted(problems)


def render(template: Template, fields: Mapping[str, str]) -> Rendered:
    """The message with every field filled; only STATUS_LINK is left, for the worker.

    Raises InvalidContent naming each field without a value and its line; ValueError for a name that is no
    field, which is a mistake of the caller.
    """
    filled = draft(template, fields)
    still_open = unfilled(f"{filled.subject}\n{filled.body}")
    problems = [
        template.problem(line, f'"{{{{ {name} }}}}" has no value', "fill it in, or take it out of the text")
        for line, name in template.fields()
        if name in still_open
    ]
    if problems:
        raise InvalidContent(problems)
    return filled


def draft(template: Template, fields: Mapping[str, str]) -> Rendered:
    """The message with what is known filled in; what is not stays `{{ field }}` for the headhunter to see.

    A value that is blank counts as not known, but for DISPENSABLE ones. Raises ValueError as `render`.
    """
    known = known_values(fields)
    dropped = {name for name in DISPENSABLE if name in fields and name not in known}
    lines = [line for line in template.body.split("\n") if only_field(line) not in dropped]
    return Rendered(" ".join(fill(template.subject, known).split()), fill(joined(lines), known))


def _check(path: Path, use: TemplateUse | None) -> list[Problem]:
    try:
        template, problems = _read(path)
    except InvalidContent as error:
        return list(error.problems)
    return problems + (_misfits(template, use) if template and use else [])


def _missing(folder: Path, use: TemplateUse, unused: set[str]) -> Problem:
    near = difflib.get_close_matches(use.file, sorted(unused), n=1)
    repair = f'did you mean to rename "{near[0]}"?' if near else "write it, or restore it"
    return Problem(display_path(folder / use.file), 0, f"there is no such message: {use.purpose}", repair)


def _misfits(template: Template, use: TemplateUse) -> list[Problem]:
    """Fields that are fields, but not in this message; and what is missing in it."""
    problems = [
        template.problem(
            line,
            f'"{{{{ {name} }}}}" is not known in this message, {use.purpose}',
            f"take it out, or use one of: {', '.join(sorted(use.fields))}",
        )
        for line, name in template.fields()
        if name in FIELDS and name not in use.fields
    ]
    written = fields_in(template.body)
    problems += [
        template.problem(
            template.body_line,
            f'there is no "{{{{ {name} }}}}" in this message, {use.purpose}',
            "write it where it belongs",
        )
        for name in use.needed
        if name not in written
    ]
    return problems


def _read(path: Path) -> tuple[Template | None, list[Problem]]:
    """Raises InvalidContent when there is no front matter to read."""
    document = read_document(path)
    problems = [
        document.problem(key, f'unknown key "{key}"', did_you_mean(key, ["subject"]))
        for key in document.values
        if key != "subject"
    ]
    subject = document.values.get("subject")
    if not isinstance(subject, str) or not subject.strip():
        repair = 'write: subject: "…", the text in quotes'
        return None, [*problems, document.problem("subject", "there is no subject", repair)]
    template = _template(path.stem, document, subject)
    return template, problems + _problems(template)


def _template(name: str, document: Document, subject: str) -> Template:
    text = document.body.lstrip("\n")
    blank = len(document.body) - len(text) if text else 0
    return Template(
        name=name,
        path=document.path,
        subject=subject,
        body=text.rstrip("\n") + "\n",
        subject_line=document.line("subject"),
        body_line=document.body_line + blank,
    )


def _problems(template: Template) -> list[Problem]:
    problems = [
        template.problem(line, f'unknown field "{{{{ {name} }}}}"', did_you_mean(name, FIELDS))
        for line, name in template.fields()
        if name not in FIELDS
    ]
    problems += [
        template.problem(line, "a merge field is not complete", 'write it on one line, as "{{ reason }}"')
        for line, text in template.lines()
        if has_broken_field(text)
    ]
    if mentions_status_link(template.subject):
        message = f'"{STATUS_LINK}" cannot stand in a subject'
        problems.append(template.problem(template.subject_line, message, "move it into the text"))
    if not template.body.strip():
        problems.append(template.problem(template.body_line, "there is no text", "write the message"))
    return problems
