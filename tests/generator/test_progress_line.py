"""A long build shows a bar; a short one shows nothing, and no build leaves anything behind."""

from __future__ import annotations

from generator.progress import PATIENCE, ProgressLine, bar
from generator.report import Step
from tests.generator.publication import Publication


def test_a_bar_shows_the_share_that_is_done() -> None:
    assert bar(Step.WRITE, 300, 1000) == f"writing  [{'#' * 9}{'-' * 21}]  300/1000"
    assert bar(Step.READ, 0, 0) == "reading"


def test_a_long_build_is_drawn_now_and_then_and_cleared_at_its_end() -> None:
    written: list[str] = []
    moment = 0.0
    line = ProgressLine(written.append, lambda: moment)
    line(Step.READ, 0, 0)
    assert written == []
    moment = PATIENCE
    for done in range(1, 1001):
        moment += 0.001
        line(Step.WRITE, done, 1000)
    assert 9 <= len(written) <= 11
    line(Step.DONE, 0, 0)
    assert written[-1] == "\r\x1b[K"
    line.clear()
    assert written.count("\r\x1b[K") == 1


def test_a_build_that_is_over_at_once_draws_nothing(site: Publication) -> None:
    written: list[str] = []
    site.article("a")
    site.build(progress=ProgressLine(written.append, lambda: 0.0))
    assert written == []
