"""Opening a transport: the setting is understood, or explained."""

from __future__ import annotations

import io

import pytest

from core.errors import InvalidSettings
from core.settings import load_run_settings
from forms.outbox.smtp import Security, SmtpTransport
from forms.outbox.transport import ConsoleTransport, open_transport
from tests.forms.outbox.office import Office


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [
        ("smtp://127.0.0.1:2525", Security.NONE, 2525),
        ("smtp://mail.example", Security.NONE, 25),
        ("smtp+starttls://mail.example", Security.STARTTLS, 587),
        ("smtps://mail.example", Security.TLS, 465),
        ("smtps://mail.example:2465", Security.TLS, 2465),
    ],
)
def test_an_address_names_host_port_and_protection(url: str, security: Security, port: int) -> None:
    opened = open_transport(load_run_settings({"FOLLOWUP_MAIL": url}))
    assert isinstance(opened, SmtpTransport)
    assert (opened.security, opened.port) == (security, port)


def test_we_introduce_ourselves_with_our_own_domain() -> None:
    environ = {"FOLLOWUP_MAIL": "smtp://mail.example", "FOLLOWUP_MAIL_FROM": "office@agency.example"}
    opened = open_transport(load_run_settings(environ))
    assert isinstance(opened, SmtpTransport)
    assert opened.hello == "agency.example"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"FOLLOWUP_MAIL": "mail.example:25"}, "is not a way to send mail"),
        ({"FOLLOWUP_MAIL": "http://mail.example"}, "is not a way to send mail"),
        ({"FOLLOWUP_MAIL": "smtp://"}, "is not a way to send mail"),
        ({"FOLLOWUP_MAIL": "smtp://mail.example/inbox"}, "is not a way to send mail"),
        ({"FOLLOWUP_MAIL": "smtp://mail.example:99999"}, "no number up to 65535"),
        ({"FOLLOWUP_MAIL": "smtps://anna:secret@mail.example"}, "FOLLOWUP_MAIL_PASSWORD"),
        ({"FOLLOWUP_MAIL": "smtp://mail.example", "FOLLOWUP_MAIL_USER": "anna"}, "password in clear"),
    ],
)
def test_a_wrong_setting_is_explained(environ: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidSettings, match=words) as caught:
        open_transport(load_run_settings(environ))
    assert "secret" not in str(caught.value)


def test_a_password_never_shows() -> None:
    environ = {
        "FOLLOWUP_MAIL": "smtps://mail.example",
        "FOLLOWUP_MAIL_USER": "anna",
        "FOLLOWUP_MAIL_PASSWORD": "open sesame",
    }
    assert "sesame" not in repr(open_transport(load_run_settings(environ)))


def test_the_console_shows_the_letter_to_the_developer(office: Office) -> None:
    assert isinstance(open_transport(load_run_settings({})), ConsoleTransport)
    screen = io.StringIO()
    office.post()
    assert office.deliver(ConsoleTransport(screen)).sent == 1
    assert "To: Bea Candidate <bea@example.org>\nSubject: Data engineer: the outcome\n" in screen.getvalue()
    assert "https://followup.example/status/" in screen.getvalue()
