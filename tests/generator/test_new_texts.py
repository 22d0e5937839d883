"""A build of which only texts differ looks at nothing else, and gives what a look at everything gives."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import FollowUpError, InvalidContent
from core.settings import ROOT, STATIC, TEMPLATES
from generator import files
from generator.cache import Cache
from generator.publish import Publisher, Report
from generator.texts import TextStore
from generator.verify import verify
from tests.generator.killed_build import BELIEVED_AFTER, OF_TEXTS
from tests.generator.publication import QUICK, SITE_TOML, Publication

ARTICLE = "templates/articles/article.html"
TICK = BELIEVED_AFTER


@pytest.fixture
def five(site: Publication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publication]:
    """Five articles, two on a page, of which all share a tag; built, and everything is of some age."""
    monkeypatch.setattr(files, "RACY_NANOSECONDS", int(TICK * 1e9))
    shutil.copytree(TEMPLATES, site.root / "templates")
    for day in range(1, 6):
        site.article(f"a{day}", f"Text {day}.\n\nMore.", date=f"2026-01-0{day}", tags="[shared]")
    site.article("later", "Not yet.", draft="true")
    build(site)
    yield site
    assert verify(site.content, site.output, now=site.now, templates=site.root / "templates").is_right


def publisher(site: Publication) -> Publisher:
    return Publisher(
        site.content, site.output, options=QUICK, templates=site.root / "templates", static=STATIC
    )


def build(site: Publication) -> Report:
    time.sleep(1.5 * TICK)
    return publisher(site).publish(site.now)


def add(path: Path, more: str) -> Path:
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return path


def write_on(site: Publication, slug: str, more: str) -> Path:
    return add(site.content / f"articles/{slug}.md", more)


@pytest.fixture
def whole_builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one with every build that looks at everything."""
    seen: list[str] = []
    build_whole = Publisher._build_whole

    def counted(self: Publisher, *arguments: object) -> object:
        seen.append("whole")
        return build_whole(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Publisher, "_build_whole", counted)
    return seen


def test_a_new_process_makes_the_page_of_a_new_text_and_looks_at_no_other(
    five: Publication, whole_builds: list[str]
) -> None:
    write_on(five, "a2", "\nA last word.\n")
    report = build(five)
    assert (report.made, report.written) == (
        ("articles/a2/index.html", "feed.xml", "tags/shared/feed.xml"),
    ) * 2
    assert "A last word." in five.read("articles/a2/index.html")
    assert whole_builds == []


def test_a_text_that_takes_longer_to_read_says_so_in_the_lists(
    five: Publication, whole_builds: list[str]
) -> None:
    write_on(five, "a2", "\n" + "words " * 2000)
    assert "page/2/index.html" in build(five).written
    assert whole_builds == []


def test_one_edit_after_another_and_back_again_is_followed_in_new_processes(
    five: Publication, whole_builds: list[str]
) -> None:
    path = five.content / "articles/a3.md"
    before = path.read_text(encoding="utf-8")
    served = five.files()
    for more in ("\nOne.\n", "\nTwo.\n"):
        write_on(five, "a3", more)
        build(five)
    path.write_text(before, encoding="utf-8")
    build(five)
    assert (five.files(), whole_builds) == (served, [])


SAME = {"date": "2026-01-02", "tags": "[shared]"}


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda site: site.article("a6"), id="a new article"),
        pytest.param(lambda site: (site.content / "articles/a1.md").unlink(), id="one that is gone"),
        pytest.param(lambda site: site.article("a2", "Text 2.", date="2026-01-02"), id="other tags"),
        pytest.param(lambda site: write_on(site, "later", "More."), id="a draft"),
        pytest.param(lambda site: site.article("a2", "Otherwise.", **SAME), id="a summary"),
        pytest.param(lambda site: site.write("site.toml", f"comments = true\n{SITE_TOML}"), id="a setting"),
        pytest.param(lambda site: add(site.root / ARTICLE, "<!-- one -->"), id="a template"),
    ],
)  # fmt: skip
def test_whatever_else_changes_is_looked_for_everywhere(
    five: Publication, whole_builds: list[str], edit: object
) -> None:
    assert callable(edit)
    edit(five)
    build(five)
    assert whole_builds == ["whole"]


def test_a_text_that_is_wrong_is_told_like_any_other_and_changes_nothing(five: Publication) -> None:
    served = five.files()
    path = write_on(five, "a4", "\n[Nowhere](/nowhere/)\n")
    with pytest.raises(InvalidContent, match=r"a4\.md:\d+: the link /nowhere/ leads nowhere"):
        build(five)
    assert five.files() == served
    path.write_text(path.read_text(encoding="utf-8").replace("/nowhere/", "/articles/a1/"), encoding="utf-8")
    build(five)
    assert "/articles/a1/" in five.read("articles/a4/index.html")


def test_what_else_was_edited_while_a_text_was_wrong_is_not_overlooked(five: Publication) -> None:
    path = write_on(five, "a4", "\n[Nowhere](/nowhere/)\n")
    five.article("a1", "Text 1.\n\nMore.", title="Another title", date="2026-01-01", tags="[shared]")
    with pytest.raises(InvalidContent):
        build(five)
    path.write_text(path.read_text(encoding="utf-8").replace("/nowhere/", "/articles/a1/"), encoding="utf-8")
    build(five)
    assert "Another title" in five.read("archive/index.html")


