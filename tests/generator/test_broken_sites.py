"""Broken publications, each with what a build says of it in `expected.txt`.

The folders below `broken/` are what a headhunter might write; a line of `expected.txt` is one problem.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.errors import InvalidContent
from generator.publish import publish
from tests.generator.publication import NOW, Publication

BROKEN = Path(__file__).parent / "broken"


@pytest.mark.parametrize("case", sorted(path.name for path in BROKEN.iterdir()))
def test_a_broken_site_is_refused_with_all_its_problems_at_once(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(BROKEN / case / "content", tmp_path / "content")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidContent) as caught:
        publish(Path("content"), Path("build"), now=NOW)
    assert str(caught.value).splitlines() == (BROKEN / case / "expected.txt").read_text("utf-8").splitlines()
    assert not Path("build").exists()


def test_a_misspelt_key_a_bad_date_and_a_slug_used_twice_leave_the_old_site_as_it_was(
    site: Publication,
) -> None:
    site.article("first")
    site.build()
    before = site.files()
    shutil.copytree(
        BROKEN / "three-at-once" / "content" / "articles", site.content / "articles", dirs_exist_ok=True
    )
    with pytest.raises(InvalidContent) as caught:
        site.build()
    assert [problem.path for problem in caught.value.problems] == [
        "content/articles/bad-date.md",
        "content/articles/misspelt.md",
        "content/articles/second.md",
    ]
    assert site.files() == before
