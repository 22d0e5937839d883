"""Front matter: values, and the line each key was written on."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidContent
from core.frontmatter import parse_document, read_document
from core.full_yaml import read_yaml
from core.plain_yaml import read_plain


def problems_of(text: str) -> list[str]:
    with pytest.raises(InvalidContent) as caught:
        parse_document(text, "x.md")
    return [str(problem) for problem in caught.value.problems]


def test_values_and_body_are_read() -> None:
    document = parse_document('---\ntitle: "A: b"\ntags: [x, y]\ndraft: yes\n---\n\nBody.\n', "x.md")
    assert dict(document.values) == {"title": "A: b", "tags": ["x", "y"], "draft": True}
    assert document.body == "\nBody.\n"
    assert document.body_line == 6


def test_every_key_and_every_item_of_a_list_knows_its_line() -> None:
    document = parse_document(
        "---\n# a note\ntitle: A\n\ntags:\n  - x\n\n  - y\ndate: 2026-01-01\n---\n", "x.md"
    )
    assert dict(document.lines) == {"title": 3, "tags": 5, "date": 9}
    assert [document.line("tags", item) for item in (0, 1)] == [6, 8]


def test_dates_stay_as_written_so_that_a_wrong_one_can_be_named() -> None:
    document = parse_document("---\na: 2026-02-30\nb: 2026-11-12 09:00\n---\n", "x.md")
    assert dict(document.values) == {"a": "2026-02-30", "b": "2026-11-12 09:00"}


def test_a_rule_in_the_body_is_not_the_end_of_the_front_matter() -> None:
    assert parse_document("---\ntitle: A\n---\none\n\n---\n\ntwo", "x.md").body == "one\n\n---\n\ntwo"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(b"\xef\xbb\xbf---\r\ntitle: A\r\ndate: 2026-01-01\r\n---\r\nBody\r\n")
    document = read_document(path)
    assert dict(document.lines) == {"title": 2, "date": 3}
    assert document.body == "Body\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", 'x.md:1: the file does not begin with front matter — begin it with a line "---"'),
        ("", 'x.md:1: the file does not begin with front matter — begin it with a line "---"'),
        (
            "---\ntitle: A\n\nHello\n",
            'x.md:1: the front matter that begins here has no end — close it with a line "---"',
        ),
        (
            "---\ntitle: A\ntitle: B\n---\n",
            'x.md:3: "title" is written twice (first on line 2) — keep one of them',
        ),
        (
            "---\na: 1\nb: x\x00\n---\n",
            "x.md:3: control character U+0000 — delete it; it is invisible in most editors",
        ),
    ],
)
def test_a_fault_names_its_place_and_its_repair(text: str, expected: str) -> None:
    assert problems_of(text) == [expected]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("---\ndate: 1\ntitle: Fill: the job\n---\n", "x.md:3: not YAML"),
        ("---\ndate: 1\ntitle: 'Never closed\nx: 1\n---\n", "x.md:3: not YAML"),
        ("---\n- a\n- b\n---\n", "x.md:2: not a list of keys"),
        ("---\n\n[a]: b\n---\n", "x.md:3: a key that is not a word"),
    ],
)
def test_what_is_not_yaml_is_told_with_its_line(text: str, place: str) -> None:
    (problem,) = problems_of(text)
    assert problem.startswith(place)
    assert "in quotes" in problem


def test_a_file_that_is_not_utf_8_names_the_line_of_the_first_wrong_byte(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(b"---\ntitle: A\n---\n\ncaf\xe9\n")
    with pytest.raises(InvalidContent, match=r"x\.md:5: not UTF-8 \(byte 21\) — save the file as UTF-8"):
        read_document(path)


_words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
_blocks = st.sampled_from(
    [
        "{key}: plain",
        '{key}: "a\n\n  b"',
        "{key}:\n  - x\n  - y",
        "{key}: |\n  one\n\n  two",
        "# note\n{key}: [x,\n y]",
    ]
)


@given(st.lists(st.tuples(_blocks, st.integers(0, 2)), min_size=1, max_size=8), _words)
def test_lines_are_true_whatever_stands_above(blocks: list[tuple[str, int]], body: str) -> None:
    """The line of each key is that of its text in the file, counted as an editor counts."""
    header = "\n".join("\n" * gap + block.format(key=f"key{n}") for n, (block, gap) in enumerate(blocks))
    text = f"---\n{header}\n---\n{body}"
    document = parse_document(text, "x.md")
    lines = text.split("\n")
    assert set(document.lines) == {f"key{n}" for n in range(len(blocks))}
    for key, line in document.lines.items():
        assert lines[line - 1].startswith(f"{key}:")
    assert lines[document.body_line - 1] == body


@given(st.text(max_size=60))
def test_no_text_whatever_does_more_than_be_refused(text: str) -> None:
    for candidate in (text, f"---\n{text}\n---\n", f"---\ntitle: {text}\n---\n"):
        with contextlib.suppress(InvalidContent):
            document = parse_document(candidate, "x.md")
            assert all(1 <= line < document.body_line for line in document.lines.values())


@pytest.mark.parametrize("beside", ["plain", "“typographic”"])
def test_no_control_character_passes_in_whatever_text_it_stands(beside: str) -> None:
    passed = set()
    for code in range(0xA0):
        with contextlib.suppress(InvalidContent):
            parse_document(f"---\ntitle: A\n---\n{beside}{chr(code)}\n", "x.md")
            passed.add(code)
    assert passed == {ord("\t"), ord("\n"), ord("\r"), *range(0x20, 0x7F)}


_pieces = st.sampled_from(
    [
        *"abENnoY019-_:,.#'\"[]{}&*!|>%@`?~+=\\/ é“\u2028\ufeff\xa0\t",
        *(": ", " #", ", ", "true", "null", "yes", "C++", "C#", "e.g.", "0x1", "1_0", "<<", "---", "..."),
        *("2026-01-02", "2026-01-02 09:00"),
    ]
)
_piece = st.lists(_pieces, max_size=6).map("".join)
_values = st.one_of(
    _piece,
    _piece.map('"{}"'.format),
    _piece.map("'{}'".format),
    _piece.map("a{}".format),
    st.lists(_piece, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    st.lists(_words, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    st.sampled_from(
        ["true", "false", "2026-11-12", "2026-02-30", "2026-11-12 09:00", "[C++, C#, e.g. this]"]
    ),
)
_keys = st.sampled_from(["title", "date", "tags", "draft", "y", "null", "yes"])


@settings(max_examples=300)
@given(
    st.lists(st.tuples(_keys, st.sampled_from([":", ": ", ":  "]), _values), max_size=3), st.integers(0, 2)
)
def test_what_is_read_without_yaml_is_what_yaml_gives(lines: list[tuple[str, str, str]], blanks: int) -> None:
    header = "".join(f"\n{''.join(line)}{' ' * blanks}" for line in lines) + "\n"
    read = read_plain(header)
    if read is not None:
        assert repr(read) == repr(read_yaml(header, "x.md"))


def test_front_matter_of_the_usual_kind_is_read_without_yaml() -> None:
    read = read_plain(
        "\ntitle: \"A: b\"\nslug: 'c'\ndate: 2026-11-12\ntags: [x y, C++]\ndraft: true\nsummary: It’s d.\n"
    )
    assert read is not None
    assert read.values == {
        "title": "A: b",
        "slug": "c",
        "date": "2026-11-12",
        "tags": ["x y", "C++"],
        "draft": True,
        "summary": "It’s d.",
    }
    assert read.lines == {"title": 2, "slug": 3, "date": 4, "tags": 5, "draft": 6, "summary": 7}
    assert read.item_lines == {"tags": (5, 5)}


@pytest.mark.parametrize(
    "line",
    [
        *("title: a: b", "title: a #b", "title: no", "title:", "tags: [yes]", "tags: [a,]", "x: 1", "x: |"),
        f"{'x' * 1025}: too long for a key",
    ],
)
def test_what_may_mean_something_else_in_yaml_is_left_to_it(line: str) -> None:
    assert read_plain(f"\n{line}\n") is None
