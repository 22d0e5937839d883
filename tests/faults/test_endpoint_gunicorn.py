"""The endpoint as production runs it: gunicorn, preloaded, several workers, one TinyDB file."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.settings import ROOT
from tests.ports import free_port
from tests.processes import LONG

pytestmark = [pytest.mark.faults, pytest.mark.skipif(os.name == "nt", reason="gunicorn is not for Windows")]

TOKEN = "ybY3uQpvX0Nn0DzJ-h5p_8Vw2mB7kC1tEaSfRgLqOiU"


@dataclass
class Server:
    """A running gunicorn and what it logs."""

    port: int
    log: Path
    environ: dict[str, str]

    def request(
        self, method: str, path: str, body: str = "", cookie: str = "", **headers: str
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        sent = {"Origin": f"http://127.0.0.1:{self.port}", "Cookie": cookie, **headers}
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body or None, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def command(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "forms", *words],
            cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=LONG, check=True,
        )  # fmt: skip
        return done.stdout.strip()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("gunicorn")
    port, log = free_port(), folder / "log"
    (folder / "site").mkdir()
    (folder / "site" / "index.html").write_text("the built home page")
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FOLLOWUP_")},
        "FOLLOWUP_STORE": f"tinydb:{folder / 'ledger.json'}",
        "FOLLOWUP_BASE_URL": f"http://127.0.0.1:{port}",
        "FOLLOWUP_SERVE_SITE": "on",
        "FOLLOWUP_SITE_DIR": str(folder / "site"),
    }
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2",
             "--log-level", "debug", "forms:create_app()"],
            cwd=ROOT, env=environ, stdout=stream, stderr=stream,
        )  # fmt: skip
    running = Server(port, log, environ)
    try:
        wait_for(running, process)
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=LONG)


def wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        assert process.poll() is None, server.log.read_text()
        try:
            if len(workers_seen(server)) == 2 and server.request("GET", "/healthz")[0] == 200:
                return
        except OSError:
            pass  # not listening yet
        time.sleep(0.1)
    raise AssertionError(server.log.read_text())


def workers_seen(server: Server) -> set[str]:
    return set(re.findall(r"\[(\d+)\] \[INFO\] Booting worker", server.log.read_text()))


def test_two_workers_serve_site_and_endpoint(server: Server) -> None:
    assert len(workers_seen(server)) == 2
    assert server.request("GET", "/")[2] == "the built home page"
    assert server.request("GET", "/healthz")[2] == "ok\n"


def test_no_private_link_reaches_the_log(server: Server) -> None:
    paths = [
        f"/status/{TOKEN}/",
        f"/status/{TOKEN}/refer/?kind=client",
        f"/desk/setup/{TOKEN}/",
        f"/%73tatus/{TOKEN}/",
        f"/r/{TOKEN}",
        f"/no-such-page/{TOKEN}",
        f"/desk/login/?next=/desk/{TOKEN}/",
    ]
    for path in paths:
        server.request("GET", path, Referer=f"http://127.0.0.1:{server.port}/status/{TOKEN}/")
        server.request("POST", path, body="a=b")
    logged = server.log.read_text()
    assert logged.count("[private]") >= 2 * len(paths)
    assert TOKEN not in logged


def test_a_megabyte_is_refused_and_others_are_answered(server: Server) -> None:
    try:
        status = server.request("POST", "/desk/login/", body="why=" + "x" * 1_000_000)[0]
    except (BrokenPipeError, ConnectionResetError):
        status = 413  # it hung up before we had sent it all
    assert status == 413
    assert server.request("GET", "/healthz")[0] == 200


def test_a_session_holds_for_every_worker_and_logout_does_too(server: Server) -> None:
    """Set up by the printed link, then many requests at once: both workers must know the session."""
    link = server.command("setup-link")
    setup = link.removeprefix(f"http://127.0.0.1:{server.port}")
    token = form_token(server.request("GET", setup)[2])
    typed = f"csrf_token={token}&name=Anna&email=anna%40example.org&password=quiet+river+under+bridge"
    status, headers, _ = server.request("POST", setup, body=typed)
    assert (status, headers["location"]) == (303, "/desk/")
    cookie = headers["set-cookie"].partition(";")[0]

    def asked_in() -> list[int]:
        with ThreadPoolExecutor(8) as pool:
            return list(
                pool.map(lambda _: server.request("POST", "/desk/logout/", cookie=cookie)[0], range(24))
            )

    assert set(asked_in()) == {403}  # logged in, but without the form's token
    assert setup.rpartition("/setup/")[2].strip("/") not in server.log.read_text()
    assert (Path(server.environ["FOLLOWUP_STORE"].removeprefix("tinydb:")).parent / "secret-key").exists()


def form_token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_the_ledger_is_whole_after_all_that(server: Server) -> None:
    json.loads(Path(server.environ["FOLLOWUP_STORE"].removeprefix("tinydb:")).read_bytes())
