"""The history."""

from __future__ import annotations

from forms import history
from forms.history import EVENTS, Subject
from tests.forms.people import Scene


def test_events_are_read_newest_first_and_only_of_their_subject(scene: Scene) -> None:
    with scene.store.transaction() as tx:
        first = history.record(tx, Subject.JOB, "j", now=scene.clock.now(), by="anna", text="one")
        history.record(tx, Subject.JOB, "other", now=scene.clock.now(), by="anna", text="elsewhere")
    scene.later(minutes=1)
    with scene.store.transaction() as tx:
        second = history.record(tx, Subject.JOB, "j", now=scene.clock.now(), by="anna", text="two", told="2")
    with scene.store.read() as reader:
        assert history.history_of(reader, "j") == [second, first]


def test_what_the_candidate_may_read_is_nothing_unless_said(scene: Scene) -> None:
    with scene.store.transaction() as tx:
        assert history.record(tx, Subject.JOB, "j", now=scene.clock.now(), by="anna", text="x").told == ""


def test_everything_that_happens_to_a_candidacy_is_in_its_history(scene: Scene) -> None:
    """Added, each stage, the interview, the decision, the telling, the reopening: none replaces another."""
    ada = scene.declined()
    scene.call(ada)
    scene.reopen(ada)
    with scene.store.read() as reader:
        texts = " | ".join(event.text for event in history.history_of(reader, ada.id))
        assert EVENTS.count(reader, {"subject_id": ada.id}) == 8
    for word in (
        "added",
        "Contacted",
        "Qualifying",
        "Submitted",
        "Interview",
        "recorded",
        "Told",
        "Reopened",
    ):
        assert word in texts


def test_events_of_one_moment_stay_in_their_order(scene: Scene) -> None:
    """One press of a button may record several; they are read back newest first all the same."""
    now = scene.clock.now()
    with scene.store.transaction() as tx:
        for number in range(20):
            history.record(tx, Subject.JOB, "j", now=now, by="anna", text=str(number))
    with scene.store.read() as reader:
        texts = [event.text for event in history.history_of(reader, "j")]
    assert texts == [str(number) for number in reversed(range(20))]
