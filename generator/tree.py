"""The tree of files that is served, the one that takes its place, and what is known of both.

A build does not make the whole site aside, but what differs. Beside the output stands its shadow: the tree
that the last build replaced. It lacks what that build changed, which is written down; so little has to be
done to bring it up to date, and to make the next site of it. Then the two trees change places in one step.

Files that are the same in both are the same file (hard links), where the system knows such. So no file is
ever written to: it is replaced. A shadow is in doubt from when a build begins with it until that build ends.
One in doubt is thrown away, and the next is made of links to what is served.

What the served tree holds stands in the manifest, each file with its fingerprint and its digest. The marker
in the tree carries the digest of its manifest: only of a tree whose marker fits is anything believed. Of a
build that changes a handful of files only these are written down, as a step that follows upon the manifest.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path

from core.settings import display_path
from generator.cache import Cache, DamagedCache, program_key
from generator.manifest import Changes, Manifest, apply, changed_files, generation_after, generation_of
from generator.swap import MARKER, Workplace, marker_text

SITE, NEXT, STEPS, SHADOW = "site", "site.next", "steps", "shadow"
_PREFIX = "tree-"
_MOST_STEPS = 64  # then the whole manifest is written down again

# A tree beside the output: its name, the generation it is like, and the files in which it differs from that.
_Shadow = tuple[str, str, frozenset[str]]
# What followed upon the manifest of a generation: each time the generation that came of it, and the changes.
_Steps = tuple[str, list[tuple[str, Changes]]]


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
    _base: str = ""
    _steps: list[tuple[str, Changes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        served = self.place.generation()
        for name in (SITE, NEXT):
            # What the files are holds for any version of the program; what they were made from does not.
            found: tuple[str, str, Manifest] | None = self.cache.load(name, of_any_program=True)
            if found is not None and served and self._follow(found[1], found[2], served):
                self.generation = served
                self.manifest = found[2]
                if found[0] != program_key():
                    self.manifest = {file: ("", made) for file, (_, made) in self.manifest.items()}
                return

    def _follow(self, generation: str, manifest: Manifest, served: str) -> bool:
        """Bring a manifest up to what is served; False when that did not come of it."""
        self._base, self._steps = generation, []
        if generation == served:
            return True
        steps: _Steps | None = self.cache.load(STEPS, of_any_program=True)
        if steps is None or steps[0] != generation:
            return False
        for after, changes in steps[1]:
            apply(changes, manifest)
            self._steps.append((after, changes))
            if after == served:
                return True
        return False

    @contextlib.contextmanager
    def beginning(self, touched: Collection[str], gone: Collection[str] = ()) -> Iterator[Path]:
        """The shadow, without the files that are `gone`, and equal to the served tree but for `touched`.

        What may differ in it is written down when the block fails.
        Raises OSError, and DamagedCache when the served tree is not what the manifest says.
        """
        try:
            yield self._begin(touched, gone)
        except BaseException:
            if self._folder is not None and self.generation and (self._folder / MARKER).is_file():
                self.cache.save(SHADOW, (self._folder.name, self.generation, self._touched))
            self._folder = None
            raise

    def finish(self, manifest: Manifest) -> None:
        """Let the shadow, which now holds what `manifest` says, take the place of the served tree."""
        generation = generation_of(manifest)
        self.cache.save(NEXT, (program_key(), generation, manifest))
        self._swap(generation, changed_files(self.manifest, manifest))
        (self.cache.folder / NEXT).replace(self.cache.folder / SITE)
        self.cache.forget(STEPS)
        self.manifest, self._base, self._steps = manifest, generation, []

    def finish_step(self, changes: Changes) -> None:
        """As `finish`, where the shadow differs from what is served by a handful of changes."""
        if len(self._steps) >= _MOST_STEPS:
            manifest = dict(self.manifest)
            apply(changes, manifest)
            self.finish(manifest)
            return
        generation = generation_after(self.generation, self.manifest, changes)
        steps = [*self._steps, (generation, changes)]
        self.cache.save(STEPS, (self._base, steps))
        self._swap(generation, changes.keys())
        apply(changes, self.manifest)
        self._steps = steps

    def _begin(self, touched: Collection[str], gone: Collection[str]) -> Path:
        self._touched = frozenset(touched).union(gone)
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

    def _swap(self, generation: str, changed: Collection[str]) -> None:
        assert self._folder is not None
        _replace(self._folder / MARKER, marker_text(generation))
        replaced = self.place.swap(self._folder)
        if replaced and not self.generation:
            self.place.clear(_PREFIX)  # who knows what was in it
        elif replaced:
            self.cache.save(SHADOW, (self._folder.name, generation, frozenset(changed)))
        self.generation = generation
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
