"""What every test may ask for, and what none may do: reach beyond this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from core import browser
from tests.postgres_server import VARIABLE, NoServer, PostgresServer, running

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Quiet, without a graphics card, and runnable by root in a container."""

# Settings of whoever runs the tests must not reach them; FOLLOWUP_TEST_… is said to the tests themselves.
for _name in list(os.environ):
    if not _name.startswith("FOLLOWUP_") or _name.startswith("FOLLOWUP_TEST_"):
        continue
    del os.environ[_name]

# An example is right or wrong, however long the machine took over it: Hypothesis would allow it 200 ms.
settings.register_profile(
    "unhurried", parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


class NotLoopback(RuntimeError):
    """A test tried to reach another machine."""


def _refuse_other_machines(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _is_conversation(arguments[0]):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_here(host):
        raise NotLoopback(f"tests stay on 127.0.0.1, and this one tried to reach {host!r}")


def _is_conversation(found: socket.socket) -> bool:
    """Connecting a datagram socket sends nothing; it is how one's own address is found out."""
    return found.family in (socket.AF_INET, socket.AF_INET6) and found.type != socket.SOCK_DGRAM


def _is_here(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        address = ipaddress.ip_address(str(name))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


sys.addaudithook(_refuse_other_machines)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The path of a Chromium; without one the test is skipped, or fails where CI is set."""
    found = browser.find()
    if found is None:
        pytest.skip("no Chromium was found; `python3 build.py test` fetches one")
    return found


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for this session; without one the test is skipped, or fails where CI is set."""
    try:
        with running(fsync=False) as server:
            os.environ[VARIABLE] = server.url
            yield server
    except NoServer as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI is set, a browser test that was skipped has failed: nobody would notice it missing."""
    report = yield
    if os.environ.get("CI") and report.skipped and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
