"""SMTP: what each way of going wrong means for the row, in real conversations."""

from __future__ import annotations

import datetime as dt
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from forms.outbox.compose import compose
from forms.outbox.failures import Refused, TryLater, Uncertain, Unreachable
from forms.outbox.models import MailState
from forms.outbox.outcome import Counts
from forms.outbox.smtp import Security, SmtpTransport
from tests.forms.outbox.office import Office
from tests.forms.outbox.smtp_server import HANG_UP, STALL, Server, serving

HERE = Path(__file__).parent
BODY = "Dear Bea,\n\n.\nGrüße\n.. two dots\n"


def message(body: str = BODY) -> EmailMessage:
    """A letter, composed."""
    made = EmailMessage()
    made["From"] = "Anna Headhunter <office@agency.example>"
    made["To"] = "Bea Candidate <bea@example.org>"
    made["Subject"] = "The outcome"
    made.set_content(body, cte="quoted-printable")
    return made


def transport(server: Server, security: Security = Security.NONE, **options: Any) -> SmtpTransport:
    """A client of this server."""
    return SmtpTransport("127.0.0.1", server.port, security, **options)


def test_a_letter_arrives_as_it_was_written() -> None:
    with serving() as server:
        transport(server).send(message())
    (taken,) = server.taken
    assert taken.get_content().replace("\r\n", "\n") == BODY
    assert server.envelopes == [("office@agency.example", ["bea@example.org"])]


@pytest.mark.parametrize(
    ("step", "reply", "meaning"),
    [
        ("connect", "421 try again later", Unreachable),
        ("connect", "554 no service here", Unreachable),
        ("connect", HANG_UP, Unreachable),
        ("EHLO", HANG_UP, Unreachable),
        ("MAIL", "451 not now", TryLater),
        ("MAIL", "550 not from you", Refused),
        ("MAIL", HANG_UP, TryLater),
        ("RCPT", "450 mailbox busy", TryLater),
        ("RCPT", "550 no such user", Refused),
        ("RCPT", "421 closing", Unreachable),
        ("RCPT", HANG_UP, TryLater),
        ("DATA", "451 not now", TryLater),
        ("DATA", "554 no", Refused),
        ("DATA", HANG_UP, TryLater),
        ("dot", "451 could not write it", TryLater),
        ("dot", "452 disc full", TryLater),
        ("dot", "554 looks like spam", Refused),
        ("dot", HANG_UP, Uncertain),
        ("dot", "what?", Uncertain),
    ],
)
def test_what_goes_wrong_at_a_step_means(step: str, reply: str, meaning: type[Exception]) -> None:
    with serving({step: reply}) as server, pytest.raises(meaning) as caught:
        transport(server).send(message())
    assert caught.type is meaning
    if reply[:3].isdecimal():
        assert reply in str(caught.value)


@pytest.mark.parametrize(
    ("step", "meaning"),
    [("connect", Unreachable), ("RCPT", TryLater), ("DATA", TryLater), ("dot", Uncertain)],
)
def test_silence_at_a_step_means(step: str, meaning: type[Exception]) -> None:
    """A server that was too slow to come to the step within so little time is asked again, with more."""
    for seconds in (0.2, 2.0, 20.0):
        with serving({step: STALL}) as server, pytest.raises((TryLater, Uncertain)) as caught:
            transport(server, step_seconds=seconds, taken_seconds=seconds).send(message())
        if server.stalled.is_set():
            break
    assert caught.type is meaning


def test_a_connection_lost_within_the_text_means_that_it_did_not_leave() -> None:
    """RFC 5321, 4.1.1.4: without the final dot the server must drop what it has."""
    with serving({"text": HANG_UP}) as server, pytest.raises(TryLater):
        transport(server).send(message("x" * 70 + "\n" + "word " * 2_000_000))
    assert server.taken == []


@pytest.mark.parametrize("reply", ["500 what?", HANG_UP])
def test_an_error_at_quit_after_the_message_was_taken_is_success(reply: str) -> None:
    with serving({"QUIT": reply}) as server:
        transport(server).send(message())
    assert len(server.taken) == 1


def test_a_server_that_is_not_there_is_tried_later() -> None:
    with serving() as server:
        pass
    with pytest.raises(Unreachable, match="not available"):
        transport(server).send(message())


