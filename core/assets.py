"""Static files under names that change with their content, so that browsers may keep them for ever.

`css/site.css` is published as `css/site.1a2b3c4d.css`. A style sheet names other files by relative addresses;
these become their new names too, and its own name comes from the text after that: a changed font changes the
sheet that asks for it, and so the pages that ask for the sheet.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from core.errors import InvalidContent, Problem, did_you_mean
from core.settings import display_path

BASE = "/static/"
_URL = re.compile(r"""url\(\s*(["']?)(?P<address>[^"')]+)\1\s*\)""")
_ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//|/|#)", re.IGNORECASE)


@dataclass(frozen=True)
class Assets:
    """The static files of the site.

    `published` maps a file's own name (`css/site.css`) to the name it is published under; `contents` maps
    published names to bytes.
    """

    published: Mapping[str, str]
    contents: Mapping[str, bytes]

    @property
    def urls(self) -> dict[str, str]:
        """The address of every static file, by its own name."""
        return {name: BASE + published for name, published in self.published.items()}

    @property
    def own_names(self) -> dict[str, str]:
        """The own name of every file, by the name it is published under."""
        return {published: name for name, published in self.published.items()}

    def url(self, name: str) -> str:
        """The address of a static file. Raises LookupError, with the nearest name, when there is none."""
        if name not in self.published:
            raise LookupError(f"site/static has no {name}: {did_you_mean(name, self.published)}")
        return BASE + self.published[name]


def read_assets(folder: Path) -> Assets:
    """Read every file below `folder`, but for those that an editor or a file manager hides.

    Raises InvalidContent, with file and line, for an address in a style sheet that leads nowhere.
    """
    texts = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
    published: dict[str, str] = {}
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    # Sheets last: their names depend on those of the files they ask for.
    for name in sorted(texts, key=lambda name: (name.endswith(".css"), name)):
        data = texts[name]
        if name.endswith(".css"):
            sheet, wrong = _with_published_names(data.decode("utf-8"), name, published, folder)
            problems += wrong
            data = sheet.encode()
        published[name] = _with_digest(name, data)
        contents[published[name]] = data
    if problems:
        raise InvalidContent(problems)
    return Assets(MappingProxyType(published), MappingProxyType(contents))


def _with_digest(name: str, data: bytes) -> str:
    path = PurePosixPath(name)
    digest = hashlib.sha256(data).hexdigest()[:10]
    return str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))


def _with_published_names(
    sheet: str, name: str, published: Mapping[str, str], folder: Path
) -> tuple[str, list[Problem]]:
    """A style sheet with the names under which the files it asks for are published."""
    problems: list[Problem] = []

    def replaced(found: re.Match[str]) -> str:
        address = found["address"].strip()
        if _ELSEWHERE.match(address):
            return found[0]
        path, mark, rest = _split(address)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        if target not in published:
            line = sheet.count("\n", 0, found.start()) + 1
            message = f"the address {address} leads nowhere"
            problems.append(Problem(display_path(folder / name), line, message, _repair(target, published)))
            return found[0]
        return f"url({posixpath.relpath(published[target], posixpath.dirname(name) or '.')}{mark}{rest})"

    return _URL.sub(replaced, sheet), problems


def _split(address: str) -> tuple[str, str, str]:
    """The path of an address, and what follows it: `sprite.svg#waves`, `old.eot?#iefix`."""
    found = re.search(r"[?#]", address)
    if found is None:
        return address, "", ""
    return address[: found.start()], found[0], address[found.end() :]


def _repair(target: str, published: Mapping[str, str]) -> str:
    near = did_you_mean(target, published)
    return (
        near if near.startswith("did you") else f"put the file at {target} below site/static, or take it out"
    )
