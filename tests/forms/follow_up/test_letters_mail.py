"""The messages that ship with the product, from the template to the wire."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from core.clock import ManualClock
from core.settings import ROOT
from forms.outbox import queue
from forms.outbox.compose import compose
from forms.outbox.merge import (
    FIELDS,
    WHILE_SENDING,
    only_field,
    put_unsubscribe_link,
)
from forms.outbox.models import Message
from forms.outbox.template import load_template, put_status_link, render
from forms.store.memory import MemoryStore

MESSAGES = sorted(path.stem for path in (ROOT / "content" / "messages").glob("*.md"))
LINK = "https://letters.example/status/" + "x" * 43 + "/"
LONG = "They chose someone who has run the same payroll in three countries, and said so plainly, twice."
# What goes to the desk itself, and what a candidate sends on in words of their own.
UNSIGNED = {"comment-waits", "referral-forward"}
KNOWN = {
    **dict.fromkeys(FIELDS, LONG),
    "recruiter_name": "Anna Headhunter",
    "recruiter_phone": "+44 20 7946 0123",
    "recruiter_email": "anna@letters.example",
    **WHILE_SENDING,
}


@pytest.fixture
def content() -> Path:
    """What the product ships with."""
    return ROOT / "content"


@pytest.mark.parametrize("name", MESSAGES)
def test_a_paragraph_is_one_line_and_the_signature_is_two(content: Path, name: str) -> None:
    """So that the letter flows at the desk and on the candidate's page, whatever their width."""
    for paragraph in load_template(content, name).body.strip().split("\n\n"):
        lines = paragraph.split("\n")
        assert len(lines) == 1 or any(map(only_field, lines)), paragraph
    body = render(load_template(content, name), KNOWN).body.rstrip()
    if name not in UNSIGNED:
        assert body.endswith(("\n\nAnna Headhunter\n+44 20 7946 0123", f"\n\nAnna Headhunter\n{LONG}"))


@pytest.mark.parametrize("name", MESSAGES)
def test_no_line_of_the_mail_is_longer_than_78_but_the_link(
    content: Path, clock: ManualClock, store: MemoryStore, name: str
) -> None:
    """RFC 5322 recommends at most 78; a link that was broken would open nothing."""
    text = render(load_template(content, name), KNOWN)
    made_while_sending = sum(text.body.count(each) for each in WHILE_SENDING.values())
    body = put_unsubscribe_link(put_status_link(text.body, LINK), LINK)
    sent = _composed(text.subject, body, clock, store)
    lines = sent.get_content().split("\n")
    assert lines.count(LINK) == made_while_sending
    assert max(len(line) for line in lines if line != LINK) <= 78
    assert max(len(line) for line in sent.as_string().split("\n") if LINK not in line) <= 78


def _composed(subject: str, body: str, clock: ManualClock, store: MemoryStore) -> EmailMessage:
    message = Message(
        event="letter",
        recipient="ada@people.example",
        recipient_name="Ada Ashworth",
        sender_name="Anna Headhunter",
        reply_to="anna@letters.example",
        subject=subject[:150],
        body=body,
    )
    mail = queue.enqueue(store, message, now=clock.now(), domain="letters.example")
    return compose(mail, body, now=clock.now())
