"""The manifest of a tree: what each of its files was made from, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping

from generator.cache import DIGEST_SIZE, digest

# Of each file below the tree: the fingerprint of what it was made from, and the digest of its bytes.
Manifest = dict[str, tuple[str, str]]
# What a build changes in a manifest; None for a file that is gone.
Changes = Mapping[str, tuple[str, str] | None]

_MODULUS = 1 << (8 * DIGEST_SIZE)


def generation_of(manifest: Manifest) -> str:
    """What the marker of a tree carries: a digest of the files and their contents."""
    return generation_after("0", {}, manifest)


def generation_after(generation: str, manifest: Manifest, changes: Changes) -> str:
    """The generation of a manifest after changes.

    It is the sum of the digests of its members, so that it takes no look at those that stay.
    """
    total = int(generation, 16)
    for file, now in changes.items():
        before = manifest.get(file)
        total += (_weight(file, now) if now else 0) - (_weight(file, before) if before else 0)
    return f"{total % _MODULUS:0{2 * DIGEST_SIZE}x}"


def apply(changes: Changes, manifest: Manifest) -> None:
    """Make the changes in a manifest."""
    for file, now in changes.items():
        if now is None:
            manifest.pop(file, None)
        else:
            manifest[file] = now


def changed_files(before: Manifest, after: Manifest) -> set[str]:
    """The files that are new, gone, or other than they were."""
    gone = before.keys() - after.keys()
    return gone | {file for file, (_, made) in after.items() if before.get(file, ("", ""))[1] != made}


def _weight(file: str, entry: tuple[str, str]) -> int:
    return int(digest(file.encode(), entry[1].encode()), 16)