def test_a_heading_that_others_point_to_is_missed(five: Publication) -> None:
    path = write_on(five, "a4", "\n## A place\n")
    write_on(five, "a5", "\n[There](/articles/a4/#a-place)\n")
    build(five)
    path.write_text(path.read_text(encoding="utf-8").replace("A place", "Elsewhere"), encoding="utf-8")
    with pytest.raises(InvalidContent, match=r"a5\.md:\d+: the link /articles/a4/#a-place leads to no place"):
        build(five)
    path.write_text(path.read_text(encoding="utf-8").replace("Elsewhere", "A place"), encoding="utf-8")
    build(five)


def test_a_site_whose_last_step_was_cut_off_is_looked_at_as_a_whole(
    five: Publication, whole_builds: list[str]
) -> None:
    write_on(five, "a2", "\nA last word.\n")
    time.sleep(1.5 * TICK)
    publisher(five).show(five.now)  # and the process ends: nothing is written down
    write_on(five, "a2", "\nAnother.\n")
    build(five)
    assert whole_builds == ["whole"]


def test_after_many_small_builds_the_next_process_still_knows_the_site(
    five: Publication, whole_builds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.tree._MOST_STEPS", 3)
    for number in range(8):
        write_on(five, "a1", f"\nLine {number}.\n")
        build(five)
    assert whole_builds == []


def test_who_is_told_what_was_edited_looks_at_that_alone_and_at_the_rest_afterwards(
    five: Publication, whole_builds: list[str]
) -> None:
    ours = publisher(five)
    ours.publish(five.now)
    edited = write_on(five, "a2", "\nA last word.\n")
    overlooked = write_on(five, "a1", "\nUnheard of.\n")
    assert "articles/a1/index.html" not in ours.show(five.now, [edited]).made
    assert not ours.settle()
    ours.show(five.now)
    assert ours.settle()
    assert "Unheard of." in five.read("articles/a1/index.html")
    assert overlooked.exists()
    assert whole_builds == []


def test_a_place_of_the_layout_that_goes_with_the_headings_is_missed_too(five: Publication) -> None:
    """The contents list of a long text has an id; it is gone when the headings are of a lower order."""
    headings = "".join(f"\n## Part {number}\n\nWords.\n" for number in range(4))
    path = write_on(five, "a4", headings)
    write_on(five, "a5", "\n[There](/articles/a4/#contents-title)\n")
    build(five)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("## ", "#### "), encoding="utf-8")
    with pytest.raises(InvalidContent, match=r"a5\.md:\d+: the link /articles/a4/#contents-title leads"):
        build(five)
    path.write_text(text, encoding="utf-8")


def test_what_another_process_read_for_a_build_that_failed_is_not_taken_for_what_is_served(
    five: Publication,
) -> None:
    ours = publisher(five)
    add(five.root / ARTICLE, "<!-- one -->")
    time.sleep(1.5 * TICK)
    ours.show(five.now)
    five.article("a1", "Text 1.\n\nMore.", title="Another title", date="2026-01-01", tags="[shared]")
    path = write_on(five, "a4", "\n[Nowhere](/nowhere/)\n")
    with pytest.raises(InvalidContent):
        build(five)
    ours.settle()
    path.write_text(path.read_text(encoding="utf-8").replace("/nowhere/", "/articles/a1/"), encoding="utf-8")
    build(five)
    assert "Another title" in five.read("archive/index.html")


def test_who_looked_before_another_process_built_looks_again(five: Publication) -> None:
    waiting = publisher(five)
    seen = waiting.inputs()
    five.article("new", date="2026-01-09")
    build(five)
    waiting.publish(five.now, inputs=seen)
    assert "articles/new/index.html" in five.files()


def test_a_folder_that_cannot_be_looked_at_is_told_as_a_fault_of_the_disc(site: Publication) -> None:
    loop = site.root / "templates"
    loop.symlink_to(loop)
    with pytest.raises(FollowUpError, match=r"templates: .* see that the disc has room"):
        publisher(site).show(site.now)


def test_a_text_that_is_damaged_and_in_nobodys_way_is_made_anew_when_texts_are_swept(
    five: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = TextStore(Cache(five.root / "build.aside" / "cache"))
    with closing(texts.reader()) as read:
        of_a_page = next(key for key in texts.locations if "Some text." in read(key).html)
    pack, offset, length, _digest = texts.locations[of_a_page]
    data = bytearray((texts.folder / pack).read_bytes())
    data[offset + length // 2] ^= 1
    (texts.folder / pack).write_bytes(data)
    monkeypatch.setattr("generator.texts._SLACK", -(10**7))  # much is swept out at once
    write_on(five, "a5", "\nA last word.\n")
    build(five)
    assert "A last word." in five.read("articles/a5/index.html")


@pytest.mark.faults
@pytest.mark.parametrize("moment", OF_TEXTS)
def test_a_process_killed_while_it_builds_a_new_text_deceives_nobody_about_what_is_served(
    site: Publication, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setattr(files, "RACY_NANOSECONDS", int(TICK * 1e9))
    path = site.article("a", "Text.\n\nMore.")
    site.article("b")
    before = path.read_text(encoding="utf-8")
    time.sleep(1.5 * TICK)
    site.build()
    add(path, "\nA last word.\n")
    time.sleep(1.5 * TICK)
    script = ROOT / "tests" / "generator" / "killed_build.py"
    command = [sys.executable, str(script), str(site.content), str(site.output), moment]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    assert subprocess.run(command, check=False, env=environ).returncode == -signal.SIGKILL
    path.write_text(before, encoding="utf-8")
    time.sleep(1.5 * TICK)
    site.build()
    assert verify(site.content, site.output, now=site.now).is_right
    assert "A last word." not in site.read("articles/a/index.html")
