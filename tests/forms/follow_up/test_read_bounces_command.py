"""`flask --app forms read-bounces`: what it reads and prints, and what desk and candidate then see."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from core.clock import ManualClock
from forms import create_app
from forms.candidates.models import Candidacy
from forms.follow_up.models import DebtState
from forms.outbox.room import EXTENSION
from forms.outbox.transport import MemoryTransport
from forms.store.memory import MemoryStore
from tests.forms.acting import DeskActions
from tests.forms.outbox.postfix import REASON, sent_back
from tests.forms.people import Scene
from tests.forms.reading import dump, words

QUESTION = (
    b"From: ada@people.example\nTo: anna@example.org\nSubject: A question\n\nShall I bring my papers?\n"
)
DECISION = "The client has decided not to take your candidacy further."
BROKEN = b"Content-Type: multipart/report; boundary=\xff\xfe\nMessage-ID: \x80\n\n--\xff\n\x00\x00"


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """Every letter leaves from an address of its own, and what comes back is delivered into a Maildir."""
    return environ | {"FOLLOWUP_BOUNCE_ADDRESS": "bounces@letters.example", "FOLLOWUP_BOUNCES": "Maildir"}


@pytest.fixture
def post(app: Flask) -> MemoryTransport:
    """What the application sends with, instead of the console."""
    made = MemoryTransport()
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], transport=made)
    return made


@pytest.fixture
def ada(app: Flask, scene: Scene, post: MemoryTransport) -> Candidacy:
    """Ada's answer was sent by mail, and the mail server took it."""
    found = scene.declined()
    scene.send(found, body="The client chose otherwise. {{ status_link }}")
    assert app.test_cli_runner().invoke(args=["send-mail"]).exit_code == 0
    return found


def returned(post: MemoryTransport, **how: bool) -> bytes:
    """The notification for the last letter sent."""
    letter = copy(post.sent[-1])
    sender, recipient = str(letter["Return-Path"]).strip("<>"), letter["To"].addresses[0].addr_spec
    del letter["Return-Path"]  # as a mail server is given it
    return sent_back(letter.as_bytes(), sender, recipient, **how)


def read(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["read-bounces", *map(str, arguments)])


def counted(back: int = 0, known: int = 0, other: int = 0) -> str:
    """What the command prints of so many."""
    return f"{back} came back, 0 delayed, {known} known before, 0 left for later, {other} other messages\n"


def in_maildir(path: Path, *messages: bytes) -> None:
    box = mailbox.Maildir(path)
    for each in messages:
        box.add(each)


def in_mbox(path: Path, *messages: bytes) -> None:
    box = mailbox.mbox(path)
    for each in messages:
        box.add(each)
    box.close()


@pytest.mark.parametrize("put", [in_maildir, in_mbox])
def test_a_mailbox_is_read_and_counted(
    app: Flask, scene: Scene, ada: Candidacy, post: MemoryTransport, tmp_path: Path,
    put: Callable[..., None],
) -> None:  # fmt: skip
    put(tmp_path / "mail", QUESTION, returned(post))
    result = read(app, tmp_path / "mail")
    assert (result.exit_code, result.output) == (0, counted(back=1, other=1))
    assert scene.owed(ada).state is DebtState.FAILED


def test_a_single_message_in_a_file_is_read(
    app: Flask, scene: Scene, ada: Candidacy, post: MemoryTransport, tmp_path: Path
) -> None:
    (tmp_path / "bounce.eml").write_bytes(returned(post))
    result = read(app, tmp_path / "bounce.eml")
    assert (result.exit_code, result.output) == (0, counted(back=1))
    assert scene.owed(ada).state is DebtState.FAILED


def test_a_notification_that_returns_nothing_is_known_by_the_address_it_came_to(
    app: Flask, scene: Scene, ada: Candidacy, post: MemoryTransport, tmp_path: Path
) -> None:
    (tmp_path / "bounce.eml").write_bytes(returned(post, quoted=False))
    assert read(app, tmp_path / "bounce.eml").output == counted(back=1)
    assert scene.owed(ada).state is DebtState.FAILED


def test_without_a_path_the_setting_says_where(
    app: Flask, ada: Candidacy, post: MemoryTransport, tmp_path: Path
) -> None:
    in_maildir(tmp_path / "Maildir", returned(post))
    assert read(app).output == counted(back=1)


