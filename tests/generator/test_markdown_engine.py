"""What the faster Markdown relies on, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

import pytest
from markdown.serializers import to_html_string

from bench.corpus import articles
from generator import fast_blocks, fast_inline
from generator.dialect import Footnotes
from generator.engine import Engine
from generator.markdown import Body, Renderer, renderer
from generator.plain_marks import PlainMarks
from generator.serializer import READY, to_html

ROOT = Path(__file__).parents[2]
ENGINE = Engine(Footnotes())


def test_every_pattern_and_block_processor_is_known_by_what_it_looks_for() -> None:
    """One that is not would be tried always: right, but slow, and perhaps new in a release."""
    assert {name for name in fast_inline._NEEDS if name in ENGINE.inlinePatterns} == set(fast_inline._NEEDS)
    assert len(ENGINE.inlinePatterns) == len(fast_inline._NEEDS)
    assert {name for name in fast_blocks._SIGNS if name in ENGINE.parser.blockprocessors} == set(
        fast_blocks._SIGNS
    )
    assert len(ENGINE.parser.blockprocessors) == len(fast_blocks._SIGNS)


def test_no_pattern_asks_what_stands_around_it() -> None:
    assert [pattern for pattern in ENGINE.inlinePatterns if pattern.ANCESTOR_EXCLUDES] == []


def test_pygments_waits_for_the_first_code() -> None:
    script = (
        "import sys; from generator.markdown import renderer; made = renderer()\n"
        "made.render('Some *text* and `code`', 'x'); assert 'pygments' not in sys.modules\n"
        "made.render('```python\\nreturn\\n```', 'x'); assert 'pygments' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=120)


def test_python_markdown_waits_for_the_first_text() -> None:
    script = (
        "import sys; from generator.markdown import Body, renderer; assert 'markdown' not in sys.modules\n"
        "renderer(); assert 'markdown' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=120)


def test_code_is_coloured_by_the_options_of_its_own_fence() -> None:
    marked = renderer().render("```python hl_lines='1'\na = 1\nb = 2\n```", "x").html
    plain = renderer().render("```python\na = 1\nb = 2\n```", "x").html
    assert 'class="hll"' in marked
    assert 'class="hll"' not in plain
    assert renderer().render("```python hl_lines='1'\na = 1\nb = 2\n```", "x").html == marked


def test_every_thread_has_its_own_and_all_render_the_same() -> None:
    texts = [(slug, str(fields["body"])) for slug, fields in articles(24)]
    with ThreadPoolExecutor(4) as threads:
        made: list[Body] = list(threads.map(lambda text: renderer().render(text[1], text[0]), texts * 3))
    alone = Renderer()
    assert made == [alone.render(body, slug) for slug, body in texts] * 3


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *b* c", "<p>a <em>b</em> c</p>"),
        ("**a b**", "<p><strong>a b</strong></p>"),
        ("`<a>`, *b*.", "<p><code>&lt;a&gt;</code>, <em>b</em>.</p>"),
        ("[a](/b_c_d?e=f&g)!", '<p><a href="/b_c_d?e=f&amp;g">a</a>!</p>'),
        ("a_b & c", "<p>a_b &amp; c</p>"),
        ("\"*a*\" 'b'--**'80s** `'c'`'s", "<p>“<em>a</em>” ‘b’–<strong>’80s</strong> <code>'c'</code>’s</p>"),
    ],
)
def test_plain_marks_are_read_in_one_pass(text: str, html: str) -> None:
    assert f"<p>{PlainMarks(text).html(text)}</p>" == html


@pytest.mark.parametrize(
    "text",
    [
        *("*a", "*a **b** c*", "* a*", "*a *", "***a***", "**a*b**", "_a_", "a *b*c_d_", "\\*a*", "*a\\*"),
        *(
            "`a",
            "``a``",
            "`a``",
            "[a]",
            "[a] (b)",
            "[a](b c)",
            "[a](b 'c')",
            "![a](b)",
            "[^a](b)",
            "[*a*](b)",
        ),
        *("[a](b(c))", "[a](<b>)", "[a](b`c`)", "<b>", "a < b", "&amp;", "&#1;", "a  \nb *c*", "*a\x02b*"),
        *("*a*{: .x}", "{ *a*"),
    ],
)
def test_other_marks_are_left_to_the_patterns(text: str) -> None:
    assert PlainMarks(text).html(text) is None


def tags_at_the_top(text: str) -> list[str]:
    ENGINE.reset()
    lines = text.split("\n")
    for preprocessor in ENGINE.preprocessors:
        lines = preprocessor.run(lines)
    root = ENGINE.parser.parseDocument(lines).getroot()
    assert root is not None
    return [child.tag for child in root]


@pytest.mark.parametrize(
    "text",
    [
        "a *b*\nc\n\n**d** e\n\n[f](/g) h",
        "- a\n- *b*\n  c\n\nd\n\n1. e\n2. f",
        "> a\n>\n> b\n\n> c",
        "| a | b |\n|--:|---|\n| c |\n\nd",
        "a\n\n```\nb\n```\n\nc",
    ],
)
def test_plain_blocks_need_no_elements(text: str) -> None:
    assert set(tags_at_the_top(text)) <= {READY, "p"}
    assert tags_at_the_top(text)[0] == READY


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("a\n\nb[^1]\n\nc\n\n[^1]: d", [READY, "p", READY]),
        ("# a\nb\n\n- c\n    - d\n\ne", ["h1", READY, "ul", READY]),
        ("- a\n\n- b\n\nc", ["ul", READY]),
        ("a\n\n- b\n\n    c\n\nd", [READY, "ul", READY]),
        ("a\n\nb\n\n[c]: d\n\n: e", [READY, "dl"]),
        ("a\n\n> b\n\n> - c\n\n> d", [READY, "blockquote"]),
        ("a\n\n*[b]: c", ["p"]),
    ],
)
def test_what_is_not_plain_goes_to_the_parser_with_what_it_may_reach_for(text: str, tags: list[str]) -> None:
    assert tags_at_the_top(text) == tags


def test_a_tree_is_written_as_python_markdown_writes_it() -> None:
    root = Element("div", {"b": '"<&>', "a": "&amp;", "hidden": "hidden"})
    root.text, root.tail = "a < b & c > d &lt; &#38;", "tail & <"
    SubElement(root, "img", {"alt": 'x "y"'}).tail = "after"
    SubElement(root, "script").text = "a < b && c"
    SubElement(SubElement(root, "p"), "br").text = "odd"
    bare: dict[str, str | None] = {"data-x": None}
    SubElement(root, "INPUT").attrib.update(bare)  # type: ignore[arg-type]  # as an attribute list gives it
    assert to_html(root) == to_html_string(root)
