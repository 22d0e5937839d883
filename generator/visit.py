"""One address visited over HTTP(S), to learn whether it is there; nothing of what it says is read."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import closing, suppress
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote, urljoin, urlsplit

REDIRECTS = 8  # browsers follow 20; who needs eight is lost
_HEAD_REFUSED = range(400, 600)  # many servers answer HEAD wrongly: only GET counts against them
_MOVED_FOR_GOOD = {301, 308}
_REDIRECT = {301, 302, 303, 307, 308}
# Answers that a browser might not get: for whoever is logged in, or turned away for being a program.
_UNSURE = {401, 402, 403, 405, 406, 407, 408, 425, 429, 451, 999}


class Verdict(Enum):
    """What became of a visit."""

    OK = "ok"
    MOVED = "moved"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Visit:
    """The outcome: `detail` in words; `wait` are the seconds after which the server asks to come back."""

    verdict: Verdict
    detail: str
    wait: float | None = None


@dataclass(frozen=True)
class Manners:
    """How to visit: `seconds` for one answer, in whole; `private` allows addresses of no public network."""

    agent: str
    seconds: float = 15.0
    private: bool = False
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)


class _Refused(Exception):
    """The address is not one to be visited; the message says why."""


def visit(address: str, manners: Manners) -> Visit:
    """Visit an address: HEAD, then GET where that is refused; redirects are followed and told."""
    here, for_good = address, True
    try:
        for _ in range(REDIRECTS):
            status, headers = _ask("HEAD", here, manners)
            if status in _HEAD_REFUSED and status != 429:
                status, headers = _ask("GET", here, manners)
            if status not in _REDIRECT or "location" not in headers:
                return _judged(status, headers, here if here != address else "", for_good)
            for_good = for_good and status in _MOVED_FOR_GOOD
            here = urljoin(here, headers["location"]).partition("#")[0]
    except _Refused as error:
        return Visit(Verdict.BROKEN, str(error))
    except ssl.SSLCertVerificationError as error:
        return Visit(Verdict.BROKEN, f"its certificate is not valid ({error.verify_message})")
    except TimeoutError:
        return Visit(Verdict.UNREACHABLE, f"no answer within {manners.seconds:g} seconds")
    except (OSError, http.client.HTTPException) as error:
        return Visit(Verdict.UNREACHABLE, str(error) or type(error).__name__)
    return Visit(Verdict.BROKEN, f"more than {REDIRECTS} redirects")


def _judged(status: int, headers: dict[str, str], where: str, for_good: bool) -> Visit:
    if status < 400:
        if where and for_good:
            return Visit(Verdict.MOVED, f"moved to {where}")
        return Visit(Verdict.OK, f"answers {status}" + (f" at {where}" if where else ""))
    detail = f"answers {status}" + (f" at {where}" if where else "")
    if status in _UNSURE or status >= 500:
        wait = headers.get("retry-after", "")
        return Visit(Verdict.UNREACHABLE, detail, float(wait) if wait.isdecimal() else None)
    return Visit(Verdict.BROKEN, detail)


def _ask(method: str, address: str, manners: Manners) -> tuple[int, dict[str, str]]:
    """Status and headers; the connection is closed before the body comes."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _Refused(f"{address} is no address of the web")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(parts.hostname, port)
    with closing(_connected(parts.hostname, port, manners)) as plain:
        # Each read may take long; a drip of bytes must not: the whole is cut off at the end of its time.
        fired = threading.Event()
        watchdog = threading.Timer(manners.seconds, _cut_off, (plain, fired))
        watchdog.daemon = True
        watchdog.start()
        try:
            connection.sock = plain
            if parts.scheme == "https":
                connection.sock = manners.trust.wrap_socket(plain, server_hostname=parts.hostname)
            target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
            target += f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
            connection.request(method, target, headers={"User-Agent": manners.agent, "Accept": "*/*"})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}
        except (OSError, http.client.HTTPException) as error:
            if fired.is_set() and not isinstance(error, ssl.SSLCertVerificationError):
                raise TimeoutError from error
            raise
        finally:
            watchdog.cancel()
            connection.close()


def _cut_off(connection: socket.socket, fired: threading.Event) -> None:
    """End a conversation that takes too long; said before, so that whoever is woken knows why."""
    fired.set()
    with suppress(OSError):  # it ended by itself meanwhile
        connection.shutdown(socket.SHUT_RDWR)


def _connected(host: str, port: int, manners: Manners) -> socket.socket:
    """A connection to the address that was looked at: a name cannot mean another one a moment later."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        if getattr(error, "errno", None) == socket.EAI_AGAIN:
            raise
        raise _Refused(f"there is no host {host}") from error
    reachable = [each[4] for each in found if manners.private or _is_public(str(each[4][0]))]
    if not reachable:
        raise _Refused(f"{host} is an address that readers cannot reach")
    failure: OSError | None = None
    for where in reachable:
        try:
            return socket.create_connection((str(where[0]), port), manners.seconds)
        except OSError as error:
            failure = error
    assert failure is not None
    raise failure


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global
