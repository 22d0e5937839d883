"""Filling and cancelling a job at the desk, over real requests: nothing typed is lost, nobody told twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from core.settings import ROOT
from forms.candidates import service as candidates
from forms.candidates.models import Candidacy, Outcome, Stage
from forms.follow_up.models import DebtState
from forms.jobs.models import JOBS, JobState
from forms.outbox.failures import Refused, Uncertain
from forms.outbox.models import OUTBOX, Mail
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import PRIVATE_REASON, REAL_NAME, Scene
from tests.forms.reading import ESCAPED, SCRIPT, assert_refused, dump, hidden, summary, value, words

REASON = "They chose somebody who has run payrolls."
OBSERVATION = "You asked first what happens on the last day of the month."


@pytest.fixture
def content() -> Path:
    """The messages that the product ships with."""
    return ROOT / "content"


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """With the wait that installations have."""
    return {**environ, "FOLLOWUP_UNDO_MINUTES": "10"}


class Filling:
    """Anna fills the job of the scene (or, with `how`, cancels it)."""

    def __init__(self, desk: DeskActions, scene: Scene, how: str = "fill") -> None:
        self.desk, self.scene = desk, scene
        self.job = f"/desk/jobs/{scene.job.id}/"
        self.start = f"{self.job}{how}/"
        self.preview = f"{self.start}preview/"
        self.progress = f"{self.job}progress/"

    def page(self, candidacy: Candidacy) -> str:
        return f"{self.start}people/{candidacy.id}/"

    def choose(self, placed: str = "nobody", silent: tuple[str, ...] = ()) -> TestResponse:
        return self.desk.send(self.start, {"placed": placed, "silent": list(silent)})

    def typed(self, candidacy: Candidacy, **changes: str) -> dict[str, str]:
        """The person's page as it opens, filled in."""
        page = self.desk.get(self.page(candidacy))
        kept = {name: value(page, name) for name in ("outcome", "letter_for", "subject", "body")}
        filled = {**kept, "reason": REASON, "observation": OBSERVATION, "channel": "mail", "when": "now"}
        return {**filled, "action": "next", **changes}

    def write(self, candidacy: Candidacy, *, follow: bool = False, **changes: str) -> TestResponse:
        return self.desk.send(self.page(candidacy), self.typed(candidacy, **changes), follow=follow)

    def confirm(self) -> TestResponse:
        form = hidden(self.desk.get(self.preview))
        return self.desk.client.post(self.preview, data=form, follow_redirects=True)


@pytest.fixture
def fill(desk: DeskActions, scene: Scene) -> Filling:
    return Filling(desk, scene)


def mails(store: MemoryStore) -> list[Mail]:
    with store.read() as reader:
        return OUTBOX.find(reader, order="not_before")


def state(store: MemoryStore, scene: Scene) -> JobState:
    with store.read() as reader:
        return JOBS.require(reader, scene.job.id).state


def test_the_way_leads_from_the_job_over_each_person_to_the_confirmation(
    fill: Filling, scene: Scene, store: MemoryStore
) -> None:
    ada = scene.interviewed()
    cal = scene.candidacy(scene.candidate("Cal Carter", "cal@people.example"), at=Stage.OFFERED)
    assert f'href="{fill.start}"' in fill.desk.get(fill.job).text
    assert fill.choose(cal.id).location == fill.page(cal)
    assert fill.write(cal, observation="").location == fill.page(ada)  # there is no place for one
    assert fill.write(ada).location == fill.preview
    preview = fill.desk.get(fill.preview).text
    assert OBSERVATION in preview
    assert REASON in preview
    assert "the job is yours" in preview
    assert "Fill the job and send 2 answers" in preview
    assert mails(store) == []
    assert scene.read(ada).is_live
    done = fill.confirm()
    assert done.request.path == fill.progress
    assert "0 of 2" in done.text
    assert state(store, scene) is JobState.FILLED
    assert len(mails(store)) == 2


