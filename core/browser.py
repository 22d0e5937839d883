"""A Chromium for the tests: one that is here, else Playwright's own download, else Debian's package.

The tests find it through the environment variable FOLLOWUP_TEST_CHROMIUM.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from core.errors import FollowUpError
from core.settings import ROOT

VARIABLE = "FOLLOWUP_TEST_CHROMIUM"
DOWNLOADED = ROOT / ".venv" / "browsers"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
_BINARIES = ("chrome", "Chromium", "Google Chrome for Testing", "chrome.exe")


class NoBrowser(FollowUpError):
    """No Chromium was found, and none could be fetched."""


def find() -> Path | None:
    """A Chromium that is here and starts: the one named, the system's, one downloaded before; or None."""
    return next((path for path in _candidates() if _starts(path)), None)


def find_or_fetch() -> Path:
    """A Chromium that starts, fetched if need be; says what it does. Raises NoBrowser."""
    found = find() or _fetch()
    if found is None:
        raise NoBrowser(
            "No Chromium was found, and neither Playwright's download nor Debian's package could be "
            "installed. Install Chromium or Chrome, or set FOLLOWUP_TEST_CHROMIUM to the path of one."
        )
    return found


def _candidates() -> Iterator[Path]:
    given = os.environ.get(VARIABLE)
    if given:
        yield Path(given)
    yield from (Path(path) for path in map(shutil.which, _NAMES) if path)
    yield from map(Path, _PLACES)
    # Where Playwright keeps its own: chromium-1234/chrome-linux64/chrome and the like.
    for folder in (DOWNLOADED, _playwright_cache()):
        for name in _BINARIES:
            yield from sorted(folder.glob(f"chromium-*/**/{name}"), reverse=True)


def _playwright_cache() -> Path:
    given = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    return Path(given) if given else Path("~/.cache/ms-playwright").expanduser()


def _starts(path: Path) -> bool:
    """Whether it runs: a download may lack libraries, and Ubuntu's `chromium-browser` may be a mere note."""
    if not path.is_file():
        return False
    try:
        result = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


def _fetch() -> Path | None:
    ways = ((_download, "Playwright's own"), (_install_package, "Debian's package"))
    for fetch, name in ways:
        print(f"No Chromium found; trying {name} …", file=sys.stderr, flush=True)
        if fetch() and (found := find()):
            return found
    return None


def _download() -> bool:
    """Into .venv, so that nothing is left in the home directory, which may not even be writable."""
    environment = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(DOWNLOADED)}
    command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
    return subprocess.run(command, env=environment, check=False).returncode == 0


def _install_package() -> bool:
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "chromium"])
    return all(subprocess.run(each, env=environment, check=False).returncode == 0 for each in commands)
