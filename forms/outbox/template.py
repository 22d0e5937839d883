"""Message templates: `content/messages/<name>.md`, a subject in the front matter, merge fields in the text.

    ---
    subject: "{{ job_title }}: where things stand"
    ---
    Dear {{ candidate_name }},

They are plain text: line breaks stay as written, and long lines are folded when the message is composed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidContent, Problem, did_you_mean
from core.frontmatter import Document, read_document
from core.settings import display_path
from forms.outbox.models import STATUS_LINK

LINK_FIELD = "status_link"
FIELDS = (
    "candidate_name",
    "job_title",
    "client_name",
    "recruiter_name",
    "recruiter_email",
    "recruiter_phone",
    LINK_FIELD,
    "site_title",
    "reason",
    "observation",
    "next_date",
    "referred_name",
)
"""Every merge field. `status_link` is filled by the worker while it sends; all others by who writes."""

DISPENSABLE = ("recruiter_phone",)
"""Fields that may be known to be empty: a line that holds nothing else then goes with them."""

FOLDER = "messages"

_FIELD = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LINK = re.compile(r"\{\{\s*" + LINK_FIELD + r"\s*\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_BETWEEN_BRACES = re.compile(r"(?<=\{)(?=\{)|^(?=\{)|(?<=\{)$")


@dataclass(frozen=True)
class Template:
    """A message to be filled. `path` as shown in errors; `subject_line`, `body_line`: where each begins."""

    name: str
    path: str
    subject: str
    body: str
    subject_line: int
    body_line: int


@dataclass(frozen=True)
class Rendered:
    """A filled message."""

    subject: str
    body: str


def load_template(content: Path, name: str) -> Template:
    """The template `messages/<name>.md` of the content folder. Raises InvalidContent."""
    path = content / FOLDER / f"{name}.md"
    if not path.is_file():
        problem = Problem(display_path(path), 0, "there is no such message", "write it, or restore it")
        raise InvalidContent([problem])
    template, problems = _read(path)
    if problems or template is None:
        raise InvalidContent(problems)
    return template


def check_templates(content: Path) -> list[Problem]:
    """Everything wrong with the templates of the content folder, in the order of their places."""
    problems: list[Problem] = []
    for path in sorted((content / FOLDER).glob("*.md")):
        try:
            problems += _read(path)[1]
        except InvalidContent as error:
            problems += error.problems
    return sorted(problems)


def render(template: Template, fields: Mapping[str, str]) -> Rendered:
    """The message with every field filled; only STATUS_LINK is left, for the worker.

    Raises InvalidContent naming each field without a value and its line; ValueError for a name that is no
    field, which is a mistake of the caller.
    """
    filled = draft(template, fields)
    problems = [
        _problem(template, line, f'"{{{{ {name} }}}}" has no value', "fill it in, or take it out of the text")
        for line, name in _open_fields(template)
        if name != LINK_FIELD and name in unfilled(f"{filled.subject}\n{filled.body}")
    ]
    if problems:
        raise InvalidContent(problems)
    return filled


def draft(template: Template, fields: Mapping[str, str]) -> Rendered:
    """The message with what is known filled in; what is not stays `{{ field }}` for the headhunter to see.

    A value that is blank counts as not known, but for DISPENSABLE ones. Raises ValueError as `render`.
    """
    _check_names(fields)
    known = {name: _plain(value) for name, value in fields.items() if value.strip() and name != LINK_FIELD}
    dropped = {name for name in DISPENSABLE if name in fields and name not in known}
    subject = " ".join(_fill(template.subject, known).split())
    lines = (line for line in template.body.split("\n") if _only_field(line) not in dropped)
    return Rendered(subject, _fill("\n".join(lines), known))


def unfilled(text: str) -> tuple[str, ...]:
    """The fields still open in a text, each once, in order; not status_link, which the worker fills."""
    return tuple(dict.fromkeys(name for name in _FIELD.findall(text) if name != LINK_FIELD))


def mentions_status_link(text: str) -> bool:
    """Whether the worker will have a private link to put into this text."""
    return _LINK.search(text) is not None


def put_status_link(text: str, link: str) -> str:
    """The text with the private link in its places."""
    return _LINK.sub(lambda _found: link, text)


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
        problems.append(
            document.problem("subject", "there is no subject", 'write: subject: "…", the text in quotes')
        )
        return None, problems
    template = _template(path.stem, document, subject)
    return template, problems + _field_problems(template)


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


def _field_problems(template: Template) -> list[Problem]:
    problems = [
        _problem(template, line, f'unknown field "{{{{ {name} }}}}"', did_you_mean(name, FIELDS))
        for line, name in _open_fields(template)
        if name not in FIELDS
    ]
    if mentions_status_link(template.subject):
        message = f'"{STATUS_LINK}" cannot stand in a subject'
        problems.append(_problem(template, template.subject_line, message, "move it into the text"))
    problems += [
        _problem(template, line, "a merge field is not complete", 'write it on one line, as "{{ reason }}"')
        for line, text in _lines(template)
        if _BRACES.search(_FIELD.sub("", text))
    ]
    if not template.body.strip():
        problems.append(_problem(template, template.body_line, "there is no text", "write the message"))
    return problems


def _open_fields(template: Template) -> list[tuple[int, str]]:
    """Every field of the template with the line it is written on."""
    return [(line, name) for line, text in _lines(template) for name in _FIELD.findall(text)]


def _lines(template: Template) -> list[tuple[int, str]]:
    """The subject and the lines of the text, each with its place."""
    body = enumerate(template.body.split("\n"), template.body_line)
    return [(template.subject_line, template.subject), *body]


def _fill(text: str, known: Mapping[str, str]) -> str:
    """One pass: a value is never looked at for fields of its own."""
    return _FIELD.sub(lambda found: known.get(found[1], f"{{{{ {found[1]} }}}}"), text)


def _plain(value: str) -> str:
    """A value that later steps cannot take for a field: the braces that would open one are set apart."""
    return _BETWEEN_BRACES.sub(" ", value.strip())


def _only_field(line: str) -> str:
    found = _FIELD.fullmatch(line.strip())
    return found[1] if found else ""


def _check_names(fields: Mapping[str, str]) -> None:
    for name in fields:
        if name == LINK_FIELD and fields[name] != STATUS_LINK:
            raise ValueError(f"{LINK_FIELD} is filled while sending: a private link is never kept")
        if name not in FIELDS:
            raise ValueError(f"{name} is no merge field: {did_you_mean(name, FIELDS)}")


def _problem(template: Template, line: int, message: str, repair: str) -> Problem:
    return Problem(template.path, line, message, repair)