def test_an_account_is_used_when_there_is_one() -> None:
    with serving(account=True) as server:
        transport(server, user="anna", password="open sesame").send(message())
    assert server.users == ["anna"]
    assert len(server.taken) == 1


def test_a_wrong_password_refuses_no_message_for_good() -> None:
    with serving(account=True) as server, pytest.raises(Unreachable, match="535"):
        transport(server, user="anna", password="wrong").send(message())


def test_a_password_beyond_ascii_is_explained_rather_than_a_mistake_of_ours() -> None:
    with serving(account=True) as server, pytest.raises(Unreachable):
        transport(server, user="anna", password="pässword").send(message())


class TestTls:
    """The certificate in loopback.pem is self-signed, for 127.0.0.1, and known to nobody else."""

    @pytest.fixture
    def known(self) -> ssl.SSLContext:
        """A client that trusts it."""
        return ssl.create_default_context(cafile=str(HERE / "loopback.pem"))

    @pytest.fixture
    def certified(self) -> ssl.SSLContext:
        """A server that has it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(HERE / "loopback.pem")
        return context

    @pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
    def test_the_conversation_is_encrypted(
        self, security: Security, known: ssl.SSLContext, certified: ssl.SSLContext
    ) -> None:
        with serving(tls=certified, implicit_tls=security is Security.TLS) as server:
            transport(server, security, tls=known).send(message())
        assert server.secured == [True] or security is Security.TLS
        assert len(server.taken) == 1

    @pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
    def test_an_unknown_certificate_is_not_accepted(
        self, security: Security, certified: ssl.SSLContext
    ) -> None:
        with (
            serving(tls=certified, implicit_tls=security is Security.TLS) as server,
            pytest.raises(Unreachable, match=r"(?i)certificate"),
        ):
            transport(server, security).send(message())
        assert server.taken == []

    def test_a_server_without_starttls_is_not_spoken_to_in_clear(self, known: ssl.SSLContext) -> None:
        with serving() as server, pytest.raises(Unreachable, match="STARTTLS"):
            transport(server, Security.STARTTLS, tls=known).send(message())
        assert server.taken == []


@pytest.mark.parametrize(
    ("faults", "state", "counts"),
    [
        ({}, MailState.SENT, Counts(sent=1)),
        ({"connect": "421 later"}, MailState.RETRY, Counts(retry=1, unreachable=True)),
        ({"RCPT": "450 busy"}, MailState.RETRY, Counts(retry=1)),
        ({"RCPT": "550 no such user"}, MailState.FAILED, Counts(failed=1)),
        ({"dot": "451 later"}, MailState.RETRY, Counts(retry=1)),
        ({"DATA": HANG_UP}, MailState.RETRY, Counts(retry=1)),
        ({"dot": HANG_UP}, MailState.UNKNOWN, Counts(unknown=1)),
        ({"QUIT": HANG_UP}, MailState.SENT, Counts(sent=1)),
    ],
)
def test_the_row_says_what_became_of_the_message(
    office: Office, faults: dict[str, str], state: MailState, counts: Counts
) -> None:
    mail = office.post()
    with serving(faults) as server:
        assert office.deliver(transport(server)) == counts
    assert office.mail(mail.id).state is state


def test_when_the_fault_is_over_every_message_has_arrived_once(office: Office) -> None:
    """enqueued = sent + failed + unknown; none lost, none doubled."""
    faults = [{"connect": "421 later"}, {"RCPT": "450 busy"}, {"MAIL": HANG_UP}, {"dot": "452 full"}]
    posted = [office.post(f"answer:{number}") for number in range(4)]
    taken: list[str] = []
    for fault in [*faults, {}, {}]:
        with serving(fault) as server:
            office.deliver(transport(server))
        taken += [each["Message-ID"] for each in server.taken if "dot" not in fault]
        office.clock.advance(dt.timedelta(hours=7))
    assert {office.mail(mail.id).state for mail in posted} == {MailState.SENT}
    assert sorted(taken) == sorted(mail.message_id for mail in posted)


def test_what_is_composed_is_what_a_server_gets(office: Office) -> None:
    mail = office.post(recipient_name="Béatrice", subject="Größe: the outcome")
    wanted = compose(mail, mail.body, now=office.clock.now(), mail_from="office@agency.example")
    with serving() as server:
        office.deliver(transport(server))
    (taken,) = server.taken
    for name in ("From", "Reply-To", "To", "Subject", "Date", "Message-ID"):
        assert taken[name] == wanted[name]
