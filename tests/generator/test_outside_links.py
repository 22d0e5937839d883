"""Links to other sites, visited on real servers that answer well, badly, late or not at all."""

from __future__ import annotations

import datetime as dt
import http.server
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator import check_command
from generator.cli import cli
from generator.external import check_outside, read_memory
from generator.visit import Manners, Verdict, visit
from tests.generator.publication import NOW, Publication
from tests.ports import free_port

MANNERS = Manners(agent="Follow-up link check", seconds=60, private=True)
IMPATIENT = replace(MANNERS, seconds=0.2)


class Strange(http.server.BaseHTTPRequestHandler):
    """A server whose paths say how it behaves."""

    asked: list[tuple[str, str, str]] = []  # noqa: RUF012  # per test
    busy = 0
    over = threading.Event()

    def do_HEAD(self) -> None:
        self.asked.append((self.command, self.path, self.headers["User-Agent"]))
        word = self.path.split("/")[1]
        answer = getattr(self, f"do_{word}", None)
        if answer:
            answer()
        else:
            self.say(int(word) if word.isdecimal() else 200)

    do_GET = do_HEAD  # noqa: N815

    def say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def do_moved(self) -> None:
        self.say(301, Location="/fine")

    def do_away(self) -> None:
        self.say(302, Location="/fine")

    def do_gone(self) -> None:
        self.say(308, Location="/404")

    def do_loop(self) -> None:
        self.say(301, Location="/loop")

    def do_picky(self) -> None:
        self.say(405 if self.command == "HEAD" else 200)

    def do_busy(self) -> None:
        type(self).busy += 1
        self.say(*(429,) if self.busy == 1 else (200,), Retry_After="1")

    def do_closed(self) -> None:
        self.say(503, Retry_After="9999")

    def do_slow(self) -> None:
        self.over.wait()

    def do_drip(self) -> None:
        while not self.over.wait(0.01):
            self.wfile.write(b"H")

    def do_drop(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True


@pytest.fixture
def server() -> Iterator[str]:
    Strange.asked, Strange.busy, Strange.over = [], 0, threading.Event()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Strange) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        Strange.over.set()
        serving.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "verdict", "detail"),
    [
        ("/200", Verdict.OK, "answers 200"),
        ("/moved", Verdict.MOVED, "moved to {0}/fine"),
        ("/away", Verdict.OK, "answers 200 at {0}/fine"),
        ("/picky", Verdict.OK, "answers 200"),
        ("/404", Verdict.BROKEN, "answers 404"),
        ("/410", Verdict.BROKEN, "answers 410"),
        ("/gone", Verdict.BROKEN, "answers 404 at {0}/404"),
        ("/loop", Verdict.BROKEN, "more than 8 redirects"),
        ("/403", Verdict.UNREACHABLE, "answers 403"),
        ("/500", Verdict.UNREACHABLE, "answers 500"),
        ("/closed", Verdict.UNREACHABLE, "answers 503"),
        ("/a b/é?q=ü", Verdict.OK, "answers 200"),
    ],
)
def test_what_a_server_answers_is_judged(server: str, path: str, verdict: Verdict, detail: str) -> None:
    found = visit(server + path, MANNERS)
    assert (found.verdict, found.detail) == (verdict, detail.format(server))


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_an_answer_that_does_not_come_or_not_to_an_end_is_not_waited_for(server: str, path: str) -> None:
    found = visit(server + path, IMPATIENT)
    assert (found.verdict, found.detail) == (Verdict.UNREACHABLE, "no answer within 0.2 seconds")


def test_a_dropped_connection_and_a_closed_port_are_unreachable(server: str) -> None:
    assert visit(f"{server}/drop", MANNERS).verdict is Verdict.UNREACHABLE
    assert visit(f"http://127.0.0.1:{free_port()}/", MANNERS).verdict is Verdict.UNREACHABLE


def test_an_address_that_only_we_can_reach_is_broken_and_not_visited(server: str) -> None:
    found = visit(server, Manners(agent="x"))
    assert found.verdict is Verdict.BROKEN
    assert "127.0.0.1 is an address that readers cannot reach" in found.detail
    assert Strange.asked == []


def test_a_certificate_that_nobody_vouches_for_is_broken(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", key],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(key)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Strange) as serving:
        serving.socket = context.wrap_socket(serving.socket, server_side=True)
        serving.handle_error = lambda *_: None  # type: ignore[method-assign]  # it is told of the refusal
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        address = f"https://localhost:{serving.server_port}/200"
        refused = visit(address, MANNERS)
        trusting = ssl.create_default_context(cafile=key)
        trusted = visit(address, Manners(agent="x", private=True, trust=trusting))
        serving.shutdown()
        thread.join()
    assert refused.verdict is Verdict.BROKEN
    assert "certificate is not valid" in refused.detail
    assert trusted.verdict is Verdict.OK


def test_good_news_are_kept_for_a_week_and_bad_news_for_an_hour(server: str, tmp_path: Path) -> None:
    places = {f"{server}/200": (), f"{server}/404": ()}
    memory = tmp_path / "memory.json"

    def asked_at(now: dt.datetime) -> int:
        return check_outside(places, memory, MANNERS, now, pause=0).asked

    assert asked_at(NOW) == 2
    assert asked_at(NOW + dt.timedelta(minutes=59)) == 0
    assert asked_at(NOW + dt.timedelta(minutes=61)) == 1
    assert asked_at(NOW + dt.timedelta(days=8)) == 2
    assert set(read_memory(memory)) == set(places)
    memory.write_text("{broken")
    assert asked_at(NOW) == 2


def test_who_asks_to_come_back_soon_is_asked_again_and_one_host_is_visited_by_one(
    server: str, tmp_path: Path
) -> None:
    places = {f"{server}/busy": (), **{f"{server}/200/{number}": () for number in range(5)}}
    outcome = check_outside(places, tmp_path / "memory.json", MANNERS, NOW, pause=0)
    assert {visit.verdict for visit in outcome.visits.values()} == {Verdict.OK}
    assert [path for _, path, _ in Strange.asked] == ["/busy", "/busy", *(f"/200/{n}" for n in range(5))]


def run(site: Publication, *words: str) -> Result:
    memory = str(site.root / "memory.json")
    return CliRunner().invoke(
        cli,
        ("check", "--content", "content", "--external", "--memory", memory, *words),
        catch_exceptions=False,
    )


def test_the_command_tells_each_place_and_fails_for_a_broken_link(site: Publication, server: str) -> None:
    site.article("a", f"[1]({server}/200)\n\n[2]({server}/404#x) [3]({server}/moved)\n")
    site.article("b", f"[2]({server}/404)\n", draft="true")
    result = run(site, "--private")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"content/articles/a.md:8: {server}/404: broken: answers 404 — mend it, or take it out",
        f"content/articles/a.md:8: {server}/moved: moved: moved to {server}/fine — write the new address",
    ]
    assert "3 outside addresses: 1 ok, 1 moved, 1 broken, 0 unreachable; 3 asked now." in result.stdout
    agents = {agent for _, _, agent in Strange.asked}
    assert agents == {check_command.AGENT.format(url="https://site.test")}
    site.article("a", f"[1]({server}/200) [3]({server}/moved)\n")
    again = run(site, "--private")
    assert again.exit_code == 0
    assert "0 asked now" in again.stdout


def test_an_ordinary_check_visits_nobody(site: Publication, server: str) -> None:
    site.article("a", f"[1]({server}/404)\n")
    site.build()
    assert CliRunner().invoke(cli, ("check", "--content", "content")).exit_code == 0
    assert Strange.asked == []
