"""The rules that every test is held to."""

from __future__ import annotations

import socket
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import ROOT

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org"])
def test_a_test_cannot_reach_another_machine(host: str) -> None:
    with pytest.raises(RuntimeError, match="tests stay on"):
        socket.create_connection((host, 80), timeout=1)


def test_a_browser_test_that_was_skipped_fails_where_ci_is_set(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest(rules)
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.browser
        def test_with_a_browser():
            pytest.skip("none here")

        def test_of_another_system():
            pytest.skip("not on this system")
        """
    )
    arguments = ("-p", "no:cacheprovider", "-W", "ignore::pytest.PytestUnknownMarkWarning")
    monkeypatch.delenv("CI", raising=False)
    pytester.runpytest_subprocess(*arguments).assert_outcomes(skipped=2)
    monkeypatch.setenv("CI", "1")
    pytester.runpytest_subprocess(*arguments).assert_outcomes(skipped=1, failed=1)


@given(st.just(0.3))
def test_an_example_is_not_wrong_for_taking_longer_than_hypothesis_would_allow(seconds: float) -> None:
    time.sleep(seconds)
