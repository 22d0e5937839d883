"""Writing the answer at the desk, over real requests: letters, drafts, calls, "not decided yet"."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import ROOT
from forms.candidates.models import Candidacy
from forms.follow_up.models import ANSWERS, AnswerState, Channel
from forms.outbox.models import OUTBOX
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.people import REAL_NAME, REASON, Scene
from tests.forms.reading import SCRIPT, assert_refused, hidden, summary, value

LETTER = {"subject": "The outcome", "body": "Dear Ada,\n\nno.", "observation": "", "action": "send"}
SIGNED = "Dear Ada,\n\nthe client chose otherwise.\n\nAnna Headhunter\n+44 20 7946 0123\nLeeds"


@pytest.fixture
def content() -> Path:
    """The messages that the product ships with."""
    return ROOT / "content"


def answer(candidacy: Candidacy, which: str = "") -> str:
    return f"/desk/candidacies/{candidacy.id}/answer/{which}"


def mails(store: MemoryStore) -> int:
    with store.read() as reader:
        return OUTBOX.count(reader)


def test_the_letter_opens_with_all_that_is_known(desk: DeskActions, scene: Scene) -> None:
    """The alias, because the candidate reads it; above it the client's name, because the desk does."""
    page = desk.get(answer(scene.declined()))
    letter = value(page, "body")
    assert letter.startswith("Dear Ada Ashworth,\n\nI am sorry")
    assert "a bank in the north" in letter
    assert REAL_NAME not in letter + value(page, "subject")
    assert REAL_NAME in page.text
    assert REASON in letter
    assert letter.endswith("Anna Headhunter\n+44 20 7946 0123")
    assert "{{ observation }}" in letter
    assert "{{ status_link }}" in letter


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("subject", "", "Enter a subject."),
        ("subject", "  ", "Enter a subject."),
        ("subject", "x" * 151, "Write at most 150 characters."),
        ("body", "", "Write the letter."),
        ("body", "\n \n", "Write the letter."),
        ("body", "x" * 10_001, "Write at most 10000 characters."),
        ("observation", "x" * 601, "Write at most 600 characters."),
    ],
)
def test_a_wrong_letter_says_so_keeps_the_rest_and_sends_nothing(
    desk: DeskActions, scene: Scene, store: MemoryStore, field: str, typed: str, message: str
) -> None:
    page = desk.send(answer(scene.declined()), {**LETTER, field: typed})
    assert_refused(page, field, message, typed)
    kept = {name: text for name, text in LETTER.items() if name not in (field, "action")}
    assert {name: value(page, name) for name in kept} == kept
    assert mails(store) == 0


@pytest.mark.parametrize("gap", ["{{ observation }}", "{{ reason }}", "{{ nonsense }}"])
def test_an_open_field_stops_the_letter_and_is_named(
    desk: DeskActions, scene: Scene, store: MemoryStore, gap: str
) -> None:
    body = f"Dear Ada,\n\n{gap}"
    page = desk.send(answer(scene.declined()), {**LETTER, "body": body})
    assert page.status_code == 422
    assert f"Fill in {gap} before sending." in summary(page)
    assert value(page, "body") == body
    assert mails(store) == 0


