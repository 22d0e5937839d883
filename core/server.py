"""One address, one port: claimed before anything else is done, then served until somebody says stop.

For one person at one machine. In production gunicorn serves the endpoint; see docs/deploy.md.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, get_interface_ip, make_server

from core.errors import FollowUpError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_REASONS = {
    errno.EADDRINUSE: "port {port} is taken by another program: stop that one, or choose another with --port",
    errno.EACCES: "port {port} is kept for the system: choose one above 1023 with --port",
    errno.EADDRNOTAVAIL: "this machine does not have the address {host}: leave --host out, or correct it",
}


class CannotListen(FollowUpError):
    """The address cannot be had; the message says why and what to do."""


@dataclass(frozen=True)
class Listener:
    """A port that is ours. `host` as it was asked for."""

    socket: socket.socket
    host: str

    @property
    def port(self) -> int:
        """The port; the system's choice when 0 was asked for."""
        return int(self.socket.getsockname()[1])

    @property
    def reachable_host(self) -> str:
        """A host name or address under which browsers reach it."""
        if self.host in ("0.0.0.0", "::"):  # noqa: S104  # the question is whether it is everywhere
            return get_interface_ip(self.socket.family)
        return self.host

    @property
    def url(self) -> str:
        """Where browsers reach it, without a trailing slash."""
        host = self.reachable_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


@contextlib.contextmanager
def claim(host: str, port: int) -> Iterator[Listener]:
    """Take the port until the block is left; browsers may connect from now, and wait. Raises CannotListen."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        listening = socket.create_server(address[:2], family=family, backlog=128)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, "{host} port {port}: {error.strerror}")
        raise CannotListen(reason.format(host=host, port=port, error=error)) from error
    with listening:
        yield Listener(listening, host)


class _Handler(WSGIRequestHandler):
    """Tells of what was changed and of what went wrong; a page that was looked at is no news."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        went_well = isinstance(code, int) and code < 400
        if self.command not in ("GET", "HEAD") or not went_well:
            super().log_request(code, size)


def serve(app: WSGIApplication, listener: Listener, stop: threading.Event) -> None:
    """Answer requests, each in a thread of its own, until `stop` is set."""
    server = make_server(
        listener.host,
        listener.port,
        app,
        threaded=True,
        request_handler=_Handler,
        fd=listener.socket.fileno(),
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="server", daemon=True)
    thread.start()
    while not stop.wait(0.5):  # in turns: on Windows a wait without an end cannot be interrupted
        pass
    server.shutdown()
    thread.join()


@contextlib.contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that is set by the first Ctrl-C or SIGTERM, so that everything is put away in order.

    A second one ends the process at once.
    """
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, on_signal)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
