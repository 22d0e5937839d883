"""A new article to write in: a dated draft."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from core.errors import FollowUpError
from core.settings import display_path
from generator.slugs import slugify

_DRAFT = """---
title: {title}
date: {date}
draft: true
---

"""


def new_article(content: Path, title: str, date: dt.date) -> Path:
    """Write a draft whose name is made from the title, and give its path.

    Raises FollowUpError when there is such a file already, or the title gives no name.
    """
    title = " ".join(title.split())
    slug = slugify(title)
    if not slug:
        raise FollowUpError(f'"{title}" has no letter that an address can carry — choose another title')
    path = content / "articles" / f"{slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as stream:
            # A JSON string is a YAML string, whatever quotes and colons the title has.
            stream.write(_DRAFT.format(title=json.dumps(title, ensure_ascii=False), date=date.isoformat()))
    except FileExistsError:
        raise FollowUpError(
            f"{display_path(path)}: there is such an article already — choose another title"
        ) from None
    return path
