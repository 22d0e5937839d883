"""The endpoint as one person runs it (`build.py serve`): the mail worker beside it, or a demonstration."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from core.settings import ENV_PREFIX
from forms import check_messages, create_app
from forms.demo.fill import Demo, fill
from forms.desk import service as desk
from forms.follow_up.publishing import Publisher
from forms.outbox import chores, room
from forms.outbox.template import has_templates
from forms.outbox.worker import Worker
from forms.web.context import EXTENSION, Context

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Environment = dict[str, str]


@dataclass(frozen=True)
class Service:
    """A running endpoint. `notes`: the lines that say where to go next."""

    app: WSGIApplication
    content: Path
    notes: tuple[str, ...]


def environment(environ: Mapping[str, str], *, url: str, site_dir: Path) -> Environment:
    """The settings for serving the site of `site_dir` and the endpoint together at `url`.

    What the environment says of the address comes first: somebody may have put a proxy in front.
    """
    return {
        f"{ENV_PREFIX}BASE_URL": url,
        **environ,
        f"{ENV_PREFIX}SERVE_SITE": "on",
        f"{ENV_PREFIX}SITE_DIR": str(site_dir),
    }


def demo_environment(environ: Mapping[str, str], *, url: str, site_dir: Path, folder: Path) -> Environment:
    """The settings of a demonstration: nothing of this installation but its content, and no mail leaves."""
    kept = {name: value for name, value in environ.items() if not name.startswith(ENV_PREFIX)}
    for name in (f"{ENV_PREFIX}CONTENT", f"{ENV_PREFIX}PHONE_REGION"):
        if name in environ:
            kept[name] = environ[name]
    return {
        **environment(kept, url=url, site_dir=site_dir),
        f"{ENV_PREFIX}STORE": f"tinydb:{folder / 'demo.json'}",
        f"{ENV_PREFIX}SECRET_KEY": secrets.token_urlsafe(32),
        f"{ENV_PREFIX}MAIL": "console:",
        # Invented comments do not belong into the content folder, which is a real one.
        f"{ENV_PREFIX}PUBLISH_COMMENTS": "off",
    }


@contextlib.contextmanager
def running(environ: Mapping[str, str], *, demo: bool) -> Iterator[Service]:
    """The endpoint with its mail worker, until the block is left.

    With `demo` its store, which must be empty, is filled first. Raises FollowUpError when a setting or the
    store does not allow it. Broken messages do not, but in a demonstration, which is full of letters:
    whoever watches the content folder tells of them, and they may be mended meanwhile.
    """
    app = create_app(environ, even_broken_messages=not demo)
    found = cast(Context, app.extensions[EXTENSION])
    notes = _demo_notes(found, fill(found)) if demo else (*_first_steps(found), *_lacks(found))
    worker = Worker(
        cast(room.MailRoom, app.extensions[room.EXTENSION]),
        chores=cast(Sequence[chores.Chore], app.extensions[chores.EXTENSION]),
    )
    publisher = Publisher(found) if found.run.publish_figures else None
    worker.start()
    if publisher:
        publisher.start()
    try:
        yield Service(app.wsgi_app, found.content, notes)
    finally:
        worker.stop(timeout=5)
        if publisher:
            publisher.stop()
        found.store.close()


def _first_steps(found: Context) -> tuple[str, ...]:
    with found.store.read() as reader:
        is_set_up = desk.is_set_up(reader)
    if is_set_up:
        return (f"The desk:  {found.absolute('/desk/')}",)
    link = found.absolute(f"/desk/setup/{desk.make_setup_link(found.store, found.now())}/")
    return (
        "The desk has no user yet. Choose your password here; the link works once, within 24 hours:",
        f"           {link}",
    )


def _lacks(found: Context) -> tuple[str, ...]:
    """What the checks of the site let pass, since a site alone can do without."""
    if has_templates(found.content):
        return ()
    return tuple(str(problem) for problem in check_messages(found.content))


def _demo_notes(found: Context, demo: Demo) -> tuple[str, ...]:
    return (
        f"The desk:  {found.absolute('/desk/')}",
        f"           log in as {demo.email} with {demo.password}",
        "Private pages of invented candidates:",
        *(f"  {page.url}\n           {page.name} {page.about}." for page in demo.pages),
        "Everything here is invented. Mail is printed, never sent. All of it is gone when you stop.",
    )
