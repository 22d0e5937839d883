"""The composition: what is given comes before what the settings say, and unclear settings stop the start."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from flask import request
from flask.testing import FlaskClient

import forms
from core.clock import ManualClock
from core.errors import InvalidSettings
from core.settings import RunSettings
from forms import SHAPES, create_app, trusted_hosts
from forms.store.collection import Collection
from forms.store.memory import MemoryStore
from forms.web.context import EXTENSION, Context


def test_a_fresh_installation_makes_its_store_and_its_key(content: Path, tmp_path: Path) -> None:
    app = create_app({}, content=content, root=tmp_path)
    assert app.test_client().get("/healthz").text == "ok\n"
    assert (tmp_path / "var" / "secret-key").exists()
    found: Context = app.extensions[EXTENSION]
    found.store.close()


def test_an_unknown_setting_is_named_with_the_nearest_known_one(content: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r'did you mean "FOLLOWUP_BASE_URL"'):
        create_app({"FOLLOWUP_BASE_ULR": "https://desk.example"}, content=content, root=tmp_path)


def test_collections_are_named_once() -> None:
    names = [shape.name for shape in SHAPES]
    assert sorted(set(names)) == sorted(names)


def test_every_collection_a_feature_declares_is_opened() -> None:
    """A collection left out of the list would fail at its first use, far from here."""
    modules = (import_module(found.name) for found in walk_packages(forms.__path__, "forms."))
    declared = {
        value.shape.name
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Collection)
    }
    assert declared == {shape.name for shape in SHAPES}


@pytest.mark.parametrize(
    ("run", "hosts"),
    [
        (RunSettings(base_url="https://desk.example:8443"), ["desk.example", "127.0.0.1", "localhost"]),
        (RunSettings(trusted_hosts="a.example, .b.example"), ["a.example", ".b.example"]),
    ],
)
def test_the_hosts_we_answer_to(run: RunSettings, hosts: list[str]) -> None:
    assert trusted_hosts(run) == hosts


@pytest.mark.parametrize(("hops", "seen"), [("0", "127.0.0.1"), ("1", "203.0.113.7"), ("2", "198.51.100.9")])
def test_a_proxys_word_counts_only_when_we_were_told_of_it(
    hops: str,
    seen: str,
    environ: dict[str, str],
    store: MemoryStore,
    clock: ManualClock,
    content: Path,
    tmp_path: Path,
) -> None:
    app = create_app(
        {**environ, "FOLLOWUP_PROXY_HOPS": hops}, store=store, clock=clock, content=content, root=tmp_path
    )
    app.add_url_rule("/address", "address", lambda: str(request.remote_addr))
    answer = app.test_client().get("/address", headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"})
    assert answer.text == seen


def test_a_name_missing_from_a_template_is_an_error(client: FlaskClient) -> None:
    from jinja2 import UndefinedError

    template = client.application.jinja_env.from_string("{{ nobody_gave_this }}")
    with pytest.raises(UndefinedError):
        template.render()


def test_the_public_site_is_linked_where_it_is(client: FlaskClient) -> None:
    assert 'href="https://letters.example/' in client.get("/nowhere/").text
    assert forms.MAX_FORM_BYTES == 65536