def test_with_neither_a_path_nor_the_setting_it_says_what_to_name(
    environ: dict[str, str], store: MemoryStore, clock: ManualClock, content: Path, tmp_path: Path
) -> None:
    del environ["FOLLOWUP_BOUNCES"]
    result = read(create_app(environ, store=store, clock=clock, content=content, root=tmp_path))
    assert result.exit_code == 1
    assert "Name a Maildir, an mbox or a message in a file, or set FOLLOWUP_BOUNCES." in result.output


def test_a_place_that_is_not_there_is_named_in_words(app: Flask, tmp_path: Path) -> None:
    result = read(app, tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "nowhere: cannot be read (No such file or directory) — see that it is there" in result.output
    assert "Traceback" not in result.output


def test_a_folder_that_is_no_maildir_is_named_in_words(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    result = read(app, tmp_path / "letters")
    assert result.exit_code == 1
    assert "letters: is a folder, but no Maildir" in result.output


def test_a_file_that_cannot_be_read_is_named_in_words(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "letter").touch()
    result = read(app, tmp_path / "letter" / "bounce.eml")
    assert result.exit_code == 1
    assert "bounce.eml: cannot be read (Not a directory)" in result.output


def test_a_mail_that_makes_no_sense_does_not_keep_the_next_one_from_being_read(
    app: Flask, scene: Scene, ada: Candidacy, post: MemoryTransport, tmp_path: Path
) -> None:
    in_mbox(tmp_path / "mail", BROKEN, returned(post), b"")
    assert read(app, tmp_path / "mail").output == counted(back=1, other=2)
    assert scene.owed(ada).state is DebtState.FAILED


def test_the_same_mail_read_again_takes_no_later_answer_back(
    app: Flask, scene: Scene, ada: Candidacy, post: MemoryTransport, tmp_path: Path
) -> None:
    in_maildir(tmp_path / "Maildir", returned(post))
    read(app)
    scene.later(hours=1)
    scene.send(ada)
    app.test_cli_runner().invoke(args=["send-mail"])
    before = dump(scene.store)
    result = read(app)
    assert (result.exit_code, result.output) == (0, counted(known=1))
    assert dump(scene.store) == before
    assert scene.owed(ada).state is DebtState.SENT


def test_a_bounce_of_a_message_that_was_never_ours_changes_nothing(
    app: Flask, scene: Scene, ada: Candidacy, tmp_path: Path
) -> None:
    letter = (
        b"Message-ID: <0123456789abcdef0123456789abcdef@letters.example>\nTo: ada@people.example\n\nHello\n"
    )
    forged = f"bounces+{'a' * 42}@letters.example"
    in_maildir(tmp_path / "Maildir", sent_back(letter, forged, "ada@people.example"))
    before = dump(scene.store)
    result = read(app)
    assert (result.exit_code, result.output) == (0, counted(other=1))
    assert dump(scene.store) == before


def test_the_desk_and_the_candidates_page_follow(
    app: Flask, client: FlaskClient, desk: DeskActions, scene: Scene, ada: Candidacy, post: MemoryTransport,
    tmp_path: Path,
) -> None:  # fmt: skip
    token, _ = scene.link(ada.candidate_id)
    assert "Nobody is waiting." in desk.get("/desk/").text
    assert DECISION in client.get(f"/status/{token}/").text

    in_maildir(tmp_path / "Maildir", returned(post))
    read(app)

    today = words(desk.get("/desk/").text)
    assert "Owed an answer (1)" in today
    assert "Ada Ashworth" in today
    assert "Mail that did not arrive (1)" in today
    page = client.get(f"/status/{token}/").text
    assert DECISION not in page
    assert "That mail came back to us: it has not reached you." in page
    candidacy = desk.get(f"/desk/candidacies/{ada.id}/").text
    assert "The mail came back; an answer is owed again" in candidacy
    assert REASON in desk.get("/desk/mail/").text


def test_the_link_in_a_letter_that_came_back_opens_nothing_any_more(
    app: Flask, client: FlaskClient, ada: Candidacy, post: MemoryTransport, tmp_path: Path
) -> None:
    found = re.search(r"/status/\S+/", post.sent[-1].get_content())
    assert found
    assert "Ada Ashworth" in client.get(found[0]).text
    in_maildir(tmp_path / "Maildir", returned(post))
    read(app)
    assert "Ada Ashworth" not in client.get(found[0]).text
