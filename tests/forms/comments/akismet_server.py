"""A server that speaks Akismet's protocol, well or badly: https://akismet.com/developers/"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

KEY = "0123456789ab"
THANKS = "Thanks for making the web a better place."


@dataclass
class Answer:
    """What the server says next. `drip`: seconds between two bytes of it; `hang`: seconds before it."""

    body: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0
    drip: float = 0
    drop: bool = False


@dataclass
class Spam:
    """The server: what it is asked is in `asked`, as (method, fields); `answers` by method."""

    url: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)

    def methods(self) -> list[str]:
        return [method for method, _ in self.asked]

    def answer_to(self, method: str, fields: dict[str, str]) -> Answer:
        self.asked.append((method, fields))
        if method in self.answers:
            return self.answers[method]
        if method == "verify-key":
            return Answer("valid" if fields.get("key") == KEY else "invalid")
        if fields.get("api_key") != KEY:
            return Answer("invalid", headers={"X-akismet-debug-help": "no such key"})
        if method == "comment-check":
            return Answer("true" if "viagra-test-123" in fields.get("comment_author", "") else "false")
        return Answer(THANKS)


@contextlib.contextmanager
def running() -> Iterator[Spam]:
    """The server on a free port of this machine."""
    spam = Spam()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            sent = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
            answer = spam.answer_to(
                self.path.rsplit("/", 1)[-1], {name: value[0] for name, value in sent.items()}
            )
            spam.stopped.wait(answer.hang)
            if answer.drop:
                self.close_connection = True
                return
            with contextlib.suppress(OSError):
                self._say(answer)

        def _say(self, answer: Answer) -> None:
            body = answer.body.encode()
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            for start in range(0, len(body), 1 if answer.drip else max(len(body), 1)):
                self.wfile.write(body[start : start + (1 if answer.drip else len(body))])
                if spam.stopped.wait(answer.drip):
                    return

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    spam.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield spam
    finally:
        spam.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
