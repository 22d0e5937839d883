"""Templates: every mistake is named with its place, and a value stays what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InvalidContent
from core.settings import ROOT
from forms.outbox.merge import put_status_link
from forms.outbox.models import STATUS_LINK
from forms.outbox.template import (
    Template,
    TemplateUse,
    check_templates,
    draft,
    load_template,
    render,
    unfilled,
)

LETTER = """\
---
subject: "{{ job_title }}: the outcome"
---

Dear {{ candidate_name }},

{{ reason }}

{{ status_link }}

{{ recruiter_name }}
{{ recruiter_phone }}
"""
KNOWN = {
    "job_title": "Data engineer",
    "candidate_name": "Bea",
    "reason": "The client chose a person with more Kafka.",
    "recruiter_name": "Anna",
    "recruiter_phone": "+44 20 7946 0123",
}


def write(content: Path, text: str, name: str = "told") -> Path:
    """A message template of the content folder."""
    path = content / "messages" / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def template(content: Path) -> Template:
    write(content, LETTER)
    return load_template(content, "told")


def test_every_field_is_filled_but_the_private_link(template: Template) -> None:
    filled = render(template, KNOWN)
    assert filled.subject == "Data engineer: the outcome"
    assert filled.body == (
        "Dear Bea,\n\nThe client chose a person with more Kafka.\n\n"
        f"{STATUS_LINK}\n\nAnna\n+44 20 7946 0123\n"
    )


def test_a_missing_value_stops_with_file_line_and_field(template: Template) -> None:
    with pytest.raises(InvalidContent) as caught:
        render(template, {**KNOWN, "reason": "  "})
    (problem,) = caught.value.problems
    assert problem.path.endswith("messages/told.md")
    assert problem.line == 7
    assert '"{{ reason }}" has no value' in problem.message


def test_all_missing_values_are_reported_at_once(template: Template) -> None:
    with pytest.raises(InvalidContent) as caught:
        render(template, {"recruiter_phone": "1"})
    assert [problem.line for problem in caught.value.problems] == [2, 5, 7, 11]


def test_a_draft_leaves_what_is_not_known_for_the_headhunter_to_see(template: Template) -> None:
    text = draft(template, {"candidate_name": "Bea"})
    assert text.subject == "{{ job_title }}: the outcome"
    assert "Dear Bea,\n\n{{ reason }}\n" in text.body
    assert unfilled(f"{text.subject}\n{text.body}") == (
        "job_title",
        "reason",
        "recruiter_name",
        "recruiter_phone",
    )


def test_a_recruiter_without_a_phone_leaves_no_empty_line(template: Template) -> None:
    assert render(template, {**KNOWN, "recruiter_phone": ""}).body.endswith("\nAnna\n")


@pytest.mark.parametrize(
    "typed",
    ["{{ candidate_name }}", "{{ status_link }}", "{{{ status_link }}}", "{{status_link}}", "a {", "{ x }}"],
)
def test_a_value_is_never_taken_for_a_field(content: Path, typed: str) -> None:
    """Neither in a second pass, nor by the worker that puts the private link in."""
    write(content, '---\nsubject: "x"\n---\n{{ reason }}{{ observation }}{ candidate_name }\n')
    body = render(load_template(content, "told"), {"reason": typed, "observation": typed}).body
    assert unfilled(body) == ()
    assert put_status_link(body, "SECRET") == body


def test_paragraphs_are_joined_as_in_markdown_and_deliberate_lines_kept(content: Path) -> None:
    write(
        content,
        '---\nsubject: "x"\n---\nThe {{ job_title }} job\nhas been filled.\n\n'
        "Your page:\n{{ status_link }}\n\n"
        "Bring:\n- a pen\n- paper,\n  lined\n\nKind regards,\\\nAnna  \nthe headhunter\n",
    )
    body = render(load_template(content, "told"), {"job_title": "Data\nengineer"}).body
    assert body == (
        "The Data\nengineer job has been filled.\n\nYour page:\n{{ status_link }}\n\n"
        "Bring:\n- a pen\n- paper, lined\n\nKind regards,\nAnna\nthe headhunter\n"
    )


def test_a_value_cannot_start_a_header_of_its_own(template: Template) -> None:
    filled = render(template, {**KNOWN, "job_title": "Engineer\r\nBcc: eve@example.org"})
    assert filled.subject == "Engineer Bcc: eve@example.org: the outcome"


def test_a_caller_cannot_hand_in_a_private_link(template: Template) -> None:
    with pytest.raises(ValueError, match="never kept"):
        render(template, {**KNOWN, "status_link": "https://followup.example/status/secret/"})
    assert STATUS_LINK in render(template, {**KNOWN, "status_link": STATUS_LINK}).body


def test_a_caller_that_misspells_a_field_is_told(template: Template) -> None:
    with pytest.raises(ValueError, match='did you mean "reason"'):
        draft(template, {"reasn": "x"})


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('---\nsubject: "x"\n---\nDear {{ candidat_name }},\n', 4, 'did you mean "candidate_name"?'),
        ('---\nsubject: "{{ job }}"\n---\nHello\n', 2, 'unknown field "{{ job }}"'),
        ('---\nsubjct: "x"\n---\nHello\n', 2, 'did you mean "subject"?'),
        ("---\nsubject:\n---\nHello\n", 2, "there is no subject"),
        ('---\nsubject: "{{ status_link }}"\n---\nHello\n', 2, "cannot stand in a subject"),
        ('---\nsubject: "x"\n---\n\nHello\n{{ reason }\n', 6, "merge field is not complete"),
        ('---\nsubject: "x"\n---\nHello {{ reason\n}}\n', 4, "merge field is not complete"),
        ('---\nsubject: "x"\n---\n\n', 4, "there is no text"),
        ("Hello\n", 1, "front matter"),
    ],
)
def test_a_mistake_in_a_template_is_named_with_its_line(
    content: Path, text: str, line: int, words: str
) -> None:
    write(content, text)
    problems = check_templates(content)
    assert any(problem.line == line and words in str(problem) for problem in problems), problems
    with pytest.raises(InvalidContent):
        load_template(content, "told")


def test_the_mistakes_of_all_templates_are_reported_in_one_run(content: Path) -> None:
    write(content, "no front matter", "a")
    write(content, '---\nsubject: "x"\n---\n{{ nam }} {{ reson }}\n', "b")
    assert [Path(problem.path).name for problem in check_templates(content)] == ["a.md", "b.md", "b.md"]


@pytest.mark.parametrize("name", ["._told", ".#told"])
def test_hidden_files_of_an_editor_are_no_messages(content: Path, name: str) -> None:
    write(content, "no front matter", name)
    assert check_templates(content) == []


def test_a_file_that_is_not_utf_8_is_named_with_its_line(content: Path) -> None:
    write(content, "").write_bytes('---\nsubject: "Café"\n---\nText.\n'.encode("latin-1"))
    (problem,) = check_templates(content)
    assert (problem.line, problem.repair) == (2, "save the file as UTF-8")


def test_what_cannot_be_read_is_a_problem_of_that_file(content: Path) -> None:
    (content / "messages" / "told.md").mkdir()
    (problem,) = check_templates(content)
    assert "told.md: cannot be read" in str(problem)


def test_a_message_that_is_needed_and_missing_is_named_with_its_purpose(content: Path) -> None:
    use = TemplateUse("job-won", "the answer for a job that was won")
    (problem,) = check_templates(content, (use,))
    assert problem.path.endswith("messages/job-won.md")
    assert problem.message == "there is no such message: the answer for a job that was won"


def test_a_message_under_a_misspelt_name_is_found(content: Path) -> None:
    write(content, LETTER, "job-wno")
    (problem,) = check_templates(content, (TemplateUse("job-won", "the answer"),))
    assert problem.repair == 'did you mean to rename "job-wno.md"?'


def test_without_the_folder_that_is_all_that_is_said(tmp_path: Path) -> None:
    uses = (TemplateUse("told", "the answer"), TemplateUse("link", "the link"))
    (problem,) = check_templates(tmp_path, uses)
    assert str(problem).startswith(f"{tmp_path / 'messages'}: there is no such folder — restore it")
    assert check_templates(tmp_path) == []


def test_a_field_that_is_never_known_in_a_message_is_named_with_its_line(content: Path) -> None:
    write(content, '---\nsubject: "x"\n---\nDear {{ candidate_name }},\n\n{{ referred_name }}\n')
    (problem,) = check_templates(content, (TemplateUse("told", "the answer", ("candidate_name",)),))
    assert problem.line == 6
    assert problem.message == '"{{ referred_name }}" is not known in this message, the answer'
    assert "candidate_name" in problem.repair


def test_a_message_without_what_it_is_written_for_is_a_mistake(content: Path) -> None:
    write(content, '---\nsubject: "Your page"\n---\nHere it is.\n')
    (problem,) = check_templates(
        content, (TemplateUse("told", "the mail with the link", needed=("status_link",)),)
    )
    assert problem.line == 4
    assert 'there is no "{{ status_link }}"' in problem.message


def test_a_template_that_is_not_there_is_named(content: Path) -> None:
    with pytest.raises(InvalidContent, match=r"messages/told\.md: there is no such message"):
        load_template(content, "told")


def test_the_templates_we_ship_are_without_mistakes() -> None:
    assert check_templates(ROOT / "content") == []
    assert len(list((ROOT / "content" / "messages").glob("*.md"))) >= 12
