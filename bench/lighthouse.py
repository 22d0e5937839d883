"""What Lighthouse says of the shipped site, served as in production: gunicorn, with its compressed copies.

    python bench/lighthouse.py                 home and one article, three runs of each
    python bench/lighthouse.py --page PATH     that page; may be given more than once
    python bench/lighthouse.py --tools DIR     where Lighthouse is installed by npm (var/bench-lighthouse)
    python bench/lighthouse.py --runs N        the median of so many runs

The scores are of Lighthouse's mobile preset: a slow phone on a slow network, simulated. CHROME_PATH names the
Chromium that is used. Exit 1 when a score is below 100.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PAGES = ("/", "/articles/why-follow-up/")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PACKAGE = "lighthouse@13"
CHROME = (
    "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
START_SECONDS = 60
RUN_SECONDS = 180


@dataclass(frozen=True)
class Verdict:
    """One run on one page: the score of each category from 0 to 100, and the audits that are not passed."""

    scores: Mapping[str, float]
    failing: tuple[str, ...]


def verdict(report: Mapping[str, object]) -> Verdict:
    """What Lighthouse's report in JSON says. Audits without weight are advice and cost nothing: left out."""
    categories, audits = report["categories"], report["audits"]
    assert isinstance(categories, dict)
    assert isinstance(audits, dict)
    failing = []
    for key in CATEGORIES:
        for part in categories[key]["auditRefs"]:
            audit = audits[part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 1:
                shown = f" ({audit['displayValue']})" if audit.get("displayValue") else ""
                failing.append(f"{key}: {audit['title']}{shown}, {audit['score'] * 100:.0f}")
    return Verdict({key: (categories[key]["score"] or 0) * 100 for key in CATEGORIES}, tuple(failing))


def medians(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """The median of each category over the runs."""
    return {key: statistics.median(v.scores[key] for v in verdicts) for key in CATEGORIES}


def installed(tools: Path) -> Path:
    """Lighthouse's command below `tools`, put there by npm unless it is there."""
    command = tools / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not command.exists():
        tools.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--no-fund", "--no-audit", "--silent", "--prefix", str(tools), PACKAGE],
            check=True,
        )
    return command


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The shipped site, built into `folder` and served by gunicorn; where it is reached."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FOLLOWUP_")}
    site, log = folder / "site", folder / "log"
    build = [sys.executable, str(PROJECT / "build.py"), "build", "--output", str(site)]
    subprocess.run(build, check=True, stdout=sys.stderr, env=environ)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        origin = f"127.0.0.1:{probe.getsockname()[1]}"
    environ |= {
        "FOLLOWUP_STORE": f"tinydb:{folder / 'ledger.json'}",
        "FOLLOWUP_BASE_URL": f"http://{origin}",
        "FOLLOWUP_SERVE_SITE": "on",
        "FOLLOWUP_SITE_DIR": str(site),
    }
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", origin, "forms:create_app()"],
            cwd=PROJECT, env=environ, stdout=stream, stderr=stream,
        )  # fmt: skip
    try:
        wait_for(f"http://{origin}/", log)
        yield f"http://{origin}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def wait_for(url: str, log: Path) -> None:
    """Until it answers. Raises SystemExit with the server's words when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.2)
    raise SystemExit(log.read_text(encoding="utf-8"))


def run(command: Path, url: str, folder: Path) -> Verdict:
    """One run of Lighthouse on one page."""
    output = folder / "report.json"
    subprocess.run(
        ["node", str(command), url, "--quiet", "--output=json", f"--output-path={output}",
         f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={CHROME}"],
        check=True, timeout=RUN_SECONDS, stdout=sys.stderr,
        env={"CHROME_PATH": "/usr/bin/chromium", **os.environ},
    )  # fmt: skip
    return verdict(json.loads(output.read_text(encoding="utf-8")))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--page", action="append", metavar="PATH")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tools", type=Path, default=PROJECT / "var" / "bench-lighthouse")
    chosen = parser.parse_args()
    command = installed(chosen.tools.resolve())
    lines, worst, failing = [], 100.0, set()
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as name, served(Path(name)) as origin:
        for page in chosen.page or PAGES:
            verdicts = [run(command, origin + page, Path(name)) for _ in range(max(1, chosen.runs))]
            scores = medians(verdicts)
            worst = min(worst, *scores.values())
            failing |= {f"{page} {audit}" for v in verdicts for audit in v.failing}
            lines.append(f"| {page} | {' | '.join(f'{scores[key]:.0f}' for key in CATEGORIES)} |")
    print(f"| page | {' | '.join(CATEGORIES)} |", "|---|---:|---:|---:|---:|", *lines, sep="\n")
    heading = "Below full marks in some run:" if failing else "Every audit that counts is passed."
    print("", heading, *(f"- {audit}" for audit in sorted(failing)), sep="\n")
    sys.exit(0 if worst >= 100 else 1)


if __name__ == "__main__":
    main()
