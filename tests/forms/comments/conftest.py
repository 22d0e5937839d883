"""Comments below an article, made through the use cases."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.clock import ManualClock
from forms.comments import service
from forms.comments.models import COMMENTS, Comment
from forms.comments.service import Draft, Submitted
from forms.store.memory import MemoryStore
from forms.store.protocol import Store

SLUG = "why-follow-up"

ARTICLE = """\
---
title: "Why follow up"
date: 2026-11-01
---
Because.
"""


@dataclass
class Column:
    """The comments below the articles of one content folder."""

    store: Store
    clock: ManualClock
    content: Path
    _count: int = field(default=0)

    def draft(self, text: str = "What a good letter.", **changes: object) -> Draft:
        self._count += 1
        values: dict[str, object] = {
            "article": SLUG,
            "name": "Rita Reader",
            "email": "rita@readers.example",
            "website": None,
            "text": text,
            "parent_id": None,
            "submission": f"form {self._count}",
            "origin": "somewhere",
        }
        return Draft(**{**values, **changes})  # type: ignore[arg-type]

    def submit(self, text: str = "What a good letter.", **changes: object) -> Comment:
        return self.submitted(self.draft(text, **changes)).comment

    def submitted(self, draft: Draft, **how: bool) -> Submitted:
        return service.submit(self.store, draft, content=self.content, now=self.clock.now(), **how)

    def read(self, comment: Comment) -> Comment:
        with self.store.read() as reader:
            return COMMENTS.require(reader, comment.id)

    def later(self, **span: float) -> None:
        self.clock.advance(dt.timedelta(**span))

    def file(self, article: str = SLUG) -> dict[str, Any] | None:
        """The exported file, read; None where there is none."""
        path = self.content / "comments" / f"{article}.json"
        if not path.exists():
            return None
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def texts(self, article: str = SLUG) -> list[str]:
        """The texts on the page, in their order."""
        found = self.file(article)
        return [row["text"] for row in found["comments"]] if found else []


@pytest.fixture
def content(content: Path) -> Path:
    """The content folder, with an article."""
    (content / "articles").mkdir()
    (content / "articles" / f"2026-11-01-{SLUG}.md").write_text(ARTICLE, encoding="utf-8")
    return content


@pytest.fixture
def column(store: MemoryStore, clock: ManualClock, content: Path) -> Column:
    """Nothing has been said yet."""
    return Column(store, clock, content)