def test_a_job_is_cancelled_the_same_way(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    ada = scene.interviewed()
    cancel = Filling(desk, scene, "cancel")
    assert "Who was placed?" not in desk.get(cancel.start).text
    assert cancel.choose().location == cancel.page(ada)
    assert cancel.write(ada, observation="").location == cancel.preview
    assert "Cancel the job and send 1 answer" in desk.get(cancel.preview).text
    cancel.confirm()
    assert scene.read(ada).outcome is Outcome.JOB_CANCELLED
    assert state(store, scene) is JobState.CANCELLED


def test_where_nobody_has_an_offer_the_page_says_why_nobody_can_be_placed(
    fill: Filling, scene: Scene
) -> None:
    scene.interviewed()
    page = fill.desk.get(fill.start).text
    assert "Nobody has an offer" in page
    assert "Nobody I put forward" in page


def test_somebody_must_be_chosen_where_somebody_has_an_offer(fill: Filling, scene: Scene) -> None:
    scene.candidacy(at=Stage.OFFERED)
    refused = fill.desk.send(fill.start, {})
    assert_refused(refused, "placed", "Choose who was placed, or that nobody was.")


def test_who_was_never_interviewed_is_listed_and_can_be_left_in_the_running(
    fill: Filling, scene: Scene
) -> None:
    dan = scene.candidacy(scene.candidate("Dan Dunn", "dan@people.example"))
    eve = scene.candidacy(scene.candidate("Eve Early", "eve@people.example"))
    page = fill.desk.get(fill.start).text
    assert len(re.findall(r"<input checked[^>]*type=\"checkbox\"", page)) == 2
    assert fill.choose(silent=(dan.id,)).location == fill.preview
    assert "Dan Dunn: never interviewed" in words(fill.desk.get(fill.preview).text)
    fill.confirm()
    assert scene.read(dan).outcome is Outcome.JOB_FILLED
    assert scene.read(eve).is_live


def test_who_was_decided_on_before_is_shown_as_still_owed(fill: Filling, scene: Scene) -> None:
    scene.declined()
    page = words(fill.desk.get(fill.start).text)
    assert "Decided before, and still owed an answer" in page
    assert "Ada Ashworth The client declined" in page


# The letter


def test_the_letter_fits_the_outcome_and_names_the_client_as_candidates_may(
    fill: Filling, scene: Scene
) -> None:
    ada = scene.interviewed()
    fill.choose()
    page = fill.desk.get(fill.page(ada))
    assert "it has gone to someone else" in value(page, "body")
    assert REAL_NAME not in value(page, "body")
    assert value(page, "outcome") == "job_filled"


def test_after_three_rounds_the_letter_is_the_one_for_a_long_process(fill: Filling, scene: Scene) -> None:
    ada = scene.interviewed()
    scene.interview(ada)
    scene.interview(ada)
    fill.choose()
    assert "you went a long way in this" in value(fill.desk.get(fill.page(ada)), "body")


def test_after_an_offer_too(fill: Filling, scene: Scene) -> None:
    cal = scene.candidacy(at=Stage.OFFERED)
    fill.choose()
    assert "you went a long way in this" in value(fill.desk.get(fill.page(cal)), "body")


def test_another_outcome_brings_its_own_letter(fill: Filling, scene: Scene) -> None:
    ada = scene.interviewed()
    fill.choose()
    changed = fill.write(ada, outcome="client_declined", follow=True)
    assert changed.request.path == fill.page(ada)
    assert "Read it before you go on" in changed.text
    assert "The decision was the client&#39;s" in changed.text
    assert value(changed, "observation") == OBSERVATION
    assert value(changed, "reason") == REASON


def test_another_outcome_leaves_words_alone_that_were_changed(fill: Filling, scene: Scene) -> None:
    ada = scene.interviewed()
    fill.choose()
    mine = "Dear Ada,\n\nthis took me an hour.\n\n{{ reason }} {{ observation }}"
    changed = fill.write(ada, outcome="withdrew", body=mine, follow=True)
    assert "the letter is still the one you wrote" in changed.text
    assert value(changed, "body") == mine
    assert value(changed, "outcome") == "withdrew"
    fresh = fill.desk.send(
        fill.page(ada), {**fill.typed(ada), "outcome": "withdrew", "action": "template"}, follow=True
    )
    assert "You have withdrawn" in value(fresh, "body")


def test_a_letter_without_an_observation_is_asked_about_once_and_not_for_ever(
    fill: Filling, scene: Scene
) -> None:
    ada = scene.interviewed()
    fill.choose()
    asked = fill.write(ada, observation="")
    assert_refused(asked, "observation", "Write one thing they said or did")
    assert fill.write(ada, observation="").location == fill.preview
    preview = fill.desk.get(fill.preview).text
    assert "One thing from your interview" not in preview
    assert "{{" not in preview


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("reason", "", "Write the reason: the letter gives it"),
        ("reason", "x" * 1001, "Write at most 1000 characters."),
        ("observation", "x" * 601, "Write at most 600 characters."),
        ("subject", "", "Enter a subject."),
        ("body", "", "Write the letter."),
        ("body", "Dear {{ nobody }}, {{ observation }}", "Fill in {{ nobody }} before sending."),
        ("body", "No place for it.", "The letter has no place for your observation"),
        ("outcome", "placed", "Choose one of the list."),
        ("channel", "pigeon", "Choose one of the list."),
        ("when", "custom", ""),
    ],
)
def test_what_is_missing_is_said_and_every_word_is_kept(
    fill: Filling, scene: Scene, store: MemoryStore, field: str, typed: str, message: str
) -> None:
    ada = scene.interviewed()
    fill.choose()
    form = fill.typed(ada, **{field: typed})
    refused = fill.desk.send(fill.page(ada), form)
    assert_refused(refused, field if field != "when" else "at", message or "Give a day and a time")
    kept = {name: form[name] for name in ("reason", "observation", "subject", "body")}
    assert {name: value(refused, name) for name in kept} == kept
    assert "Not ready yet" in fill.desk.get(fill.preview).text
    assert mails(store) == []


