"""What can be set and what can be run is in the manual, and what the manual links to is there."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from core.options import describe
from core.settings import ENV_PREFIX, ROOT, RunSettings, SiteSettings
from forms import cli as endpoint_commands

MANUAL = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def build_commands() -> click.Group:
    """The commands of build.py, which is a script and no module of a package."""
    spec = importlib.util.spec_from_file_location("build_script", ROOT / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert isinstance(module.cli, click.Group)
    return module.cli


def words_of(command: click.Command, name: str) -> list[str]:
    """The command's name and the names of its options, with those of its sub-commands."""
    if isinstance(command, click.Group):
        return [word for sub, each in command.commands.items() for word in words_of(each, f"{name} {sub}")]
    options = [each.opts[0] for each in command.params if isinstance(each, click.Option)]
    return [name, *options]


@pytest.mark.parametrize("option", [each.name for each in describe(RunSettings)])
def test_every_setting_of_the_installation_is_in_the_manual(option: str) -> None:
    assert f"| `{ENV_PREFIX}{option.upper()}` |" in MANUAL


@pytest.mark.parametrize("option", [each.name for each in describe(SiteSettings)])
def test_every_setting_of_the_site_is_in_the_manual(option: str) -> None:
    assert f"| `{option}` |" in MANUAL


def test_no_setting_is_in_the_manual_that_is_not_in_the_program() -> None:
    known = {f"{ENV_PREFIX}{each.name.upper()}" for each in describe(RunSettings)}
    texts = [path.read_text(encoding="utf-8") for path in (*PAGES, ROOT / "docs/deploy/follow-up.env")]
    assert set(re.findall(rf"{ENV_PREFIX}[A-Z_]+", "\n".join(texts))) <= known


@pytest.mark.parametrize("name", sorted(build_commands().commands))
def test_every_command_of_build_is_in_the_manual_with_its_options(name: str) -> None:
    for word in words_of(build_commands().commands[name], name):
        assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", MANUAL), word


@pytest.mark.parametrize("command", endpoint_commands.COMMANDS, ids=lambda command: str(command.name))
def test_every_command_of_the_endpoint_is_in_the_manual_with_its_options(command: click.Command) -> None:
    for word in words_of(command, f"flask --app forms {command.name}"):
        assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", MANUAL), word


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_what_the_manual_links_to_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:/][^)#:]*)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not on this machine")
def test_nginx_can_read_the_documented_configuration(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    # A certificate and the folder for logs are the machine's own; everything else is read as it stands.
    text = re.sub(r"(?m)^\s*(ssl_certificate|listen)\b.*\n", "", text)
    text = text.replace("/var/log/nginx", str(tmp_path)).replace("ssl_protocols", "# ssl_protocols")
    (tmp_path / "site.conf").write_text(text)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}\n"
        f"http {{ access_log off; include {tmp_path}/site.conf; }}\n"
    )
    command = ["nginx", "-t", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert "syntax is ok" in result.stderr, result.stderr
