"""Files put into the tree that is being made, with few questions to the file system.

To open, make or look for something costs a page more than much of what is written in it. So each folder is
made once, and what was not there before is not cleared away.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from generator.tree import link_or_copy


class Placer:
    """Puts files into `tree`, which takes the place of the tree `served`; for one build, in one process.

    Another process may do the same with other files. No file is written to: it may be the same as one that is
    served (hard links). Names of files are relative. Everything raises OSError.
    """

    def __init__(self, tree: Path, served: Path) -> None:
        self._tree, self._served = tree, served
        # Each folder that was needed, and whether it was made for that: then nothing old is in it.
        self._is_new = {"": False}

    def put(self, file: str, data: bytes) -> None:
        """Put a file of these bytes in the place of any other."""
        with open(self._cleared(file), "xb") as stream:  # noqa: PTH123  # no path is worked out for each page
            stream.write(data)

    def keep(self, file: str) -> None:
        """Put the served file there, with its time of change."""
        link_or_copy(self._served / file, Path(self._cleared(file)))

    def clear(self, file: str) -> None:
        """Leave no file there."""
        self._cleared(file)

    def _cleared(self, file: str) -> str:
        """The path of a file that is not there, in a folder that is."""
        path = f"{self._tree}/{file}"
        if not self._has_made(file.rpartition("/")[0]):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108
        return path

    def _has_made(self, folder: str) -> bool:
        """Whether a folder, which is there now, was made by this."""
        if folder not in self._is_new:
            self._is_new[folder] = self._make(folder)
        return self._is_new[folder]

    def _make(self, folder: str) -> bool:
        above = folder.rpartition("/")[0]
        self._has_made(above)
        try:
            os.mkdir(f"{self._tree}/{folder}")  # noqa: PTH102
        except FileExistsError:
            return False
        return True
