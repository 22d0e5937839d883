"""Work shared out among processes: all of it is done, once, whoever does it, and failures are told."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence

import pytest

from core.errors import FollowUpError
from generator.workers import FEWEST, Crew

NUMBERS = list(range(40 * FEWEST))


class Doubler:
    """Doubles numbers, and says in which process."""

    def __init__(self, context: int) -> None:
        self._factor = context

    def __call__(self, share: Sequence[int]) -> list[tuple[int, int]]:
        return [(number * self._factor, os.getpid()) for number in share]

    def close(self) -> None:
        """Nothing is open."""


class Faulty(Doubler):
    """Fails at the share with the last number."""

    def __call__(self, share: Sequence[int]) -> list[tuple[int, int]]:
        if NUMBERS[-1] in share:
            raise ValueError("not this one")
        return super().__call__(share)


class Mortal(Doubler):
    """Is ended from outside at the share with the last number."""

    def __call__(self, share: Sequence[int]) -> list[tuple[int, int]]:
        if NUMBERS[-1] in share:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(share)


def shares(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[at : at + 16] for at in range(0, len(numbers), 16))


def done(crew: Crew, numbers: Sequence[int], task: type[Doubler] = Doubler) -> list[tuple[int, int]]:
    """What the crew makes of them, in order."""
    made: Iterator[list[tuple[int, int]]] = crew.run(task, 2, shares(numbers), len(numbers))
    return sorted(pair for part in made for pair in part)


def nothing() -> None:
    """Nothing is to be loaded."""


@pytest.fixture(params=["all at once", "one ahead"])
def crew(request: pytest.FixtureRequest) -> Iterator[Crew]:
    with Crew(2) as begun:
        if request.param == "one ahead":
            begun.begin_ahead(nothing)
        yield begun


def test_all_of_the_work_is_done_once(crew: Crew) -> None:
    for _again in range(3):
        assert [number for number, _process in done(crew, NUMBERS)] == [2 * number for number in NUMBERS]


def test_little_work_is_done_here(crew: Crew) -> None:
    assert {process for _number, process in done(crew, NUMBERS[: FEWEST - 1])} == {os.getpid()}


def test_what_the_process_ahead_can_do_alone_needs_no_other() -> None:
    with Crew(2) as crew:
        crew.begin_ahead(nothing)
        few = NUMBERS[: 2 * FEWEST]
        assert len({process for _number, process in done(crew, few)}) == 1


def test_what_the_others_need_is_loaded_once() -> None:
    told: list[str] = []

    def steps() -> Iterator[None]:
        for step in ("one", "two"):
            told.append(step)
            yield

    with Crew(2) as crew:
        crew.begin_ahead(nothing)
        crew.prepare(steps())
        done(crew, NUMBERS)
        done(crew, NUMBERS)
    assert told == ["one", "two"]


def test_who_began_ahead_works_on_while_the_rest_is_loaded() -> None:
    seen: list[int] = []

    def patiently() -> Iterator[None]:
        while len(seen) < len(NUMBERS):
            yield

    with Crew(2) as crew:
        crew.begin_ahead(nothing)
        crew.prepare(patiently())
        for part in crew.run(Doubler, 2, shares(NUMBERS), len(NUMBERS)):
            seen += [number for number, _process in part]
    assert sorted(seen) == [2 * number for number in NUMBERS]


def test_what_a_share_raises_is_raised_here(crew: Crew) -> None:
    with pytest.raises(ValueError, match="not this one"):
        done(crew, NUMBERS, Faulty)


def test_a_process_that_cannot_load_says_why() -> None:
    def load() -> None:
        raise ImportError("no such library")

    with Crew(2) as crew:
        crew.begin_ahead(load)
        with pytest.raises(ImportError, match="no such library"):
            done(crew, NUMBERS)


def test_a_process_that_was_ended_is_told_of(crew: Crew) -> None:
    with pytest.raises(FollowUpError, match="was ended from outside"):
        done(crew, NUMBERS, Mortal)


def test_no_process_is_left_behind() -> None:
    with Crew(2) as crew:
        crew.begin_ahead(nothing)
        processes = {process for _number, process in done(crew, NUMBERS)}
        processes |= {process for _number, process in done(crew, NUMBERS)}
    for process in processes - {os.getpid()}:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_a_crew_that_was_never_used_ends_what_it_began() -> None:
    before = multiprocessing.active_children()
    with Crew(2) as crew:
        crew.begin_ahead(nothing)
        assert len(multiprocessing.active_children()) == len(before) + 1
    assert multiprocessing.active_children() == before