def test_a_letter_goes_out_line_by_line_as_it_was_typed(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    """A template's lines are joined to paragraphs; a person's are left alone."""
    done = desk.send(answer(scene.declined()), {**LETTER, "body": SIGNED}, follow=True)
    assert "The answer to Ada Ashworth is on its way." in done.text
    with store.read() as reader:
        (mail,) = OUTBOX.find(reader)
    assert mail.body == SIGNED


def test_a_draft_comes_back_as_it_was_left(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    candidacy = scene.declined()
    body = SIGNED + "\n\n{{ observation }}"
    done = desk.send(answer(candidacy), {**LETTER, "body": body, "action": "draft"}, follow=True)
    assert "The draft is kept." in done.text
    assert value(desk.get(answer(candidacy)), "body") == body
    assert "Drafted" in desk.get("/desk/").text
    assert mails(store) == 0


def test_a_letter_sent_twice_goes_out_once(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    candidacy = scene.declined()
    form = {**hidden(desk.get(answer(candidacy))), **LETTER}
    for _ in range(2):
        assert desk.client.post(answer(candidacy), data=form).status_code == 303
    assert mails(store) == 1
    other_window = desk.send(answer(candidacy), LETTER)
    assert other_window.status_code == 422
    assert "An answer is on its way already." in summary(other_window)
    assert mails(store) == 1


def test_before_a_decision_the_letter_says_that_there_is_none(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    page = desk.get(answer(scene.interviewed()))
    assert "Not decided yet" in page.text
    assert "{{ next_date }}" in value(page, "subject")
    typed = {"subject": value(page, "subject"), "body": value(page, "body"), "new_date": "2026-11-27"}
    done = desk.client.post(page.request.path, data={**hidden(page), **typed, "action": "send"})
    assert done.status_code == 303
    with store.read() as reader:
        (mail,) = OUTBOX.find(reader)
    assert "27 November 2026" in mail.subject
    assert "27 November 2026" in mail.body


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter the date by which the candidate will hear."),
        ("soon", "Enter a date, such as 2026-11-20."),
        ("2026-11-31", "Enter a date, such as 2026-11-20."),
        ("2026-11-12", "Choose a day after today"),
        ("2026-11-11", "Choose a day after today"),
        ("9999-12-31", "within a year"),
    ],
)
@pytest.mark.parametrize("which", ["not-decided/", "call/"])
def test_a_promise_lies_ahead_and_within_reason(
    desk: DeskActions, scene: Scene, store: MemoryStore, which: str, typed: str, message: str
) -> None:
    candidacy = scene.interviewed()
    words = {**LETTER, "said": "No news yet.", "new_date": typed}
    page = desk.send(answer(candidacy, which), words)
    if which == "call/" and not typed:
        assert page.status_code == 422
        assert "Record the outcome first, or give the date" in summary(page)
    else:
        assert_refused(page, "new_date", message)
    with store.read() as reader:
        assert ANSWERS.count(reader) == 0


def test_a_call_is_noted_once(desk: DeskActions, scene: Scene, store: MemoryStore) -> None:
    candidacy = scene.interviewed()
    typed = {"said": "Nothing yet, by Friday week.", "new_date": "2026-11-27"}
    form = {**hidden(desk.get(answer(candidacy, "call/"))), **typed}
    for _ in range(2):
        assert desk.client.post(answer(candidacy, "call/"), data=form).status_code == 303
    with store.read() as reader:
        (noted,) = ANSWERS.find(reader)
    assert (noted.channel, noted.state) == (Channel.CALL, AnswerState.TOLD)
    assert scene.owed(candidacy).extensions == 1


@pytest.mark.parametrize(
    ("said", "message"),
    [("", "Note what you said."), ("  ", "Note what you said."), ("x" * 2001, "Write at most 2000")],
)
def test_a_call_without_words_is_refused(desk: DeskActions, scene: Scene, said: str, message: str) -> None:
    page = desk.send(answer(scene.declined(), "call/"), {"said": said})
    assert_refused(page, "said", message, said)


def test_an_outcome_is_told_once(desk: DeskActions, scene: Scene) -> None:
    candidacy = scene.declined()
    assert desk.send(answer(candidacy, "call/"), {"said": "Told them."}).status_code == 303
    for which, typed in (("call/", {"said": "Told them."}), ("", LETTER)):
        page = desk.send(answer(candidacy, which), typed)
        assert page.status_code == 422
        assert "This candidate has been told (“The client declined”)." in summary(page)


def test_not_decided_is_not_said_of_what_is_decided(desk: DeskActions, scene: Scene) -> None:
    page = desk.send(answer(scene.declined(), "not-decided/"), {**LETTER, "new_date": "2026-11-27"})
    assert page.status_code == 422
    assert "It is decided (“The client declined”)" in summary(page)


def test_somebody_without_an_address_is_called(desk: DeskActions, scene: Scene) -> None:
    """Every way to the letter leads to the telephone: nobody is dropped for want of an address."""
    candidacy = scene.interviewed(email=None)
    page = f"/desk/candidacies/{candidacy.id}/"
    call = answer(candidacy, "call/")
    for which in ("", "not-decided/"):
        assert desk.get(answer(candidacy, which)).location == call
    shown = desk.get(page).text
    assert "Call with the answer" in shown
    assert f'href="{answer(candidacy, "not-decided/")}"' not in shown
    decided = desk.post(page + "outcome/", {"outcome": "client_declined"}, page=page, follow=True)
    assert decided.request.path == call
    assert 'href="tel:+442079460999">+44 20 7946 0999</a>' in decided.text
    typed = desk.post(answer(candidacy), LETTER, page=page)
    assert typed.status_code == 422
    assert "has no e-mail address: call" in summary(typed)
    assert value(typed, "subject") == "The outcome"


def test_what_was_typed_is_never_markup(desk: DeskActions, scene: Scene) -> None:
    candidacy = scene.declined()
    typed = {**dict.fromkeys(LETTER, SCRIPT), "action": "draft"}
    desk.send(answer(candidacy), typed)
    for page in (
        desk.get(answer(candidacy)),
        desk.get(f"/desk/candidacies/{candidacy.id}/"),
        desk.send(answer(candidacy), {**typed, "subject": SCRIPT * 20}),
        desk.send(answer(candidacy, "call/"), {"said": SCRIPT, "new_date": SCRIPT}),
    ):
        assert "&lt;script&gt;" in page.text
        assert SCRIPT not in page.text


@pytest.mark.parametrize("which", ["", "not-decided/", "call/"])
def test_an_unknown_candidacy_is_not_found(desk: DeskActions, which: str) -> None:
    address = f"/desk/candidacies/none/answer/{which}"
    assert desk.get(address).status_code == 404
    assert desk.post(address, LETTER).status_code == 404


def test_an_observation_without_a_place_in_the_letter_is_not_dropped(desk: DeskActions, scene: Scene) -> None:
    """Where a draft was completed before, what is typed now would vanish: the page says so and keeps it."""
    page = answer(scene.declined())
    stopped = desk.send(page, {**LETTER, "observation": "You asked first about the incidents."})
    assert stopped.status_code == 422
    assert "no place for your observation" in summary(stopped)
    assert "You asked first about the incidents." in stopped.text


def test_a_date_that_the_letter_does_not_name_is_not_promised(desk: DeskActions, scene: Scene) -> None:
    """Changed in the field, forgotten in the text: the candidate would read two dates."""
    page = answer(scene.interviewed(), "not-decided/")
    stopped = desk.send(
        page, {**LETTER, "body": "You will hear by 20 November 2026.", "new_date": "2026-11-27"}
    )
    assert stopped.status_code == 422
    assert "does not name 27 November 2026" in summary(stopped)


def test_a_draft_keeps_the_observation_apart_until_it_is_sent(desk: DeskActions, scene: Scene) -> None:
    page = answer(scene.declined())
    typed = {
        **LETTER,
        "body": "One thing: {{ observation }}",
        "observation": "You drew it.",
        "action": "draft",
    }
    assert desk.send(page, typed).status_code == 303
    again = desk.get(page).text
    assert "One thing: {{ observation }}" in again
    assert "You drew it." in again


def test_a_letter_without_an_observation_is_asked_about_once_and_not_for_ever(
    desk: DeskActions, scene: Scene, store: MemoryStore
) -> None:
    page = answer(scene.declined())
    letter = {**LETTER, "body": "Dear Ada,\n\nno.\n\nOne thing:\n\n{{ observation }}\n\nAnna"}
    asked = desk.send(page, letter)
    assert "send it once more and the letter goes without" in summary(asked)
    assert value(asked, "body") == letter["body"]
    desk.client.post(page, data={**letter, **hidden(asked)})
    with store.read() as reader:
        (mail,) = OUTBOX.find(reader)
    assert mail.body == "Dear Ada,\n\nno.\n\nAnna"
