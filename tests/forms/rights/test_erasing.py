"""A person is erased from everywhere; what others did, and the figures, stay."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from core.clock import ManualClock
from forms import COLLECTIONS, SHAPES, history
from forms.candidates.models import CANDIDATES
from forms.follow_up import ledger
from forms.follow_up.promise_file import public_figures
from forms.jobs.models import JobState
from forms.referrals.models import REFERRALS
from forms.rights import person
from forms.rights.erasing import Erased, erase
from forms.rights.person import Person
from forms.store.fsck import fsck
from forms.store.memory import MemoryStore
from forms.store.snapshots import SnapshotRule
from forms.store.tinydb import TinyStore
from tests.forms.people import Scene, someone
from tests.forms.reading import dump
from tests.forms.rights.everywhere import EMAIL, NAME, SIGNS, Everywhere, written_everywhere

WHY = "Somebody interviewed for this job was erased at their own wish."


def gone(scene: Scene, who: Person) -> Erased:
    return erase(scene.store, who, today=scene.today, now=scene.clock.now(), why=WHY)


def of(scene: Scene, there: Everywhere) -> Person:
    with scene.store.read() as reader:
        return person.behind_candidate(reader, there.candidate.id)


def signs_in(text: str) -> list[str]:
    return [sign for sign in SIGNS if sign in text.lower()]


def test_nothing_of_an_erased_person_is_left_in_any_collection(scene: Scene) -> None:
    there = written_everywhere(scene)
    rows = dump(scene.store)
    full = {name for name in rows if signs_in(json.dumps(rows[name]))}
    assert {"candidates", "contacts", "referrals", "answers", "plans", "outbox", "events", "jobs"} <= set(
        full
    )
    assert gone(scene, of(scene, there)).texts >= 4
    left = {name: rows for name, rows in dump(scene.store).items() if signs_in(json.dumps(rows))}
    assert left == {}
    assert [str(problem) for problem in fsck(scene.store, COLLECTIONS)] == []


def test_nothing_is_left_in_any_file_once_the_copies_have_gone(tmp_path: Path, clock: ManualClock) -> None:
    store = TinyStore(tmp_path / "var" / "followup.json", SHAPES, snapshots=SnapshotRule(50, 0))
    scene = Scene(store, clock)  # type: ignore[arg-type]
    there = written_everywhere(scene)
    (tmp_path / "var" / "followup.json.replaced-20200101T000000000000Z").write_text(NAME)
    gone(scene, of(scene, there))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(signs_in(path.read_text()) for path in files)
    assert store.forget_copies(dt.timedelta()) > 10
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files if signs_in(path.read_text())] == []
    assert len(store.snapshots().found()) == 1, "one copy, of the state without them, is kept"


def test_the_figures_count_them_as_before(scene: Scene) -> None:
    there = written_everywhere(scene)
    with scene.store.read() as reader:
        before = public_figures(reader, scene.today, dt.UTC, 5)
    gone(scene, of(scene, there))
    with scene.store.read() as reader:
        assert public_figures(reader, scene.today, dt.UTC, 5) == before


def test_who_was_answered_stays_counted_as_answered(scene: Scene) -> None:
    ada = scene.declined()
    scene.call(ada)
    scene.interviewed("Otto Other", "otto@people.example")
    with scene.store.read() as reader:
        before = ledger.figures(reader, scene.today)
        who = person.behind_candidate(reader, ada.candidate_id)
    gone(scene, who)
    with scene.store.read() as reader:
        assert ledger.figures(reader, scene.today) == before


def test_a_job_no_longer_waits_for_somebody_erased_and_says_why_without_a_name(scene: Scene) -> None:
    ada = scene.interviewed()
    with scene.store.read() as reader:
        who = person.behind_candidate(reader, ada.candidate_id)
    gone(scene, who)
    scene.job_to(JobState.FILLED)
    assert scene.close().state is JobState.CLOSED
    with scene.store.read() as reader:
        texts = [event.text for event in history.history_of(reader, scene.job.id)]
    assert f"{WHY} They were owed an answer, which nobody can give any more" in texts


def test_erasing_again_does_nothing(scene: Scene, store: MemoryStore) -> None:
    there = written_everywhere(scene)
    who = of(scene, there)
    gone(scene, who)
    before = dump(store)
    assert gone(scene, who) == Erased(0, 0)
    assert dump(store) == before


def test_a_namesake_keeps_their_name_and_their_mentions(scene: Scene) -> None:
    erased = scene.candidate("Ada Ashworth", "ada@people.example")
    other = scene.candidate("Ada Ashworth", "ada@elsewhere.example")
    with scene.store.read() as reader:
        who = person.behind_candidate(reader, erased.id)
    gone(scene, who)
    with scene.store.read() as reader:
        assert CANDIDATES.require(reader, other.id) == other
        assert CANDIDATES.get(reader, erased.id) is None


def test_a_referral_with_somebody_elses_number_does_not_reach_their_record(scene: Scene) -> None:
    """Whoever names a stranger with a friend's number must not be able to erase the friend."""
    ada = scene.candidate()
    otto = scene.candidate("Otto Other", "otto@people.example")
    named = scene.refer(otto, someone(name="Eve", email=EMAIL, phone=ada.phone))
    with scene.store.read() as reader:
        who = person.behind_referral(reader, named.id)
    gone(scene, who)
    with scene.store.read() as reader:
        assert CANDIDATES.get(reader, ada.id) == ada
        assert REFERRALS.get(reader, named.id) is None
