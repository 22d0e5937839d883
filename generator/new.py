"""Something new to write in: a draft, dated where it is an article."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from core.errors import FollowUpError
from core.frontmatter import FENCE
from core.settings import display_path
from core.slugs import slugify
from generator.article import RESERVED


def new_article(content: Path, title: str, date: dt.date) -> Path:
    """Write a draft of an article whose name is made from the title, and give its path.

    Raises FollowUpError when there is such a file already, or the title gives no name.
    """
    return _write(content / "articles", title, f"date: {date.isoformat()}")


def new_page(content: Path, title: str) -> Path:
    """Write a draft of a page whose name is made from the title, and give its path.

    Raises FollowUpError when there is such a file already, the title gives no name, or the site itself
    answers at that address.
    """
    if slugify(title) in RESERVED:
        raise FollowUpError(f"/{slugify(title)}/ is taken by the site itself — choose another title")
    return _write(content / "pages", title)


def _write(folder: Path, title: str, *lines: str) -> Path:
    title = " ".join(title.split())
    slug = slugify(title)
    if not slug:
        raise FollowUpError(f'"{title}" has no letter that an address can carry — choose another title')
    path = folder / f"{slug}.md"
    folder.mkdir(parents=True, exist_ok=True)
    # A JSON string is a YAML string, whatever quotes and colons the title has.
    front = (f"title: {json.dumps(title, ensure_ascii=False)}", *lines, "draft: true")
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write("\n".join((FENCE, *front, FENCE, "", "")))
    except FileExistsError:
        kind = "an article" if folder.name == "articles" else "a page"
        raise FollowUpError(
            f"{display_path(path)}: there is such {kind} already — choose another title"
        ) from None
    return path
