"""Work shared out among processes: all of it is done, once, whoever does it, and failures are told."""

from __future__ import annotations

import functools
import importlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import ParamSpec

import pytest

from core.errors import FollowUpError
from generator.hands import can_copy
from generator.workers import FEWEST, Crew
from tests.processes import ended, heard, start_talking

P = ParamSpec("P")
NUMBERS = list(range(40 * FEWEST))
WAYS = ("all at once", "one ahead")


def alone(test: Callable[P, None]) -> Callable[P, None]:
    """Run the test in a process of its own, which can copy itself: others may have left threads here."""

    @functools.wraps(test)
    def in_a_process(*arguments: P.args, **named: P.kwargs) -> None:
        process, line = start_talking(say_how_it_went, test.__module__, test.__name__, arguments, named)
        heard(line, test.__name__)
        fault = line.recv()
        line.close()
        assert not fault, fault
        assert ended(process) == 0

    return in_a_process


def say_how_it_went(
    line: Connection, module: str, name: str, arguments: tuple[object, ...], named: dict[str, object]
) -> None:
    """What went wrong in a test, or nothing."""
    try:
        assert can_copy()
        getattr(importlib.import_module(module), name).__wrapped__(*arguments, **named)
        line.send("")
    except Exception:  # noqa: BLE001  # whatever it is, it belongs to the test
        line.send(traceback.format_exc())


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


def begun(way: str) -> Crew:
    """A crew of two, one of which may have begun ahead."""
    crew = Crew(2)
    if way == "one ahead":
        crew.begin_ahead(nothing)
    return crew


@pytest.mark.parametrize("way", WAYS)
@alone
def test_all_of_the_work_is_done_once(way: str) -> None:
    with begun(way) as crew:
        for _again in range(3):
            assert [number for number, _process in done(crew, NUMBERS)] == [2 * number for number in NUMBERS]


def test_all_of_the_work_is_done_where_no_process_can_be_copied() -> None:
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        assert not can_copy()
        with begun("one ahead") as crew:
            assert [number for number, _process in done(crew, NUMBERS)] == [2 * number for number in NUMBERS]
    finally:
        over.set()
        other.join()


@pytest.mark.parametrize("way", WAYS)
@alone
def test_little_work_is_done_here(way: str) -> None:
    with begun(way) as crew:
        assert {process for _number, process in done(crew, NUMBERS[: FEWEST - 1])} == {os.getpid()}


@alone
def test_what_the_process_ahead_can_do_alone_needs_no_other() -> None:
    with Crew(2) as crew:
        crew.begin_ahead(nothing)
        few = NUMBERS[: 2 * FEWEST]
        assert len({process for _number, process in done(crew, few)}) == 1


@alone
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


@alone
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


@pytest.mark.parametrize("way", WAYS)
@alone
def test_what_a_share_raises_is_raised_here(way: str) -> None:
    with begun(way) as crew, pytest.raises(ValueError, match="not this one"):
        done(crew, NUMBERS, Faulty)


@alone
def test_a_process_that_cannot_load_says_why() -> None:
    def load() -> None:
        raise ImportError("no such library")

    with Crew(2) as crew:
        crew.begin_ahead(load)
        with pytest.raises(ImportError, match="no such library"):
            done(crew, NUMBERS)


@pytest.mark.parametrize("way", WAYS)
@alone
def test_a_process_that_was_ended_is_told_of(way: str) -> None:
    with begun(way) as crew, pytest.raises(FollowUpError, match="was ended from outside"):
        done(crew, NUMBERS, Mortal)


@alone
def test_no_process_is_left_behind() -> None:
    with Crew(2) as crew:
        crew.begin_ahead(nothing)
        processes = {process for _number, process in done(crew, NUMBERS)}
        processes |= {process for _number, process in done(crew, NUMBERS)}
    for process in processes - {os.getpid()}:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


@alone
def test_a_crew_that_was_never_used_ends_what_it_began() -> None:
    before = multiprocessing.active_children()
    with Crew(2) as crew:
        crew.begin_ahead(nothing)
        assert len(multiprocessing.active_children()) == len(before) + 1
    assert multiprocessing.active_children() == before
