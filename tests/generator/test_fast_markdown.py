"""Our Markdown is made faster than Python-Markdown makes it, and comes out the same, byte by byte."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions.codehilite import CodeHiliteExtension
from markdown.extensions.toc import TocExtension

from bench.corpus import articles
from generator.dialect import CODE, TOC, Footnotes, HeadingsFromTwo, heading_id
from generator.html import taken_apart
from generator.markdown import Renderer, renderer
from generator.typography import TypographyExtension

ROOT = Path(__file__).parents[2]
CONSTRUCTS = (Path(__file__).parent / "markdown" / "every_construct.md").read_text(encoding="utf-8")
PARAGRAPHS = [part for part in CONSTRUCTS.split("\n\n") if part.strip()]
# Pieces in which every character that Markdown or we look at occurs, alone and at work.
PIECES = [
    *"\"'-.*_`\\&<>[](){}!#+=|:~^/@ \n\t",
    *(
        "--",
        "...",
        "**",
        "***",
        "__",
        "``",
        "```",
        "~~~",
        "  \n",
        "\n\n",
        "\n    ",
        "\r\n",
        "\u00a0",
        "\u2028",
    ),
    *("# ", "\n## ", "\n- ", "\n1. ", "\n> ", "\n===\n", "\n---\n", "\n!!! note\n    ", "\nTerm\n:   "),
    *("word", "two words", "é", "x_y", "HT", "5", "*a*", "**b c**", "_d_", "`e`", "``f`g``", "\\*"),
    *(
        "[b](/c)",
        "[b]",
        '[b](/c "t")',
        "[b][]",
        '\n[b]: /x "t"\n',
        "![i](/j)",
        "https://x.y/z_w",
        "[a b](/c_d)",
    ),
    *(
        "&amp;",
        "&#38;",
        "&#38 ",
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        '<div markdown="1">',
        "<br>",
        "<!-- c -->",
    ),
    *(
        "<https://a.b/c>",
        "<m@n.o>",
        "{: .x}",
        "{#id}",
        "[^1]",
        "\n[^1]: n\n",
        "\n*[HT]: t\n",
        "\na|b\n-|-\nc|d\n",
    ),
    *("///Footnotes Go Here///", "\x02", "\x03", "\nwzxhzdk:0", "amp", "\n```python\nx = 1\n```\n"),
]
# How a line may begin, what may stand on it, and blocks that are plain or nearly so.
STARTS = [
    *("", "", "", "- ", "* ", "+ ", "1. ", "2. ", "12. ", "> ", ">", "    ", "  ", "\t", "# ", "###", "#"),
    *(":   ", ": ", "| ", "-", "*", "[", "!!! note ", "[^1]: ", "[r]: ", "*[HT]: ", "> - ", "- - ", "- # "),
    *("   - ", "    - ", "- [ ] ", "===", "---", "* * *", "```", "<div>", "</div>", '<div markdown="1">'),
    *(">> ", "1.  ", "-  ", "\u00a0"),
]
WORDS = [
    *("word", "two words", "*em*", "**strong one**", "[link](/a_b)", "`code <b>`", "it's", '"quoted"'),
    *("a_b", "AT&T", "x > y", "...", "--", "2019. was", "HT", "|", "_em_", "*a", "**", "`", "[ref]", "[^1]"),
    *("![i](/i.png)", "{: .x}", "&amp;", "&K;", "<b>x</b>", "\\*", "#1", ": x", "- y", "  ", "'em_x"),
]
BLOCKS = [
    *("```python\nx = 1\n```", "- a\n- b", "1. a\n2. *b*", "> a\n> b", "> a\n>\n> b", "## Head", "# Head"),
    *("---", "- a\n  b\n- c", "* a\n\n    b", "Term\n: def", ": def", "    code", "[r]: /x", "- a\nb\n- c"),
    *("[^1]: note\n\n    more", "Head\n---", "!!! note\n    x", "<div>\nx\n</div>", "> - a", "## Head\ntext"),
    *("- a\n    - b", "3. c\n4. d", "- a\n\n- b", "> a\n\n> b", "a|b\n-|-\nc|d", "| a |\n|---|\n| b |"),
    *("| a | b |\n|---|---|\n| c | *d* |", "|a|b|\n|:-|-:|\n|c|\n|d|e|f|", "| a | b |\n|---|---|"),
    *('| a | b |\n|---|:-:|\n| `c` | d |\n|  | "e" |', "| a | b\n|---|---\n| c | d"),
]
LINES = st.builds(
    lambda start, words: start + " ".join(words),
    st.sampled_from(STARTS),
    st.lists(st.sampled_from(WORDS), max_size=4),
)
DOCUMENTS = st.lists(
    st.tuples(
        st.sampled_from(BLOCKS) | st.lists(LINES, min_size=1, max_size=3).map("\n".join),
        st.sampled_from([*["\n\n"] * 9, "\n", "\n\n\n", "\n\n\n\n", " \n\n", "\n \n"]),
    ).map("".join),
    max_size=7,
).map("".join)
NESTED_LINKS = re.compile(r"<a\s[^<]*(?:<(?!/?a[\s>])[^<]*)*<a\s")


class Plain:
    """Python-Markdown as anybody would set it up, with our own extensions."""

    def __init__(self) -> None:
        self.footnotes = Footnotes()
        code: dict[str, Any] = CODE
        toc: dict[str, Any] = TOC
        self.markdown = Markdown(
            extensions=[
                *("fenced_code", "attr_list", "def_list", "tables", "abbr", "md_in_html", "sane_lists"),
                "admonition",
                self.footnotes,
                CodeHiliteExtension(**code),
                TocExtension(slugify=heading_id, **toc),
                TypographyExtension(),
                HeadingsFromTwo(),
            ],
            output_format="html",
        )

    def render(self, text: str, slug: str) -> tuple[str, str]:
        self.markdown.reset()
        self.footnotes.slug = slug
        return self.markdown.convert(text), self.markdown.toc  # type: ignore[attr-defined]


PLAIN = Plain()


def assert_the_same(text: str, slug: str = "x") -> None:
    html, toc = PLAIN.render(text, slug)
    body = renderer().render(text, slug)
    assert body.html == html
    assert body.toc == (toc if toc.count("<li>") >= 3 else "")
    parts = taken_apart(html)
    assert (body.words, body.ids) == (len(parts.text.split()), parts.ids)
    assert body.links == tuple(dict.fromkeys(parts.targets))
    assert body.faults or not NESTED_LINKS.search(html)


def test_the_corpus_comes_out_the_same() -> None:
    for slug, fields in articles(300):
        assert_the_same(str(fields["body"]), slug)


@pytest.mark.parametrize("path", sorted((ROOT / "content").rglob("*.md")), ids=lambda path: path.stem)
def test_what_is_shipped_comes_out_the_same(path: Path) -> None:
    assert_the_same(path.read_text(encoding="utf-8").split("---\n", 2)[2], path.stem)


@pytest.mark.parametrize(
    "text",
    [
        CONSTRUCTS,
        CONSTRUCTS.replace("\n", "\r\n"),
        CONSTRUCTS.replace("    ", "\t"),
        CONSTRUCTS.replace("\n", "\n    "),
        CONSTRUCTS.replace("\n", "\n> "),
        CONSTRUCTS.replace("\n\n", "\n"),
        CONSTRUCTS.replace("\n", "\n\n"),
        CONSTRUCTS.replace(" ", "\u00a0"),
        f"<div markdown='1'>\n{CONSTRUCTS}",
    ],
    ids=["as it is", "crlf", "tabs", "indented", "quoted", "tight", "loose", "hard spaces", "in html"],
)
def test_every_construct_together_comes_out_the_same(text: str) -> None:
    assert_the_same(text)


def test_every_construct_alone_comes_out_the_same() -> None:
    for part in (*PARAGRAPHS, *CONSTRUCTS.split("\n"), *re.split(r"(?<=\S) (?=\S)", CONSTRUCTS)):
        assert_the_same(part)


def test_constructs_in_any_order_come_out_the_same() -> None:
    chance = random.Random(5)
    for _ in range(150):
        assert_the_same("\n\n".join(chance.sample(PARAGRAPHS, 12)))


@pytest.mark.parametrize(
    "text",
    [
        "```python\nx = 1\n```\n```python\nx = 1\n```",
        "a\n~~~~ Python \n\nx\n```\n\n~~~~\nb\n```\n```\n``` \ny",
        "```no-such-language\n<b>&amp; *c*\n```\n\n``` .php\n<?php echo 1;\n```\n\n```c++\nint x;\n```",
        "```python\nx\n```\n\n```c hl_lines='1'\nx\n```\n\n```{.c #i .d}\nx\n```\n\n```python\nx\n```",
        "```python\nx\n```\n\na ```b=c``` {d}\n\n```python {broken\nx\n```\n~~~",
        "```\nnever closed\n\n~~~\ny\n~~~ \n\n> ```\n> z\n> ```",
    ],
)
def test_fences_come_out_the_same(text: str) -> None:
    assert_the_same(text)
    assert_the_same(text)  # remembered


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_blocks_next_to_each_other_come_out_the_same(text: str) -> None:
    assert_the_same(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@example("`\n\n<a `><P://>")
@example("**e**`>`\n\n***strong one**\n*<b>**[**")
@example("**e** `x`\n\nx_<b> ](/f)__x<b@c.d>**<http://x>**b*****<http://x>*a*<b@c.d>**b**")
@example("**e**\n\n*#**strong one*é\n*[]() *n*")
def test_whatever_is_written_comes_out_the_same(text: str) -> None:
    assert_the_same(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*PIECES[:40], "a", "b c", "1", "  "]), max_size=40).map("".join))
def test_any_line_of_signs_comes_out_the_same(text: str) -> None:
    assert_the_same(f"word {text} word")


def test_a_text_that_failed_leaves_nothing_for_the_next() -> None:
    made = Renderer()
    for text in ("*a **b* `c", "<div markdown='1'>\n[a][b]", "[^1]: x\n\ny[^1]", "*[A]: b", "[b]: /c"):
        made.render(text, "x")
        assert made.render("A *d* [b] [^1]", "y").html == "<p>A <em>d</em> [b] [^1]</p>"
