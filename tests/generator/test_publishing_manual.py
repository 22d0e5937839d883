"""docs/publishing.md knows every key, every command and every option."""

from __future__ import annotations

import re

import click
import pytest

from core.settings import ROOT
from generator.app import ROUTES
from generator.article import RESERVED, Article, Page, keys_of
from generator.cli import cli

MANUAL = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", keys_of(Article))
def test_every_key_is_in_the_table_with_what_it_is_for(key: str) -> None:
    found = re.search(rf"^\| `{key}` \| (both|articles)", MANUAL, re.MULTILINE)
    assert found is not None
    assert (found[1] == "both") == (key in keys_of(Page))


def commands(group: click.Group, above: str = "") -> dict[str, click.Command]:
    """Every command by its full name."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        deeper = commands(command, f"{above}{name} ") if isinstance(command, click.Group) else {}
        found |= deeper or {f"{above}{name}": command}
    return found


@pytest.mark.parametrize("name", commands(cli))
def test_every_command_and_option_is_in_the_table(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}.*$", MANUAL, re.MULTILINE)
    for parameter in commands(cli)[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in row


def test_every_kind_of_address_is_in_the_table() -> None:
    for rule, _endpoint in ROUTES:
        assert f"`{rule.split('<')[0]}" in MANUAL, rule


def test_every_reserved_name_is_listed() -> None:
    for name in RESERVED:
        assert f"`{name}`" in MANUAL
