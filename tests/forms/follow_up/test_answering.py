"""Answering: what may be sent and when, and what the ledger makes of how it went."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from core.errors import Conflict, NotFound
from core.settings import ROOT
from forms import history
from forms.candidates import service as candidates
from forms.candidates.models import Candidacy, Outcome, Stage
from forms.follow_up import answering, answers
from forms.follow_up.answering import template_for, was_long
from forms.follow_up.letter import Wording
from forms.follow_up.models import ANSWERS, AnswerState, Channel, DebtState
from forms.jobs.models import JobState
from forms.outbox import queue
from forms.outbox.failures import Refused, TryLater, Uncertain
from forms.outbox.models import OUTBOX, Mail, MailState
from forms.outbox.template import load_template
from forms.store.memory import MemoryStore
from tests.forms.people import Scene

NEXT_WEEK = dt.date(2026, 11, 26)


def outbox(scene: Scene) -> list[Mail]:
    with scene.store.read() as reader:
        return OUTBOX.find(reader)


def answer_states(scene: Scene, candidacy: Candidacy) -> list[AnswerState]:
    with scene.store.read() as reader:
        return sorted(each.state for each in answers.answers_of(reader, candidacy.id))


def told(scene: Scene, candidacy: Candidacy) -> Outcome | None:
    with scene.store.read() as reader:
        answer = answers.told_outcome(reader, candidacy.id)
    return answer.outcome if answer else None


def words(scene: Scene, candidacy: Candidacy) -> str | None:
    """What the answer page would open with."""
    with scene.store.read() as reader:
        draft = answers.draft_of(reader, candidacy.id)
    return draft.body if draft else None


# Drafts


def test_a_draft_is_kept_once(scene: Scene) -> None:
    ada = scene.declined()
    first = scene.draft(ada, "Dear Ada, {{ observation }}")
    second = scene.draft(ada, "Dear Ada, better")
    assert first.id == second.id
    assert words(scene, ada) == "Dear Ada, better"
    assert answer_states(scene, ada) == [AnswerState.DRAFT]
    assert scene.owed(ada).state is DebtState.DRAFTED
    assert outbox(scene) == []


def test_a_draft_becomes_the_answer(scene: Scene) -> None:
    ada = scene.declined()
    draft = scene.draft(ada)
    assert scene.send(ada).id == draft.id
    assert answer_states(scene, ada) == [AnswerState.SCHEDULED]


def test_a_draft_written_for_another_decision_is_not_offered(scene: Scene) -> None:
    """“The job has gone to someone else” must not open the letter of the one who got it."""
    ada = scene.candidacy(at=Stage.OFFERED)
    scene.decide(ada, Outcome.JOB_FILLED)
    scene.draft(ada, "It has gone to someone else.")
    scene.reopen(ada)
    assert words(scene, ada) is None
    scene.decide(ada, Outcome.PLACED)
    assert words(scene, ada) is None
    scene.draft(ada, "The job is yours.")
    assert words(scene, ada) == "The job is yours."
    assert answer_states(scene, ada) == [AnswerState.DRAFT]


def test_a_draft_of_not_decided_yet_is_not_offered_once_it_is_decided(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.draft(ada, "Not yet.", NEXT_WEEK)
    assert words(scene, ada) == "Not yet."
    scene.decide(ada, Outcome.CLIENT_DECLINED)
    assert words(scene, ada) is None


# What may not be sent


def test_an_open_merge_field_is_refused_by_name(scene: Scene) -> None:
    ada = scene.declined()
    with pytest.raises(Conflict, match=r"Fill in \{\{ observation \}\}, \{\{ reason \}\} before sending"):
        scene.send(ada, "One thing: {{ observation }} {{reason}}\n\n{{ status_link }}")
    assert (outbox(scene), answer_states(scene, ada)) == ([], [])
    assert scene.owed(ada).state is DebtState.DUE


def test_without_an_address_it_is_a_phone_task(scene: Scene) -> None:
    ada = scene.declined(email=None)
    with pytest.raises(Conflict, match="Ada Ashworth has no e-mail address: call"):
        scene.send(ada)
    scene.call(ada)
    assert scene.owed(ada).state is DebtState.CALLED


def test_without_a_decision_there_must_be_a_date(scene: Scene) -> None:
    ada = scene.interviewed()
    for attempt in (scene.send, scene.draft, scene.call):
        with pytest.raises(Conflict, match="Record the outcome first"):
            attempt(ada)
    assert answer_states(scene, ada) == []


def test_not_decided_yet_is_refused_once_it_is_decided(scene: Scene) -> None:
    """It would not be true."""
    ada = scene.declined()
    with pytest.raises(Conflict, match="It is decided"):
        scene.send(ada, "Not decided.", NEXT_WEEK)
    with pytest.raises(Conflict, match="It is decided"):
        scene.call(ada, NEXT_WEEK)
    assert scene.owed(ada).extensions == 0


def test_a_second_answer_while_one_is_on_its_way_is_refused(scene: Scene) -> None:
    ada = scene.declined()
    scene.send(ada)
    for attempt in (scene.send, scene.draft, scene.call, scene.reopen):
        with pytest.raises(Conflict, match="on its way already"):
            attempt(ada)
    assert len(outbox(scene)) == 1


def test_a_second_click_after_the_mail_went_out_sends_no_second_one(scene: Scene) -> None:
    ada = scene.declined()
    scene.send(ada)
    scene.deliver()
    for attempt in (scene.send, scene.draft, scene.call):
        with pytest.raises(Conflict, match=r"has been told \(“The client declined”\)"):
            attempt(ada)
    assert len(outbox(scene)) == 1
    assert scene.owed(ada).state is DebtState.SENT


def test_two_answers_at_once_make_one(scene: Scene) -> None:
    ada, results = scene.declined(), list[str]()
    start = threading.Barrier(4)

    def send(number: int) -> None:
        start.wait()
        try:
            scene.send(ada, f"Letter {number}")
        except Conflict:
            results.append("refused")
        else:
            results.append("sent")

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["refused", "refused", "refused", "sent"]
    assert len(outbox(scene)) == 1


def test_an_answer_needs_a_candidacy(scene: Scene) -> None:
    with pytest.raises(NotFound):
        answering.save_draft(
            scene.store, "none", Wording("s", "b"), by=scene.recruiter, now=scene.clock.now()
        )


# By mail


def test_the_mail_is_what_was_written_to_the_one_it_is_for(scene: Scene) -> None:
    ada = scene.declined()
    answer = scene.send(ada, "Dear Ada,\n\nYour page:\n{{ status_link }}")
    mail = scene.mail(answer)
    assert (mail.recipient, mail.recipient_name) == ("ada@people.example", "Ada Ashworth")
    assert (mail.sender_name, mail.reply_to) == ("Anna Headhunter", "anna@letters.example")
    assert mail.body == answer.body == "Dear Ada,\n\nYour page:\n{{ status_link }}"
    assert (mail.access_for, mail.unattended) == (ada.candidate_id, False)


def test_an_answer_on_its_way_is_still_owed(scene: Scene) -> None:
    ada = scene.declined()
    scene.send(ada)
    debt = scene.owed(ada)
    assert (debt.state, debt.is_owed, debt.answered) == (DebtState.SCHEDULED, True, None)
    assert told(scene, ada) is None


def test_a_mail_that_went_out_has_told(scene: Scene) -> None:
    ada = scene.declined()
    answer = scene.send(ada)
    scene.later(minutes=5)
    scene.deliver()
    debt = scene.owed(ada)
    assert (debt.state, debt.is_owed, debt.answered) == (DebtState.SENT, False, scene.clock.now())
    assert told(scene, ada) is Outcome.CLIENT_DECLINED
    with scene.store.read() as reader:
        assert ANSWERS.require(reader, answer.id).told == scene.clock.now()
        newest = history.history_of(reader, ada.id)[0]
    assert (newest.text, newest.told, newest.by) == (
        "Told by mail: The client declined",
        "You had your answer, by mail.",
        "anna",
    )


def test_a_mail_that_failed_is_owed_again_and_its_words_are_kept(scene: Scene) -> None:
    ada = scene.declined()
    scene.send(ada, "Long and careful words.")
    scene.deliver(Refused("550 no such user"))
    assert scene.owed(ada).state is DebtState.FAILED
    assert told(scene, ada) is None
    assert words(scene, ada) == "Long and careful words."


def test_an_answer_called_back_is_owed_again_and_its_words_are_kept(scene: Scene) -> None:
    ada = scene.declined()
    answer = scene.send(ada, "With a typo.")
    scene.cancel(answer)
    assert scene.owed(ada).state is DebtState.DUE
    assert words(scene, ada) == "With a typo."
    again = scene.send(ada, "Without.")
    assert again.id != answer.id
    assert scene.deliver().sent == 1
    assert told(scene, ada) is Outcome.CLIENT_DECLINED


def test_a_mail_tried_again_later_stays_on_its_way(scene: Scene) -> None:
    ada = scene.declined()
    scene.send(ada)
    scene.deliver(TryLater("450 busy"))
    assert scene.owed(ada).state is DebtState.SCHEDULED
    scene.later(hours=1)
    scene.deliver()
    assert scene.owed(ada).state is DebtState.SENT


def test_a_mail_of_which_nobody_knows_has_not_told(scene: Scene) -> None:
    ada = scene.declined()
    answer = scene.send(ada)
    scene.deliver(Uncertain("lost after the dot"))
    assert (scene.owed(ada).state, told(scene, ada)) == (DebtState.SCHEDULED, None)
    mail = scene.mail(answer)
    queue.mark_sent(scene.store, mail.id, scene.clock.now(), [answering.mail_settled])
    assert (scene.owed(ada).state, told(scene, ada)) == (DebtState.SENT, Outcome.CLIENT_DECLINED)


def test_a_failed_mail_sent_again_is_on_its_way_and_then_told(scene: Scene) -> None:
    ada = scene.declined()
    answer = scene.send(ada)
    scene.deliver(Refused("550"))
    scene.retry(answer)
    assert scene.owed(ada).state is DebtState.SCHEDULED
    scene.deliver()
    assert (scene.owed(ada).state, told(scene, ada)) == (DebtState.SENT, Outcome.CLIENT_DECLINED)


def test_a_failed_mail_is_not_sent_again_beside_its_successor(scene: Scene) -> None:
    """The candidate would have two answers, or the paid debt would be owed again."""
    ada = scene.declined()
    first = scene.send(ada)
    scene.deliver(Refused("550"))
    scene.later(minutes=1)
    scene.send(ada, "A second attempt.")
    with pytest.raises(Conflict, match="on its way already"):
        scene.retry(first)
    scene.deliver()
    with pytest.raises(Conflict, match="out of date"):
        scene.retry(first)
    assert scene.mail(first).state is MailState.FAILED
    assert scene.owed(ada).state is DebtState.SENT


def test_a_failed_mail_is_not_sent_again_after_a_call_or_a_change_of_mind(scene: Scene) -> None:
    ada = scene.declined()
    first = scene.send(ada)
    scene.deliver(Refused("550"))
    scene.later(minutes=1)
    scene.call(ada)
    with pytest.raises(Conflict, match="out of date"):
        scene.retry(first)
    scene.reopen(ada)
    with pytest.raises(Conflict, match="out of date"):
        scene.retry(first)
    scene.decide(ada, Outcome.CLIENT_DECLINED)
    with pytest.raises(Conflict, match="out of date"):
        scene.retry(first)


def test_giving_up_a_failed_mail_takes_nothing_from_the_answer_that_followed(scene: Scene) -> None:
    """Tidying the mail page must not bring a paid debt back."""
    ada = scene.declined()
    first = scene.send(ada)
    scene.deliver(Refused("550"))
    scene.call(ada)
    scene.cancel(first)
    assert scene.owed(ada).state is DebtState.CALLED


def test_an_answer_called_back_can_be_given_by_phone(scene: Scene) -> None:
    ada = scene.declined()
    scene.cancel(scene.send(ada))
    scene.call(ada)
    assert scene.owed(ada).state is DebtState.CALLED
    assert scene.deliver().sent == 0


def test_mail_about_other_things_leaves_the_ledger_alone(scene: Scene) -> None:
    ada = scene.declined()
    mail = scene.mail(scene.send(ada))
    with scene.store.transaction() as tx:
        for event in ("link:1", "answer:none"):
            answering.mail_settled(tx, Mail(**{**vars(mail), "event": event, "state": MailState.SENT}))
    assert scene.owed(ada).state is DebtState.SCHEDULED


# By phone, and not decided yet


def test_a_logged_call_has_told(scene: Scene) -> None:
    ada = scene.declined()
    answer = scene.call(ada)
    assert (answer.channel, answer.state, answer.told) == (Channel.CALL, AnswerState.TOLD, scene.clock.now())
    debt = scene.owed(ada)
    assert (debt.state, debt.answered) == (DebtState.CALLED, scene.clock.now())
    assert outbox(scene) == []


@pytest.mark.parametrize("by_mail", [True, False])
def test_not_decided_yet_gives_a_new_date_and_stays_owed(scene: Scene, by_mail: bool) -> None:
    ada = scene.interviewed()
    promised = scene.owed(ada).promised
    if by_mail:
        scene.send(ada, "Not yet.", NEXT_WEEK)
        assert scene.owed(ada).due == promised
        scene.deliver()
    else:
        scene.call(ada, NEXT_WEEK)
    debt = scene.owed(ada)
    assert (debt.state, debt.due, debt.promised, debt.extensions) == (
        DebtState.EXTENDED,
        NEXT_WEEK,
        promised,
        1,
    )
    assert (debt.is_owed, told(scene, ada)) == (True, None)


def test_extending_twice_is_counted(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.call(ada, NEXT_WEEK)
    scene.call(ada, NEXT_WEEK + dt.timedelta(days=7))
    assert scene.owed(ada).extensions == 2


def test_after_an_extension_the_outcome_is_told_as_ever(scene: Scene) -> None:
    ada = scene.interviewed()
    scene.call(ada, NEXT_WEEK)
    scene.decide(ada, Outcome.PLACED if scene.read(ada).stage is Stage.OFFERED else Outcome.JOB_FILLED)
    scene.send(ada)
    scene.deliver()
    assert (scene.owed(ada).state, told(scene, ada)) == (DebtState.SENT, Outcome.JOB_FILLED)


def test_an_old_not_decided_yet_that_failed_is_not_sent_again_after_a_newer_one(scene: Scene) -> None:
    ada = scene.interviewed()
    first = scene.send(ada, "Hear by Thursday.", NEXT_WEEK)
    scene.deliver(Refused("550"))
    scene.later(minutes=1)
    scene.call(ada, NEXT_WEEK + dt.timedelta(days=7))
    assert words(scene, ada) is None
    with pytest.raises(Conflict, match="out of date"):
        scene.retry(first)


# Who was never interviewed


@pytest.mark.parametrize("by_mail", [True, False])
def test_who_was_never_interviewed_can_be_answered_without_a_debt(scene: Scene, by_mail: bool) -> None:
    ada = scene.decide(scene.candidacy(at=Stage.SUBMITTED), Outcome.CLIENT_DECLINED)
    if by_mail:
        scene.draft(ada)
        scene.send(ada)
        scene.deliver()
    else:
        scene.call(ada)
    assert scene.debt(ada) is None
    assert told(scene, ada) is Outcome.CLIENT_DECLINED


def test_a_failed_mail_to_who_was_never_interviewed_makes_no_debt(scene: Scene) -> None:
    ada = scene.decide(scene.candidacy(at=Stage.SUBMITTED), Outcome.CLIENT_DECLINED)
    scene.send(ada)
    scene.deliver(Refused("550"))
    assert scene.debt(ada) is None
    assert scene.deliver().sent == 0


# Reopening


@pytest.mark.parametrize("by_mail", [True, False])
def test_reopening_withdraws_what_was_told_and_owes_an_answer_again(scene: Scene, by_mail: bool) -> None:
    ada = scene.declined()
    if by_mail:
        scene.send(ada)
        scene.deliver()
    else:
        scene.call(ada)
    scene.later(days=30)
    opened = scene.reopen(ada)
    assert opened.is_live
    assert told(scene, ada) is None
    assert answer_states(scene, ada) == [AnswerState.WITHDRAWN]
    debt = scene.owed(ada)
    assert (debt.state, debt.due, debt.answered) == (DebtState.DUE, scene.today, None)


def test_reopening_before_the_promised_day_leaves_the_promise(scene: Scene) -> None:
    ada = scene.declined()
    promised = scene.owed(ada).due
    scene.call(ada)
    scene.reopen(ada)
    assert scene.owed(ada).due == promised


def test_the_corrected_outcome_is_told_in_place_of_the_first(scene: Scene) -> None:
    ada = scene.candidacy(at=Stage.OFFERED)
    scene.call(scene.decide(ada, Outcome.OFFER_DECLINED))
    scene.reopen(ada)
    scene.later(minutes=1)
    scene.call(scene.decide(ada, Outcome.PLACED))
    assert told(scene, ada) is Outcome.PLACED


def test_an_undecided_candidacy_cannot_be_reopened(scene: Scene) -> None:
    with pytest.raises(Conflict, match="no outcome to take back"):
        scene.reopen(scene.interviewed())


def test_a_candidacy_of_a_closed_job_is_reopened_after_the_job(scene: Scene) -> None:
    ada = scene.declined()
    scene.call(ada)
    scene.job_to(JobState.FILLED)
    scene.close()
    with pytest.raises(Conflict, match="This job is closed"):
        scene.reopen(ada)
    assert scene.owed(ada).state is DebtState.CALLED
    assert not scene.read(ada).is_live


# Templates


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_template(outcome: Outcome) -> None:
    assert load_template(ROOT / "content", template_for(outcome)).name == outcome.value.replace("_", "-")


@pytest.mark.parametrize("outcome", [Outcome.JOB_FILLED, Outcome.CLIENT_DECLINED])
def test_after_a_long_process_the_letter_is_a_longer_one(outcome: Outcome) -> None:
    name = template_for(outcome, long_process=True)
    assert load_template(ROOT / "content", name).name == "after-long-process"


def test_a_process_is_long_with_three_rounds_or_an_offer(scene: Scene, store: MemoryStore) -> None:
    ada, bea = scene.interviewed(), scene.candidacy(scene.candidate("Bea", "bea@people.example"))
    scene.interview(ada)
    with store.read() as reader:
        assert not was_long(reader, scene.read(ada))
    scene.interview(ada)
    scene.interview(bea)
    candidates.move_stage(store, bea.id, Stage.OFFERED, by="anna", now=scene.clock.now())
    with store.read() as reader:
        assert was_long(reader, scene.read(ada))
        assert was_long(reader, scene.read(bea))


def test_without_a_decision_the_template_says_so() -> None:
    assert template_for(None) == "not-decided"
