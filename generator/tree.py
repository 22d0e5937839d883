"""The tree of files that is served, the one that takes its place, and what is known of both.

A build does not make the whole site aside, but what differs. Beside the output stands its shadow: the tree
that the last build replaced. It lacks what that build changed, which is written down; so little has to be
done to bring it up to date, and to make the next site of it. Then the two trees change places in one step.

Files that are the same in both are the same file (hard links), where the system knows such. So no file is
ever written to: it is replaced. A shadow is in doubt from when a build begins with it until that build ends.
One in doubt is thrown away, and the next is made of links to what is served.

What the served tree holds stands in the manifest, each file with its fingerprint and its digest. The marker
in the tree carries the digest of its manifest: only of a tree whose marker fits is anything believed.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

from core.settings import display_path
from generator.cache import Cache, DamagedCache, digest, program_key
from generator.swap import MARKER, Workplace, marker_text

SITE, NEXT, SHADOW = "site", "site.next", "shadow"
_PREFIX = "tree-"

# A tree beside the output: its name, the generation it is like, and the files in which it differs from that.
_Shadow = tuple[str, str, frozenset[str]]
# Of each file below the tree: the fingerprint of what it was made from, and the digest of its bytes.
Manifest = dict[str, tuple[str, str]]


def generation_of(manifest: Mapping[str, tuple[str, str]]) -> str:
    """What the marker carries: a digest of the files and their contents."""
    return digest(*(part.encode() for file in sorted(manifest) for part in (file, manifest[file][1])))


@dataclass
class Tree:
    """The served tree and its shadow, for one build. `manifest` is that of the served tree, {} if unknown."""

    place: Workplace
    cache: Cache
    manifest: Manifest = field(default_factory=dict)
    generation: str = ""
    _folder: Path | None = None
    _touched: frozenset[str] = frozenset()
    _folders: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        served = self.place.generation()
        for name in (SITE, NEXT):
            # What the files are holds for any version of the program; what they were made from does not.
            found: tuple[str, str, Manifest] | None = self.cache.load(name, of_any_program=True)
            if found is not None and served and found[1] == served:
                program, self.generation, self.manifest = found
                if program != program_key():
                    self.manifest = {file: ("", made) for file, (_, made) in self.manifest.items()}

    def begin(self, touched: Collection[str], files: Collection[str]) -> Path:
        """The shadow, without what is not one of `files`, and equal to the served tree but for `touched`.

        Raises OSError, and DamagedCache when the served tree is not what the manifest says.
        """
        gone = self.manifest.keys() - files
        self._touched = frozenset(touched) | gone
        shadow: _Shadow | None = self.cache.load(SHADOW, of_any_program=True)
        self.cache.forget(SHADOW)
        name, of, differs = shadow or ("", "", frozenset())
        folder = self.place.aside / name
        if shadow and of == self.generation and (folder / MARKER).is_file():
            self._folder = folder
            self._link(differs - self._touched)
        else:
            self.place.clear(_PREFIX)
            self._folder = self.place.aside / f"{_PREFIX}{secrets.token_hex(4)}"
            self._folder.mkdir()
            self._link(self.manifest.keys() - self._touched)
        for file in gone:
            self._remove(file)
        return self._folder

    def finish(self, manifest: Manifest) -> None:
        """Let the shadow, which now holds what `manifest` says, take the place of the served tree."""
        assert self._folder is not None
        generation = generation_of(manifest)
        _replace(self._folder / MARKER, marker_text(generation))
        self.cache.save(NEXT, (program_key(), generation, manifest))
        replaced = self.place.swap(self._folder)
        (self.cache.folder / NEXT).replace(self.cache.folder / SITE)
        changed = changed_files(self.manifest, manifest)
        if replaced and not self.generation:
            self.place.clear(_PREFIX)  # who knows what was in it
        elif replaced:
            self.cache.save(SHADOW, (self._folder.name, generation, frozenset(changed)))
        self.generation, self.manifest = generation, manifest
        self._folder = None

    def give_up(self) -> None:
        """The build failed: write down what may differ in the shadow by now."""
        if self._folder is not None and self.generation and (self._folder / MARKER).is_file():
            self.cache.save(SHADOW, (self._folder.name, self.generation, self._touched))
        self._folder = None

    def _link(self, files: Set[str]) -> None:
        """Make these files of the shadow those of the served tree."""
        assert self._folder is not None
        for file in files - self.manifest.keys():
            self._remove(file)
        for file in files & self.manifest.keys():
            target = self._folder / file
            self._make_folder(target.parent)
            target.unlink(missing_ok=True)
            try:
                link_or_copy(self.place.output / file, target)
            except FileNotFoundError as error:
                raise DamagedCache(f"{file} is missing in {display_path(self.place.output)}") from error
        if not (self._folder / MARKER).exists():
            _replace(self._folder / MARKER, marker_text(""))

    def _make_folder(self, folder: Path) -> None:
        if folder not in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)

    def _remove(self, file: str) -> None:
        """Remove a file of the shadow, and the folders that it leaves empty."""
        assert self._folder is not None
        path = self._folder / file
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == self._folder:
                return
            try:
                folder.rmdir()
            except OSError:
                return  # something is in it
            self._folders.discard(folder)


def changed_files(before: Manifest, after: Manifest) -> set[str]:
    """The files that are new, gone, or other than they were."""
    gone = before.keys() - after.keys()
    return gone | {file for file, (_, made) in after.items() if before.get(file, ("", ""))[1] != made}


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under another name, or a copy where that cannot be. Raises OSError."""
    try:
        target.hardlink_to(source)
    except (OSError, NotImplementedError):
        with contextlib.suppress(FileNotFoundError):
            target.unlink()
        shutil.copy2(source, target)


def _replace(path: Path, text: str) -> None:
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