@pytest.mark.parametrize("action", ["next", "back", "leave"])
def test_what_was_typed_is_there_again_whichever_button_was_pressed(
    fill: Filling, scene: Scene, action: str
) -> None:
    ada = scene.interviewed()
    fill.choose()
    half = {"reason": "", "observation": "Half a thou", "body": "Dear Ada, {{ observation }} {{ gap }}"}
    more = {"subject": "", "when": "custom", "at": "2026-11-20T16:30", "action": action}
    fill.desk.send(fill.page(ada), {**fill.typed(ada), **half, **more})
    again = fill.desk.get(fill.page(ada))
    assert {name: value(again, name) for name in half} == half
    assert value(again, "at") == "2026-11-20T16:30"


def test_the_buttons_lead_on_back_and_away(fill: Filling, scene: Scene) -> None:
    ada, bea = scene.interviewed(), scene.interviewed("Bea Bright", "bea@people.example")
    fill.choose()
    assert fill.write(bea, action="back").location == fill.page(ada)
    assert fill.write(ada, action="back").location == fill.start
    assert fill.write(ada, action="leave").location == fill.job


def test_who_has_no_address_becomes_a_call_and_the_call_is_asked_for(
    fill: Filling, scene: Scene, store: MemoryStore
) -> None:
    eve = scene.interviewed("Eve", None)
    fill.choose()
    page = fill.desk.get(fill.page(eve)).text
    assert "There is no e-mail address, so this is a call" in page
    typed = {**hidden(fill.desk.get(fill.page(eve))), "outcome": "job_filled", "reason": REASON}
    fill.desk.client.post(fill.page(eve), data={**typed, "action": "next"})
    assert "and send" not in words(fill.desk.get(fill.preview).text).split("Confirm")[-1]
    done = fill.confirm().text
    assert mails(store) == []
    assert f"/desk/candidacies/{eve.id}/answer/call/" in done
    assert scene.owed(eve).is_owed


def test_who_is_told_in_the_morning_waits_until_nine_of_a_business_day(
    fill: Filling, scene: Scene, store: MemoryStore
) -> None:
    ada = scene.interviewed()
    fill.choose()
    fill.write(ada, when="morning")
    assert "13 Nov 2026, 09:00" in fill.desk.get(fill.preview).text
    fill.confirm()
    assert mails(store)[0].not_before.isoformat() == "2026-11-13T09:00:00+00:00"


def test_the_next_letter_proposes_the_time_of_the_one_before(fill: Filling, scene: Scene) -> None:
    ada, bea = scene.interviewed(), scene.interviewed("Bea Bright", "bea@people.example")
    fill.choose()
    fill.write(ada, when="morning")
    page = fill.desk.get(fill.page(bea)).text
    assert re.search(r'<input checked[^>]*value="morning"', page)


# The confirmation


def ready(fill: Filling, *people: Candidacy) -> None:
    fill.choose()
    for each in people:
        fill.write(each)


