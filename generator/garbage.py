"""Python's look for garbage, which costs a build more than it finds."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def without_collector(*, is_first: bool) -> Iterator[None]:
    """Ten thousand articles are millions of objects, none of them garbage: looking for some takes seconds.

    What the first build of a process leaves is not looked at later either. That must not be said of every
    build, or what each leaves as garbage would stay.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_first:
            gc.freeze()
        if was_enabled:
            gc.enable()
