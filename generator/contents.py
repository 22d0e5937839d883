"""The ids of the headings and the contents list, as Python-Markdown's `toc` makes them, with less ado."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from markdown.extensions import toc
from markdown.util import STX

from generator.serializer import escaped, quoted

if TYPE_CHECKING:
    from generator.engine import Engine

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LABEL = "data-toc-label"


class Contents(toc.TocTreeprocessor):
    """The base without anchors, permanent links and a marker in the text, none of which we use."""

    md: Engine

    def run(self, doc: Element) -> None:
        """Give every heading its id, and keep the contents list in `md.toc`."""
        elements = list(doc.iter())
        used = {element.get("id", "") for element in elements}
        counters: dict[str, int] = {}
        entries: list[Any] = []
        for heading in [element for element in elements if element.tag in HEADINGS]:
            inner = self._inner(heading)
            name = " ".join(inner.split()) if "<" not in inner else toc.strip_tags(inner)
            target = heading.get("id")
            if target is None:
                wanted = self.slugify(html.unescape(name), self.sep)
                target = toc.unique(wanted, used, counters)  # type: ignore[call-arg]
                heading.set("id", target)
            elif STX in target:
                target = toc.unescape(target)
            name = self._label(heading, name)
            level = int(heading.tag[-1])
            if self.toc_top <= level <= self.toc_bottom:
                entries.append({"level": level, "id": target, "name": name})
        self.md.toc_tokens = toc.nest_toc_tokens(entries)
        self.md.toc = self._finished(f'<div class="{self.toc_class}">\n{_list(self.md.toc_tokens)}</div>\n')

    def _inner(self, heading: Element) -> str:
        """The HTML within a heading. That of plain text is the text."""
        text = heading.text or ""
        if len(heading) or "&" in text or "<" in text or ">" in text or STX in text:
            return toc.render_inner_html(toc.remove_fnrefs(heading), self.md)
        return text.strip()

    def _label(self, heading: Element, name: str) -> str:
        """What is to be read in the list: the heading's name, unless the author wants something else."""
        if _LABEL not in heading.attrib:
            return name
        label = toc.run_postprocessors(toc.unescape(heading.attrib.pop(_LABEL)), self.md)
        return toc.escape_cdata(toc.strip_tags(label))

    def _finished(self, text: str) -> str:
        if STX in text:
            for postprocessor in self.md.postprocessors:
                text = postprocessor.run(text)
        return text


def _list(entries: Sequence[Any]) -> str:
    if not entries:
        return "<ul></ul>\n"
    items = "".join(
        f'<li><a href="#{quoted(entry["id"])}">{escaped(entry["name"])}</a>'
        f"{_list(entry['children']) if entry['children'] else ''}</li>\n"
        for entry in entries
    )
    return f"<ul>\n{items}</ul>\n"
