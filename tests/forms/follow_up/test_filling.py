"""Filling and cancelling a job: prepared step by step, confirmed at once, wholly or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from core.errors import Conflict, StoreUnavailable
from core.settings import ROOT, load_site_settings
from forms import history
from forms.candidates.models import Candidacy, Outcome, Stage
from forms.follow_up import answers, asking, filling, ledger, undo
from forms.follow_up.asking import Asking
from forms.follow_up.letter import Wording
from forms.follow_up.models import Channel, DebtState
from forms.follow_up.overview import Overview, overview
from forms.follow_up.plans import PLANS, Ending, Plan
from forms.follow_up.sending_time import When
from forms.jobs import service as jobs
from forms.jobs.models import JOBS, JobState
from forms.outbox import queue
from forms.outbox.failures import Refused
from forms.outbox.models import OUTBOX, Mail, MailState
from forms.store.memory import MemoryStore
from forms.store.protocol import Record, Transaction
from tests.forms.people import Scene
from tests.forms.reading import dump

LETTER = "Dear you,\n\nthe reason:\n\n{{ reason }}\n\nOne thing:\n\n{{ observation }}\n\n{{ status_link }}"
UNDO = dt.timedelta(minutes=10)


@dataclass
class Table:
    """Anna with her job to end: three people interviewed, one of them with an offer, and one never seen."""

    scene: Scene
    state: JobState = JobState.FILLED

    def __post_init__(self) -> None:
        scene = self.scene
        self.ada = scene.interviewed()
        self.bea = scene.interviewed("Bea Bright", "bea@people.example")
        self.cal = scene.candidacy(scene.candidate("Cal Carter", "cal@people.example"), at=Stage.OFFERED)
        self.dan = scene.candidacy(scene.candidate("Dan Dunn", "dan@people.example"))

    def choose(self, placed: Candidacy | None = None, *spared: Candidacy) -> Ending:
        return filling.choose(
            self.scene.store,
            self.scene.job.id,
            self.state,
            placed=placed.id if placed else None,
            spared=[each.id for each in spared],
            by=self.scene.recruiter,
            now=self.scene.clock.now(),
        )

    def write(
        self, candidacy: Candidacy, outcome: Outcome | None = None, body: str = LETTER, **changes: Any
    ) -> Plan:
        proposed = self.overview.person(candidacy.id).outcome
        plan = Plan(
            candidacy.id,
            self.scene.job.id,
            outcome or proposed,
            "They chose somebody with payroll years.",
            Channel.MAIL,
            When.NOW,
            None,
            self.scene.clock.now(),
            ready=True,
        )
        wording = Wording("About the job", body, observation="You drew it first.")
        return filling.prepare(
            self.scene.store,
            self.state,
            replace(plan, **changes),
            wording,
            by=self.scene.recruiter,
            now=self.scene.clock.now(),
        )

    def prepare(self, placed: Candidacy | None = None) -> None:
        """Everything written."""
        self.choose(placed)
        for each in (self.ada, self.bea, self.cal):
            self.write(each)

    @property
    def overview(self) -> Overview:
        with self.scene.store.read() as reader:
            return overview(reader, self.scene.job.id, self.state)

    def confirm(
        self, seen: str | None = None, where: Any = None, *, inviting: Asking | None = None
    ) -> Ending:
        now = self.scene.clock.now()
        return filling.confirm(
            where or self.scene.store,
            self.scene.job.id,
            self.state,
            seen=self.overview.seen if seen is None else seen,
            by=self.scene.recruiter,
            mail_domain="letters.example",
            earliest=now + UNDO,
            morning=lambda: now + dt.timedelta(hours=20),
            now=now,
            asking=inviting,
        )

    def mails(self) -> dict[str, Mail]:
        """By first name."""
        with self.scene.store.read() as reader:
            return {each.recipient_name.split()[0]: each for each in OUTBOX.find(reader)}

    def outcomes(self) -> list[Outcome | None]:
        return [self.scene.read(each).outcome for each in (self.ada, self.bea, self.cal, self.dan)]

    def job_state(self) -> JobState:
        with self.scene.store.read() as reader:
            return JOBS.require(reader, self.scene.job.id).state


@pytest.fixture
def table(scene: Scene) -> Table:
    return Table(scene)


def test_filling_a_job_decides_on_everyone_and_writes_to_everyone_interviewed(table: Table) -> None:
    table.prepare(table.cal)
    table.confirm()
    filled = Outcome.JOB_FILLED
    assert table.outcomes() == [filled, filled, Outcome.PLACED, filled]
    assert sorted(table.mails()) == ["Ada", "Bea", "Cal"]
    assert table.job_state() is JobState.FILLED
    assert table.scene.owed(table.ada).state is DebtState.SCHEDULED
    assert table.scene.read(table.ada).reason == "They chose somebody with payroll years."


def test_cancelling_a_job_places_nobody_and_proposes_that_it_was_cancelled(scene: Scene) -> None:
    table = Table(scene, JobState.CANCELLED)
    table.prepare()
    table.confirm()
    assert table.outcomes() == [Outcome.JOB_CANCELLED] * 4
    assert table.job_state() is JobState.CANCELLED


def test_the_letter_goes_out_with_the_reason_and_the_observation_in_it(table: Table) -> None:
    table.prepare()
    table.confirm()
    body = table.mails()["Ada"].body
    assert "They chose somebody with payroll years." in body
    assert "You drew it first." in body
    assert "{{ status_link }}" in body


def test_a_letter_without_an_observation_that_was_asked_for_leaves_its_place_out(table: Table) -> None:
    table.choose()
    table.write(table.ada, asked=True)
    filling.prepare(
        table.scene.store,
        table.state,
        table.write(table.ada, asked=True),
        Wording("About the job", LETTER),
        by=table.scene.recruiter,
        now=table.scene.clock.now(),
    )
    letter = table.overview.person(table.ada.id).letter
    assert letter is not None
    assert "One thing" not in letter.body
    assert "observation" not in letter.body


def test_an_invitation_follows_the_letters_of_those_it_was_chosen_for(table: Table, scene: Scene) -> None:
    """By mail only, a week after its letter; who refused gets the letter and nothing after it."""
    table.choose()
    table.write(table.ada, invite=True, when=When.MORNING)
    table.write(table.bea)
    table.write(table.cal, invite=True)
    asking.switch_off(scene.store, table.cal.candidate_id, by=scene.recruiter.id, now=scene.clock.now())
    content = ROOT / "content"
    table.confirm(inviting=Asking(7, load_site_settings(content), content))
    with scene.store.read() as reader:
        waiting = {mail.event.partition(":")[0]: mail for mail in queue.waiting(reader) if mail.invitation}
        letters = [mail for mail in queue.waiting(reader) if not mail.invitation]
        cal = " ".join(event.text for event in history.history_of(reader, table.cal.id))
    (ask,) = waiting.values()
    assert ask.recipient == "ada@people.example"
    assert ask.not_before == scene.clock.now() + dt.timedelta(days=7, hours=20)
    assert len(letters) == 3
    assert "They have switched invitations off." in cal


def test_an_invitation_is_part_of_what_was_looked_at(table: Table) -> None:
    table.prepare()
    seen = table.overview.seen
    table.write(table.ada, invite=True)
    with pytest.raises(Conflict, match="Something has changed"):
        table.confirm(seen)


def test_confirming_twice_tells_everyone_once(table: Table, scene: Scene) -> None:
    table.prepare(table.cal)
    seen = table.overview.seen
    table.confirm(seen)
    after = dump(scene.store)
    table.confirm(seen)
    assert dump(scene.store) == after


def test_nobody_is_told_before_the_end_of_the_wait(table: Table, scene: Scene) -> None:
    table.prepare()
    table.confirm()
    assert scene.deliver().total == 0
    assert scene.page(table.ada).candidacies[0].outcome_label is None
    scene.later(minutes=10)
    assert scene.deliver().sent == 3
    assert scene.page(table.ada).candidacies[0].outcome_label is not None


def test_each_letter_goes_at_its_own_time(table: Table, scene: Scene) -> None:
    now = scene.clock.now()
    table.prepare()
    table.write(table.ada, when=When.MORNING)
    table.write(table.bea, when=When.CUSTOM, at=now + dt.timedelta(days=2))
    table.confirm()
    assert {name: mail.not_before for name, mail in table.mails().items()} == {
        "Ada": now + dt.timedelta(hours=20),
        "Bea": now + dt.timedelta(days=2),
        "Cal": now + UNDO,
    }


def test_a_time_that_has_passed_meanwhile_does_not_shorten_the_wait(table: Table, scene: Scene) -> None:
    table.prepare()
    table.write(table.ada, when=When.CUSTOM, at=scene.clock.now() - dt.timedelta(hours=1))
    table.confirm()
    assert table.mails()["Ada"].not_before == scene.clock.now() + UNDO


def test_who_is_to_be_called_is_decided_on_and_stays_owed(table: Table, scene: Scene) -> None:
    table.prepare()
    table.write(table.ada, channel=Channel.CALL)
    table.confirm()
    assert sorted(table.mails()) == ["Bea", "Cal"]
    assert scene.read(table.ada).outcome is Outcome.JOB_FILLED
    assert scene.owed(table.ada).is_owed
    scene.call(table.ada)
    assert scene.owed(table.ada).state is DebtState.CALLED


def test_who_has_no_address_cannot_be_written_to_and_is_not_dropped(table: Table, scene: Scene) -> None:
    eve = scene.candidacy(scene.candidate("Eve", None), at=Stage.INTERVIEWING)
    table.prepare()
    table.write(eve)
    with pytest.raises(Conflict, match="Eve: Eve has no e-mail address: choose the phone"):
        table.confirm()
    table.write(eve, channel=Channel.CALL)
    table.confirm()
    assert scene.owed(eve).is_owed


def test_who_was_never_interviewed_gets_an_outcome_and_no_letter(table: Table, scene: Scene) -> None:
    table.prepare()
    assert [each.candidate.name for each in table.overview.silent] == ["Dan Dunn"]
    table.confirm()
    assert scene.read(table.dan).outcome is Outcome.JOB_FILLED
    assert scene.debt(table.dan) is None


def test_who_was_never_interviewed_can_be_left_in_the_running(table: Table, scene: Scene) -> None:
    table.prepare()
    table.choose(None, table.dan)
    table.confirm()
    assert scene.read(table.dan).is_live


def test_who_was_told_that_nothing_is_decided_is_among_the_people(table: Table, scene: Scene) -> None:
    scene.call(table.ada, new_date=scene.today + dt.timedelta(days=7))
    assert table.ada.id in [each.id for each in table.overview.people]


def test_who_was_decided_on_before_is_still_owed_and_not_decided_again(table: Table, scene: Scene) -> None:
    scene.decide(table.ada, Outcome.WITHDREW)
    table.choose()
    table.write(table.bea)
    table.write(table.cal)
    assert [each.candidate.name for each in table.overview.owed] == ["Ada Ashworth"]
    table.confirm()
    assert scene.read(table.ada).outcome is Outcome.WITHDREW
    with pytest.raises(Conflict, match="3 interviewed people are still owed an answer"):
        scene.close()


# What is refused


def test_only_who_was_made_an_offer_can_be_placed(table: Table) -> None:
    with pytest.raises(Conflict, match="Only who was made an offer"):
        table.choose(table.ada)


def test_nobody_of_another_job_can_be_placed(table: Table, scene: Scene) -> None:
    other = scene.candidacy(
        scene.candidate("Zoe", "zoe@people.example"), at=Stage.OFFERED, job=scene.another_job("Another")
    )
    with pytest.raises(Conflict, match="Nobody can be placed so"):
        table.choose(other)


@pytest.mark.parametrize("outcome", [Outcome.PLACED, Outcome.JOB_CANCELLED, Outcome.OFFER_DECLINED])
def test_an_outcome_that_is_not_possible_is_refused(table: Table, outcome: Outcome) -> None:
    table.choose(table.cal)
    with pytest.raises(Conflict, match="is not possible for this candidacy"):
        table.write(table.ada, outcome)


def test_the_proposed_outcome_can_be_changed(table: Table, scene: Scene) -> None:
    table.prepare(table.cal)
    table.write(table.ada, Outcome.CLIENT_DECLINED)
    table.confirm()
    assert scene.read(table.ada).outcome is Outcome.CLIENT_DECLINED


def refused(table: Table, match: str, seen: str | None = None) -> None:
    """Nothing at all is changed by a confirmation that is refused."""
    before = dump(table.scene.store)
    with pytest.raises(Conflict, match=match):
        table.confirm(seen)
    assert dump(table.scene.store) == before


def test_nothing_happens_while_one_answer_is_not_written(table: Table) -> None:
    table.choose(table.cal)
    table.write(table.ada)
    refused(table, "Cal Carter: Not written yet")


def test_nothing_happens_while_one_letter_has_an_open_field(table: Table) -> None:
    table.prepare()
    table.write(table.bea, body="Dear {{ nobody }}")
    refused(table, "Bea Bright: ")


def test_nothing_happens_when_somebody_was_decided_on_meanwhile(table: Table, scene: Scene) -> None:
    table.prepare()
    seen = table.overview.seen
    scene.decide(table.ada, Outcome.WITHDREW)
    refused(table, "Something has changed since you looked at it", seen)


def test_nothing_happens_when_somebody_was_interviewed_meanwhile(table: Table, scene: Scene) -> None:
    table.prepare()
    seen = table.overview.seen
    scene.interview(table.dan)
    refused(table, "Something has changed", seen)


def test_nothing_happens_when_a_letter_was_changed_meanwhile(table: Table) -> None:
    table.prepare()
    seen = table.overview.seen
    table.write(table.ada, body="Another letter, in another window. {{ observation }}")
    refused(table, "Something has changed", seen)


def test_nothing_happens_while_an_answer_is_on_its_way(table: Table, scene: Scene) -> None:
    table.prepare()
    scene.send(table.ada, new_date=scene.today + dt.timedelta(days=7))
    refused(table, "Ada Ashworth: An answer is on its way to them")


@pytest.mark.parametrize("state", [JobState.CANCELLED, JobState.FILLED])
def test_a_job_that_is_over_cannot_be_filled(table: Table, scene: Scene, state: JobState) -> None:
    table.prepare()
    scene.job_to(state)
    refused(table, f"A job that is {state.label.lower()} cannot become filled")


def test_a_confirmation_of_a_job_that_was_opened_again_is_refused(table: Table, scene: Scene) -> None:
    table.prepare()
    seen = table.overview.seen
    table.confirm(seen)
    jobs.reopen(scene.store, scene.job.id, reason="They resigned.", by="anna", now=scene.clock.now())
    refused(table, "Say first who was placed", seen)


def test_a_job_opened_again_is_filled_anew(table: Table, scene: Scene) -> None:
    table.prepare()
    table.confirm()
    jobs.reopen(scene.store, scene.job.id, reason="They resigned.", by="anna", now=scene.clock.now())
    table.choose()
    with scene.store.read() as reader:
        assert PLANS.count(reader) == 0
    table.confirm()
    assert table.job_state() is JobState.FILLED


def test_another_choice_of_who_was_placed_asks_for_both_letters_anew(table: Table) -> None:
    table.prepare(table.cal)
    table.choose(None)
    problems = {each.case.candidate.name: each.problem for each in table.overview.people}
    assert problems == {"Ada Ashworth": "", "Bea Bright": "", "Cal Carter": "Not written yet."}


# All or nothing


class FailingDisc:
    """A store whose disc fails at one write."""

    def __init__(self, store: MemoryStore, fails_at: int) -> None:
        self.store, self.writes_left = store, fails_at

    def read(self) -> Any:
        return self.store.read()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.store.transaction() as tx:
            yield cast(Transaction, FailingWrites(tx, self))

    def close(self) -> None:
        self.store.close()


class FailingWrites:
    """Its transaction."""

    def __init__(self, tx: Transaction, disc: FailingDisc) -> None:
        self.tx, self.disc = tx, disc

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tx, name)

    def put(self, collection: str, record: Record) -> None:
        self.disc.writes_left -= 1
        if self.disc.writes_left < 0:
            raise StoreUnavailable("The disc is gone.")
        self.tx.put(collection, record)


def test_a_fault_at_any_write_of_the_confirmation_changes_nothing(table: Table, scene: Scene) -> None:
    table.prepare(table.cal)
    before, writes = dump(scene.store), 0
    while True:
        try:
            table.confirm(where=FailingDisc(scene.store, writes))
        except StoreUnavailable:
            assert dump(scene.store) == before
            writes += 1
        else:
            break
    assert writes > 15
    assert table.job_state() is JobState.FILLED


# Undo


def test_an_answer_can_be_called_back_until_it_goes_out(table: Table, scene: Scene) -> None:
    """Its words are kept, the decision stands, and an answer is owed again."""
    table.prepare()
    table.confirm()
    undo.call_back(scene.store, table.ada.id, now=scene.clock.now())
    scene.later(minutes=11)
    scene.deliver()
    mails = table.mails()
    assert (mails["Ada"].state, mails["Bea"].state) == (MailState.CANCELLED, MailState.SENT)
    assert scene.owed(table.ada).is_owed
    with scene.store.read() as reader:
        kept = answers.draft_of(reader, table.ada.id)
    assert kept is not None
    assert "You drew it first." in kept.body


def test_an_answer_that_has_gone_out_is_not_called_back(table: Table, scene: Scene) -> None:
    table.prepare()
    table.confirm()
    scene.later(minutes=11)
    scene.deliver()
    with pytest.raises(Conflict, match="Nothing of it waits any more"):
        undo.call_back(scene.store, table.ada.id, now=scene.clock.now())


def test_an_answer_that_waits_can_be_sent_at_once(table: Table, scene: Scene) -> None:
    table.prepare()
    table.write(table.ada, when=When.MORNING)
    table.confirm()
    undo.send_now(scene.store, table.ada.id, now=scene.clock.now())
    assert scene.deliver().sent == 1
    assert scene.owed(table.ada).state is DebtState.SENT


def test_the_job_closes_once_everyone_has_had_their_answer(table: Table, scene: Scene) -> None:
    table.prepare(table.cal)
    table.confirm()
    scene.later(minutes=11)
    scene.deliver(Refused("550 no such mailbox"))
    with pytest.raises(Conflict, match="1 interviewed person is still owed"):
        scene.close()
    with scene.store.read() as reader:
        (debt,) = ledger.owed_for_job(reader, scene.job.id)
    scene.call(next(each for each in (table.ada, table.bea, table.cal) if each.id == debt.id))
    assert scene.close().state is JobState.CLOSED
