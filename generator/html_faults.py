"""What a browser would have to mend: pieces of HTML read by a real HTML5 parser.

The parser takes some 0.4 ms for 1,000 characters, so it reads only texts in which somebody wrote HTML by
hand, and each shell that the templates make once (`check.py`). What Python-Markdown makes of Markdown alone
is well formed by construction, but for a link within a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tinyhtml5.inputstream import invalid_unicode_re

from generator.html_parser import parse_errors

_FENCED = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)", re.DOTALL | re.MULTILINE)
_CODE_SPAN = re.compile(r"(?P<ticks>`+).+?(?P=ticks)", re.DOTALL)
# A tag, a comment or an entity; not an address in angle brackets.
_BY_HAND = re.compile(r"<(?:[a-zA-Z][\w-]*[\s/>]|/[a-zA-Z]|[!?])|&[a-zA-Z]\w*;")
_LINK = re.compile(r"<(/?)a[\s>]")
# A bracket with something in it, before it ends, that may be a link, or hide the end.
_MAY_NEST = re.compile(r"\[[^\[\]\\`]*[\[\\`]")
_TAG = re.compile(r"""</?[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>?""")
_ENTITY = re.compile(r"&#?\w*;?")
_PICTURE = re.compile(r"""<img\b(?:[^<>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_ALT = re.compile(r"\salt(?:[\s=>/]|$)", re.IGNORECASE)

# An item of a list on one line: text, and elements that hold nothing but text. The texts and the values of
# attributes are escaped, so that no two differ to a parser.
_WORDS = r"(?:[^<>&\0\r\n]|&(?:amp|lt|gt|#34|#39);)*+"
_VALUE = r'"(?:[^"<>&\0\r\n]|&(?:amp|lt|gt|#34|#39);)*+"'
_PHRASE = rf"<(a|b|em|span|strong|time)(?: [a-z-]+={_VALUE})*>{_WORDS}</\1>"
_ITEM = re.compile(rf"<li>{_WORDS}(?:{_PHRASE}{_WORDS})*</li>")
_FILLING = re.compile(rf"(?<==){_VALUE}|(?<=>)[^<]+")

_END = "expected-closing-tag-but-got-eof"
# The parser's own names for what it met, with a sentence and a repair. The rest speak for themselves.
_SENTENCES = {
    "unexpected-start-tag-implies-end-tag": (
        "{tag} stands within another of its kind",
        "close that one first",
    ),
    "unexpected-start-tag-implies-table-voodoo": (
        "{tag} stands in a table but in no cell",
        "put it in a cell",
    ),
    "unexpected-char-implies-table-voodoo": ("text stands in a table but in no cell", "put it in a cell"),
    "expected-named-entity": ("{tag} is no character that HTML knows", "write &amp; for a plain ampersand"),
    "named-entity-without-semicolon": ("{tag} lacks its semicolon", "write &amp; for a plain ampersand"),
    "duplicate-attribute": ("{tag} has an attribute twice", "keep one of them"),
    "non-void-element-with-trailing-solidus": ("{tag} cannot close itself", "write an end tag"),
    _END: ("{tag} is never closed", "write its end tag"),
    "eof-in-attribute-value-double-quote": ("a quote is opened in {tag} and never closed", "close it"),
    "eof-in-attribute-value-single-quote": ("a quote is opened in {tag} and never closed", "close it"),
    "eof-in-comment": ("a comment is opened and never closed", "close it with -->"),
}
_MISNESTED = {
    "unexpected-end-tag",
    "end-tag-too-early",
    "expected-one-end-tag-but-got-another",
    *(f"adoption-agency-1.{number}" for number in (1, 2, 3)),
}
# End tags that HTML lets one leave out.
_OPTIONAL_END = {"html", "body", "p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot"}


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a text. `line` counts from 0 at the text's first line."""

    line: int
    message: str
    repair: str


def faults_of_text(markdown: str, made: str, marked: Sequence[str]) -> tuple[Fault, ...]:
    """What is wrong with the HTML and the ids of `made`, made from the Markdown text, by its lines.

    `marked` are the ids in it, in order.
    """
    faults = [*_repeated_ids(markdown, marked)]
    if _is_by_hand(markdown) or (_may_nest_links(markdown) and _has_nested_links(made)):
        faults += _first_on_each_line(_in_markdown(met, markdown, made) for met in _met(made, "div"))
        faults += _pictures_without_text(markdown, made)
    return tuple(sorted(faults))


def faults_of_page(page: str) -> tuple[tuple[str, int, str], ...]:
    """What is wrong with the HTML of a whole page: in words, its line (from 1), and the tag at fault."""
    page = _without_repeats(page)
    return tuple((_sentence(met)[0], page.count("\n", 0, met.start) + 1, met.tag) for met in _met(page, None))


def _without_repeats(page: str) -> str:
    """A page without the items of lists that are, but for their words, like the one before.

    Nothing is wrong in them that was not in the first, and in an archive there are ten thousand. Lines keep
    their numbers.
    """
    if invalid_unicode_re.search(page):
        return page
    kept: list[str] = []
    end, tags = 0, ""
    for item in _ITEM.finditer(page):
        between, before = page[end : item.start()], tags
        tags, end = _FILLING.sub("", item[0]), item.end()
        kept.append(between if tags == before and not between.strip() else between + item[0])
    return "".join((*kept, page[end:]))


@dataclass(frozen=True)
class _Met:
    """What the parser met: its name for it, and the tag or entity it is about, and where that begins.

    `end`: the end tag at which an element was found to be still open.
    """

    code: str
    start: int
    tag: str
    end: str = ""


def _met(text: str, container: str | None) -> Iterator[_Met]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for (number, column), code, open_elements in parse_errors(text, container):
        offset = min(starts[number - 1] + column, len(text))
        yield _unclosed(text, offset, code, open_elements) or _Met(code, *_tag_at(text, offset, code))


def _unclosed(text: str, offset: int, code: str, open_elements: list[str]) -> _Met | None:
    """The element that should have been closed before; None where it is something else that is wrong."""
    if code not in _MISNESTED and code != _END:
        return None
    start, end = (len(text), "") if code == _END else _tag_at(text, offset, code)
    unclosed = [name for name in open_elements if name not in _OPTIONAL_END]
    if not unclosed or (end and end.strip("</> ").lower() not in {*open_elements[:-1], *_OPTIONAL_END}):
        return None
    tags = list(re.finditer(rf"<{re.escape(unclosed[-1])}\b[^>]*>", text[:start], re.IGNORECASE))
    return _Met(_END, tags[-1].start(), tags[-1][0], end) if tags else None


def _tag_at(text: str, offset: int, code: str) -> tuple[int, str]:
    """The tag, or the entity, in which or behind which the parser stood, and where it begins."""
    opening, pattern = ("&", _ENTITY) if "entity" in code else ("<", _TAG)
    start = text.rfind(opening, 0, offset)
    found = pattern.match(text, start) if start >= 0 else None
    return max(start, 0), found[0] if found else ""


def _in_markdown(met: _Met, markdown: str, made: str) -> Fault:
    """The fault with its line in the Markdown: tags written by hand stand there as they stand in the HTML."""
    before = made.count(met.tag, 0, met.start) if met.tag else 0
    return Fault(_line_of(met.tag, markdown, before), *_sentence(met))


def _line_of(written: str, markdown: str, before: int = 0) -> int:
    """The line of an occurrence with `before` others before it; of the last, if there are not so many."""
    start = markdown.find(written) if written else 0
    for _ in range(before):
        following = markdown.find(written, start + 1)
        if following < 0:
            break
        start = following
    return markdown.count("\n", 0, max(start, 0))


def _sentence(met: _Met) -> tuple[str, str]:
    tag = " ".join(met.tag.split()) or "this place"
    if met.end and met.end not in {"</p>", "</html>", "</body>"}:
        return f"{tag} is not closed before {met.end}", "write its end tag"
    if met.code in _MISNESTED:
        return f"{tag} closes what is not open there", "close each element inside the one it was opened in"
    spoken = (f"{met.code.replace('-', ' ')} at {{tag}}", "mend the HTML")
    message, repair = _SENTENCES.get(met.code, spoken)
    return message.replace("{tag}", tag), repair


def _first_on_each_line(faults: Iterable[Fault]) -> list[Fault]:
    """What follows on the same line is mostly a consequence."""
    first: dict[int, Fault] = {}
    for fault in faults:
        first.setdefault(fault.line, fault)
    return list(first.values())


def _is_by_hand(markdown: str) -> bool:
    if "<" not in markdown and "&" not in markdown:
        return False
    return _BY_HAND.search(_CODE_SPAN.sub("", _FENCED.sub("", markdown))) is not None


def _may_nest_links(markdown: str) -> bool:
    return "<" in markdown or _MAY_NEST.search(markdown) is not None


def _has_nested_links(made: str) -> bool:
    """Whether a link opens within a link, as a footnote in a link's text does."""
    return any(first == second == "" for first, second in pairwise(_LINK.findall(made)))


def _repeated_ids(markdown: str, marked: Sequence[str]) -> Iterator[Fault]:
    if len(marked) == len(set(marked)):
        return
    seen: set[str] = set()
    for name in marked:
        if name in seen:
            line = max(
                (_line_of(f"{sign}{name}", markdown, 1) for sign in ('id="', "id='", "id=", "#")), default=0
            )
            yield Fault(line, f'the id "{name}" is there twice', "rename one: each id stands once on a page")
        seen.add(name)


def _pictures_without_text(markdown: str, made: str) -> Iterator[Fault]:
    for picture in _PICTURE.findall(made):
        if not _ALT.search(picture):
            message = "the picture has no text for those who cannot see it"
            yield Fault(
                _line_of(picture, markdown), message, 'add alt="what it shows", or alt="" for decoration'
            )
