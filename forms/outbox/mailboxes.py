"""Messages as they lie on disc: a Maildir, an mbox, or one message in a file. Nothing there is changed."""

from __future__ import annotations

import contextlib
import mailbox
from collections.abc import Iterator
from pathlib import Path

from core.errors import FollowUpError
from core.settings import display_path


def messages_in(path: Path) -> Iterator[bytes]:
    """Every message at `path`, whole. What kind it is, is found out. Raises FollowUpError.

    A message that another program takes away meanwhile is left out.
    """
    try:
        if path.is_dir():
            yield from _in_maildir(path)
        else:
            yield from _in_file(path)
    except OSError as error:
        where = Path(error.filename) if error.filename else path
        raise FollowUpError(
            f"{display_path(where)}: cannot be read ({error.strerror or error}) — see that it is there, and "
            "that this user may read it"
        ) from error


def _in_maildir(path: Path) -> Iterator[bytes]:
    if not all((path / name).is_dir() for name in ("new", "cur")):
        raise FollowUpError(
            f"{display_path(path)}: is a folder, but no Maildir (it has no new/ and cur/) — name a Maildir, "
            "an mbox, or one message in a file"
        )
    box = mailbox.Maildir(path, create=False)
    for key in sorted(box.iterkeys()):
        with contextlib.suppress(KeyError, FileNotFoundError):
            yield box.get_bytes(key)


def _in_file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        is_mbox = stream.read(5) == b"From "
    if not is_mbox:
        yield path.read_bytes()
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()
