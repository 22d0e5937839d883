"""Published comments as files that the site is made from: `content/comments/<article>.json`.

    {"format": 1, "article": "the-slug", "comments": [
    {"id": "…", "parent": null, "name": "Ada", "website": null, "by_author": false, "posted": "…", "text": …}
    ]}

No e-mail address, network address or anything else that was not typed to be published is in them. A reply
whose comment is gone stands by itself.
"""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path

from filelock import FileLock

from core.errors import StoreError
from core.files import write_atomically
from forms.comments.models import ALL, MARKS, Comment
from forms.comments.service import published
from forms.store.protocol import Reader, Store

FORMAT = 1
FOLDER = "comments"
LOCK_SECONDS = 20
PAUSE_SECONDS = 30.0
"""After a folder that cannot be written to, or a store that cannot be read."""

logger = logging.getLogger(__name__)


class Exporter:
    """Keeps the files of a content folder as the store has it; called again and again, it catches up.

    At its first call it looks at every article that ever had a comment, so that whatever a crash left
    undone is done; afterwards a look costs one record while nothing changes.
    """

    def __init__(self, store: Store, content: Path, *, pause: float = PAUSE_SECONDS) -> None:
        self._store = store
        self._pause = pause
        self._rests_until = 0.0
        self._folder = content / FOLDER
        self._done: dict[str, str] = {}

    def __call__(self) -> None:
        """Write what is not as it should be. Raises StoreError, OSError; asked again, it goes on, but not
        before a pause is over.
        """
        if time.monotonic() < self._rests_until:
            return
        try:
            self._catch_up()
        except (OSError, StoreError):
            self._rests_until = time.monotonic() + self._pause
            raise

    def _catch_up(self) -> None:
        with self._store.read() as reader:
            latest = MARKS.get(reader, ALL)
            if latest is None or self._done.get(ALL) == latest.version:
                return
            marks = MARKS.find(reader)
        for mark in marks:
            if mark.id != ALL and self._done.get(mark.id) != mark.version:
                self.export(mark.id)
                self._done[mark.id] = mark.version
        self._done[ALL] = latest.version

    def export(self, article: str) -> bool:
        """Bring one article's file up to date; whether it changed.

        Nothing is touched of an article that never had a comment published here. Raises StoreError, OSError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        # The store is read with the lock held: who writes last has read last.
        with FileLock(self._folder / ".lock", timeout=LOCK_SECONDS), self._store.read() as reader:
            if MARKS.get(reader, article) is None:
                return False
            return self._write(article, file_of(reader, article))

    def _write(self, article: str, data: bytes | None) -> bool:
        path = self._folder / f"{article}.json"
        there = path.read_bytes() if path.is_file() else None
        if there == data:
            return False
        if data is None:
            path.unlink()
        else:
            write_atomically(path, data)
        logger.info("the published comments of %s were written", article)
        return True


def file_of(reader: Reader, article: str) -> bytes | None:
    """The file of an article, one comment a line; None when nothing is published."""
    comments = published(reader, article)
    if not comments:
        return None
    there = {comment.id for comment in comments}
    rows = ",\n".join(_row(comment, there) for comment in comments)
    head = f'{{"format": {FORMAT}, "article": {json.dumps(article)}, "comments": ['
    return f"{head}\n{rows}\n]}}\n".encode()


def _row(comment: Comment, there: set[str]) -> str:
    values = {
        "id": comment.id,
        "parent": comment.parent_id if comment.parent_id in there else None,
        "name": comment.name,
        "website": comment.website,
        "by_author": comment.by_author,
        "posted": comment.posted.isoformat(timespec="seconds"),
        "text": comment.text,
    }
    return json.dumps(values, ensure_ascii=False)
