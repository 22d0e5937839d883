"""Reading an answer as a person does: what is said at the top, what beside a field, what a field holds."""

from __future__ import annotations

import html
import re
from typing import Any

from werkzeug.test import TestResponse

from forms import SHAPES
from forms.store.memory import MemoryStore
from forms.store.protocol import Query

SCRIPT = '<script>alert("x")</script>'
ESCAPED = "&lt;script&gt;alert("


def words(fragment: str) -> str:
    """The text of a piece of HTML, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", fragment)).split())


def summary(page: TestResponse) -> str:
    """What the list of errors at the top says; '' where there is none."""
    found = re.search(r'<div class="error-summary".*?</div>', page.text, re.S)
    return words(found[0]) if found else ""


def beside(page: TestResponse, field: str) -> str:
    """The message beside a field; '' where there is none."""
    found = re.search(rf'<p class="field-error" id="{field}-error">(.*?)</p>', page.text, re.S)
    return words(found[1]).removeprefix("Error: ") if found else ""


def value(page: TestResponse, field: str) -> str:
    """What a field of the page's form holds."""
    for tag in re.findall(r"<input[^>]*>", page.text):
        if f'name="{field}"' in tag:
            found = re.search(r'value="([^"]*)"', tag)
            return html.unescape(found[1]) if found else ""
    area = re.search(rf'<textarea[^>]*name="{field}"[^>]*>\r?\n?(.*?)</textarea>', page.text, re.S)
    if area:
        return html.unescape(area[1])
    chosen = re.search(rf'<select[^>]*name="{field}".*?</select>', page.text, re.S)
    option = re.search(r'<option selected value="([^"]*)"', chosen[0]) if chosen else None
    return html.unescape(option[1]) if option else ""


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the page: what a browser sends along."""
    tags = [tag for tag in re.findall(r"<input[^>]*>", page.text) if 'type="hidden"' in tag]
    names = [re.search(r'name="([^"]*)"', tag) for tag in tags]
    return {name[1]: value(page, name[1]) for name in names if name}


def assert_refused(page: TestResponse, field: str, message: str, kept: str | None = None) -> None:
    """422, the message beside the field and in the list at the top, and what was typed still there."""
    assert page.status_code == 422
    assert message in beside(page, field)
    assert message in summary(page)
    if kept is not None:
        assert value(page, field) == kept.strip()


def dump(store: MemoryStore, *but: str) -> dict[str, Any]:
    """Every record of every collection."""
    with store.read() as reader:
        return {shape.name: reader.find(shape.name, Query({})) for shape in SHAPES if shape.name not in but}