def test_a_second_click_on_the_confirmation_tells_everyone_once(
    fill: Filling, scene: Scene, store: MemoryStore
) -> None:
    ready(fill, scene.interviewed())
    form = hidden(fill.desk.get(fill.preview))
    for _ in range(2):
        again = fill.desk.client.post(fill.preview, data=form)
        assert (again.status_code, again.location) == (303, fill.progress)
    assert len(mails(store)) == 1


def test_a_confirmation_of_what_has_changed_is_refused_and_changes_nothing(
    fill: Filling, scene: Scene, store: MemoryStore
) -> None:
    ada, bea = scene.interviewed(), scene.interviewed("Bea Bright", "bea@people.example")
    ready(fill, ada, bea)
    form = hidden(fill.desk.get(fill.preview))
    scene.decide(ada, Outcome.WITHDREW)
    before = dump(store)
    refused = fill.desk.client.post(fill.preview, data=form)
    assert refused.status_code == 422
    assert "Something has changed since you looked at it" in summary(refused)
    assert dump(store, "sessions") == {name: rows for name, rows in before.items() if name != "sessions"}


def test_the_page_of_somebody_decided_on_meanwhile_says_so(fill: Filling, scene: Scene) -> None:
    ada = scene.interviewed()
    fill.choose()
    scene.decide(ada, Outcome.WITHDREW)
    gone = fill.desk.client.get(fill.page(ada), follow_redirects=True)
    assert "they have been decided on meanwhile" in gone.text


def test_a_job_that_is_over_cannot_be_filled_and_says_so(fill: Filling, scene: Scene) -> None:
    scene.job_to(JobState.CANCELLED)
    told = fill.desk.client.get(fill.start, follow_redirects=True)
    assert "A job that is cancelled cannot become filled" in told.text


def test_the_bare_change_of_state_leads_to_the_pages(fill: Filling, scene: Scene, store: MemoryStore) -> None:
    for name, how in (("filled", "fill"), ("cancelled", "cancel")):
        sent = fill.desk.post(fill.job + "state/", {"state": name}, page=fill.job)
        assert sent.location == f"{fill.job}{how}/"
    assert state(store, scene) is JobState.OPEN


def test_the_pages_of_an_unknown_job_are_not_found(desk: DeskActions) -> None:
    for end in ("fill/", "cancel/", "fill/preview/", "fill/people/none/", "progress/", "burn/"):
        assert desk.get(f"/desk/jobs/none/{end}").status_code == 404


def test_names_and_letters_are_text_and_never_markup(fill: Filling, scene: Scene) -> None:
    ada = scene.candidacy(scene.candidate(SCRIPT, "ada@people.example"), at=Stage.INTERVIEWING)
    pages = [fill.desk.get(fill.start), fill.choose(), fill.desk.get(fill.page(ada))]
    fill.write(ada, reason=SCRIPT, observation=SCRIPT)
    pages += [fill.desk.get(fill.preview), fill.confirm(), fill.desk.get(fill.job)]
    assert all(SCRIPT not in page.text for page in pages)
    assert ESCAPED in pages[-2].text


def test_no_letter_holds_what_is_private(fill: Filling, scene: Scene, store: MemoryStore) -> None:
    ready(fill, scene.interviewed())
    fill.confirm()
    (mail,) = mails(store)
    assert REAL_NAME not in mail.subject + mail.body
    assert PRIVATE_REASON not in mail.body


# Afterwards


def test_the_progress_page_has_a_line_for_everyone_that_says_how_it_went(fill: Filling, scene: Scene) -> None:
    ada, bea = scene.interviewed(), scene.interviewed("Bea Bright", "bea@people.example")
    cal, dee = scene.interviewed("Cal", "cal@people.example"), scene.interviewed("Dee", "dee@people.example")
    ready(fill, ada, bea, cal, dee)
    fill.write(ada, when="morning")
    page = fill.confirm()
    assert "data-follow" in page.text
    scene.later(minutes=11)
    scene.deliver(Refused("550 no such mailbox"), Uncertain("the connection was lost"), None)
    said = words(fill.desk.get(fill.progress).text)
    assert "Answered: 1 of 4" in said
    for line in (
        "Waits until 13 Nov 2026, 09:00",
        "Not delivered 550 no such mailbox",
        "Not known whether it arrived the connection was lost",
        "Answered by mail, 12 Nov 2026",
    ):
        assert line in said


