"""Ports for servers that a test starts in a moment, or that it knows to be closed."""

from __future__ import annotations

import itertools
import os
import socket
from contextlib import suppress

_FIRST, _COUNT = 20_000, 12_000
"""Below those that systems give away by themselves: Linux from 32,768 on, others from 49,152 on."""

_NUMBERS = itertools.count(os.getpid() * 61)  # not where another process of tests begins


def free_port() -> int:
    """A port of loopback that nobody uses, and that nobody is given before the server is up.

    One that the system chose is free again until then: a machine that starts a server slowly may give it to
    any of the connections that other tests make meanwhile.
    """
    for number in _NUMBERS:
        port = _FIRST + number % _COUNT
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("numbers do not end")
