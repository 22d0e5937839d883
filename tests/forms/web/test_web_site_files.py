"""The built site beside the endpoint, also while a build swaps it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms.web.site_files import make_site_and_endpoint


def build(folder: Path, word: str) -> None:
    """A site of two pages, as a build leaves it: written aside, then swapped in."""
    aside, old = folder.with_suffix(".new"), folder.with_suffix(".old")
    (aside / "articles" / "why").mkdir(parents=True)
    (aside / "css").mkdir()
    (aside / "index.html").write_text(f"home {word}")
    (aside / "articles" / "why" / "index.html").write_text(f"why {word}")
    (aside / "404.html").write_text(f"nothing here {word}")
    (aside / "css" / "site.1a2b3c4d.css").write_text("a {}")
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


@pytest.fixture
def site_dir(tmp_path: Path) -> Path:
    return tmp_path / "build"


@pytest.fixture
def environ(environ: dict[str, str], site_dir: Path) -> dict[str, str]:
    build(site_dir, "one")
    return {**environ, "FOLLOWUP_SERVE_SITE": "on"}


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    text = answer.text
    answer.close()
    return text


def test_site_and_endpoint_share_one_origin(client: FlaskClient) -> None:
    assert read(client, "/") == "home one"
    assert read(client, "/articles/why/") == "why one"
    assert read(client, "/healthz") == "ok\n"
    assert "The desk" in read(client, "/desk/login/")


def test_an_address_without_its_slash_leads_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/articles/why")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("why/")


def test_a_swapped_site_is_served_at_once(client: FlaskClient, site_dir: Path) -> None:
    assert read(client, "/") == "home one"
    build(site_dir, "two")
    assert read(client, "/") == "home two"
    assert read(client, "/articles/why/") == "why two"


def test_a_site_swapped_after_the_look_is_looked_at_again(
    app: Flask, client: FlaskClient, site_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file WhiteNoise wants to open is gone: the request is answered from the new site."""
    assert read(client, "/") == "home one"
    seen = site_dir.stat()
    build(site_dir, "two")
    (site_dir / "new-page").mkdir()
    (site_dir / "index.html").rename(site_dir / "new-page" / "index.html")
    stale = (site_dir, seen.st_dev, seen.st_ino, seen.st_mtime_ns)
    monkeypatch.setattr(app.wsgi_app, "_mark", lambda: stale)
    assert read(client, "/") == "nothing here two"
    assert read(client, "/new-page/") == "home two"


def test_no_built_site_yet_is_no_error(client: FlaskClient, site_dir: Path) -> None:
    shutil.rmtree(site_dir)
    assert client.get("/").status_code == 404
    assert read(client, "/healthz") == "ok\n"
    build(site_dir, "later")
    assert read(client, "/") == "home later"


def test_another_directory_may_be_served_instead(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    build(tmp_path / "preview", "preview")
    make_site_and_endpoint(app, tmp_path / "preview")
    assert read(client, "/") == "home preview"


def test_links_to_the_public_site_stay_on_this_origin(client: FlaskClient) -> None:
    assert 'href="/">The public site' in read(client, "/desk/login/")


def test_an_unknown_address_gets_the_sites_own_page(client: FlaskClient) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert answer.text == "nothing here one"


def test_an_unknown_desk_address_gets_the_endpoints_page(client: FlaskClient) -> None:
    assert "There is no such page" in client.get("/desk/no-such-page/").text


def test_pages_are_asked_for_again_and_fingerprinted_files_are_not(client: FlaskClient) -> None:
    with client.get("/") as page, client.get("/css/site.1a2b3c4d.css") as style:
        assert page.headers["Cache-Control"] == "max-age=60, public"
        assert "immutable" in style.headers["Cache-Control"]
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in page.headers
