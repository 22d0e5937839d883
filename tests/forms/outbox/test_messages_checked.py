"""The messages that features send: each is known to the check; with a broken one nothing starts."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from flask import Flask

import forms
from core.clock import ManualClock
from core.errors import InvalidContent
from core.settings import ROOT
from forms import MESSAGES, check_messages, create_app
from forms.candidates.models import Outcome
from forms.follow_up.answering import template_for
from forms.outbox.template import TemplateUse, draft, load_template
from forms.store.memory import MemoryStore


def broken(content: Path, name: str = "job-filled") -> Path:
    """A message with a misspelt field on line 4."""
    path = content / "messages" / f"{name}.md"
    path.write_text('---\nsubject: "x"\n---\nDear {{ candidat_name }},\n', encoding="utf-8")
    return path


def test_the_messages_we_ship_are_what_is_needed_and_without_mistakes() -> None:
    assert check_messages(ROOT / "content") == []
    assert len({use.name for use in MESSAGES}) == len(MESSAGES) >= 13


def test_every_message_a_feature_declares_is_checked() -> None:
    modules = [import_module(found.name) for found in walk_packages(forms.__path__, "forms.")]
    values = [value for module in modules for value in vars(module).values()]
    single = {value for value in values if isinstance(value, TemplateUse)}
    listed = {
        each
        for value in values
        if isinstance(value, tuple)
        for each in value
        if isinstance(each, TemplateUse)
    }
    assert single | listed == set(MESSAGES)


@pytest.mark.parametrize("outcome", [*Outcome, None])
def test_an_outcome_without_its_message_is_a_mistake(content: Path, outcome: Outcome | None) -> None:
    name = template_for(outcome)
    (content / "messages" / f"{name}.md").unlink()
    (problem,) = check_messages(content)
    assert problem.path.endswith(f"messages/{name}.md")
    assert (outcome.label if outcome else "not decided yet") in problem.message


def test_the_letter_with_a_new_date_must_name_it(content: Path) -> None:
    path = content / "messages" / "not-decided.md"
    path.write_text(path.read_text("utf-8").replace("{{ next_date }}", "soon"), encoding="utf-8")
    (problem,) = check_messages(content)
    assert 'there is no "{{ next_date }}"' in problem.message


@pytest.mark.parametrize("name", ["link", "lost-link"])
def test_a_mail_with_a_private_link_must_have_a_place_for_it(content: Path, name: str) -> None:
    path = content / "messages" / f"{name}.md"
    path.write_text(path.read_text("utf-8").replace("{{ status_link }}", "below"), encoding="utf-8")
    (problem,) = check_messages(content)
    assert problem.path.endswith(f"messages/{name}.md")
    assert 'there is no "{{ status_link }}"' in problem.message


def test_the_endpoint_does_not_start_with_broken_messages_and_says_them_all(
    environ: dict[str, str], store: MemoryStore, clock: ManualClock, content: Path, tmp_path: Path
) -> None:
    broken(content)
    (content / "messages" / "withdrew.md").unlink()
    with pytest.raises(InvalidContent) as caught:
        create_app(environ, store=store, clock=clock, content=content, root=tmp_path)
    assert [(Path(each.path).name, each.line) for each in caught.value.problems] == [
        ("job-filled.md", 4),
        ("withdrew.md", 0),
    ]


def test_nothing_is_made_on_the_disc_by_a_start_that_is_refused(content: Path, tmp_path: Path) -> None:
    broken(content)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InvalidContent):
        create_app({}, content=content, root=tmp_path)
    assert sorted(tmp_path.iterdir()) == before


def test_while_somebody_writes_it_starts_and_a_mended_message_is_used_at_once(
    environ: dict[str, str], store: MemoryStore, clock: ManualClock, content: Path, tmp_path: Path
) -> None:
    path = broken(content)
    app = create_app(
        environ, store=store, clock=clock, content=content, root=tmp_path, even_broken_messages=True
    )
    assert isinstance(app, Flask)
    with pytest.raises(InvalidContent):
        load_template(content, "job-filled")
    shutil.copy(ROOT / "content" / "messages" / path.name, path)
    assert draft(load_template(content, "job-filled"), {"job_title": "Clerk"}).subject.startswith("Clerk at")
