"""Whether a folder lies on another machine: locks and renames are not to be trusted there."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/mounts")

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "coda", "ceph", "lustre", "gfs2", "ocfs2",
     "beegfs", "glusterfs", "davfs", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone",
     "fuse.davfs2", "fuse.curlftpfs", "fuse.gcsfuse", "fuse.cephfs", "fuse.ceph-fuse"}
)  # fmt: skip


def network_file_system(folder: Path) -> str:
    """The type of the network file system that `folder` lies on ("nfs4"), or "" for a local one.

    Tells nothing (gives "") on systems without /proc/mounts. 9p and virtiofs count as local: they are how
    virtual machines see a disc of their own host.
    """
    try:
        text = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return ""
    found, depth = "", -1
    for line in text.splitlines():
        _device, point, kind, *_rest = line.split(" ")
        place = Path(_unescape(point))
        # A later mount on the same point hides the earlier one.
        if folder.is_relative_to(place) and len(place.parts) >= depth:
            found, depth = kind, len(place.parts)
    return found if found in _NETWORK else ""


def _unescape(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point)
