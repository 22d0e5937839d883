"""Short codes: figures and callouts, and what is said when one is wrong."""

from __future__ import annotations

import pytest

from core.errors import InvalidContent
from generator.markdown import renderer
from generator.shortcodes import Fault, expand
from tests.generator.publication import Publication


def html(text: str) -> str:
    expanded = expand(text)
    assert not expanded.faults
    return renderer().render(expanded.text, "a").html


def test_a_figure_becomes_a_picture_with_its_caption() -> None:
    made = html('Before.\n\n{{ figure "/images/d.jpg" alt="A desk" caption="Every *morning*." }}\n\nAfter.')
    assert '<img src="/images/d.jpg" alt="A desk">' in made
    assert "<figcaption>Every <em>morning</em>.</figcaption>" in made
    assert made.startswith("<p>Before.</p>")
    assert made.endswith("<p>After.</p>")


def test_a_figure_without_a_caption_has_none() -> None:
    made = html('{{ figure "/images/d.jpg" alt="" }}')
    assert "<figure>" in made
    assert "figcaption" not in made


def test_text_in_a_figure_cannot_break_out_of_its_attribute() -> None:
    made = html('{{ figure "/images/d.jpg" alt="<b> & co" }}')
    assert 'alt="&lt;b&gt; &amp; co"' in made


def test_a_callout_holds_any_markdown_under_its_title() -> None:
    made = html('{{ callout "Worth *knowing*" }}\nOne.\n\n- two\n- three\n{{ end }}\nAfter.')
    assert '<aside class="callout">' in made
    assert '<p class="callout-title">Worth <em>knowing</em></p>' in made
    assert "<li>three</li>" in made
    assert made.endswith("<p>After.</p>")


def test_a_callout_needs_no_title() -> None:
    made = html("{{ callout }}\nOne.\n{{ end }}")
    assert "callout-title" not in made
    assert "<p>One.</p>" in made


def test_code_that_shows_a_short_code_is_left_alone() -> None:
    text = '```\n{{ figure "/x.jpg" }}\n```\n\n    {{ callout }}\n\nand `{{ end }}` within a line'
    assert expand(text).text == text


def test_a_text_without_short_codes_is_not_touched() -> None:
    text = "Dear {name}, {{ 1 }} {{}}\n"
    assert expand(text).text == text


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{{ figur "/a.jpg" alt="" }}', 'unknown short code "figur"'),
        ('{{ figure "/a.jpg" }}', "no text for those who cannot see it"),
        ('{{ figure alt="x" }}', "names no picture"),
        ('{{ figure "/a.jpg" alt="x" width="3" }}', 'figure has no "width"'),
        ('{{ figure "/a.jpg" "/b.jpg" alt="x" }}', "one value too many"),
        ('{{ figure "/a.jpg" alt="x"', "is not closed"),
        ("{{ figure /a.jpg }}", "not understood: /a.jpg"),
        ("{{ end }}", "nothing to end"),
        ('{{ callout title="x" }}', 'callout has no "title"'),
    ],
)
def test_a_wrong_short_code_is_named_with_its_line(line: str, message: str) -> None:
    (fault,) = expand(f"One.\n\n{line}\n").faults
    assert fault.line == 3
    assert message in fault.message
    assert fault.repair


def test_a_callout_that_never_ends_is_named_where_it_begins() -> None:
    (fault,) = expand("\n{{ callout }}\ntext\n").faults
    assert fault == Fault(2, "the callout that begins here has no end", "close it with {{ end }}")


def test_all_faults_of_a_text_are_found_in_one_go() -> None:
    text = "{{ figur }}\n{{ callout }}\n{{ callout }}\n{{ end }}\n{{ end }}\n"
    assert [fault.line for fault in expand(text).faults] == [1, 3, 5]


def test_an_article_shows_its_short_codes(site: Publication) -> None:
    site.write("images/d.svg", "<svg/>")
    site.article("a", 'One.\n\n{{ figure "/images/d.svg" alt="A desk" }}')
    site.build()
    assert "<figure>" in site.read("articles/a/index.html")


def test_a_wrong_short_code_stops_the_build_with_file_and_line(site: Publication) -> None:
    site.article("a", "One.\n\n{{ figur }}")
    with pytest.raises(InvalidContent, match=r'a\.md:8: unknown short code "figur" — did you mean "figure"'):
        site.build()
