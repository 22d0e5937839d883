"""No token of a private link reaches a log, by whichever way."""

from __future__ import annotations

import http.client
import io
import logging
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from forms.web import logs

TOKEN = "ybY3uQpvX0Nn0DzJ-h5p_8Vw2mB7kC1tEaSfRgLqOiU"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"GET /status/{TOKEN}/ HTTP/1.1", "GET /status/[private]/ HTTP/1.1"),
        (f"GET /status/{TOKEN}/refer/?x=1", "GET /status/[private]/refer/?x=1"),
        (f"POST /desk/setup/{TOKEN}/ 200", "POST /desk/setup/[private]/ 200"),
        (f"POST /mail/unsubscribe/{TOKEN}/ 200", "POST /mail/unsubscribe/[private]/ 200"),
        ("GET /r/ab12 HTTP/1.1", "GET /r/[private] HTTP/1.1"),
        ("GET //status//short?x", "GET //status//[private]?x"),
        ("GET /STATUS/short/", "GET /STATUS/[private]/"),
        (f"token {TOKEN} was refused", "token [private] was refused"),
        (f"GET /%73tatus/{TOKEN}/", "GET /%73tatus/[private]/"),
        ("GET /articles/why-follow-up/", "GET /articles/why-follow-up/"),
        (
            "GET /desk/jobs/0123456789abcdef0123456789abcdef/",
            "GET /desk/jobs/0123456789abcdef0123456789abcdef/",
        ),
    ],
)
def test_what_opens_a_page_is_hidden_and_the_rest_stays(text: str, redacted: str) -> None:
    assert logs.redact(text) == redacted


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a plain handler on the root logger writes."""
    logs.install()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_arguments_are_cleaned_as_well(log: io.StringIO) -> None:
    logging.getLogger("any.library").error("opened %s after %d ms", f"/status/{TOKEN}/", 5)
    assert log.getvalue() == "opened /status/[private]/ after 5 ms\n"


def test_a_traceback_is_cleaned_as_well(log: io.StringIO) -> None:
    def fail(token: str) -> None:
        raise ValueError(f"cannot open /status/{token}/")

    try:
        fail(TOKEN)
    except ValueError:
        logging.getLogger("any.library").exception("failed")
    assert "ValueError: cannot open /status/[private]/" in log.getvalue()
    assert TOKEN not in log.getvalue()


def test_a_broken_call_of_the_logger_leaks_nothing(log: io.StringIO) -> None:
    logging.getLogger("any.library").error("%d of", f"/status/{TOKEN}/")
    assert "[private]" in log.getvalue()
    assert TOKEN not in log.getvalue()


def test_the_preview_servers_request_log_is_cleaned_as_well(app: Flask, log: io.StringIO) -> None:
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    connection.request("GET", f"/status/{TOKEN}/", headers={"Connection": "close"})
    connection.getresponse().read()
    connection.close()
    thread.join()
    server.server_close()
    assert "GET /status/[private]/ HTTP/1.1" in log.getvalue()
    assert TOKEN not in log.getvalue()


def test_a_bug_on_a_private_page_is_logged_without_its_address(
    app: Flask, client: FlaskClient, log: io.StringIO
) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client.get(f"/probe/{TOKEN}/fault/bug/")
    assert "RuntimeError: a bug" in log.getvalue()
    assert TOKEN not in log.getvalue()
