"""What is remembered of pages, templates and sources: no more is worked out or written than what changed."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from core.assets import read_assets
from core.settings import STATIC
from generator.app import pages_of
from generator.bytecode import Bytecode
from generator.cache import Cache
from generator.origins import Origins
from generator.shards import Shards
from tests.generator.publication import Publication


def origins(site: Publication) -> dict[str, str]:
    """The origins of all pages, by their addresses."""
    settings, library = site.library()
    site.texts.close()
    listed, pages = pages_of(library, settings, read_assets(STATIC), {})
    found = Origins(pages.views)
    return {address.url: found.of(address) for address in listed}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {url for url in before.keys() | after.keys() if before.get(url) != after.get(url)}


def test_the_origin_of_an_article_is_of_its_neighbours_and_its_series_too(tmp_path: Path) -> None:
    site = Publication(tmp_path)
    for number in range(1, 8):
        series = "S" if number in {1, 7} else None
        site.article(f"a{number}", f"Body {number}", date=f"2026-01-0{number}", series=series)
    before = origins(site)
    site.article("a7", "Other", date="2026-01-07", series="S")
    articles = {url for url in changed(before, origins(site)) if url.startswith("/articles/")}
    assert {"/articles/a7/", "/articles/a6/", "/articles/a1/"} <= articles
    assert before["/archive/"] == "", "worked out each time"


def test_the_origin_of_an_article_changes_with_what_is_said_below_it(tmp_path: Path) -> None:
    site = Publication(tmp_path)
    site.article("a", comments="true")
    before = origins(site)
    site.article("a", comments="false")
    assert "/articles/a/" in changed(before, origins(site))


def test_a_setting_changes_the_origin_of_every_page_that_has_one(tmp_path: Path) -> None:
    site = Publication(tmp_path)
    site.article("a")
    before = origins(site)
    toml = site.content / "site.toml"
    toml.write_text(toml.read_text().replace("Europe/London", "Europe/Berlin"), encoding="utf-8")
    assert changed(before, origins(site)) == {url for url, origin in before.items() if origin}


def test_values_are_read_as_they_were_written_whatever_changed_since(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    values = {f"n{number}": [number] for number in range(300)}
    first = Shards(cache, "x")
    assert first.load() is None
    first.save("head", values)
    second = Shards(cache, "x")
    head, found = second.load() or ("", {})
    assert (head, found) == ("head", values)
    found["n7"] = ["other"]
    found["new"] = ["n"]
    del found["n8"]
    second.save("head", found)
    assert Shards(cache, "x").load() == ("head", found)


def test_nothing_is_written_when_no_value_is_another(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    kept = Shards(cache, "x")
    values = {"a": [1]}
    kept.save("head", values)
    (tmp_path / "x").unlink()
    kept.save("head", dict(values))
    assert not (tmp_path / "x").exists()


def test_a_template_is_compiled_once_and_again_when_it_changes(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "t.html").write_text("one", encoding="utf-8")

    def rendered() -> str:
        cache = Bytecode(Cache(tmp_path / "cache"))
        found = Environment(loader=FileSystemLoader(folder), bytecode_cache=cache, autoescape=True)
        return found.get_template("t.html").render()

    assert rendered() == "one"
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cache").iterdir()}
    assert rendered() == "one"
    assert kept == {path.name: path.stat().st_mtime_ns for path in (tmp_path / "cache").iterdir()}
    (folder / "t.html").write_text("two", encoding="utf-8")
    assert rendered() == "two"