def test_one_answer_is_called_back_and_the_others_go_out(fill: Filling, scene: Scene) -> None:
    ada, bea = scene.interviewed(), scene.interviewed("Bea Bright", "bea@people.example")
    ready(fill, ada, bea)
    fill.confirm()
    address = f"/desk/candidacies/{ada.id}/answer/call-back/"
    back = fill.desk.post(address, {"page": "progress"}, page=fill.progress, follow=True)
    assert back.request.path == fill.progress
    assert "The answer is called back. Its words are kept." in back.text
    scene.later(minutes=11)
    assert scene.deliver().sent == 1
    assert scene.owed(ada).is_owed
    assert OBSERVATION in value(fill.desk.get(f"/desk/candidacies/{ada.id}/answer/"), "body")


def test_all_that_wait_are_called_back_together(fill: Filling, scene: Scene) -> None:
    ready(fill, scene.interviewed(), scene.interviewed("Bea Bright", "bea@people.example"))
    fill.confirm()
    address = fill.progress + "call-back/"
    assert "2 answers are called back" in fill.desk.post(address, page=fill.progress, follow=True).text
    assert scene.deliver().total == 0
    again = fill.desk.post(address, page=fill.progress, follow=True)
    assert "Nothing of it waits any more" in again.text


def test_an_answer_is_sent_at_once_from_the_candidacy(fill: Filling, scene: Scene) -> None:
    ada = scene.interviewed()
    ready(fill, ada)
    fill.confirm()
    page = f"/desk/candidacies/{ada.id}/"
    assert "Call it back" in fill.desk.get(page).text
    sent = fill.desk.post(f"{page}answer/send-now/", page=page, follow=True)
    assert sent.request.path == page
    assert scene.deliver().sent == 1
    assert scene.owed(ada).state is DebtState.SENT
    late = fill.desk.post(f"{page}answer/call-back/", page=page, follow=True)
    assert "Nothing of it waits any more" in late.text


def test_a_single_answer_waits_as_well(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    ada = scene.declined()
    letter = {"subject": "The outcome", "body": "Dear Ada,\n\nno.", "observation": "", "action": "send"}
    done = desk.send(f"/desk/candidacies/{ada.id}/answer/", letter, follow=True)
    assert "It goes out in 10 minutes; until then you can call it back." in done.text
    assert "Call it back" in done.text
    assert scene.deliver().total == 0


def test_the_job_says_who_stands_in_the_way_of_closing_it_each_with_the_link_to_act(
    fill: Filling, scene: Scene, app: Flask
) -> None:
    ada, eve = scene.interviewed(), scene.interviewed("Eve", None)
    bea = scene.declined("Bea Bright", "bea@people.example")
    fill.choose()
    fill.write(ada)
    typed = {**hidden(fill.desk.get(fill.page(eve))), "outcome": "job_filled", "reason": "", "action": "next"}
    fill.desk.client.post(fill.page(eve), data=typed)
    fill.confirm()
    scene.later(minutes=11)
    scene.deliver(Refused("550 no such mailbox"))
    refused = fill.desk.post(fill.job + "state/", {"state": "closed"}, page=fill.job, follow=True).text
    assert "This job cannot be closed: 3 interviewed people are still owed an answer." in refused
    for act in (
        f"/desk/candidacies/{eve.id}/answer/call/",
        f"/desk/candidacies/{bea.id}/answer/",
        "See the mail",
    ):
        assert act in refused
    for each in (ada, eve, bea):
        scene.call(each)
    closed = fill.desk.post(fill.job + "state/", {"state": "closed"}, page=fill.job, follow=True).text
    assert "The job is now closed." in closed


def test_an_answer_to_an_offered_person_is_not_lost_when_the_choice_changes(
    fill: Filling, scene: Scene, store: MemoryStore
) -> None:
    cal = scene.candidacy(at=Stage.INTERVIEWING)
    candidates.move_stage(store, cal.id, Stage.OFFERED, by="anna", now=scene.clock.now())
    fill.choose()
    fill.write(cal)
    fill.choose(cal.id)
    assert "the job is yours" in value(fill.desk.get(fill.page(cal)), "subject")


def test_who_is_to_be_called_has_no_draft_that_nobody_wrote(fill: Filling, scene: Scene) -> None:
    eve = scene.interviewed("Eve", None)
    fill.choose()
    typed = {**hidden(fill.desk.get(fill.page(eve))), "outcome": "job_filled", "reason": "", "action": "next"}
    fill.desk.client.post(fill.page(eve), data=typed)
    assert scene.owed(eve).state is DebtState.DUE
