"""The site app's addresses, made into pages by Frozen-Flask."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from flask_frozen import Freezer, FrozenFlaskWarning, MissingURLGeneratorWarning

from core.errors import InvalidContent, Problem
from core.settings import display_path
from generator.urls import Address

# A page that was made: what belongs into its file, or why it could not be made.
Frozen = tuple[Address, bytes | None, Problem | None]


class SiteFreezer:
    """Freezes addresses of an app one by one, and hands over what belongs into the file of each."""

    def __init__(self, app: Flask) -> None:
        app.config.update(
            FREEZER_REMOVE_EXTRA_FILES=False,  # it would delete whatever it did not write
            FREEZER_REDIRECT_POLICY="error",
        )
        self._app = app
        self._waiting: Sequence[Address] = ()
        self._freezer = _Handing(
            app, with_static_files=False, with_no_argument_rules=False, log_url_for=False
        )
        self._freezer.register_generator(self._addresses)

    def freeze(self, listed: Sequence[Address]) -> Iterator[Frozen]:
        """Each address with its page, or with the fault of its template. Raises what is nobody's fault."""
        done = 0
        while done < len(listed):
            # After a fault, the rest is begun anew: Frozen-Flask gives up at the first.
            self._waiting = listed[done:]
            for frozen in self._some():
                done += 1
                yield frozen

    def _addresses(self) -> Iterator[str]:
        """The paths, quoted as Flask does; to have it make them of endpoints is a quarter of the work."""
        for address in self._waiting:
            yield quote(address.url)

    def _some(self) -> Iterator[Frozen]:
        """Pages until the first that has a fault."""
        pages = iter(self._freezer.freeze_yield())
        for address in self._waiting:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error", FrozenFlaskWarning)
                    page = next(pages)
            except Exception as error:  # noqa: BLE001  # whatever a template meets; others are raised on
                yield address, None, _explained(error, address, self._app)
                return
            if page.url != address.url:
                raise RuntimeError(f"{address.url} was listed, and {page.url} was made")
            yield address, page.path.data, None
        with warnings.catch_warnings():
            # It does not see from paths which endpoints they are of.
            warnings.simplefilter("ignore", MissingURLGeneratorWarning)
            next(pages, None)  # lets Frozen-Flask finish


class _Handing(Freezer):  # type: ignore[misc]  # comes without types
    """Hands every page over instead of writing it: what it takes for paths are our own.

    It asks of a folder's path whether the page is there, what is in it, and to make the folder. Whoever
    puts the page into the tree has to ask that once more, of another folder, and knows most of it.
    """

    @property
    def root(self) -> _Folder:
        """Where it writes to."""
        return _Folder()


class _Folder:
    """What Frozen-Flask asks of the path of a folder."""

    def mkdir(self, **_how: bool) -> None:
        """Nothing to do."""

    def __truediv__(self, file: str) -> _File:
        return _File(file)


class _File:
    """What Frozen-Flask asks of the path of a file; `data` is what it wrote."""

    data = b""
    parent = _Folder()

    def __init__(self, file: str) -> None:
        self.name = file.rpartition("/")[2]

    def is_file(self) -> bool:
        """No page is there before it is made."""
        return False

    def write_bytes(self, data: bytes) -> None:
        """Keep what is written."""
        self.data = data

    def relative_to(self, _root: _Folder) -> _File:
        """The path that goes with the address of a page that was made."""
        return self


def _explained(error: Exception, address: Address, app: Flask) -> Problem:
    """The fault as the template's author wants to hear of it. Raises the error when no template is in it."""
    templates = str(app.template_folder)
    if isinstance(error, UnicodeDecodeError) and (problem := _not_utf_8(error, Path(templates))):
        return problem
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(templates)
    ]
    if not frames:
        raise error
    made_from = f" from {address.source}" if address.source else ""
    message = f"{type(error).__name__}: {error} (while making {address.url}{made_from})"
    place = display_path(Path(frames[-1].filename))
    return Problem(place, frames[-1].lineno or 0, message, "mend the template")


def _not_utf_8(error: UnicodeDecodeError, templates: Path) -> Problem | None:
    """The problem of the template that was being read, if that was one."""
    for path in sorted(templates.rglob("*.html")):
        if path.read_bytes() == error.object:
            line = error.object.count(b"\n", 0, error.start) + 1
            return Problem(display_path(path), line, f"not UTF-8 (byte {error.start})", "save it as UTF-8")
    return None


def faults_once(problems: Sequence[Problem]) -> InvalidContent:
    """The faults of templates, each told for the first page that has it."""
    first: dict[tuple[str, int, str], Problem] = {}
    for problem in sorted(problems):
        key = (problem.path, problem.line, problem.message.partition(" (while making ")[0])
        first.setdefault(key, problem)
    return InvalidContent(first.values())
