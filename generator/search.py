"""Search without a server: Pagefind reads the pages that were made, and writes an index beside them.

Only what the templates mark with `data-pagefind-body` is read, which is the text of articles and pages. The
index is a folder of small files of which a browser fetches those that it needs.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from core.errors import FollowUpError

FOLDER = "pagefind"
# The search page has a form of its own; Pagefind's are left out.
_NOT_OURS = ("*-ui.*", "*-highlight.js", "playground")


def write_index(site: Path, into: Path) -> None:
    """Index the site in the folder `site`, into a folder that is not there yet. Raises FollowUpError."""
    command = (sys.executable, "-m", "pagefind", "--site", str(site), "--output-path", str(into), "--quiet")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = (done.stderr or done.stdout).strip() or f"it ended with {done.returncode}"
        raise FollowUpError(
            f"the search index could not be made: {reason} — build with --no-search meanwhile"
        )
    for pattern in _NOT_OURS:
        for path in into.glob(pattern):
            path.unlink()
