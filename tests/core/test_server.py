"""Claiming a port, and serving until told to stop."""

from __future__ import annotations

import socket

import pytest

from core.server import CannotListen, claim


def test_a_claimed_port_cannot_be_claimed_again_until_it_is_let_go() -> None:
    with claim("127.0.0.1", 0) as first:
        port = first.port
        with pytest.raises(CannotListen, match=f"port {port} is taken"), claim("127.0.0.1", port):
            pass
    with claim("127.0.0.1", port) as again:
        assert again.port == port


def test_the_address_says_the_port_that_was_found() -> None:
    with claim("127.0.0.1", 0) as listener:
        assert listener.url == f"http://127.0.0.1:{listener.port}"
        assert listener.port > 0
        assert listener.is_loopback


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 on this machine")
def test_an_ipv6_address_stands_in_brackets() -> None:
    try:
        with claim("::1", 0) as listener:
            assert listener.url == f"http://[::1]:{listener.port}"
            assert listener.is_loopback
    except CannotListen:
        pytest.skip("IPv6 is switched off on this machine")


def test_listening_everywhere_gives_an_address_that_others_can_reach() -> None:
    with claim("0.0.0.0", 0) as listener:
        assert not listener.is_loopback
        assert listener.reachable_host != "0.0.0.0"


@pytest.mark.parametrize(("host", "loopback"), [("localhost", True), ("127.0.0.2", True)])
def test_names_of_this_machine_are_loopback(host: str, loopback: bool) -> None:
    with claim(host, 0) as listener:
        assert listener.is_loopback is loopback
