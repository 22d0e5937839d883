"""Bytes become a table, whatever wrote them; what is no table is refused by line and column."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.spreadsheets import reading
from forms.spreadsheets.formulas import escaped, unescaped
from forms.spreadsheets.reading import DELIMITERS, InvalidSpreadsheet, read_table

PEOPLE = "Name;Stadt\nJürgen Groß;Köln\nZoë O’Hara;Málaga\n"
POLISH = "Imię;Miasto\nPaweł Dąbrowski;Łódź\nWiesława Gęś;Kraków\n"
RUSSIAN = "Имя;Город\nИван Петров;Москва\nАнна Смирнова;Казань\n"


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (PEOPLE, "utf-8", "utf-8"),
        (PEOPLE, "utf-8-sig", "utf-8"),
        (PEOPLE, "utf-16", "utf-16"),
        (PEOPLE, "utf-16-le", "utf-16-le"),
        (PEOPLE, "utf-16-be", "utf-16-be"),
        (PEOPLE, "utf-32", "utf-32"),
        (PEOPLE, "cp1252", "windows-1252"),
        ("Nom;Ville\nÉloïse Façade;Orléans\n", "cp1252", "windows-1252"),
        (PEOPLE.replace("’", "'"), "latin-1", "windows-1252"),
        (PEOPLE, "mac_roman", "mac-roman"),
        (POLISH, "utf-8", "utf-8"),
        (POLISH, "cp1250", "cp1250"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "utf-16", "utf-16"),
    ],
)
def test_every_common_encoding_is_recognised(text: str, encoding: str, said: str) -> None:
    table = read_table("people.csv", text.encode(encoding))
    rows = text.splitlines()
    assert table.header == tuple(rows[0].split(";"))
    assert [row.cells for row in table.rows] == [tuple(row.split(";")) for row in rows[1:]]
    assert table.encoding == said
    assert table.guessed == (encoding not in ("utf-8", "utf-8-sig") and not encoding.startswith("utf-"))


def test_an_encoding_that_is_named_is_used_and_its_mark_is_no_part_of_the_first_label() -> None:
    assert read_table("f", PEOPLE.encode("cp1252"), encoding="windows-1252").header == ("Name", "Stadt")
    assert read_table("f", PEOPLE.encode("utf-8-sig"), encoding="utf-8").header == ("Name", "Stadt")
    assert read_table("f", PEOPLE.encode("utf-16"), encoding="utf-16-le").header == ("Name", "Stadt")


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_every_delimiter_is_recognised(delimiter: str) -> None:
    rows = f'Name{delimiter}Notes\nAda{delimiter}"one; two\tthree | four, five"\n'
    table = read_table("f", rows.encode())
    assert table.delimiter == delimiter
    assert table.rows[0].cells == ("Ada", "one; two\tthree | four, five")


@pytest.mark.parametrize("first", ["sep=;\r\n", "SEP=;\n", '"sep=;"\n'])
def test_excels_first_line_names_the_delimiter_and_counts_as_a_line(first: str) -> None:
    table = read_table("f", (first + "Name;A,B,C\nAda;1\n").encode())
    assert table.header == ("Name", "A,B,C")
    assert table.rows[0].line == 3


def test_lines_are_counted_as_an_editor_shows_them() -> None:
    data = b'Name,Notes,Phone\r\n\r\n"Ada","one\r\ntwo","1"\r\n,,\r\nBen,"\nx",2\r\n'
    table = read_table("f", data)
    assert [row.line for row in table.rows] == [3, 6]
    assert table.rows[0].cells == ("Ada", "one\ntwo", "1")
    assert [table.rows[0].line_of(column) for column in range(3)] == [3, 3, 4]
    assert [table.rows[1].line_of(column) for column in range(3)] == [6, 7, 7]


def test_rows_may_be_shorter_or_longer_than_the_labels() -> None:
    table = read_table("f", b"Name,Notes,,\nAda\nBen,x,,,\n")
    assert table.header == ("Name", "Notes")
    assert table.rows[0].cell(1) == ""
    assert table.rows[1].cells[:2] == ("Ben", "x")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "f.csv: the file is empty"),
        (b"\n\n  \n", "f.csv: the file is empty"),
        (b'Name,Notes\nAda,"x" y\n', "f.csv:2: column 2: text follows a closing quote"),
        (b'Name,Notes\nAda,1\n\nBen,"x y\nCem,2\n', "f.csv:4: column 2: the quote that begins here"),
        (b'Name,Notes\n"Ada\nB","x"y\n', "f.csv:3: column 2: text follows a closing quote"),
        (b"PK\x03\x04\x14\x00", "f.csv: this is an Excel workbook"),
        (b"Name,Notes\nAda,\x00\n", "f.csv:2: this is no text"),
        (b"Name,Notes\n" + b'Ada,"' + b"x" * 200_000, "f.csv:2: column 2: the quote that begins here"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_by_line_and_column(data: bytes, message: str) -> None:
    with pytest.raises(InvalidSpreadsheet) as refused:
        read_table("f.csv", data)
    assert str(refused.value).startswith(message)
    assert " — " in str(refused.value)


def test_bytes_that_are_not_the_named_encoding_are_refused_by_line_and_character() -> None:
    with pytest.raises(
        InvalidSpreadsheet, match=r"f:2: character 3 is not utf-8 — save the file as “CSV UTF-8”"
    ):
        read_table("f", "Name\nZoë\n".encode("cp1252"), encoding="utf-8")
    with pytest.raises(InvalidSpreadsheet, match="there is no encoding “klingon”"):
        read_table("f", b"Name\n", encoding="klingon")


def test_files_that_are_too_large_are_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 20)
    with pytest.raises(InvalidSpreadsheet, match="more than 20 bytes — split it in two"):
        read_table("f", b"Name\n" + b"Ada\n" * 5)
    monkeypatch.setattr(reading, "MAX_BYTES", 1000)
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    with pytest.raises(InvalidSpreadsheet, match="f:5: at most 3 rows are read — split the file in two"):
        read_table("f", b"Name\n" + b"Ada\n" * 4)
    assert len(read_table("f", b"Name\n" + b"Ada\n" * 3).rows) == 3
    with pytest.raises(InvalidSpreadsheet, match="201 columns; at most 200"):
        read_table("f", ",".join(f"c{each}" for each in range(201)).encode())


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=12)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(CELLS, min_size=width, max_size=width).filter(lambda row: any(cell.strip() for cell in row)),
        max_size=6,
    ).map(lambda rows: [[f"column {each}" for each in range(width)], *rows])
)


@given(
    rows=TABLES,
    delimiter=st.sampled_from(DELIMITERS),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_pythons_writer_wrote_is_read_back(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    table = read_table("f", written.getvalue().encode(encoding), delimiter=delimiter)
    assert [row.cells for row in table.rows] == [tuple(cell.strip() for cell in row) for row in rows[1:]]


@given(data=st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused_in_words(data: bytes) -> None:
    try:
        lines = [row.line for row in read_table("f", data).rows]
    except InvalidSpreadsheet:
        return
    assert lines == sorted(set(lines))


@given(text=st.text())
def test_a_cell_that_was_escaped_comes_back_and_never_begins_a_formula(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not escaped(text).startswith(("=", "+", "-", "@", "\t", "\r"))
