"""Builds with several processes, killed at moments that nobody chose."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from core.settings import ROOT
from generator.verify import verify
from tests.generator.publication import Publication

ARTICLES = 90
ROUNDS = 6


def start(site: Publication, jobs: int) -> subprocess.Popen[bytes]:
    script = ROOT / "tests" / "generator" / "killed_build.py"
    command = [sys.executable, str(script), str(site.content), str(site.output), "never", str(jobs)]
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=site.root)


@pytest.mark.faults
def test_killed_builds_never_leave_a_broken_site_or_a_cache_that_deceives(site: Publication) -> None:
    chance = random.Random(5)  # the same moments each time, as far as the machine lets us
    for number in range(ARTICLES):
        site.article(
            f"a{number}", f"Text {number}.", tags=f"[t{number % 7}]", date=f"2026-01-{number % 28 + 1:02}"
        )
    begun = time.monotonic()
    assert start(site, 2).wait() == 0
    longest = time.monotonic() - begun
    for round_ in range(ROUNDS):
        before = site.files()
        for number in range(0, ARTICLES, 1 + round_ % 3):
            site.article(f"a{number}", f"Round {round_} of {number}.", tags=f"[t{round_}]", date="2026-02-01")
        process = start(site, 1 + round_ % 3)
        time.sleep(chance.uniform(0.3, 1.0) * longest)
        process.send_signal(signal.SIGKILL)
        process.wait()
        whole = site.files() == before or f"Round {round_} of 0." in site.read("articles/a0/index.html")
        assert whole, "the old site, or the new one"
        site.build()
        assert str(verify(site.content, site.output, now=site.now)).count("\n") == 0
