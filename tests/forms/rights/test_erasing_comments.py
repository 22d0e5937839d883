"""A person who is erased leaves the comments below articles, too, and the files the site is made from."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from forms import COLLECTIONS
from forms.comments import service, verdicts
from forms.comments.export import Exporter
from forms.comments.service import Draft
from forms.rights import person
from forms.rights.erasing import erase
from forms.store.fsck import fsck
from tests.forms.people import Scene
from tests.forms.reading import dump
from tests.forms.rights.everywhere import EMAIL, NAME, written_everywhere


@pytest.mark.parametrize("own_name", [NAME, "Z."])
def test_an_erased_person_leaves_their_comments_and_those_of_others(
    scene: Scene, tmp_path: Path, own_name: str
) -> None:
    there, now, exporter = written_everywhere(scene), scene.clock.now(), Exporter(scene.store, tmp_path)
    own = Draft("an-article", own_name, EMAIL, None, "My own words.", None, "form 1", "here")
    first = service.submit(scene.store, own, content=tmp_path, now=now).comment
    verdicts.approve(scene.store, first.id, by="anna", now=now)
    reply = dataclasses.replace(
        own, name="Otto", email="otto@b.example", text=f"As {NAME} says.", parent_id=first.id, submission="2"
    )
    second = service.submit(scene.store, reply, content=tmp_path, now=now).comment
    verdicts.approve(scene.store, second.id, by="anna", now=now)
    exporter()
    path = tmp_path / "comments" / "an-article.json"
    assert NAME in path.read_text(encoding="utf-8")
    with scene.store.read() as reader:
        who = person.behind_candidate(reader, there.candidate.id)
    erase(scene.store, who, today=scene.today, now=now, why="At their own wish.")
    exporter()
    (row,) = json.loads(path.read_text(encoding="utf-8"))["comments"]
    assert (row["name"], row["parent"], row["text"]) == ("Otto", None, "As [erased] says.")
    assert "quillfeather" not in json.dumps(dump(scene.store)).lower()
    assert [str(problem) for problem in fsck(scene.store, COLLECTIONS)] == []
