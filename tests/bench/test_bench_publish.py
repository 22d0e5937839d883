"""What the benchmark of the generators makes of its numbers, and who takes part."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.measure import Command, CommandFailed, exponent, seconds_of, straight_line, watched
from bench.peers import OURS, PEERS, Site
from bench.plan import ALL, FULL, MEDIUM, QUICK
from bench.rounds import Result, left_out
from bench.serving import Shown
from bench.tables import every_number, goals, goals_table, growth, growth_in_words, serving

SIZES = (100, 300, 1_000, 3_000, 10_000)


def result(peer: str, count: int, seconds: float, case: str = "cold") -> Result:
    """Three rounds, of which the second is the median."""
    return Result(count, case, peer, seconds=(seconds * 0.9, seconds, seconds * 2), megabytes=200)


def straight(peer: str, start: float, each: float) -> list[Result]:
    """A generator that grows along a line."""
    return [result(peer, count, start + each * count) for count in SIZES]


def python(code: str) -> Command:
    return Command((sys.executable, "-c", code), Path.cwd(), {})


def test_every_plan_names_generators_that_there_are() -> None:
    assert {peer.key for peer in PEERS} == set(ALL)
    for plan in (QUICK, MEDIUM, FULL):
        assert {key for stage in plan.stages for key in stage.keys} <= set(ALL)
        assert [stage.count for stage in plan.stages] == sorted(stage.count for stage in plan.stages)


def test_a_chosen_peer_runs_beside_hugo_and_ours() -> None:
    large = FULL.only(["pelican"]).of(2).stages[-1]
    assert large.keys == ("follow-up", "hugo", "pelican")
    assert [large.rounds_of(key) for key in large.keys] == [2, 2, 2]


def test_slow_peers_have_one_round_at_the_largest_size_of_a_full_run() -> None:
    large = FULL.stages[-1]
    assert (large.rounds_of("hugo"), large.rounds_of("nikola")) == (5, 1)


def test_who_is_more_than_twenty_times_as_slow_as_hugo_is_left_out_of_the_next_size() -> None:
    before = [result("Hugo", 1_000, 1.0), result("Nikola", 1_000, 21.0), result("Pelican", 1_000, 19.0)]
    assert left_out("Nikola", before) == "not run: at 1,000 it took 21 times as long as Hugo"
    assert left_out("Pelican", before) == ""
    assert left_out("MkDocs", before) == ""


def test_a_goal_says_by_how_much_it_is_missed() -> None:
    numbers = [result("Hugo", 1_000, 2.0), result("Follow-up", 1_000, 3.0)]
    table = "\n".join(goals_table(numbers, None))
    assert "| 1,000 articles cold | ≤ 1 × Hugo | 1.5 × Hugo | missed by 0.5 × Hugo (50%) |" in table
    assert "| 10,000 articles cold | ≤ 1 × Hugo | not measured | |" in table


def test_a_goal_that_is_reached_exactly_is_met() -> None:
    shown = Shown(10_000, first=0.4, seconds=(0.1, 0.15, 0.3), megabytes=100)
    last = list(goals([], shown))[-1]
    assert last.measured == 150
    assert str(last).endswith("| met |")


def test_an_edit_shown_at_another_size_does_not_stand_for_the_goal() -> None:
    assert list(goals([], Shown(1_000, 0.1, (0.1,), None)))[-1].measured is None


def test_a_generator_that_failed_has_the_reason_in_place_of_a_number() -> None:
    failed = Result(1_000, "cold", "Nikola", "8.3", failed="no such theme")
    assert "| 1,000 | cold | Nikola 8.3 | no such theme |" in "\n".join(every_number([failed]))


def test_the_ratio_is_that_of_the_medians() -> None:
    rows = list(every_number([result("Follow-up", 1_000, 3.0), result("Hugo", 1_000, 1.5)]))
    assert "| 3.00 | 3: 2.70–6.00 | 2.00× | 200 MB |" in rows[2]


def test_growth_along_a_line_is_told_as_such() -> None:
    words = list(growth_in_words(straight("Follow-up", 0.5, 0.002)))
    assert words == [
        "Follow-up, cold: 0.50 s to begin with and 2.00 ms for each article; "
        "no size is off that line by more than 0%."
    ]


def test_growth_shows_a_power_below_the_sizes() -> None:
    assert list(growth(straight("Hugo", 0, 0.001)))[-1] == "| power |  |  |  | 1.00 |  |  | |"


def test_quadratic_cost_has_the_power_two() -> None:
    assert exponent([(size, 3 * size**2) for size in SIZES]) == pytest.approx(2)
    assert exponent([(100, 1.0)]) is None


def test_the_line_is_that_of_all_points() -> None:
    start, each = straight_line([(size, 2 + 0.5 * size) for size in SIZES])
    assert start == pytest.approx(2)
    assert each == pytest.approx(0.5)


def test_serving_tells_the_median_and_the_first() -> None:
    text = serving(Shown(10_000, first=0.5, seconds=(0.2, 0.1, 0.3), megabytes=None))
    assert text == (
        "`serve` with 10,000 articles: 200 ms from an edit to the browser "
        "(median of 200, 100, 300; the first after the start: 500)."
    )


def test_a_command_that_fails_says_its_last_words() -> None:
    with pytest.raises(CommandFailed, match="out of paper"):
        seconds_of(python("raise SystemExit('out of paper')"))


def test_memory_is_that_of_a_process_and_its_children_together() -> None:
    """Held for a moment; for longer should the one who looks have come too late."""
    tells = Path("/proc/self/smaps_rollup").exists()
    for seconds in (0.5, 5.0, 50.0):
        hold = f"import time; held = b'x' * 60_000_000; time.sleep({seconds})"
        start = f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {hold!r}])"
        _seconds, megabytes = watched(python(f"{start}; {hold}; child.wait()"))
        if not tells or (megabytes or 0) > 120:
            break
    if tells:
        assert megabytes is not None
        assert 120 < megabytes < 240
    else:
        assert megabytes is None


def test_an_edit_replaces_the_one_before_it(tmp_path: Path) -> None:
    site = Site(OURS, tmp_path, python(""))
    article = site.article("a00050")
    article.parent.mkdir(parents=True)
    article.write_text("---\ntitle: T\n---\n\nText.\n", encoding="utf-8")
    site.edit("a00050", "This is round 1.")
    site.edit("a00050", "This is round 2.")
    assert article.read_text(encoding="utf-8") == "---\ntitle: T\n---\n\nText.\n\nEdited: This is round 2.\n"
