"""Composing: a plain letter from a person, which nothing typed can turn into anything else."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import ManualClock
from forms.outbox import queue
from forms.outbox.compose import WIDTH, Unsendable, compose, flow
from forms.outbox.models import OUTBOX, Mail, MailState
from forms.store.memory import MemoryStore
from tests.forms.outbox.office import letter

Write = Callable[..., EmailMessage]


@pytest.fixture
def write(clock: ManualClock) -> Write:
    """Composes a letter with changes, and reads back what goes over the wire."""

    def written(*, mail_from: str = "", body: str = "Hello.", **changes: Any) -> EmailMessage:
        store = MemoryStore([OUTBOX.shape])
        row: Mail = queue.enqueue(
            store, letter(body=body, **changes), now=clock.now(), domain="followup.example"
        )
        wire = compose(row, row.body, now=clock.now(), mail_from=mail_from).as_bytes()
        return email.message_from_bytes(wire, policy=email.policy.default)

    return written


def test_a_letter_comes_from_a_person_whom_a_reply_reaches(write: Write) -> None:
    message = write(mail_from="office@agency.example")
    assert message["From"] == "Anna Headhunter <office@agency.example>"
    assert message["Reply-To"] == "Anna Headhunter <anna@agency.example>"
    assert message["To"] == "Bea Candidate <bea@example.org>"
    assert message["Date"].datetime.isoformat() == "2026-11-12T09:30:00+00:00"
    assert message["Message-ID"].endswith("@followup.example>")
    assert message.get_content_type() == "text/plain"


def test_without_an_office_address_it_comes_from_the_recruiter(write: Write) -> None:
    assert write()["From"] == "Anna Headhunter <anna@agency.example>"


def test_only_a_notice_nobody_pressed_a_button_for_says_so(write: Write) -> None:
    assert write()["Auto-Submitted"] is None
    assert write(unattended=True)["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: all@example.org",
        "A, eve@example.org, " + "b" * 90,
        'Bea" <eve@example.org>, "x',
        "Ünal <eve@example.org>",
        "=?utf-8?q?eve=40example.org=2C?= x",
    ],
)
def test_a_name_cannot_add_a_header_or_an_address(write: Write, name: str) -> None:
    message = write(recipient_name=name, sender_name=name)
    assert [address.addr_spec for address in message["To"].addresses] == ["bea@example.org"]
    assert [address.addr_spec for address in message["From"].addresses] == ["anna@agency.example"]
    assert message["Bcc"] is None


NOON = dt.datetime(2026, 11, 12, 12, tzinfo=dt.UTC)
ROW = Mail(
    id="1",
    event="answer:1",
    recipient="bea@example.org",
    recipient_name="Bea",
    sender_name="Anna",
    reply_to="anna@agency.example",
    subject="The outcome",
    body="Hello.",
    message_id="<1@followup.example>",
    state=MailState.QUEUED,
    created=NOON,
    not_before=NOON,
)
HEADERS = {
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding",
}  # fmt: skip


@given(name=st.text(max_size=90), subject=st.text(max_size=200))
def test_whatever_is_typed_a_letter_has_one_sender_and_one_recipient(name: str, subject: str) -> None:
    row = replace(ROW, recipient_name=name, sender_name=name, subject=subject)
    message = email.message_from_bytes(
        compose(row, row.body, now=NOON).as_bytes(), policy=email.policy.default
    )
    assert [address.addr_spec for address in message["To"].addresses] == ["bea@example.org"]
    assert [address.addr_spec for address in message["From"].addresses] == ["anna@agency.example"]
    assert set(message.keys()) == HEADERS


@pytest.mark.parametrize(
    "address", ["", "bea", "bea@", "bea@example.org, eve@example.org", "b\r\nea@example.org", "béa@x.org"]
)
def test_what_is_no_address_is_not_sent_to(address: str) -> None:
    with pytest.raises(Unsendable, match="not an address"):
        compose(replace(ROW, recipient=address), "Hello.", now=NOON)


def test_a_domain_beyond_ascii_travels_in_its_ascii_form() -> None:
    message = compose(replace(ROW, recipient="bea@bücher.example"), "Hello.", now=NOON)
    assert message["To"].addresses[0].addr_spec == "bea@xn--bcher-kva.example"


def test_long_lines_are_folded_so_that_a_small_screen_may_join_them_again() -> None:
    """RFC 3676: a line that was broken ends with a space."""
    text = "word " * 40
    lines = flow(f"{text.strip()}\nAnna").split("\n")
    assert max(map(len, lines)) <= WIDTH + 1
    assert "".join(lines[:-2]) == text.strip()
    assert lines[-2:] == ["Anna", ""]


def test_a_private_link_is_never_broken() -> None:
    link = "https://followup.example/status/" + "x" * 90 + "/"
    assert link in flow(f"Your page is here: {link} and nowhere else.").split("\n")[1]


def test_lines_that_mail_programs_would_misread_are_set_apart() -> None:
    assert flow("From here on\n> quoted\n.\n") == " From here on\n > quoted\n.\n"


@pytest.mark.parametrize("body", ["Plain.\n.\n..\nEnd", "Grüße – “so”.\n\n.\nEnd", "ü" * 2000])
def test_the_text_arrives_as_it_was_written_in_lines_every_relay_takes(write: Write, body: str) -> None:
    message = write(body=body)
    assert message.get_content().replace(" \n", " ").rstrip("\n") == body
    assert max(map(len, message.as_bytes().split(b"\n"))) <= 998
    assert message["Content-Transfer-Encoding"] in ("7bit", "quoted-printable")
