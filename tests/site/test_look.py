"""What the look promises and a machine can check: weight, contrast, nothing inline, no missing file."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from core.settings import ROOT, STATIC, TEMPLATES

CSS = (STATIC / "css" / "site.css").read_text(encoding="utf-8")
SHEETS = sorted((STATIC / "css").glob("*.css"))
LOOK = (ROOT / "docs" / "look.md").read_text(encoding="utf-8")
TEMPLATE_FILES = sorted(TEMPLATES.rglob("*.html"))
SCHEMES = {
    "light": CSS.split("@media (prefers-color-scheme: dark)")[0],
    "dark": CSS.split("@media (prefers-color-scheme: dark)")[1],
}
CODE_COLOURS = {
    scheme: re.findall(r"\.highlight[^{]*\{ color: (#[0-9a-f]{6})", block)
    for scheme, block in zip(
        SCHEMES, CSS[CSS.index("/* Code,") : CSS.index("@media print")].split("@media"), strict=True
    )
}


def tokens(scheme: str) -> dict[str, str]:
    """The colours of a scheme, by their names without the dashes."""
    found = re.findall(r"--(\w[\w-]*): (#[0-9a-f]{3,6})", SCHEMES[scheme])
    return {
        name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:]) for name, value in found
    }


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2: 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        *(("ink", ground, 7) for ground in ("paper", "sheet", "shade")),
        *(
            (ink, ground, 4.5)
            for ink in ("muted", "accent", "answered", "overdue")
            for ground in ("paper", "sheet", "shade")
        ),
        ("muted", "paper", 7),
        *(("edge", ground, 3) for ground in ("paper", "sheet", "shade")),
        *(("on-solid", ground, 4.5) for ground in ("accent", "overdue")),
    ],
)
def test_every_ink_is_legible_on_every_ground(scheme: str, ink: str, ground: str, least: float) -> None:
    colours = tokens(scheme)
    assert contrast(colours[ink], colours[ground]) >= least


@pytest.mark.parametrize("scheme", SCHEMES)
def test_highlighted_code_is_legible(scheme: str) -> None:
    ground = tokens(scheme)["shade"]
    assert CODE_COLOURS[scheme]
    assert min(contrast(colour, ground) for colour in CODE_COLOURS[scheme]) >= 4.5


def test_the_typefaces_stay_under_60_kilobytes_and_bring_their_licence() -> None:
    fonts = STATIC / "fonts"
    assert sum(font.stat().st_size for font in fonts.glob("*.woff2")) <= 60_000
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text(encoding="utf-8")


def scripts_of(template: Path) -> set[str]:
    """The scripts that a page of this template may load: its own, and those of what it extends."""
    text = template.read_text(encoding="utf-8")
    above = re.search(r"{% extends '([^']+)' %}", text)
    own = set(re.findall(r"asset\('(js/[^']+)'\)", text))
    return own | (scripts_of(TEMPLATES / above[1]) if above else set())


@pytest.mark.parametrize("template", TEMPLATE_FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_page_loads_more_than_10_kilobytes_of_script(template: Path) -> None:
    assert sum((STATIC / name).stat().st_size for name in scripts_of(template)) <= 10_000


def test_a_style_sheet_leaves_room_for_an_article() -> None:
    assert len(gzip.compress(CSS.encode())) <= 10_000


@pytest.mark.parametrize("template", TEMPLATE_FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_needs_inline_style_or_script(template: Path) -> None:
    """The content security policy refuses both; JSON-LD is data, which it lets be."""
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=", text)
    assert not re.findall(r"<script(?! src=| type=\"application/ld\+json\")", text)


@pytest.mark.parametrize("template", TEMPLATE_FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_file_a_template_names_is_there(template: Path) -> None:
    for name in re.findall(r"asset\('([^']+)'\)", template.read_text(encoding="utf-8")):
        assert (STATIC / name).is_file(), f"{template}: site/static/{name} is missing"


@pytest.mark.parametrize("sheet", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_every_file_a_style_sheet_names_is_there_and_ours(sheet: Path) -> None:
    for name in re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8")):
        assert (sheet.parent / name).is_file(), f"{sheet.name}: {name} is missing"


def classes(sheet: Path) -> set[str]:
    """Every class that a style sheet speaks of, but those inside highlighted code: they are Pygments's."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = [each for rule in re.findall(r"([^{}]+)\{", text) for each in re.split(r",(?![^(]*\))", rule)]
    found = (re.sub(r"(\.highlight).*", r"\1", each.strip()) for each in selectors)
    return {name for selector in found for name in re.findall(r"\.([a-z][\w-]*)", selector)}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_class_of_a_style_sheet_is_documented(sheet: Path) -> None:
    """In code: as a word of prose, "next" or "name" would say nothing."""
    shown = " ".join(re.findall(r"```.*?```|`[^`]+`", LOOK, re.DOTALL))
    missing = {name for name in classes(sheet) if not re.search(rf"(?<![\w-]){name}(?![\w-])", shown)}
    assert not missing, f"docs/look.md does not say what these of {sheet.name} are for: {sorted(missing)}"


def test_no_class_is_documented_that_no_style_sheet_has() -> None:
    rows = "".join(line for line in LOOK.splitlines(keepends=True) if line.startswith("| `."))
    assert rows
    assert set(re.findall(r"`\.([\w-]+)`", rows)) <= set.union(*map(classes, SHEETS))
