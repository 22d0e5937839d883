"""What is written down as XML is what ElementTree makes of the same elements."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from generator.xml_text import document, element, nested

TEXTS = st.text("a&<>\"' \n\t\r–]", max_size=6)


def attributes(first: str, second: str) -> dict[str, str]:
    return {"xml:lang": first, "href": second}


@given(TEXTS, TEXTS, TEXTS.map(lambda text: f"x{text}"))
def test_elements_are_written_as_element_tree_writes_them(first: str, second: str, text: str) -> None:
    root = ElementTree.Element("feed", attributes(first, second))
    ElementTree.SubElement(root, "id").text = text
    entry = ElementTree.SubElement(root, "entry", {"term": second})
    ElementTree.SubElement(entry, "link", {"href": first})
    ElementTree.SubElement(entry, "title").text = text
    ElementTree.indent(root)
    inner = nested(1, "entry", [element("link", href=first), element("title", text)], term=second)
    ours = nested(0, "feed", [element("id", text), inner], **attributes(first, second))
    assert ours == ElementTree.tostring(root, encoding="unicode")


def test_an_element_without_a_text_is_written_short() -> None:
    assert element("summary") == "<summary />"
    assert element("link", href="/") == '<link href="/" />'


def test_a_document_says_how_it_is_encoded() -> None:
    assert document("<a />") == '<?xml version="1.0" encoding="utf-8"?>\n<a />\n'
