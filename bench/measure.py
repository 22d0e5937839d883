"""How long a command takes, how much memory its processes take together, and how its cost grows."""

from __future__ import annotations

import math
import os
import platform
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.02
LIMIT_SECONDS = 3600.0
"""A command that takes longer is ended, and counts as failed."""


def surroundings() -> dict[str, str]:
    """Our environment, as people have it: Python may keep what it compiled, for ours and for others."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class CommandFailed(Exception):
    """A command did not do its work; the message ends with the last it said."""


@dataclass(frozen=True)
class Command:
    """What to run, where, and what its environment has besides ours."""

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]

    def start(self, output: int) -> subprocess.Popen[bytes]:
        """Start it; what it says goes to the file descriptor `output`."""
        return subprocess.Popen(
            self.arguments,
            cwd=self.folder,
            env=surroundings() | dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def seconds_of(command: Command) -> float:
    """Run it, undisturbed; wall-clock seconds. Raises CommandFailed."""
    return _run(command, lambda _process: None)


def watched(command: Command) -> tuple[float, float | None]:
    """Run it; wall-clock seconds, and the peak of its processes' memory in MB (None where that is not told).

    The looking takes time of its own: what `seconds_of` says is nearer the truth. Raises CommandFailed.
    """
    with MemoryWatch() as watch:
        seconds = _run(command, watch.begin)
    return seconds, watch.megabytes


def _run(command: Command, started: Callable[[int], None]) -> float:
    if hasattr(os, "sync"):
        os.sync()  # what was written before is not this command's to wait for
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = command.start(said.fileno())
        started(process.pid)
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            code = process.wait()  # given a limit, it would look only every 50 ms
            seconds = time.perf_counter() - began
        finally:
            limit.cancel()
            process.kill()  # it has ended, but where we were interrupted
            process.wait()
        if seconds >= LIMIT_SECONDS:
            raise CommandFailed(f"ended after {LIMIT_SECONDS:.0f} s")
        if code:
            said.seek(0)
            raise CommandFailed(last_words(said.read().decode(errors="replace"), code))
    return seconds


def last_words(text: str, code: int) -> str:
    """The end of what a failed command said, on one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[-3:])[-400:] or f"exit code {code}"


class MemoryWatch:
    """Looks every 20 ms at a process and all that descend from it; knows the peak of their memory together.

    Memory is PSS (proc(5), smaps_rollup): a page that several processes share counts once, divided among
    them, so that neither forked workers nor threads are counted twice.
    """

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._peak = 0

    def __enter__(self) -> MemoryWatch:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()

    def begin(self, process: int) -> None:
        """Look at this process from now on."""
        self._thread = threading.Thread(target=self._look, args=(process,), daemon=True)
        self._thread.start()

    @property
    def megabytes(self) -> float | None:
        """The peak so far, in MB of 1,000,000 bytes; None where the system does not tell."""
        return self._peak / 1e6 if self._peak else None

    def _look(self, process: int) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(map(_memory, family(process))))


def family(process: int) -> Iterator[int]:
    """A process and its descendants."""
    yield process
    for tasks in Path(f"/proc/{process}/task").glob("*/children"):
        for child in _read(tasks).split():
            yield from family(int(child))


def _memory(process: int) -> int:
    """Bytes; 0 for a process that is gone."""
    found = re.search(r"^Pss:\s+(\d+) kB", _read(Path(f"/proc/{process}/smaps_rollup")), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:  # it ended meanwhile
        return ""


def machine() -> str:
    """What this runs on: system, processor, cores, memory where that is told, Python."""
    model = re.search(r"^model name\s*: (.+)$", _read(Path("/proc/cpuinfo")), re.MULTILINE)
    total = re.search(r"^MemTotal:\s+(\d+) kB", _read(Path("/proc/meminfo")), re.MULTILINE)
    parts = [
        platform.system(),
        f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores",
        f"{int(total[1]) / 1e6:.0f} GB" if total else "",
        f"Python {platform.python_version()}",
    ]
    return "; ".join(filter(None, parts))


def exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """The k of cost = c · size^k that fits (size, cost) best: 1 is linear. None for fewer than two sizes.

    Least squares on the logarithms.
    """
    if len(points) < 2:
        return None
    logs = [(math.log(size), math.log(cost)) for size, cost in points]
    middle_x = sum(x for x, _y in logs) / len(logs)
    middle_y = sum(y for _x, y in logs) / len(logs)
    return sum((x - middle_x) * (y - middle_y) for x, y in logs) / sum((x - middle_x) ** 2 for x, _y in logs)


def straight_line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """What it costs to start, and for each one more: the line through (size, cost), by least squares.

    Each point weighs by the inverse of its cost, so that a small size counts as much as a large one.
    """
    weights = [1 / cost**2 for _size, cost in points]
    total = sum(weights)
    middle_x = sum(w * x for w, (x, _y) in zip(weights, points, strict=True)) / total
    middle_y = sum(w * y for w, (_x, y) in zip(weights, points, strict=True)) / total
    spread = sum(w * (x - middle_x) ** 2 for w, (x, _y) in zip(weights, points, strict=True))
    shared = sum(w * (x - middle_x) * (y - middle_y) for w, (x, y) in zip(weights, points, strict=True))
    slope = shared / spread
    return middle_y - slope * middle_x, slope
