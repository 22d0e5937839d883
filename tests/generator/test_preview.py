"""While somebody writes: the site is built again, and the browser is told."""

from __future__ import annotations

import datetime as dt
import http.client
import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask, Response, send_from_directory
from werkzeug.serving import make_server
from werkzeug.test import Client

from core.clock import ManualClock
from core.errors import FollowUpError, InvalidContent, Problem
from core.settings import STATIC, TEMPLATES
from generator import reload
from generator.failure_page import failure_page
from generator.preview import Preview
from generator.publish import Report
from generator.reload import EVENTS_URL, SCRIPT_URL, TAG, Broadcast, ReloadMiddleware
from tests.generator.publication import NOW, Publication

PATIENCE = 120.0  # seconds until a test gives up; nothing waits that long unless it failed


class Watched:
    """A preview whose builds and complaints can be waited for."""

    def __init__(self, site: Publication) -> None:
        self.site = site
        self.clock = ManualClock(NOW)
        self.reports: queue.Queue[Report] = queue.Queue()
        self.complaints: queue.Queue[str] = queue.Queue()
        self.templates = site.root / "templates"
        shutil.copytree(TEMPLATES, self.templates)
        self.preview = Preview(
            site.content,
            self.templates,
            STATIC,
            site.output,
            self.reports.put,
            tell=self.complaints.put,
            clock=self.clock,
        )

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for builds until `true`: one edit may be seen as two changes."""
        while not true():
            self.reports.get(timeout=PATIENCE)


@pytest.fixture
def watched(site: Publication) -> Iterator[Watched]:
    site.article("a", "First.")
    watched = Watched(site)
    yield watched
    watched.preview.stop()


def test_an_edit_is_built_again(watched: Watched) -> None:
    assert watched.preview.start()
    watched.site.article("a", "Second.")
    watched.until(lambda: "Second." in watched.site.read("articles/a/index.html"))
    template = watched.templates / "articles" / "article.html"
    template.write_text(template.read_text().replace("min read", "minutes"))
    watched.until(lambda: "minutes" in watched.site.read("articles/a/index.html"))


def test_an_error_is_told_while_the_old_site_stays_and_the_repair_is_noticed(watched: Watched) -> None:
    watched.preview.start()
    watched.site.article("a", "Second.", tittle="x")
    while 'unknown key "tittle"' not in watched.complaints.get(timeout=PATIENCE):
        """A file may be seen while it is being written."""
    assert "First." in watched.site.read("articles/a/index.html")
    watched.site.article("a", "Third.")
    watched.until(lambda: "Third." in watched.site.read("articles/a/index.html"))


def test_a_site_with_errors_from_the_start_is_built_once_they_are_mended(watched: Watched) -> None:
    watched.site.article("a", tittle="x")
    assert not watched.preview.start()
    watched.site.article("a", "Mended.")
    watched.until(lambda: (watched.site.output / "articles/a/index.html").exists())


def test_a_scheduled_article_appears_by_itself_at_its_time(watched: Watched) -> None:
    watched.site.article("later", date="2026-11-22 13:00")
    watched.preview.start()
    page = watched.site.output / "articles" / "later" / "index.html"
    assert not page.exists()
    watched.clock.advance(dt.timedelta(hours=1))
    watched.until(page.exists)


def test_a_listener_that_fails_does_not_end_the_watching(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    preview = Preview(
        watched.site.content, TEMPLATES, STATIC, watched.site.output, _fail_twice(watched.reports)
    )
    with pytest.raises(RuntimeError, match="not yet"):
        preview.build()
    try:
        assert preview.start()
        watched.site.article("a", "Second.")
        watched.until(lambda: "Second." in watched.site.read("articles/a/index.html"))
        watched.site.article("a", "Third.")
        watched.until(lambda: "Third." in watched.site.read("articles/a/index.html"))
    finally:
        preview.stop()
    assert "the site could not be built" in caplog.text


def _fail_twice(reports: queue.Queue[Report]) -> Callable[[Report], None]:
    """A listener that fails at its first call and at its third."""
    calls: list[Report] = []

    def hear(report: Report) -> None:
        calls.append(report)
        reports.put(report)
        if len(calls) in (1, 3):
            raise RuntimeError("not yet")

    return hear


def test_the_site_on_the_disc_knows_nothing_of_the_preview(watched: Watched) -> None:
    watched.preview.start()
    assert not [name for name, data in watched.site.files().items() if b"_preview" in data]


# --- the page that says what is wrong ---


def test_what_is_wrong_is_a_page_with_every_place_and_the_lines_around_until_it_is_mended(
    watched: Watched, client: Client
) -> None:
    seen = watched.preview.broadcast.stream()
    [next(seen) for _ in range(2)]
    watched.site.article("a", "One.\n\n[x](/nowhere/) & <b>more</b>\n\nLast.")
    watched.site.article("b", "Text.", tittle="x")
    assert not watched.preview.build()
    assert b"event: built" in next(seen)
    for path in ("/", "/articles/a/", "/articles/new/"):
        response = client.get(path)
        assert response.status_code == 500
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert TAG in response.data
    assert "content/articles/b.md:4" in response.text
    assert "<mark>    4  tittle: x</mark>" in response.text
    for path in ("/desk/", "/static/css/site.css"):
        with client.get(path) as other:
            assert other.status_code == 200
    watched.site.article("b")
    assert not watched.preview.build()
    text = client.get("/").text
    assert text.count("<section>") == 1
    assert "<mark>    8  [x](/nowhere/) &amp; &lt;b&gt;more&lt;/b&gt;</mark>" in text
    assert "    9  \n   10  Last." in text
    watched.site.article("a", "Mended.")
    assert watched.preview.build()
    assert b"event: built" in next(seen)
    with client.get("/articles/a/") as mended:
        assert mended.status_code == 200


def test_a_problem_without_a_line_or_without_a_file_is_shown_too() -> None:
    text = failure_page(InvalidContent([Problem("nowhere.md", 3, "it is <gone>", "look")])).decode()
    assert "nowhere.md:3" in text
    assert "It is &lt;gone&gt;." in text
    assert "<pre" not in text
    assert "no &lt;room&gt;" in failure_page(FollowUpError("no <room>")).decode()


# --- the middleware ---


def application(site: Publication) -> Flask:
    """The built site served by a plain Flask app, with a page of the endpoint beside it."""
    app = Flask("served", static_folder=None)

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def page(path: str) -> Response:
        return send_from_directory(
            site.output, path + "index.html" if path.endswith("/") or not path else path
        )

    @app.get("/desk/")
    def desk() -> str:
        return "<html><body>a form, half filled in</body></html>"

    return app


@pytest.fixture
def client(watched: Watched) -> Client:
    watched.preview.build()
    return Client(watched.preview.middleware(application(watched.site)))


def test_pages_of_the_site_get_the_script_and_nothing_else_does(client: Client) -> None:
    for path, expected in {
        "/": 1,
        "/articles/a/": 1,
        "/desk/": 0,
        "/feed.xml": 0,
        "/static/css/site.css": 0,
    }.items():
        with client.get(path) as response:
            assert response.status_code == 200
            assert response.data.count(TAG) == expected, path
            assert response.content_length in (None, len(response.data))


def test_a_page_seen_before_the_build_is_not_answered_with_not_modified(
    client: Client, watched: Watched
) -> None:
    plain = Client(application(watched.site)).get("/")
    etag = plain.headers["ETag"]
    plain.close()
    response = client.get("/", headers={"If-None-Match": etag, "Range": "bytes=0-10"})
    assert response.status_code == 200
    assert TAG in response.data
    assert "ETag" not in response.headers


def test_the_script_is_served_as_a_file_of_our_own(client: Client) -> None:
    response = client.get(SCRIPT_URL)
    assert response.mimetype == "text/javascript"
    assert EVENTS_URL in response.text


@pytest.mark.parametrize("path", ["/../", "/./", "/articles/../articles/a/"])
def test_a_path_that_climbs_is_nobodys_page(watched: Watched, path: str) -> None:
    watched.preview.build()
    middleware = watched.preview.middleware(application(watched.site))
    response = Client(middleware).get("/", environ_overrides={"PATH_INFO": path})
    assert TAG not in response.data
    response.close()


def test_a_stream_tells_each_build_and_beats_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reload, "HEARTBEAT_SECONDS", 0.01)
    broadcast = Broadcast()
    stream = broadcast.stream()
    assert next(stream) == b"retry: 1000\n\n"
    assert next(stream).endswith(b".0\n\n")
    assert next(stream) == b": still here\n\n"
    broadcast.send()
    assert next(stream).endswith(b".1\n\n")
    broadcast.close()
    assert list(stream) == []


def test_a_browser_hears_of_a_build_and_a_server_with_listeners_can_stop(watched: Watched) -> None:
    """Over a real connection: the event arrives, and neither preview nor server waits for the listener."""
    watched.preview.start()
    server = make_server("127.0.0.1", 0, watched.preview.middleware(application(watched.site)), threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=PATIENCE)
    try:
        connection.request("GET", EVENTS_URL)
        response = connection.getresponse()
        assert response.getheader("Content-Type") == "text/event-stream"
        first = read_event(response)
        watched.site.article("a", "Second.")
        assert read_event(response) != first
        watched.preview.stop()
        assert response.read() == b""
    finally:
        connection.close()
        server.shutdown()
        serving.join()
        server.server_close()


def read_event(response: http.client.HTTPResponse) -> bytes:
    """The data of the next event."""
    while not (line := response.readline()).startswith(b"data:"):
        assert line
    response.readline()
    return line


def test_an_application_that_fails_is_closed_and_its_error_goes_on() -> None:
    closed: list[bool] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            yield b"<html>"
            raise RuntimeError("broken")

        def close(self) -> None:
            closed.append(True)

    def broken(_environ: WSGIEnvironment, start_response: StartResponse) -> Body:
        start_response("200 OK", [("Content-Type", "text/html")])
        return Body()

    app: WSGIApplication = ReloadMiddleware(broken, Broadcast(), lambda _path: True)
    with pytest.raises(RuntimeError, match="broken"):
        Client(app).get("/")
    assert closed == [True]
